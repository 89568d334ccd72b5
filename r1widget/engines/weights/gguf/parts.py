"""`parts_of`: the headers of a model's GGUF file, or of all its parts, whichever of them is given."""

from __future__ import annotations

from pathlib import Path

from ....errors import ModelNotFound, WeightsCorrupt
from .fields import Fields
from .filenames import part_name, read_name
from .header import Header, damaged, read_header, said


def parts_of(path: Path) -> dict[Path, Header]:
    """The headers by their files, the first part first; of a model in one file that one. Parts lie beside each other, and are
    called as llama-gguf-split calls them: `model-00001-of-00003.gguf`."""
    header = read_header(path)
    count = Fields(path, header).count("split.count") or 1
    if count == 1:
        return {path: header}
    if read_name(path.name).parts != count:
        raise WeightsCorrupt(
            f"{said(path.name)} is a part of {count} files, and its name doesn't say of which.",
            f"Call them as they were: model-00001-of-{count:05}.gguf, …",
        )
    beside = [path.with_name(part_name(path.name, number)) for number in range(1, count + 1)]
    missing = [said(part.name) for part in beside if not part.is_file()]
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        raise ModelNotFound(
            f"{said(path.name)} is a part of {count} files, and not all of them are there: {', '.join(missing[:3])}{more}.",
            "Put the others beside it.",
        )
    headers = {part: header if part == path else read_header(part) for part in beside}
    _check(headers)
    return headers


def _check(headers: dict[Path, Header]) -> None:
    """Whether they are parts of one model."""
    count = sum(len(header.tensors) for header in headers.values())
    names = {name for header in headers.values() for name in header.tensors}
    for number, (path, header) in enumerate(headers.items()):
        fields = Fields(path, header)
        if fields.count("split.count") != len(headers) or fields.count("split.no") != number:
            raise damaged(path, "isn't the part that its name says")
    for path, header in headers.items():
        if Fields(path, header).count("split.tensors.count") not in (None, count) or len(names) != count:
            raise damaged(path, "doesn't belong to the parts beside it")
