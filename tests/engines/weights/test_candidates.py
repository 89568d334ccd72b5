"""Which of several GGUF files is meant, by their names and sizes."""

from __future__ import annotations

import re

import pytest

from r1widget.engines.weights.candidates import candidates, listed
from r1widget.engines.weights.gguf.filenames import is_model, is_type, part_name, read_name, without_type
from r1widget.engines.weights.meant import how_to_say, likeliest, named, only
from r1widget.errors import ModelNotFound

GB = 10**9
R1 = "DeepSeek-R1-Distill-Qwen-1.5B"
SIZES = {
    f"{R1}-{kind}.gguf": int(size * GB)
    for kind, size in (
        *(("BF16", 3.56), ("IQ4_XS", 1.02), ("Q2_K", 0.75), ("Q3_K_M", 0.92), ("Q4_0", 1.07), ("Q4_K_M", 1.12)),
        *(("Q4_K_S", 1.07), ("Q5_K_M", 1.29), ("Q6_K", 1.46), ("Q8_0", 1.89), ("UD-Q4_K_XL", 1.13)),
    )
}
BIG = {
    **{f"Q4_K_M/Big-Q4_K_M-{part:05}-of-00003.gguf": 40 * GB for part in (1, 2, 3)},
    **{f"Q8_0/Big-Q8_0-{part:05}-of-00002.gguf": 90 * GB for part in (1, 2)},
}


@pytest.mark.parametrize(
    ("name", "stem", "kind", "part"),
    [
        (f"{R1}-Q4_K_M.gguf", f"{R1}-Q4_K_M", "Q4_K_M", (1, 1)),
        ("SmolLM2-135M-Instruct.Q4_1.gguf", "SmolLM2-135M-Instruct.Q4_1", "Q4_1", (1, 1)),
        ("ggml-model-q4_0.gguf", "ggml-model-q4_0", "Q4_0", (1, 1)),
        ("x-UD-IQ1_S.GGUF", "x-UD-IQ1_S", "UD-IQ1_S", (1, 1)),
        ("a/b/Q8_0/x-00002-of-00003.gguf", "x", "Q8_0", (2, 3)),
        ("x-00004-of-00003.gguf", "x-00004-of-00003", "", (1, 1)),
        ("gpt-oss-20b-MXFP4.gguf", "gpt-oss-20b-MXFP4", "MXFP4", (1, 1)),
        ("Qwen3-0.6B-BF16.gguf", "Qwen3-0.6B-BF16", "BF16", (1, 1)),
        ("Qwen3-8B.gguf", "Qwen3-8B", "", (1, 1)),
        ("sha256-ab", "sha256-ab", "", (1, 1)),
    ],
)
def test_what_a_name_says(name: str, stem: str, kind: str, part: tuple[int, int]) -> None:
    assert read_name(name) == (stem, kind, *part)


def test_names_without_types_and_of_other_parts() -> None:
    assert without_type(f"{R1}-Q4_K_M") == without_type(f"{R1}-GGUF") == without_type(R1) == R1
    assert without_type("Q4_K_M") == ""
    assert part_name("m/x-00001-of-00012.GGUF", 10) == "m/x-00010-of-00012.GGUF"
    assert (
        is_type("q4_k_m") and is_type("UD-Q4_K_XL") and not is_type("8b") and not is_type("latest") and not is_type("")
    )


def test_what_sees_and_what_weighed_are_no_models() -> None:
    for name in ("mmproj-F16.gguf", "x-mmproj-f16.gguf", "imatrix.gguf", "x.imatrix.gguf", "x.safetensors"):
        assert not is_model(name)
    assert is_model("mmprojector.gguf") and is_model("x.GGUF")
    assert candidates({"mmproj-F16.gguf": 1, "README.md": 1}) == []


def test_parts_are_one_model() -> None:
    four, eight = candidates(BIG)
    assert (len(four.files), four.size, four.type, four.lacks) == (3, 120 * GB, "Q4_K_M", ())
    assert four.name == "Q4_K_M/Big-Q4_K_M-00001-of-00003.gguf" and eight.type == "Q8_0"
    lacking = candidates({name: size for name, size in BIG.items() if "00002-of-00003" not in name})
    assert lacking[0].lacks == ("Q4_K_M/Big-Q4_K_M-00002-of-00003.gguf",)
    with pytest.raises(ModelNotFound, match=r"'Big' has only a part .*Big-Q4_K_M-00002-of-00003\.gguf should be there"):
        named(lacking, "*Q4_K_M*", "'Big'")


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("*Q8_0*", "Q8_0"),
        ("*q8_0.GGUF", "Q8_0"),
        ("Q4_K_M", "Q4_K_M"),
        ("q4_k_m", "Q4_K_M"),
        ("Q4_K_XL", "UD-Q4_K_XL"),
        (f"{R1}-Q6_K.gguf", "Q6_K"),
        ("*Q4_0*", "Q4_0"),
    ],
)
def test_a_pattern_a_name_or_a_type(file: str, kind: str) -> None:
    assert named(candidates(SIZES), file, "it").type == kind


