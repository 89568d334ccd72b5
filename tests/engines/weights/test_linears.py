"""Linear layers of every kind against the same numbers multiplied plainly, and what makes them safe to batch."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

from r1widget.engines import cache_folder as folders
from r1widget.engines.native import recipe
from r1widget.engines.native.library import Unusable
from r1widget.engines.native.processor import features
from r1widget.engines.native.variants import X86, Variant
from r1widget.engines.weights.linears import Layout, Linear, Part, Segment, scheme
from r1widget.engines.weights.linears.compiled import Kernel, quantised
from r1widget.engines.weights.linears.int4 import Int4
from r1widget.engines.weights.linears.int8 import Int8
from r1widget.engines.weights.linears.kernel import kernel
from r1widget.engines.weights.linears.layouts import LAYOUTS, BlockLayout
from r1widget.engines.weights.linears.native import Blocks
from r1widget.engines.weights.linears.native_linear import NativeLinear
from r1widget.engines.weights.linears.plain import Plain
from r1widget.engines.weights.linears.report import compare, relative_error, trial
from r1widget.errors import EngineError, NoSuchQuantization

SHAPES = [(64, 96), (17, 33), (1, 7), (300, 192), (160, 2080)]
ROWS = [*range(1, 14), 24, 25, 64, 513]
SOME = [1, 2, 5, 12, 13, 24, 25, 513]


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def matrix(rows: int, columns: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed))


def packed(made: Kernel, layout: BlockLayout, weight: torch.Tensor, bias: torch.Tensor | None = None) -> NativeLinear:
    return NativeLinear(made, [(layout, made.pack(layout, weight), len(weight))], weight.shape[1], bias)


every_layout = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)


@every_layout
@pytest.mark.parametrize(("rows", "columns"), SHAPES)
def test_the_kernel_multiplies_what_was_packed(compiled, layout: BlockLayout, rows: int, columns: int) -> None:
    bias = matrix(1, rows, 1)[0]
    blocks = compiled.pack(layout, matrix(rows, columns))
    linear = NativeLinear(compiled, [(layout, blocks, rows)], columns, bias)
    weight = compiled.unpack(layout, blocks, rows, columns).double()
    for n in SOME:
        x = matrix(n, columns, n)
        wanted = quantised(x).double() @ weight.T + bias
        assert relative_error(linear(x), wanted) < 1e-5
        narrow = x.bfloat16()
        wanted = quantised(narrow).double() @ weight.T + bias
        assert torch.equal(linear(narrow), linear(narrow.float()).bfloat16())
        assert relative_error(linear(narrow), wanted) < 4e-3


@every_layout
def test_a_row_has_the_same_bits_in_any_company_and_on_any_threads(compiled, two_threads, layout: BlockLayout) -> None:
    linear = packed(compiled, layout, matrix(1000, 1056), matrix(1, 1000)[0])
    x = matrix(700, 1056, 2)
    whole = linear(x)
    for n in ROWS:
        assert torch.equal(linear(x[:n]), whole[:n])
        assert torch.equal(linear(x[700 - n :]), whole[700 - n :])
    torch.set_num_threads(1)
    assert torch.equal(linear(x), whole)
    assert torch.equal(linear(x[:3]), whole[:3])


def test_segments_of_different_layouts_are_one_layer(compiled, two_threads) -> None:
    """Each segment's results have the bits that it has by itself, also where its rows don't fill a block."""
    heights, columns = (100, 33, 16, 1, 200), 544
    made = [
        (layout, compiled.pack(layout, matrix(rows, columns, rows)), rows)
        for layout, rows in zip(LAYOUTS.values(), heights, strict=True)
    ]
    bias = matrix(1, sum(heights), 9)[0]
    linear = NativeLinear(compiled, made, columns, bias)
    assert (linear.rows, linear.columns) == (350, columns)
    for n in ROWS:
        x = matrix(n, columns, n)
        apart = [NativeLinear(compiled, [one], columns)(x) for one in made]
        assert torch.equal(linear(x), torch.cat(apart, dim=1) + bias)


def test_blocks_that_do_not_fit_are_refused(compiled) -> None:
    layout = LAYOUTS["Q4_K"]
    blocks = compiled.pack(layout, matrix(32, 64))
    with pytest.raises(ValueError, match="Q4_K"):
        NativeLinear(compiled, [(layout, blocks, 33)], 64)
    with pytest.raises(ValueError, match="bias"):
        NativeLinear(compiled, [(layout, blocks, 32)], 64, torch.zeros(31))


def layer(layout: Layout, weight: torch.Tensor, bias: torch.Tensor | None = None) -> Linear:
    return layout.linear([Segment(layout, layout.pack(weight), *weight.shape)], bias)


def chosen(quantization: str | None, *, head: bool = False) -> Layout:
    return scheme(quantization, torch.float32).layout_of(Part("a", ("a.weight",), head=head), "a.weight", "F32")


@pytest.mark.skipif(not torch.ops.mkldnn._is_mkldnn_bf16_supported(), reason="another library multiplies these here")
def test_a_row_of_16_bit_floats_has_the_same_bits_in_any_company(two_threads) -> None:
    linear = layer(Plain(torch.bfloat16), matrix(576, 1536))
    x = matrix(200, 1536, 2).bfloat16()
    whole = linear(x)
    for n in (1, 2, 3, 7):
        assert torch.equal(torch.cat([linear(rows) for rows in x.split(n)]), whole)


def test_several_python_threads_may_call_at_once(compiled, two_threads) -> None:
    linear = packed(compiled, LAYOUTS["Q4_K"], matrix(800, 1024))
    inputs = [matrix(n, 1024, n) for n in (1, 9, 40, 200)]
    wanted = [linear(x) for x in inputs]
    together = threading.Barrier(len(inputs))

    def work(number: int) -> bool:
        together.wait()
        return all(torch.equal(linear(inputs[number]), wanted[number]) for _ in range(10))

    with ThreadPoolExecutor(len(inputs)) as pool:
        assert all(pool.map(work, range(len(inputs))))


@every_layout
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_a_number_stays_visible(compiled, layout: BlockLayout, value: float) -> None:
    """Also where all of a group is so, whose sums no integer holds."""
    linear = packed(compiled, layout, matrix(32, 64))
    x = matrix(3, 64)
    x[1, 5] = value
    x[2] = value
    y = linear(x)
    assert y[0].isfinite().all() and y[1:].isnan().all()


def test_an_input_of_another_width_is_refused(compiled) -> None:
    linear = packed(compiled, LAYOUTS["Q8_0"], matrix(32, 64))
    with pytest.raises(ValueError, match="64"):
        linear(matrix(2, 65))
    assert torch.equal(linear(matrix(64, 2).T), linear(matrix(64, 2).T.contiguous()))


@pytest.mark.parametrize(
    "layout", [Int8(), Int4(), Plain(torch.float32), Plain(torch.bfloat16)], ids=lambda layout: layout.name
)
@pytest.mark.parametrize(("rows", "columns"), SHAPES)
def test_torchs_operations(layout: Layout, rows: int, columns: int) -> None:
    weight, bias = matrix(rows, columns) * 0.05, matrix(1, rows, 1)[0]
    assert described(layout.pack(weight)) == layout.plan(rows, columns)
    linear = layer(layout, weight, bias)
    assert (linear.rows, linear.columns) == (rows, columns)
    most = 0.02 if not isinstance(layout, Int4) else 0.3 if rows * columns < 100 else 0.12
    for dtype in (torch.float32, torch.bfloat16):
        for n in (1, 4, 5, 65):
            x = matrix(n, columns, n).to(dtype)
            y = linear(x)
            assert y.dtype == dtype and y.shape == (n, rows)
            plain = x.float() @ weight.T
            rounding = 4e-3 * (plain + bias).norm()  # where 16 bits come in, results are rounded, bias and all
            assert (y.float() - plain - bias).norm() < most * plain.norm() + rounding


def described(tensors: dict[str, torch.Tensor]) -> dict:
    return {name: (tensor.dtype, tuple(tensor.shape)) for name, tensor in tensors.items()}


@pytest.mark.parametrize("quantization", ["int4", "int8"])
def test_packed_pieces_can_be_joined(quantization: str) -> None:
    for layout in (chosen(quantization), Int4() if quantization == "int4" else Int8()):
        weight, cut = matrix(300, 64), 2 * layout.block
        pieces = [layout.pack(weight[:cut]), layout.pack(weight[cut:])]
        joined = {name: torch.cat([p[name] for p in pieces], dim=layout.axes.get(name, 0)) for name in pieces[0]}
        whole = layout.pack(weight)
        assert all(torch.equal(joined[name], whole[name]) for name in whole)


def test_the_head_has_more_bits_than_the_rest(compiled) -> None:
    for quantization, kind in (("int4", "Q6_K"), ("int8", "Q8_0")):
        head = chosen(quantization, head=True)
        assert isinstance(head, Blocks) and head.layout is LAYOUTS[kind]


def test_names_that_there_are_not() -> None:
    with pytest.raises(NoSuchQuantization, match="int3"):
        scheme("int3", torch.float32)
    assert chosen(None).name == "plain-float32"


# --- The compiler -----------------------------------------------------------------------------------------------------


@pytest.fixture
def fresh(monkeypatch, tmp_path: Path):
    """A cache folder without a kernel, and none remembered."""
    monkeypatch.setenv(folders.VARIABLE, str(tmp_path / "cache"))
    kernel.cache_clear()
    yield tmp_path / "cache"
    kernel.cache_clear()


@pytest.mark.parametrize(
    "change", [("PATH", "", "no C compiler"), ("CC", "not-a-compiler", "not-a-compiler"), ("CC", "false", "can't")]
)
def test_without_a_compiler_torch_does_it(monkeypatch, fresh: Path, change: tuple[str, str, str]) -> None:
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv(*change[:2])
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    weight, x = matrix(128, 192) * 0.05, matrix(3, 192, 1)
    for quantization, most in (("int4", 0.12), ("int8", 0.02)):
        way = scheme(quantization, torch.float32)
        assert way.key.startswith("torch-") and change[2] in way.why
        assert relative_error(layer(chosen(quantization), weight)(x), x @ weight.T) < most


def test_a_kernel_is_compiled_once(compiled, fresh: Path) -> None:
    assert kernel().name == compiled.name
    (kept,) = (fresh / "kernels").iterdir()
    written = kept.stat().st_mtime_ns
    kernel.cache_clear()
    kernel()
    assert [path.stat().st_mtime_ns for path in (fresh / "kernels").iterdir()] == [written]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_a_kernel_that_others_could_have_written_is_not_loaded(compiled, fresh: Path) -> None:
    kernel()
    (kept,) = (fresh / "kernels").iterdir()
    kept.chmod(0o722)
    kernel.cache_clear()
    assert "somebody else" in scheme("int8", torch.float32).why
    kept.chmod(0o700)
    (fresh / "kernels").chmod(0o777)
    kernel.cache_clear()
    assert "private" in scheme("int8", torch.float32).why


def test_a_kernel_that_computes_nonsense_is_not_used(compiled, monkeypatch, fresh: Path) -> None:
    unpack = Kernel.unpack
    monkeypatch.setattr(Kernel, "unpack", lambda *arguments: unpack(*arguments) + 1)
    assert "something else" in scheme("int4", torch.float32).why


def test_a_kernel_with_other_blocks_is_not_used(compiled, monkeypatch, fresh: Path) -> None:
    size = BlockLayout.size
    monkeypatch.setattr(BlockLayout, "size", lambda self, columns: size(self, columns) + 64 * (self.kind == "Q6_K"))
    assert "other blocks" in scheme("int4", torch.float32).why


def test_where_nothing_can_be_kept_a_kernel_is_compiled_for_the_process(compiled, monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(folders.VARIABLE, str(tmp_path / "file"))
    kernel.cache_clear()
    try:
        assert kernel().name == compiled.name
    finally:
        kernel.cache_clear()


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux lists what a process has loaded")
def test_there_is_one_pool_of_threads(compiled) -> None:
    program = (
        "import torch; from r1widget.engines.weights.linears import Part, Segment, scheme\n"
        "way = scheme('int8', torch.float32); assert way.key.startswith('native'), way.why; assert not way.why\n"
        "layout = way.layout_of(Part('a', ('a',)), 'a', 'F32')\n"
        "segment = Segment(layout, layout.pack(torch.randn(2048, 1024)), 2048, 1024)\n"
        "layout.linear([segment], None)(torch.randn(4, 1024))\n"
        "torch.randn(512, 512) @ torch.randn(512, 512)\n"
        "print(len({line.split()[-1] for line in open('/proc/self/maps') if 'omp' in line.rpartition('/')[2]}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=240)
    assert (done.stdout.strip(), done.returncode) == ("1", 0), done.stderr


AS_AVX2_VNNI = (
    *(*X86[-1].flags, "-mavx512vl", "-mavx512vnni"),
    *("-D__AVXVNNI__=1", "-D_mm256_dpbusd_avx_epi32=_mm256_dpbusd_epi32"),
)
"""The sources' way for it, with AVX-512's instruction, which does the same: no processor of AMD's before Zen 5 has the other."""


