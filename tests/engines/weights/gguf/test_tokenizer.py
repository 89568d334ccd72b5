"""The tokenizer of a GGUF file: the same as the folder's that it was made of, and as llama.cpp's (`test_llama_cpp.py`)."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from r1widget.engines.decode.speculation import Table, fingerprint
from r1widget.engines.text.closing import ThinkingTokens
from r1widget.engines.text.prompts import Prompts
from r1widget.engines.text.stop_ids import stop_ids
from r1widget.engines.text.tokens import Tokens, load_tokenizer
from r1widget.engines.weights.gguf.model import Gguf, open_gguf
from r1widget.engines.weights.gguf.splitting import SPLITTINGS
from r1widget.errors import NoChatTemplate, TokenizerBroken, WeightsCorrupt
from tests import real
from tests.engines.remote.servers.gguf_of_pocket import MODEL as POCKET
from tests.engines.remote.servers.gguf_of_pocket import write_gguf as write_pocket
from tests.engines.weights.gguf import made
from tests.engines.weights.gguf.made import AWKWARD, SPECIAL, Model, add_vocabulary, texts

R1_IDS = {"bos": 151646, "eos": 151643}


def opened(folder: Path, *, says: dict[str, Any] | None = None, vocabulary: Any = None, **options: Any) -> Gguf:
    model = Model("llama")
    model.says = says or {}
    model.vocabulary = vocabulary or (lambda writer: add_vocabulary(writer, **options))
    return open_gguf(model.write(folder / "some.gguf"))


def prompts(tokenizer: Any) -> Prompts:
    return Prompts(tokenizer, Tokens(tokenizer), "some")


def said(*texts: str) -> list[Any]:
    return [{"role": role, "content": text} for role, text in zip(("user", "assistant", "user"), texts, strict=False)]


@pytest.fixture(scope="module")
def r1(tmp_path_factory: pytest.TempPathFactory) -> Gguf:
    """The default model's vocabulary, as llama.cpp's converter writes it: with 271 rows that no token has."""
    folder = real.FOLDER
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    settings = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    tokens = {id: (text, 1) for text, id in tokenizer["model"]["vocab"].items()}
    for token in tokenizer["added_tokens"]:
        looks_special = token["content"].startswith(("<|", "<｜")) and token["content"].endswith(("|>", "｜>"))
        tokens[token["id"]] = (token["content"], 3 if token["special"] or looks_special else 4)

    def vocabulary(writer: Any) -> int:
        size = 151936
        all = [tokens.get(id, (f"[PAD{id}]", 5)) for id in range(size)]
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("deepseek-r1-qwen")
        writer.add_token_list([text for text, _ in all])
        writer.add_token_types([kind for _, kind in all])
        writer.add_token_merges(
            [merge if isinstance(merge, str) else " ".join(merge) for merge in tokenizer["model"]["merges"]]
        )
        writer.add_bos_token_id(R1_IDS["bos"])
        writer.add_eos_token_id(R1_IDS["eos"])
        writer.add_add_bos_token(True)
        writer.add_chat_template(settings["chat_template"])
        return size

    model = Model(hidden=32, heads=2, key_heads=1, inner=32)
    model.kind, model.layers, model.vocabulary = "Q4_0", 1, vocabulary
    return open_gguf(model.write(tmp_path_factory.mktemp("r1") / "r1.gguf"))


@real.needed
def test_the_default_model_s_tokenizer_is_the_folder_s(r1: Gguf) -> None:
    ours, theirs = r1.tokenizer(), load_tokenizer(real.FOLDER, "R1")
    tokens, others = Tokens(ours), Tokens(theirs)
    mine, folder = Prompts(ours, tokens, "ours"), Prompts(theirs, others, "theirs")
    assert ours.get_vocab() == theirs.get_vocab()
    assert Table.for_tokenizer(fingerprint(ours.get_vocab())) is not None
    assert tokens.control == others.control
    assert mine.template_hash == folder.template_hash
    assert mine.tags == folder.tags
    assert (ours.bos_token_id, ours.eos_token_id) == (R1_IDS["bos"], R1_IDS["eos"])
    assert ThinkingTokens(tokens, *mine.tags[:1]).token == 151649
    for text in [unicodedata.normalize("NFC", text) for text in (*AWKWARD, *texts(100, 2))]:
        assert mine.build(said(text)) == folder.build(said(text))
        assert mine.build(said(text, text, text)) == folder.build(said(text, text, text))
        assert tokens.encode(text) == others.encode(text)
        assert ours.backend_tokenizer.decode(tokens.encode(text), skip_special_tokens=False) == text


@real.needed
def test_what_ends_a_reply_of_the_default_model(r1: Gguf) -> None:
    tokenizer = r1.tokenizer()
    found = stop_ids(r1.generation, r1.config, tokenizer, prompts(tokenizer))
    assert sorted(tokenizer.convert_ids_to_tokens(sorted(found))) == [
        "<|file_sep|>",
        "<|fim_pad|>",
        "<|repo_name|>",
        "<｜User｜>",
        "<｜end▁of▁sentence｜>",
    ]


def test_the_built_in_model_s_tokenizer_is_the_folder_s(tmp_path: Path) -> None:
    """Its own cuts a text in a way that GGUF has no name for: it leaves a space with the digit behind it."""
    write_pocket(tmp_path / "pocket.gguf")
    found = open_gguf(tmp_path / "pocket.gguf")
    ours, theirs = found.tokenizer(), load_tokenizer(POCKET, "pocket")
    own = json.loads((POCKET / "tokenizer.json").read_text(encoding="utf-8"))
    added = {token["content"]: token["id"] for token in own["added_tokens"]}
    assert ours.get_vocab() == {**own["model"]["vocab"], **added}
    assert Tokens(ours).control == added
    assert prompts(ours).tags == prompts(theirs).tags
    folder = prompts(theirs)
    ids = stop_ids(found.generation, found.config, ours, prompts(ours))
    assert ids == stop_ids(None, found.config, theirs, folder)
    for text in ("Which is larger?", "x=(3+4)*5\n", "日本 🙂", "  three   spaces\n\n\nand lines"):
        assert prompts(ours).build(said(text)) == folder.build(said(text))


@pytest.mark.parametrize("pre", sorted(SPLITTINGS))
def test_a_text_comes_back(tmp_path: Path, pre: str) -> None:
    tokenizer = opened(tmp_path, pre=pre).tokenizer()
    tokens = Tokens(tokenizer)
    for text in (*AWKWARD, *texts(20, 4)):
        ids = tokens.encode(text)
        assert tokenizer.backend_tokenizer.decode(ids, skip_special_tokens=False) == text
        assert tokens.control_ids.isdisjoint(ids)


def test_ways_to_cut_a_text_differ(tmp_path: Path) -> None:
    """As patterns say it, whatever the merges would make of the whole."""

    def words(pre: str, text: str) -> list[str]:
        steps = opened(tmp_path, pre=pre).tokenizer().backend_tokenizer.pre_tokenizer
        return [word.replace("Ġ", " ").replace("Ċ", "\n") for word, _ in steps.pre_tokenize_str(text)]

    text = "I'LL pay 12345 HTTPMoney\n\n  now"
    assert words("gpt-2", text) == ["I", "'", "LL", " pay", " 12345", " HTTPMoney", "\n\n ", " now"]
    assert words("smollm", text) == ["I", "'", "LL", " pay", " ", *"12345", " HTTPMoney", "\n\n ", " now"]
    assert words("qwen2", text) == ["I", "'LL", " pay", " ", *"12345", " HTTPMoney", "\n\n", " ", " now"]
    assert words("llama-bpe", text) == ["I", "'LL", " pay", " ", "123", "45", " HTTPMoney", "\n\n", " ", " now"]
    assert words("tekken", text) == ["I", "'LL", " pay", " ", *"12345", " HTTPMoney", "\n\n", " ", " now"]


def test_a_way_to_cut_a_text_that_nobody_knows(tmp_path: Path) -> None:
    with pytest.raises(TokenizerBroken, match=r"that it calls new-model, which .* doesn't know\. Serve it"):
        opened(tmp_path, pre="new-model").tokenizer()
    old = opened(tmp_path, pre=None)
    assert "is old" in old.note
    assert old.tokenizer().get_vocab()
    assert opened(tmp_path).note == ""


@pytest.mark.parametrize("kind", ["rwkv", "bert", "t5", "gemma4", ""])
def test_a_kind_of_tokenizer_that_nobody_knows(tmp_path: Path, kind: str) -> None:
    with pytest.raises(TokenizerBroken, match="of the kind"):
        opened(tmp_path, vocabulary=lambda writer: _of_kind(writer, kind)).tokenizer()


def _of_kind(writer: Any, kind: str) -> int:
    writer.add_token_list(["a", "b"])
    if kind:
        writer.add_tokenizer_model(kind)
    return 2


def test_scores(tmp_path: Path) -> None:
    """A vocabulary as sentencepiece makes them: words begin with a space, what it doesn't have are bytes."""
    tokenizer = opened(tmp_path, vocabulary=made.add_scored_vocabulary).tokenizer()
    backend = tokenizer.backend_tokenizer
    assert backend.encode("ab🙂", add_special_tokens=False).tokens[-4:] == ["<0xF0>", "<0x9F>", "<0x99>", "<0x82>"]
    assert backend.encode("<|user|>ab", add_special_tokens=False).tokens[:2] == ["<|user|>", "▁"]
    for text in AWKWARD:
        assert backend.decode(Tokens(tokenizer).encode(text), skip_special_tokens=False) == text
    bare = opened(
        tmp_path, says={"tokenizer.ggml.add_space_prefix": False}, vocabulary=made.add_scored_vocabulary
    ).tokenizer()
    assert bare.backend_tokenizer.encode("<|user|>ab", add_special_tokens=False).tokens[1] != "▁"


