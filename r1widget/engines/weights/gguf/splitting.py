"""`SPLITTINGS`: how a byte-level tokenizer cuts a text into words before it looks for tokens, by the name that GGUF has for it.

Names and what they mean are llama.cpp's (llama-vocab.cpp), so that a text has the ids there that it has here. Patterns are applied
one after the other, each to the words that the ones before have made, and what one doesn't match stays a word as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Splitting(NamedTuple):
    patterns: tuple[str, ...]
    whole: bool = False
    """Whether a word that is a token is that token, whatever the merges make of it (`ignore_merges`)."""
    begins: bool = False
    """Whether a text begins with the token for that, where the file doesn't say."""


_CONTRACTION = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_SPACES = r"\s*[\r\n]+|\s+(?!\S)|\s+"


def _by_word(numbers: str, *, letters: str = r"\p{L}", not_words: str = r"\p{L}\p{N}") -> str:
    """The pattern of cl100k, in which models differ by how many digits make a word, and what a letter is."""
    return rf"{_CONTRACTION}|[^\r\n\p{{L}}\p{{N}}]?{letters}+|{numbers}| ?[^\s{not_words}]+[\r\n]*|{_SPACES}"


_GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
_HAN = "[一-龥ࠀ-一가-퟿]+"
_DEEPSEEK_LETTERS = (
    "[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-\u1f7dᾀ-ᾴᾶ-ᾼ\u1fbeῂ-ῄῆ-ῌῐ-\u1fd3ῖ-\u1fdbῠ-Ῥῲ-ῴῶ-ῼ"
    "ℂℇℊ-ℓℕℙ-ℝℤ\u2126ℨ\u212a-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]+"
)
_DEEPSEEK_3 = (
    r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|"""
    + _SPACES
)


def _cased(numbers: str, ending: str) -> str:
    """The pattern of o200k, in which a word begins where a capital follows a small letter; llama.cpp knows case in ASCII alone."""
    upper, lower = r"(?:(?=\p{L})[^a-z])", r"(?:(?=\p{L})[^A-Z])"
    return (
        rf"[^\r\n\p{{L}}\p{{N}}]?{upper}*{lower}+{ending}|[^\r\n\p{{L}}\p{{N}}]?{upper}+{lower}*{ending}|{numbers}"
        rf"| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{_SPACES}"
    )


_KINDS: Mapping[Splitting, str] = {
    Splitting((_by_word(r"\p{N}"),)): "qwen2 deepseek-r1-qwen kormo megrez stablelm2 hunyuan solar-open grok-2",
    Splitting((_by_word(r"\p{N}", letters=r"[\p{L}\p{M}]", not_words=r"\p{L}\p{M}\p{N}"),)): "qwen35",
    Splitting(
        (_by_word(r"\p{N}{1,3}"),), whole=True, begins=True
    ): "llama-bpe llama3 llama-v3 falcon3 pixtral lfm2 midm-2.0",
    Splitting((_by_word(r"\p{N}{1,3}"),)): "dbrx smaug-bpe chatglm-bpe",
    Splitting((_by_word(r"\p{N}{1,3}"),), whole=True): "glm4 glm5",
    Splitting((r"\p{N}{1,3}", _by_word(r"\p{N}+")), whole=True): "minicpm5",
    Splitting(
        (_GPT2,)
    ): "gpt-2 phi-2 gigachat a.x-4.0 mellum modern-bert olmo mpt jais trillion granite-docling exaone4",
    Splitting((r"\p{N}", _GPT2)): "smollm starcoder refact command-r codeshell exaone minerva-7b mellum2",
    Splitting((_cased(r"\p{N}", ""),), whole=True, begins=True): "tekken",
    Splitting((_cased(r"\p{N}{1,3}", rf"{_CONTRACTION}?"),)): "gpt-4o llama4 kanana2",
    Splitting(
        (r"[\r\n]", rf"\s?{_DEEPSEEK_LETTERS}", r"\s?[!-/:-~！-／：-～‘-‟　-。]+", r"\s+$", _HAN, r"\p{N}+")
    ): "deepseek-llm",
    Splitting((r"[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", _HAN, r"\p{N}")): "deepseek-coder",
    Splitting((r"\p{N}{1,3}", "[一-龥\u3040-ゟ゠-ヿ]+", _DEEPSEEK_3)): "deepseek-v3 hunyuan-dense joyai-llm",
    Splitting(
        (rf"{_CONTRACTION}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}| ?[^\s\p{{L}}\p{{N}}\r\n]+|{_SPACES}",)
    ): "seed-coder",
    Splitting((r"[\p{P}$+<=>^~|`]+", _GPT2, "[0-9][0-9][0-9]")): "falcon",
    Splitting((r"[\p{P}$+<=>^~|]+", _GPT2, r"\p{N}+", "[0-9][0-9][0-9]")): "default",
}
SPLITTINGS: Mapping[str, Splitting] = {name: kind for kind, names in _KINDS.items() for name in names.split()}
"""By the value of `tokenizer.ggml.pre`; `"default"` is what llama.cpp takes where a file has none."""
