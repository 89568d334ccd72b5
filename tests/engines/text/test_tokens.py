"""Prompts: exact ids, nobody's text as control, and what a template is found to do."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from r1widget.engines.text.closing import ThinkingTokens
from r1widget.engines.text.prompts import Prompts
from r1widget.engines.text.tokens import SAMPLE, Tokens, gives_back, load_tokenizer
from r1widget.errors import EngineError, NoChatTemplate, TokenizerBroken
from r1widget.reasoning import TABLE, ReasoningSplitter, Tags
from tests import real, tiny

CHATML = (
    "{%- for message in messages -%}{{- '<|im_start|>' + message['role'] + '\\n' + message['content'].strip() + "
    "'<|im_end|>\\n' -}}{%- endfor -%}{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}"
)
ORDINARY = [
    [("user", "hello")],
    [("user", "\n\n  two lines \n"), ("assistant", " 2 "), ("user", "日本 🙂 x = 3.14\t?")],
    [("system", "Be brief."), ("user", "1+1?"), ("assistant", "2"), ("user", "")],
]


class Case:
    """A tokenizer with all that is built on it."""

    def __init__(self, tokenizer: Any, tokens: Tokens | None = None, **options: Any) -> None:
        self.tokenizer = tokenizer
        self.tokens = tokens or Tokens(tokenizer)
        self.prompts = Prompts(tokenizer, self.tokens, "the model", **options)

    def with_template(self, template: str, **options: Any) -> Case:
        tokenizer = copy.copy(self.tokenizer)
        tokenizer.chat_template = template
        return Case(tokenizer, self.tokens, **options)

    def ids(self, *messages: tuple[str, str]) -> list[int]:
        return self.prompts.build(said(*messages))[0]

    def opens(self, *messages: tuple[str, str]) -> bool:
        return self.prompts.build(said(*messages))[1]

    def officially(self, *messages: tuple[str, str]) -> list[int]:
        ids = self.tokenizer.apply_chat_template(
            said(*messages), tokenize=True, add_generation_prompt=True, return_dict=False
        )
        return list(ids)

    def read(self, ids: list[int]) -> str:
        text: str = self.tokens.backend.decode(ids, skip_special_tokens=False)
        return text


def said(*messages: tuple[str, str]) -> list[dict[str, str]]:
    return [{"role": role, "content": content} for role, content in messages]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("tokenizer")
    tiny.tokenizer_file(folder)
    return Case(load_tokenizer(folder, "tiny"))


@pytest.fixture(scope="module")
def large() -> Case:
    return Case(load_tokenizer(real.FOLDER, "R1"))


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """SentencePiece's ways: a mark for spaces, put before the first word, bytes for what isn't in the vocabulary, and
    control tokens that are in the plain vocabulary too and swallow white space."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    pieces = ["<unk>", "<s>", "</s>", "<|user|>", "<|end|>", *(f"<0x{byte:02X}>" for byte in range(256))]
    pieces += ["▁", *"abcdefghijklmnopqrstuvwxyz", "▁a", "ab"]
    backend = Tokenizer(
        models.BPE(
            {piece: id for id, piece in enumerate(pieces)},
            [("▁", "a"), ("a", "b")],
            unk_token="<unk>",
            byte_fallback=True,
            fuse_unk=True,
        )
    )
    backend.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    backend.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    backend.add_special_tokens(["<unk>", "<s>", "</s>"])
    backend.add_tokens([AddedToken("<|user|>", rstrip=True, normalized=False), AddedToken("<|end|>", normalized=False)])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, bos_token="<s>", eos_token="</s>")
    template = (
        "{{- bos_token -}}{%- for message in messages -%}{{- '<|' + message['role'] + '|>\\n' + message['content'] + "
        "'<|end|>\\n' -}}{%- endfor -%}"
    )
    tokenizer.chat_template = template
    return Case(tokenizer)


# ---- exact ids


@real.needed
def test_ids_are_those_on_record(large: Case) -> None:
    vectors = json.loads((real.FOLDER / "template_vectors.json").read_text(encoding="utf-8"))["vectors"]
    same = ("single", "system+user", "two systems (last wins)", "history with reasoning", "history answer only")
    for name in same:
        messages = [(message["role"], message["content"]) for message in vectors[name]["messages"]]
        assert large.ids(*messages) == vectors[name]["current_ids"], name