@pytest.mark.parametrize(
    ("template", "begins"),
    [
        ("{{ bos_token }}{% for message in messages %}{{ message['content'] }}{% endfor %}", True),
        ("<|endoftext|>{% for message in messages %}{{ message['content'] }}{% endfor %}", True),
        ("{% for message in messages %}{{ message['content'] }}{% endfor %}", True),
        ("{% for message in messages %}{{ message['content'] }}{% endfor %}", False),
    ],
)
def test_a_prompt_begins_once(tmp_path: Path, template: str, begins: bool) -> None:
    """A file says whether a prompt begins with the token for that; llama.cpp puts it before what a template doesn't begin so."""
    found = opened(tmp_path, says={"tokenizer.ggml.add_bos_token": begins}, template=template)
    ids, _ = prompts(found.tokenizer()).build(said("ab"))
    assert ids.count(found.config.bos_token_id) == int(begins)
    assert (ids[0] == found.config.bos_token_id) == begins


def test_whether_a_prompt_begins_so_where_nothing_is_said(tmp_path: Path) -> None:
    plain = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    for pre, begins in (("qwen2", False), ("llama-bpe", True), ("tekken", True), ("smollm", False)):
        found = opened(tmp_path, pre=pre, template=plain)
        assert (prompts(found.tokenizer()).build(said("ab"))[0][0] == found.config.bos_token_id) == begins
    found = opened(tmp_path, vocabulary=lambda writer: made.add_scored_vocabulary(writer, plain))
    assert prompts(found.tokenizer()).build(said("ab"))[0][0] == 1


