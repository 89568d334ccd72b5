"""The pocket model's word problems: the language they are told in, their tables, and what is kept for evaluation."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

from r1widget.pocket import samples, stories, unseen
from r1widget.pocket.problems import MINUS, PLUS, TIMES, held_out
from r1widget.pocket.stories import as_told, frames, phrasings, topics
from r1widget.pocket.stories.cast import WORDS
from r1widget.pocket.stories.language import Telling, agreeing, conjugated, linked, parsed, tidy
from r1widget.pocket.stories.people import HE, SHE
from r1widget.pocket.stories.phrasings import read_sum
from r1widget.pocket.stories.things import KINDS, plural

TABLES = ("add", "subtract", "multiply", "two", "voices_one", "voices_two", "declined")
WRITTEN = sorted(f"written/{path.stem}" for path in Path(stories.__file__).parent.glob("written/*.txt"))


def told(count: int, seed: int = 1) -> list[stories.Story]:
    """Word problems as training has them."""
    rng = Random(seed)
    return [stories.tell(rng) for _ in range(count)]


def test_a_choice_is_made_at_each_place() -> None:
    telling = Telling(Random(0), {"n": "Tom", "t": "nuts"}, {"more": ("two more {t}",)}, tense="past")
    said = {telling.say("{n} (~buy|~get) (|all )<more>") for _ in range(60)}
    assert said == {f"Tom {verb} {all_}two more nuts" for verb in ("bought", "got") for all_ in ("", "all ")}


@pytest.mark.parametrize("text", ["(a|b", "a)b", "((a)"])
def test_a_bracket_without_its_other_half_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="bracket"):
        parsed(text)


def test_verbs_agree_with_who_and_when() -> None:
    assert [conjugated("be", "present", person) for person in ("i", "one", "many")] == ["am", "is", "are"]
    assert [conjugated("carry", tense, "one") for tense in ("past", "present", "perfect", "future", "ing")] == [
        "carried", "carries", "has carried", "will carry", "carrying",
    ]  # fmt: skip
    assert agreeing("I has 5 and we needs 7; he has 2", ("I", "we")) == "I have 5 and we need 7; he has 2"


def test_a_linked_choice_is_the_same_everywhere() -> None:
    said = {linked(Random(seed), "a [1:day|week] in two [1]s") for seed in range(20)}
    assert said == {"a day in two days", "a week in two weeks"}


def test_sentences_begin_with_a_capital_and_articles_fit() -> None:
    assert tidy("a apple , and i  eat it. then a hour") == "An apple, and I eat it. Then an hour"


@pytest.mark.parametrize(
    ("noun", "many"),
    [
        ("box", "boxes"),
        ("cherry", "cherries"),
        ("toy car", "toy cars"),
        ("loaf of bread", "loaves of bread"),
        ("sheep", "sheep"),
    ],
)
def test_plurals(noun: str, many: str) -> None:
    assert plural(noun) == many


@pytest.mark.parametrize("name", [*TABLES, *WRITTEN])
def test_every_line_of_a_table_can_be_told(name: str) -> None:
    rng = Random(name)
    for phrasing in (each for lines in phrasings.table(name).values() for each in lines):
        assert name == "declined" or (phrasing.why and phrasing.reply and phrasing.sum.operations), phrasing
        assert not re.search(r"\([^()|]*\)", phrasing.text), f"a choice of one: {phrasing.text}"
        whole = linked(rng, f"{phrasing.text} => {phrasing.reply}")
        assert not set("[]") & set(whole), whole
        parsed(whole)


def test_a_story_names_every_number_of_its_sum() -> None:
    for story in told(3000):
        written = re.sub(rf"\b({'|'.join(WORDS)})\b", lambda word: str(WORDS.index(word[0])), story.text.lower())
        written = written.replace("twice", "2").replace("double", "2").replace("both", "2").replace("two times", "2")
        numbers = set(map(int, re.findall(r"\d+", written)))
        missing = set(story.problem.numbers) - numbers
        # "As many again" and "the same at noon and at night" say a factor of two or three without its number.
        assert not missing or (missing <= {2, 3} and story.problem.operations[0] == TIMES), story
        assert story.reply.count("{r}") == 1 and not re.search(r"[⟦⟧<>\[\]|~^]", story.text + story.reply), story


def test_stories_are_of_many_forms() -> None:
    some = told(2000)
    assert {story.problem.operations for story in some} >= {
        (PLUS,),
        (MINUS,),
        (TIMES,),
        (PLUS, MINUS),
        (MINUS, TIMES),
        (TIMES, PLUS),
    }
    assert len({unseen.skeleton(story.text) for story in some}) > 1000
    assert len({story.text.split()[0] for story in some}) > 300


def test_a_sum_stands_in_the_order_in_which_it_is_told() -> None:
    for sum_, letters, wanted in (
        ("a × b", "ba", "b × a"),
        ("a - b", "ba", "a - b"),
        ("a × b + c", "cab", "c + a × b"),
        ("a - b × c", "acb", "a - c × b"),
        ("a + b + a", "ab", "a + b + a"),
        ("a - b - c", "acb", "a - c - b"),
    ):
        assert as_told(read_sum(sum_), list(letters)) == read_sum(wanted), sum_


def test_what_a_story_cannot_tell_is_not_asked_of_it() -> None:
    rng = Random(3)
    whys = {stories.beyond(rng)[1] for _ in range(300)}
    assert whys == {"division", "story", "steps", "long"}


def test_training_has_no_phrasing_that_is_kept_for_evaluation() -> None:
    kept = unseen.skeletons()
    assert len(kept) > 150
    for story in told(6000, 2):
        assert unseen.skeleton(story.text) not in kept, story.text
    rng = Random(4)
    asked = [samples.draw_asked(rng, "story") for _ in range(1000)]
    assert not any(unseen.reserved(each.text) or held_out(each.problem) for each in asked)


def test_a_story_with_a_kept_skeleton_is_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[str] = []

    def reserved(text: str) -> bool:
        refused.append(text)
        return len(refused) < 3

    monkeypatch.setattr(stories, "reserved", reserved)
    (story,) = told(1)
    assert (
        len(refused) == 3 and refused[2].lower() in story.text.lower() and refused[0].lower() not in story.text.lower()
    )


def test_a_skeleton_is_blind_to_names_things_and_numbers() -> None:
    one = unseen.skeleton("Tom has 23 apples and buys 5 more. How many apples does he have now?")
    assert one == unseen.skeleton(
        "the brave baker has 7 loaves and SELLS twelve more. how many loaves does she have now"
    )
    assert one != unseen.skeleton("Tom has 23 apples and buys 5 more. How many apples does he have in all?")


@pytest.mark.parametrize("name", unseen.SETS)
def test_a_kept_set_is_whole(name: str) -> None:
    rng = Random(5)
    lines = unseen.lines(name)
    assert len(lines) >= 30 and len({line.text for line in lines}) == len(lines)
    for line in lines:
        wanted = read_sum(line.sum)
        text = line.told(rng, {"a": 801, "b": 702, "c": 603})
        assert [str(number) in text for number in (801, 702, 603)] == [letter in wanted.operands for letter in "abc"], (
            line
        )
        assert not re.search(r"[{}|]", text)


def test_the_people_of_the_kept_sets_are_strangers() -> None:
    assert not {*unseen.SHE, *unseen.HE} & {*SHE, *HE}
    assert len(KINDS) > 5


def test_facts_are_asked_about_in_several_ways_with_sums_of_their_own() -> None:
    several = [topic for topic in topics.topics() if len({asking.sum for asking in topic.asked}) > 1]
    assert len(several) > 12
    for topic in topics.topics():
        used = {*re.findall(r"<(\w+)>", str(topic))}
        assert used == set(topic.rules), "each rule has its use, and each use its rule"
        for asking in topic.asked:
            assert asking.questions and asking.why.endswith("."), asking


@pytest.mark.parametrize("steps", [1, 2])
def test_a_topics_story_leaves_nothing_open(steps: int) -> None:
    rng = Random(steps)
    for _ in range(1500):
        wanted, why, text, reply = topics.told(rng, steps)
        assert len(wanted.operations) == steps and why.startswith(
            ("It ", "I ", "There ", "Each ", "More ", "Some ", "First ", "Two ", "The ")
        )
        assert not set("()|<>[]") & set(text + reply), (text, reply)
        assert reply.count("{r}") + reply.count("{$r}") == 1
        named = {letter for letter in "abc" if f"{{{letter}}}" in text or f"{{${letter}}}" in text}
        assert named == set(wanted.operands), text


def test_a_frame_keeps_the_statements_and_the_question() -> None:
    rng = Random(6)
    said = {frames.framed(rng, ["tom has {a} nuts", "he eats {b}"], "how many nuts are left") for _ in range(400)}
    assert all("tom has {a} nuts" in text and "he eats {b}" in text for text in said)
    assert {
        "tom has {a} nuts. he eats {b}. how many nuts are left?",
        "how many nuts are left if tom has {a} nuts and he eats {b}?",
        "if tom has {a} nuts, he eats {b}, how many nuts are left?",
        "tom has {a} nuts. he eats {b}. find how many nuts are left.",
    } <= said
    assert len(said) > 150


def test_only_a_text_that_ends_with_its_one_question_is_framed_anew() -> None:
    for text in ("what is it? tell me.", "if tom has {a} nuts, how many?", "find the sum of {a} and {b}."):
        assert frames.reframed(Random(0), text) == text


def test_an_aside_is_no_part_of_the_sum() -> None:
    aside = [
        story for story in told(4000, 7) if re.search(r"o'clock|house number|wears the number", story.text.lower())
    ]
    assert len(aside) > 20
    for story in aside:
        words = re.findall(r"\d+|\b(?:" + "|".join(WORDS) + r")\b", story.text.lower())
        values = {WORDS.index(word) if word in WORDS else int(word) for word in words}
        assert len(words) > len(values & set(story.problem.numbers)), story  # "there and back" says no number
