"""The two benchmarks of the engine: `r1widget bench` on a person's machine, and `benchmarks.engine`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from r1widget import engines
from r1widget.engines import Delta, Request
from r1widget.engines import local as transformers
from r1widget.settings import Settings
from r1widget.shell import bench as benches
from r1widget.shell import cli
from r1widget.shell.bench import Bench, Heard, aggregate, ask_together, peak_memory, question, said
from r1widget.testing import ScriptedEngine
from tests.tiny import model_folder

ROOT = Path(__file__).parents[2]
FIGURES = {
    "load_seconds",
    "prompt_tokens",
    "prompt_tokens_per_second",
    "tokens_per_second",
    "peak_memory_bytes",
    "weight_bytes_per_token",
    "read_bytes_per_second",
    "limit_tokens_per_second",
    "share_of_limit",
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return model_folder(tmp_path_factory.mktemp("tiny") / "model")


def bench_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "r1widget", "bench", "--model", "pocket", *arguments]


def test_bench_of_the_built_in_model(tmp_path: Path) -> None:
    """The command, in a process of its own: a table, and the same figures as JSON."""
    file = tmp_path / "f.json"
    done = subprocess.run(
        bench_command("--tokens", "8", "--json", str(file)),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert len(rows) == 13 and "–" not in done.stdout, "each row has a figure"
    assert "Writing in 10 chats" in done.stderr, "long steps say what they are"
    found = json.loads(file.read_text("utf-8"))
    assert {name for name in FIGURES if not found[name] > 0} == set()
    assert set(found["chats"]) == {"1", "4", "10"} and all(rate > 0 for rate in found["chats"].values())
    assert found["interrupted"] is False and found["model"] == "pocket" and found["tokens"] == 8
    turn = found["second_turn"]
    assert 1400 < turn["history_tokens"] < 1600 and 20 < turn["new_tokens"] < 80
    assert found["limit_tokens_per_second"] == pytest.approx(
        found["read_bytes_per_second"] / found["weight_bytes_per_token"]
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process")
def test_ctrl_c_leaves_with_what_was_measured(tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    command = bench_command("--tokens", "1000", "--json", str(file))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout and process.stderr
        said_so_far = b""
        while b"Writing in 4 chats" not in said_so_far:
            piece = os.read(process.stderr.fileno(), 4096)
            assert piece, said_so_far
            said_so_far += piece
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 130, err
    assert b"Traceback" not in err and b"Interrupted" in err
    assert "| writing |" in out.decode() and "tokens/s" in out.decode()
    found = json.loads(file.read_text("utf-8"))
    assert found["interrupted"] is True and found["tokens_per_second"] > 0 and "second_turn" not in found


def test_an_interruption_is_no_error(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """Whenever it comes, the figures so far are kept, and the status is the shell's for an interruption."""
    monkeypatch.setattr(benches, "ask_together", lambda *asked: (_ for _ in ()).throw(KeyboardInterrupt))
    file = tmp_path / "f.json"
    assert cli.main(["bench", "--model", str(tiny), "--tokens", "4", "--json", str(file)]) == 130
    out, err = capsys.readouterr()
    assert "| writing |" in out and "Interrupted" in err
    assert json.loads(file.read_text("utf-8"))["interrupted"] is True


def test_a_short_context_gets_short_prompts(tiny: Path) -> None:
    bench = Bench(engines.load(tiny), tokens=64)
    steps = list(bench.run())
    assert len(steps) == len(set(steps)) > 4
    found = bench.results
    assert 0 < found["prompt_tokens"] + found["tokens"] <= 512
    assert found["second_turn"]["history_tokens"] + found["second_turn"]["new_tokens"] <= 512
    assert found["second_turn"]["history_tokens"] > 100