@pytest.fixture(params=X86, ids=lambda variant: variant.name, scope="module")
def smaller(request: pytest.FixtureRequest, compiled: Kernel, tmp_path_factory: pytest.TempPathFactory) -> Kernel:
    """The kernel for each kind of processor that this one can stand for."""
    variant: Variant = request.param
    fits = variant.fits(features())
    if not fits and not (variant.name == "avx2-vnni" and X86[0].fits(features())):
        pytest.skip(f"this processor can't run {variant.name}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(folders.VARIABLE, str(tmp_path_factory.mktemp("cache")))
        patch.setattr(recipe, "NATIVE", variant.flags if fits else AS_AVX2_VNNI)
        kernel.cache_clear()
        try:
            made = kernel()
        except Unusable as reason:
            if fits:
                raise
            pytest.skip(f"this compiler doesn't have it under the other's name: {reason}")
        finally:
            kernel.cache_clear()
    assert made.name == ("avx2" if variant.name == "avx512" else variant.name), "products gain from VNNI alone"
    return made


def test_smaller_processors_get_the_same_bits(compiled: Kernel, smaller: Kernel) -> None:
    """Sums of integers are exact and the rest is done in one order, so the instructions make no difference."""
    rows, columns = 100, 700
    for layout in LAYOUTS.values():
        blocks = compiled.pack(layout, matrix(rows, columns))
        assert torch.equal(blocks, smaller.pack(layout, matrix(rows, columns)))
        assert torch.equal(
            compiled.unpack(layout, blocks, rows, columns), smaller.unpack(layout, blocks, rows, columns)
        )
        for n in SOME:
            x = matrix(n, columns, n)
            ours, theirs = (NativeLinear(made, [(layout, blocks, rows)], columns)(x) for made in (smaller, compiled))
            assert torch.equal(ours, theirs)


@pytest.mark.parametrize("byte", [0x00, 0x7F, 0x80, 0xFF])
def test_no_sum_of_extremes_is_cut_off(smaller: Kernel, byte: int) -> None:
    """Some instructions hold two products in 16 bits, and 127 · 255 + 127 · 255 aren't held there. Of few rows and of many."""
    one = torch.tensor([1.0]).half().view(torch.uint8)
    for layout in LAYOUTS.values():
        columns = 2 * layout.unit
        stored = torch.full((16, 2, layout.stored), byte, dtype=torch.uint8)
        for at in {"Q4_1": (0, 2), "Q4_K": (0, 2), "Q6_K": (208,)}.get(layout.kind, (0,)):
            stored[:, :, at : at + 2] = one
        blocks = smaller.take(layout, stored.reshape(16, -1), columns)
        weight = smaller.unpack(layout, blocks, 16, columns).double()
        for sign in (1.0, -1.0):
            x = torch.full((40, columns), sign)
            for n in (1, 40):
                y = NativeLinear(smaller, [(layout, blocks, 16)], columns)(x[:n])
                wanted = quantised(x[:n]).double() @ weight.T
                assert torch.allclose(y.double(), wanted, rtol=1e-5, atol=1e-3)


# --- Errors -----------------------------------------------------------------------------------------------------------


def test_the_error_of_each_way() -> None:
    weight, x = trial(256, 512)
    errors = {}
    for quantization in ("int4", "int8", None):
        errors[quantization] = relative_error(layer(chosen(quantization), weight)(x), x @ weight.T)
    assert errors[None] == 0
    assert errors["int8"] < 0.015
    assert errors["int4"] < 0.13


def test_logits_are_compared() -> None:
    logits = matrix(5, 100)
    same = compare(logits, logits)
    assert (same.error, same.agreement) == (0, 1) and abs(same.divergence) < 1e-6
    other = compare(-logits, logits)
    assert other.error == pytest.approx(2) and other.agreement == 0 and other.divergence > 0.1
    uniform, certain = torch.zeros(1, 4), torch.tensor([[100.0, 0, 0, 0]])
    assert compare(uniform, certain).divergence == pytest.approx(torch.log(torch.tensor(4.0)).item(), rel=1e-4)


def test_errors_are_ours() -> None:
    assert issubclass(NoSuchQuantization, EngineError)