@pytest.mark.parametrize("file", ["*Q8_0*", "Q8_0/*", "Q8_0", "Big-Q8_0-00002-of-00002.gguf", "*00001-of-00002*"])
def test_any_part_means_the_model(file: str) -> None:
    assert named(candidates(BIG), file, "it").type == "Q8_0"


def test_none_and_several_are_said_with_sizes() -> None:
    found = candidates(SIZES)
    with pytest.raises(
        ModelNotFound, match=r"it has no GGUF file like '\*Q9\*'\. There are: Q2_K \(750 MB\), .*Q4_K_M \(1\.1 GB\)"
    ):
        named(found, "*Q9*", "it")
    with pytest.raises(
        ModelNotFound, match=r"several GGUF files like '\*Q4_K\*': .*Q4_K_M \(1\.1 GB\).*file=\"\*Q4_K_M\*\""
    ):
        named(found, "*Q4_K*", "it")
    with pytest.raises(ModelNotFound, match="has no GGUF file"):
        named([], "*Q4*", "it")
    with pytest.raises(ModelNotFound, match="has several models"):
        only(found, "it")
    assert only(found[:1], "it") == found[0]


def test_many_are_not_all_listed_and_two_of_a_type_by_their_names() -> None:
    many = candidates({f"m{number:02}-Q4_0.gguf": number for number in range(20)})
    assert listed(many).endswith("m11-Q4_0.gguf (0.0 MB) and 8 more")


def test_what_is_said_to_choose_one_chooses_it() -> None:
    for sizes in (SIZES, BIG, {"a-Q4_0.gguf": 1, "b-Q4_0.gguf": 2, "c.gguf": 3}):
        found = candidates(sizes)
        for one in found:
            file = how_to_say(one, found).removeprefix('file="').removesuffix('"')
            assert named(found, file, "it") == one


@pytest.mark.parametrize(
    ("free", "kind", "why"),
    [
        (16.0, "Q4_K_M", r"the smallest that loses little, of 11 files, and needs about 1\.6 GB of 16\.0 GB"),
        (1.8, "Q4_K_M", "1.8 GB that are free"),
        (1.58, "Q4_K_S", "needs about 1.6 GB"),
        (1.0, "Q4_0", "it needs least"),
    ],
)
def test_the_choice_by_memory(free: float, kind: str, why: str) -> None:
    chosen, said = likeliest(candidates(SIZES), free=int(free * GB))
    assert chosen.type == kind and re.search(why, said)


def test_of_a_small_model_eight_bits() -> None:
    small = {f"s-{kind}.gguf": size * 10**6 for kind, size in (("Q4_K_M", 400), ("Q8_0", 640), ("F16", 1200))}
    chosen, why = likeliest(candidates(small), free=8 * GB)
    assert chosen.type == "Q8_0" and why.startswith("the most exact that is small, of 3 files")
    assert likeliest(candidates(small), free=GB)[0].type == "Q4_K_M", "where it fits no more"


def test_what_is_here_already_is_taken() -> None:
    found = candidates(SIZES)
    chosen, why = likeliest(found, free=16 * GB, here=[f"{R1}-Q8_0.gguf", f"{R1}-Q6_K.gguf"])
    assert (chosen.type, why) == ("Q6_K", "it is on this machine already, of 11 files")
    assert likeliest(found, free=int(1.7 * GB), here=[f"{R1}-Q8_0.gguf"])[0].type == "Q4_K_M", "unless it doesn't fit"


def test_unsloths_own_and_what_has_no_type() -> None:
    assert likeliest(candidates({"a-UD-Q4_K_XL.gguf": 2 * GB, "a-Q3_K_M.gguf": GB}))[0].type == "UD-Q4_K_XL"
    assert likeliest(candidates({"a.gguf": 2 * GB, "b.gguf": GB}))[0].name == "a.gguf"
    chosen, why = likeliest(candidates({"a.gguf": GB}), free=16 * GB)
    assert (chosen.name, why) == ("a.gguf", "it is the only one")