def test_an_engine_that_says_little_of_itself(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """No weights, no count of the prompt's tokens, a text that ends early: dashes, not errors."""
    engine = ScriptedEngine("Four and four.\n</think>\n\nIt is **8**.")
    monkeypatch.setattr(engines, "load", lambda model, **options: engine)
    assert cli.main(["bench", "--model", "x", "--quantization", "none"]) == 0
    out = capsys.readouterr().out
    assert "tokens/s" in out and "| memory is read at | – |" in out


@pytest.mark.parametrize(
    ("arguments", "said_of_it"),
    [(["--base-url", "http://127.0.0.1:9/v1"], "server"), (["--model", "/no/such/folder"], "/no/such/folder")],
)
def test_what_cannot_be_timed_is_a_sentence(arguments: list[str], said_of_it: str, capsys: Any) -> None:
    assert cli.main(["bench", *arguments]) == 1
    err = capsys.readouterr().err
    assert said_of_it in err and "Traceback" not in err


@pytest.mark.parametrize("tokens", ["1", "0", "-3", "many"])
def test_too_few_tokens_are_a_wrong_command_line(tokens: str, capsys: Any) -> None:
    with pytest.raises(SystemExit) as leaving:
        cli.main(["bench", "--model", "pocket", f"--tokens={tokens}"])
    assert leaving.value.code == 2
    assert "a whole number from 2 up" in capsys.readouterr().err


# ---- the counting


def heard(start: float, *times: float) -> Heard:
    return Heard(start, 10, [(time, 1) for time in times])


def test_a_rate_counts_what_came_after_the_first_token() -> None:
    assert heard(0, 5, 6, 7).rate == pytest.approx(1)
    assert heard(0, 5, 6, 7).wait == 5
    assert heard(0, 5).rate is None and heard(0).rate is None
    assert Heard(0, 10, [(1, 3), (2, 4)]).rate == pytest.approx(4), "a piece may have several tokens"


def test_an_aggregate_is_of_the_time_in_which_all_write() -> None:
    one, other = heard(0, *range(1, 11)), heard(0, *range(5, 15))
    assert aggregate([one, other]) == pytest.approx(2)
    apart = [heard(0, 1, 2, 3, 4, 5), heard(0, 6, 7, 8, 9, 10)]
    assert aggregate(apart) == pytest.approx(1)
    assert aggregate([]) is None and aggregate([heard(0), one]) is None


def test_what_one_chat_raises_stops_the_others() -> None:
    stopped = threading.Event()

    class Breaks(ScriptedEngine):
        def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
            if request.messages[0]["content"] == "break":
                raise ValueError("broken")
            assert stop.wait(60)
            stopped.set()
            return iter(())

    with pytest.raises(ValueError, match="broken"):
        ask_together(Breaks(""), [[said("go on")], [said("break")]], Settings())
    assert stopped.is_set()


def test_a_question_has_the_length_that_was_asked_for(tiny: Path) -> None:
    engine: Any = engines.load(tiny)
    texts = [question(engine, 200, seed) for seed in (1, 2)]
    for text in texts:
        assert 200 <= len(engine.prompt_ids([said(text)])) < 210
    assert texts[0].split()[:5] != texts[1].split()[:5]
    assert question(engine, 200, 1) == texts[0]


def test_the_peak_counts_what_was_given_back() -> None:
    before = peak_memory()
    block = bytearray(256 << 20)
    block[::4096] = b"x" * len(range(0, len(block), 4096))
    del block
    after = peak_memory()
    assert before is not None and after is not None and after >= before and after > 256 << 20


# ---- what the engine offers for it


def test_without_speculation_nothing_is_guessed_and_the_text_is_the_same(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = Request(messages=[said("What is 17 times 24?")], settings=Settings(seed=3, max_tokens=60))

    def text(engine: engines.Engine) -> str:
        return "".join(delta.text for delta in engine.stream(request, threading.Event()))

    guessing = text(engines.load(tiny))

    def refuse(*arguments: object) -> None:
        raise AssertionError("a guess was asked for")

    monkeypatch.setattr(transformers, "Proposer", refuse)
    assert text(engines.load(tiny, speculation=False)) == guessing
    with pytest.raises(AssertionError):
        text(engines.load(tiny))


def test_a_token_reads_all_weights_but_the_embeddings(tiny: Path, tmp_path: Path) -> None:
    from benchmarks import checkpoint
    from benchmarks.engine_run import TINY
    from r1widget.engines.bandwidth import bytes_per_token

    tied: Any = engines.load(tiny)
    network = tied.scheduler.network
    assert bytes_per_token(network) == 4 * network.parameters, "tied weights are the head's too"
    folder = checkpoint.make(tmp_path / "untied", config=TINY)
    table = TINY["vocab_size"] * TINY["hidden_size"]
    sizes = {}
    for bits in (None, "int8", "int4"):
        engine: Any = engines.load(folder, quantization=bits)
        network = engine.scheduler.network
        sizes[bits] = bytes_per_token(network)
    assert sizes[None] == 4 * (network.parameters - table)
    assert sizes["int4"] < sizes["int8"] < sizes[None] / 3


# ---- beside the others


@pytest.mark.slow
def test_the_comparison_prints_every_row_or_a_reason(tmp_path: Path) -> None:
    """`--quick`: every step with a tiny model, its memory in processes of its own included."""
    from benchmarks.engine_run import LLAMA

    traces, file = tmp_path / "traces.jsonl", tmp_path / "f.json"
    words = "so that is it, let us look at that again, and it is the same as it was before, so that is it, "
    lines = [
        {"question": f"{number}?", "reasoning": words * 5, "answer": "It is.", "source": f"{source}:file"}
        for source in ("one", "two", "three")
        for number in range(4)
    ]
    traces.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    # One thread: what so small a model shares between two takes longer than the model, where another test has the other core.
    command = [
        sys.executable,
        "-m",
        "benchmarks.engine",
        "--quick",
        "--repeats",
        "1",
        "--threads",
        "1",
        "--json",
        str(file),
    ]
    done = subprocess.run(
        [*command, "--traces", str(traces)], capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(file.read_text("utf-8"))
    rows = {row["name"]: row for row in found["rows"]}
    assert len(rows) == len(found["rows"]) >= 50
    assert all(bool(row["values"]) != bool(row["reason"]) for row in rows.values())
    assert all((row["met"] is None) == (not row["aim"] or not row["values"]) for row in rows.values())
    missing = {name: row["reason"] for name, row in rows.items() if row["reason"]}
    if find_spec("llama_cpp") is None:
        theirs = {name for name in rows if any(kind in name for kind in (*LLAMA, "llama.cpp")) and "GGUF" not in name}
        assert set(missing) == theirs, "all but llama.cpp was measured"
        assert {"is not installed" in reason for reason in missing.values()} == {True}
    else:
        assert not missing
    assert all(min(row["values"]) > 0 for name, row in rows.items() if row["values"] and "outside" not in name)
    for name in rows:
        assert f"| {name} |" in done.stdout
    guessed = found["values"]["int8"]["replay 20 guesses per_pass"]
    assert min(guessed) >= 1.0  # more only where rows are cheap on this machine, at this moment
    assert found["values"]["int8"]["replay 20 plain per_pass"] == [1.0] * len(guessed)


def test_a_part_that_is_not_there(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks import engine

    monkeypatch.setattr(sys, "argv", ["engine", "--parts", "alone,none"])
    with pytest.raises(SystemExit):
        engine.main()
    assert "there is no part 'none'" in capsys.readouterr().err