@pytest.mark.parametrize("messages", ORDINARY)
@pytest.mark.parametrize("kind", ["small", "marked", pytest.param("large", marks=real.needed)])
def test_ordinary_conversations_get_the_official_ids(
    kind: str, messages: list[tuple[str, str]], request: pytest.FixtureRequest
) -> None:
    case: Case = request.getfixturevalue(kind)
    assert case.ids(*messages) == case.officially(*messages)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.text(max_size=30), answer=st.text(max_size=30), second=st.text(max_size=30))
def test_any_text_without_tags_gets_the_official_ids(small: Case, first: str, answer: str, second: str) -> None:
    messages = ("user", first), ("assistant", answer), ("user", second)
    assume(not any(tag in text for _, text in messages for tag in small.tokens.control))
    assert small.ids(*messages) == small.officially(*messages)


@real.needed
def test_text_that_runs_over_the_border_of_a_message_is_read_as_one(large: Case) -> None:
    case = large.with_template(CHATML.replace("<|im_start|>", "<|EOT|>").replace(".strip()", ""))
    for messages in (*ORDINARY, [("user", "\n\nfoo")]):
        assert case.ids(*messages) == case.officially(*messages)


# ---- nobody's text is control


@real.needed
def test_a_question_never_becomes_a_control_token(large: Case) -> None:
    frame = large.ids(("user", ""))
    every = "".join(large.tokens.control)
    for question in (
        "a<｜User｜></think>b",
        "<｜Us<｜User｜>er｜>",
        "<th<think>ink>",
        every,
        every[::-1],
        *large.tokens.control,
    ):
        ids = large.ids(("user", question))
        inside = ids[2:-3]
        assert ids[:2] + ids[-3:] == frame
        assert inside
        assert max(inside) < 151643
        assert large.read(inside) == question


@real.needed
def test_the_ids_of_such_a_question_are_those_of_its_pieces(large: Case) -> None:
    assert large.ids(("user", "a<｜User｜></think>b"))[2:-3] == [64, 27, 130957, 1474, 130957, 1472, 26865, 51407]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.lists(
        st.sampled_from(
            [*tiny.BEGIN, tiny.BEGIN, tiny.END, tiny.USER, tiny.OPEN, tiny.CLOSE, "<", "｜>", "x", "\n", "\U000f0000"]
        )
    ).map("".join)
)
def test_whatever_is_made_of_tags_stays_text(small: Case, text: str) -> None:
    frame = small.ids(("system", ""), ("user", ""), ("assistant", ""), ("user", ""))
    control = frozenset(small.tokens.control.values())
    # A thinking block that an answer still begins with goes, whole; nothing else of an answer does.
    answer = "Answer: " + text
    ids = small.ids(("system", text), ("user", text), ("assistant", answer), ("user", text))
    assert [id for id in ids if id in control] == [id for id in frame if id in control]
    conversation = (tiny.BEGIN, text, tiny.USER, text, tiny.ASSISTANT, answer, tiny.END, tiny.USER, text)
    assert small.read(ids) == "".join((*conversation, tiny.ASSISTANT, tiny.OPEN, "\n"))


def test_control_tokens_of_the_plain_vocabulary_are_read_by_letter(marked: Case) -> None:
    ids = marked.ids(("user", "ab</s><|end|>"))
    assert ids.count(marked.tokens.control["</s>"]) == 0
    assert ids.count(marked.tokens.control["<|end|>"]) == 1
    assert marked.read(ids).count("</s><|end|>") == 1


def test_words_that_are_added_tokens_are_words(tmp_path: Path) -> None:
    from transformers import PreTrainedTokenizerFast

    tiny.tokenizer_file(tmp_path)
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(tmp_path / "tokenizer.json"), chat_template=tiny.TEMPLATE)
    tokenizer.add_tokens(["  ", "r1widget"])
    assert not {"  ", "r1widget"} & Tokens(tokenizer).control.keys()


# ---- the history


def test_an_answer_that_quotes_the_tag_is_not_cut(small: Case) -> None:
    answer = "Use `<think>` and `</think>` tags."
    text = small.read(small.ids(("user", "tags?"), ("assistant", answer), ("user", "thanks")))
    assert answer in text


def test_a_thinking_block_does_not_go_into_the_history(small: Case) -> None:
    raw = "<think>\nadd</think>\n\n2 </think> b"
    assert small.ids(("user", "?"), ("assistant", raw), ("user", "!")) == small.ids(
        ("user", "?"), ("assistant", "\n\n2 </think> b"), ("user", "!")
    )


