"""How a person's code calls a chat."""

from __future__ import annotations

from r1widget.jupyter.naming import names_of


class Thing:
    pass


def test_variables_first_then_places_in_them_then_outputs() -> None:
    named, listed, keyed, shown, lost = (Thing() for _ in range(5))
    namespace = {
        "Out": {1: named, 3: shown, 4: lost},
        "In": ["", "chat"],
        "_": shown,
        "_3": shown,
        "both": [named, listed],
        "chat": named,
        "models": {"a": keyed, 2.5: lost},
        "number": 7,
    }
    del namespace["Out"][4]  # type: ignore[attr-defined]
    names = names_of(Thing, namespace)
    assert [names.get(id(thing)) for thing in (named, listed, keyed, shown, lost)] == [
        "chat",
        "both[1]",
        "models['a']",
        "Out[3]",
        None,
    ]
    for thing in (named, listed, keyed, shown):
        assert eval(names[id(thing)], dict(namespace)) is thing


def test_long_lists_are_not_looked_into() -> None:
    thing = Thing()
    assert names_of(Thing, {"many": [thing] * 101}) == {}
    assert names_of((), {"thing": thing}) == {}