def test_a_template_that_refuses_is_left_alone(tmp_path: Path) -> None:
    template = "{{ raise_exception('no') }}{{ bos_token }}"
    tokenizer = opened(tmp_path, says={"tokenizer.ggml.add_bos_token": True}, template=template).tokenizer()
    assert tokenizer.chat_template == template


def test_templates_with_names(tmp_path: Path) -> None:
    names = ["tool_use", "mine", "other"]
    says = {
        "tokenizer.chat_templates": names,
        **{f"tokenizer.chat_template.{name}": f"the one of {name}" for name in names},
    }
    assert opened(tmp_path, says=says).tokenizer().chat_template == made.TEMPLATE
    assert opened(tmp_path, says=says, template=None).tokenizer().chat_template == "the one of mine"
    says["tokenizer.chat_template.default"] = "the default"
    assert opened(tmp_path, says=says, template=None).tokenizer().chat_template == "the default"


def test_a_file_without_a_template(tmp_path: Path) -> None:
    tokenizer = opened(tmp_path, template=None).tokenizer()
    with pytest.raises(NoChatTemplate, match='"instruct" version'):
        prompts(tokenizer)


def test_what_ends_a_reply(tmp_path: Path) -> None:
    """What the file names, and what is an end in whatever file; a word of HTML isn't."""

    def ends(special: list[str], **ids: int) -> set[str]:
        says = {f"tokenizer.ggml.{what}_token_id": id for what, id in ids.items()}
        found = opened(tmp_path, says=says, special=special)
        return {found.vocabulary.texts[id] for id in found.generation.eos_token_id}

    count = len(made.by_bytes()[0])
    assert ends(SPECIAL) == {"<|endoftext|>", "<|im_end|>"}
    assert ends(["<a>", "<b>", "<c>", "<d>", "<e>"], eot=count + 3, eom=count + 4) == {"<c>", "<d>", "<e>"}
    assert ends(["<a>", "<b>", "<c>"], eot=10**6) == {"<c>"}, "one that isn't there is none"
    assert ends(["<a>", "<b>", "<c>"], eot=(1 << 32) - 1) == {"<c>"}, "nor is -1, in a field that has no sign"
    assert ends(["<a>", "<b>", "<c>", "<|eot_id|>", "<|eom_id|>"]) == {"<c>", "<|eot_id|>", "<|eom_id|>"}
    assert ends(["<a>", "<b>", "<|return|>", "<|call|>", "<|end|>"]) == {"<|return|>", "<|call|>"}