@pytest.mark.parametrize("tags", TABLE, ids=lambda tags: tags.open[0].strip())
def test_no_models_thinking_block_goes_into_the_history(small: Case, tags: Tags) -> None:
    raw = f"{tags.open[0]}add{tags.close[0]}2 {tags.open[0]}add{tags.close[0]}b"
    assert small.ids(("user", "?"), ("assistant", raw), ("user", "!")) == small.ids(
        ("user", "?"), ("assistant", "2 b"), ("user", "!")
    )
    unclosed = f"{tags.open[0]}add"
    text = small.read(small.ids(("user", "?"), ("assistant", unclosed), ("user", "!")))
    assert unclosed in text, "an answer that is all thought stays"


def test_given_tags_go_out_of_the_history_too(small: Case) -> None:
    case = small.with_template(tiny.TEMPLATE, thinking_tags=("<plan>", "</plan>"))
    assert case.ids(("user", "?"), ("assistant", "<plan>add</plan>2"), ("user", "!")) == small.ids(
        ("user", "?"), ("assistant", "2"), ("user", "!")
    )


def test_lone_surrogates_can_be_asked(small: Case) -> None:
    assert small.read(small.ids(("user", "a\ud800b"))).count("a\N{REPLACEMENT CHARACTER}b") == 1


def test_what_can_not_be_asked(small: Case) -> None:
    with pytest.raises(EngineError, match="nothing to answer"):
        small.prompts.build([])
    with pytest.raises(EngineError, match="role 'robot'"):
        small.ids(("robot", "hello"))


def test_a_template_that_refuses_says_why(small: Case) -> None:
    case = small.with_template("{{ raise_exception('no system prompt, please') }}")
    with pytest.raises(EngineError, match="no system prompt, please"):
        case.ids(("system", "x"), ("user", "y"))
    assert case.prompts.extra_stop_ids() == set()


# ---- what a template does


@pytest.mark.parametrize(
    ("end", "opens"),
    [
        ("<think>\\n", True),
        ("<think>", True),
        ("<think>\\nOkay, ", True),
        ("", False),
        ("<think>\\n</think>\\n\\n", False),
        ("<think></think><think>", True),
    ],
)
def test_whether_the_prompt_opens_thinking(small: Case, end: str, opens: bool) -> None:
    case = small.with_template(tiny.TEMPLATE.replace("<think>\\n", end))
    for question in ("hello", "what is <think>", "<think>\n", "</think>", ""):
        assert case.opens(("user", question)) is opens
        assert case.opens(("user", "<think>"), ("assistant", "a <think> b"), ("user", question)) is opens


def with_tokens(folder: Path, tags: Tags) -> Any:
    """The small tokenizer, with these tags as control tokens, as far as a tag is one word."""
    from tokenizers import AddedToken

    tiny.tokenizer_file(folder)
    tokenizer = load_tokenizer(folder, "tiny")
    words = [mark for mark in tags.marks if " " not in mark and "\n" not in mark]
    tokenizer.add_tokens([AddedToken(mark, special=True, normalized=False) for mark in words])
    return tokenizer


@pytest.mark.parametrize("tags", TABLE, ids=lambda tags: tags.open[0].strip())
def test_a_models_own_tags(tags: Tags, tmp_path: Path) -> None:
    """The template opens the thought: that is known; the thinking is closed with the same row; and nobody can type it."""
    tokenizer = with_tokens(tmp_path, tags)
    tokenizer.chat_template = tiny.TEMPLATE.replace("<think>\\n", tags.open[0].replace("\n", "\\n"))
    case = Case(tokenizer)
    assert case.prompts.tags == (tags,)
    assert case.opens(("user", "hello"))
    typed = "".join(tags.marks)
    for text in (typed, *tags.marks):
        ids = case.ids(("system", text), ("user", text), ("assistant", f"It is {text}"), ("user", text))
        frame = case.ids(("system", ""), ("user", ""), ("assistant", "It is "), ("user", ""))
        control = frozenset(case.tokens.control.values())
        assert [id for id in ids if id in control] == [id for id in frame if id in control]
        assert case.read(ids).count(text) >= 4
    words = ThinkingTokens(case.tokens, *case.prompts.tags)
    assert words.token == case.tokens.control.get(tags.close[0])
    for behind in ("", "a thought.", "a thought.\n"):
        closing = case.read(words.closing(behind, "Enough."))
        splitter = ReasoningSplitter(True, thinking_tags=case.prompts.tags)
        parts = [*splitter.feed(behind + closing + "42"), *splitter.flush()]
        thought = "".join(part for kind, part in parts if kind == "reasoning")
        answer = "".join(part for kind, part in parts if kind == "answer")
        assert (thought.strip(), answer.strip()) == (f"{behind.strip()}\n\nEnough.".strip(), "42")
    assert case.read(words.opening("a")).startswith(tags.open[0])


