"""Which ids stay when a text is edited."""

from __future__ import annotations

from r1widget.conversation.token_ids import NONE, ReplyIds


def reply() -> ReplyIds:
    """`Two` `🙂`(2 ids) `\\n` `</think>` `\\n\\n` `Four`"""
    ids = ReplyIds()
    ids.add([11], 3, 0, thinking=True)
    ids.add([21, 22], 4, 0, thinking=True)
    ids.add([198], 5, 0, thinking=True)
    ids.add([151649], 5, 0, thinking=False)
    ids.add([271], 5, 2, thinking=False)
    ids.add([31], 5, 6, thinking=False)
    return ids


def test_whole_pieces_before_the_edit_stay() -> None:
    assert reply().keep("reasoning", 0) == NONE
    assert reply().keep("reasoning", 2) == NONE
    assert reply().keep("reasoning", 3) == ((11,), 3, 0, False)
    assert reply().keep("reasoning", 4) == ((11, 21, 22), 4, 0, False)


def test_a_thought_that_stays_whole_doesnt_stay_closed() -> None:
    assert reply().keep("reasoning", 5) == ((11, 21, 22, 198), 5, 0, False)
    assert reply().keep("reasoning", 99) == ((11, 21, 22, 198), 5, 0, False)


def test_of_an_edited_answer_the_thought_and_its_end_stay() -> None:
    assert reply().keep("answer", 0) == ((11, 21, 22, 198, 151649), 5, 0, True)
    assert reply().keep("answer", 3) == ((11, 21, 22, 198, 151649, 271), 5, 2, True)
    assert reply().keep("answer", 6) == reply().all


def test_what_was_kept_can_be_kept_again() -> None:
    first = reply()
    second = ReplyIds()
    kept = first.keep("answer", 2)
    second.start(kept, first)
    assert second.all == kept
    second.add([41], 5, 9, thinking=False)
    assert second.keep("reasoning", 4) == first.keep("reasoning", 4)
    assert second.all.ids == (*kept.ids, 41)


def test_behind_a_piece_without_ids_nothing_is_known() -> None:
    ids = reply()
    ids.add([], 5, 9, thinking=False)
    ids.add([51], 5, 12, thinking=False)
    assert ids.all == reply().all