def test_what_looks_like_an_end_is_control(tmp_path: Path) -> None:
    """Some converters call it a word, and then nothing would end a reply."""

    def vocabulary(writer: Any) -> int:
        size = add_vocabulary(writer)
        writer.kv_data[0].pop("tokenizer.ggml.token_type")
        return size

    found = opened(tmp_path, vocabulary=vocabulary)
    tokenizer = found.tokenizer()
    assert set(Tokens(tokenizer).control) == {"<|endoftext|>", "<|im_end|>"}


@pytest.mark.parametrize(
    ("key", "value", "kind"),
    [
        ("tokens", ["a"] * 3, WeightsCorrupt),
        ("tokens", [1, 2, 3], WeightsCorrupt),
        ("token_type", [1, 1], WeightsCorrupt),
        ("merges", [1, 2], WeightsCorrupt),
        ("bos_token_id", "first", WeightsCorrupt),
        ("pre", 3, WeightsCorrupt),
        ("model", 3, WeightsCorrupt),
        ("add_bos_token", "yes", WeightsCorrupt),
    ],
)
def test_a_vocabulary_that_contradicts_itself(tmp_path: Path, key: str, value: Any, kind: type[Exception]) -> None:
    def vocabulary(writer: Any) -> int:
        size = add_vocabulary(writer)
        writer.kv_data[0].pop(f"tokenizer.ggml.{key}", None)
        made.put(writer, f"tokenizer.ggml.{key}", value)
        return size

    with pytest.raises(kind) as caught:
        opened(tmp_path, vocabulary=vocabulary).tokenizer()
    assert str(caught.value).isprintable()


def test_merges_that_can_t_happen_are_passed_over(tmp_path: Path) -> None:
    def vocabulary(writer: Any) -> int:
        size = add_vocabulary(writer)
        merges = writer.kv_data[0]["tokenizer.ggml.merges"].value
        writer.kv_data[0].pop("tokenizer.ggml.merges")
        writer.add_token_merges(["no such", "nosuch", *merges])
        return size

    ours, theirs = opened(tmp_path, vocabulary=vocabulary).tokenizer(), opened(tmp_path).tokenizer()
    assert all(Tokens(ours).encode(text) == Tokens(theirs).encode(text) for text in AWKWARD)