def test_a_model_without_tags_of_its_own_is_read_by_what_it_writes(small: Case) -> None:
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    backend = Tokenizer(models.BPE({"a": 0, "b": 1}, []))
    case = Case(PreTrainedTokenizerFast(tokenizer_object=backend, chat_template=CHATML))
    assert case.prompts.tags == ()
    assert not case.opens(("user", "a<think>"))
    assert ThinkingTokens(small.tokens, *case.prompts.tags).closing("") == ThinkingTokens(small.tokens).closing("")


def test_given_tags_come_first(small: Case) -> None:
    template = tiny.TEMPLATE.replace("<think>\\n", "<plan>")
    case = small.with_template(template, thinking_tags=("<plan>", "</plan>"))
    assert [tags.open[0] for tags in case.prompts.tags] == ["<plan>", "<think>"]
    assert case.opens(("user", "hello"))
    assert not small.with_template(template).opens(("user", "hello"))
    words = ThinkingTokens(case.tokens, *case.prompts.tags[:1])
    assert case.read(words.closing("a")) == "\n</plan>\n\n"


def test_what_closes_a_thought_is_no_question_mark(tmp_path: Path) -> None:
    row = next(tags for tags in TABLE if tags.open[0].startswith("<|channel|>"))
    tokenizer = with_tokens(tmp_path, row)
    tokenizer.chat_template = (
        "{%- for message in messages -%}{{- '<|start|>' + ('' if message['role'] == 'user' else 'assistant"
        "<|channel|>final<|message|>') + message['content'] + '<|end|>' -}}{%- endfor -%}{{- '<|start|>assistant' -}}"
        "{%- if false -%}{{- '<|channel|>analysis<|message|>' -}}{%- endif -%}"
    )
    case = Case(tokenizer)
    assert case.prompts.tags == (row,)
    assert case.tokens.control["<|end|>"] not in case.prompts.extra_stop_ids()


# ---- templates that want messages as parts


def _parts(text: str, roles: str = "['user', 'assistant', 'system']") -> str:
    return (
        "{%- for message in messages -%}{{- '<｜User｜>' + message['role'] + ': ' -}}{%- if message['role'] in "
        + roles
        + " -%}"
        + text
        + "{%- else -%}{{- message['content'] + '' -}}{%- endif -%}{%- endfor -%}{{- '<｜Assistant｜>' -}}"
    )


WANT_PARTS = {
    "the first part": "{{- message['content'][0]['text'] -}}",
    "the first part, by attribute": "{{- message.content[0].text -}}",
    "each part": "{%- for part in message['content'] -%}{{- part['text'] -}}{%- endfor -%}",
    "each part of type text": (
        "{%- if message['content'][0]['type'] == 'image' -%}{{- ':' -}}{%- endif -%}{%- for line in message['content'] -%}"
        "{%- if line['type'] == 'text' -%}{{- line['text'] -}}{%- elif line['type'] == 'image' -%}{{- '<image>' -}}"
        "{%- endif -%}{%- endfor -%}"
    ),
    "selected parts": (
        "{%- for part in message['content'] | selectattr('type', 'equalto', 'text') -%}{{- part['text'] -}}{%- endfor -%}"
    ),
    "each part, or the part": "{%- for part in message['content'] -%}{{- part.text or part + ' ' -}}{%- endfor -%}",
    "no text": (
        "{%- if message['content'] is string -%}{{- raise_exception('parts, please') -}}{%- endif -%}"
        "{{- message['content'][0]['text'] -}}"
    ),
    "either": (
        "{%- if message['content'] is string -%}{{- message['content'] -}}{%- elif message['content'] is iterable -%}"
        "{%- for item in message['content'] -%}{{- item['text'] | trim -}}{%- endfor -%}{%- endif -%}"
    ),
}


