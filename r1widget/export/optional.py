"""`optional`: a library that few need, imported when it is first wanted. The one place that imports any of them."""

from __future__ import annotations

import importlib
from typing import Any

from ..errors import MissingLibrary


def optional(name: str, what: str) -> Any:
    """The module `name`; `MissingLibrary` says that `what` needs it. Without a type: nobody who checks types need have it."""
    package = name.partition(".")[0]
    try:
        importlib.import_module(package)
        return importlib.import_module(name)
    except ImportError as error:
        if isinstance(error, ModuleNotFoundError) and error.name == package:
            raise MissingLibrary(f"{what} needs {package}, which isn't installed.", f"pip install {package}") from error
        raise MissingLibrary(
            f"{what} needs {package}, which is installed and can't be imported ({error}).",
            f"pip install --upgrade --force-reinstall {package}, and restart the kernel.",
        ) from error
