"""Extractors that run what people have already: spaCy, Hugging Face, scikit-learn.

Each is a module of its own, whose library is imported when it is used::

    python -m gloss_plugin --manifest gloss_plugin.bridges.spacy

writes ``spacy.gloss.toml``, which makes a plugin of it.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Optional

from ..failures import Failure


def needed(module: str, package: Optional[str] = None) -> ModuleType:
    """A module of a library, or one clear error where that is not installed."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        # Something else that it needs may be missing; the message names it.
        package = package or module.split(".")[0]
        raise Failure(
            "the package %s cannot be imported: %s" % (package, error),
            help="install it for this Python: %s -m pip install %s" % (sys.executable, package),
        ) from error