@pytest.mark.parametrize("roles", ["['user', 'assistant', 'system']", "['user']"])
@pytest.mark.parametrize("wants", WANT_PARTS)
def test_a_template_that_wants_parts_gets_them(small: Case, wants: str, roles: str) -> None:
    case = small.with_template(_parts(WANT_PARTS[wants], roles))
    ids = case.ids(
        ("system", "Be brief."), ("user", "One </think>?"), ("assistant", "<think>x</think>Two."), ("user", "Three?")
    )
    assert case.read(ids) == (
        "<｜User｜>system: Be brief.<｜User｜>user: One </think>?<｜User｜>assistant: Two.<｜User｜>user: Three?<｜Assistant｜>"
    )
    assert tiny.CLOSE not in [case.tokens.backend.id_to_token(id) for id in ids]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{{- message['content'][0]['image'] -}}",
        "{{- message['content'][:10] -}}",
        "{%- for c in message.content -%}{{- c ~ ' ' -}}{%- endfor -%}",
    ],
)
def test_a_template_that_leaves_the_question_out_is_refused(small: Case, text: str) -> None:
    case = small.with_template(_parts(text))
    with pytest.raises(EngineError, match="leaves the question out") as caught:
        case.ids(("user", "What is 17 + 24, please?"))
    assert "another" in caught.value.remedy


def test_lone_surrogates_can_be_asked_of_it(small: Case) -> None:
    case = small.with_template(_parts(WANT_PARTS["each part"]))
    assert case.read(case.ids(("user", "a\ud800b"))).count("a\N{REPLACEMENT CHARACTER}b") == 1


def test_the_system_prompt_may_decide_it(small: Case) -> None:
    template = tiny.TEMPLATE.replace(
        "<think>\\n' -}}", "' + ('' if messages[0]['content'] == '/no_think' else '<think>\\n') -}}"
    )
    case = small.with_template(template)
    assert case.opens(("user", "x"))
    assert not case.opens(("system", "/no_think"), ("user", "x"))


def test_the_question_mark_ends_a_reply(small: Case) -> None:
    assert small.prompts.extra_stop_ids() == {small.tokens.control[tiny.END], small.tokens.control[tiny.USER]}


@real.needed
def test_the_default_model(large: Case) -> None:
    assert large.prompts.extra_stop_ids() == {151643, 151644}
    assert ThinkingTokens(large.tokens).closing("") == [198, 151649, 271]
    assert large.tokens.encode("Hello world!\nThe answer is 42.") == [9707, 1879, 4894, 785, 4226, 374, 220, 19, 17, 13]


@real.needed
def test_marks_that_answers_have_too_end_nothing(large: Case) -> None:
    case = large.with_template(CHATML.replace("<|im_start|>", "<|EOT|>"))
    assert case.prompts.extra_stop_ids() == set()


def test_a_model_without_a_template_is_refused(tmp_path: Path) -> None:
    tiny.tokenizer_file(tmp_path, template=None)
    with pytest.raises(NoChatTemplate, match="the model has no chat template"):
        Case(load_tokenizer(tmp_path, "tiny"))


# ---- the check at load


def test_a_tokenizer_read_with_the_wrong_class_is_repaired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import transformers

    class Wrong:
        """As transformers 5.0 to 5.22 read R1: words without spaces between them."""

        @staticmethod
        def from_pretrained(folder: str, **options: Any) -> Any:
            tokenizer = transformers.PreTrainedTokenizerFast.from_pretrained(folder)
            from tokenizers import pre_tokenizers

            tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
            return tokenizer

    tiny.tokenizer_file(tmp_path)
    assert not gives_back(Wrong.from_pretrained(str(tmp_path)))
    monkeypatch.setattr(transformers, "AutoTokenizer", Wrong)
    repaired = load_tokenizer(tmp_path, "tiny")
    assert repaired.backend_tokenizer.decode(repaired.encode(SAMPLE, add_special_tokens=False)) == SAMPLE
    assert (repaired.bos_token, repaired.eos_token) == (tiny.BEGIN, tiny.END)
    assert repaired.chat_template == tiny.TEMPLATE


def test_a_tokenizer_that_can_not_be_repaired_is_refused(tmp_path: Path) -> None:
    tiny.tokenizer_file(tmp_path)
    file = tmp_path / "tokenizer.json"
    description = json.loads(file.read_text(encoding="utf-8"))
    description["normalizer"] = {"type": "Lowercase"}
    file.write_text(json.dumps(description), encoding="utf-8")
    with pytest.raises(TokenizerBroken, match="doesn't give back the text") as caught:
        load_tokenizer(tmp_path, "tiny")
    assert caught.value.remedy


def test_a_tokenizer_that_can_not_be_read_is_refused(tmp_path: Path) -> None:
    tiny.tokenizer_file(tmp_path)
    (tmp_path / "tokenizer.json").write_text('{"version": "1.0", "mod', encoding="utf-8")
    with pytest.raises(TokenizerBroken, match="can't be read"):
        load_tokenizer(tmp_path, "tiny")
