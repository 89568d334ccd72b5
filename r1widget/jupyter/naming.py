"""`names_of`: how a person's code calls their objects, for sentences that say what to run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

LONGEST = 100
"""Of the lists and dictionaries that are looked into."""


def names_of(kind: type | tuple[type, ...], namespace: Mapping[str, object]) -> dict[int, str]:
    """For each object of `kind`, by its `id`: a variable (`chat`), a place in one (`chats[0]`), or an output (`Out[3]`)."""
    found: dict[int, str] = {}
    for name, thing in _called(namespace):
        if isinstance(thing, kind):
            found.setdefault(id(thing), name)
    return found


def _called(namespace: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    # A copy: other threads may assign meanwhile.
    variables = {
        name: thing for name, thing in dict(namespace).items() if not name.startswith("_") and name not in ("In", "Out")
    }
    yield from variables.items()
    for name, thing in {**variables, "Out": namespace.get("Out")}.items():
        if type(thing) is dict and (name == "Out" or len(thing) <= LONGEST):
            yield from ((f"{name}[{key!r}]", each) for key, each in thing.items() if type(key) in (int, str))
        elif type(thing) in (list, tuple) and len(thing) <= LONGEST:  # type: ignore[arg-type]
            yield from ((f"{name}[{at}]", each) for at, each in enumerate(thing))  # type: ignore[arg-type,var-annotated]
