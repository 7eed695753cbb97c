"""Finding extractors: the author's module, and the classes in it."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import re
import sys
from types import ModuleType
from typing import Dict, Type

from .extractor import CorpusExtractor, Extractor, name_of
from .failures import Failure


def is_file(target: str) -> bool:
    """Whether a target is a file, and not the name of a module."""
    return target.endswith(".py") or os.sep in target


def load(target: str) -> ModuleType:
    """Imports a file or a module."""
    if not is_file(target):
        return importlib.import_module(target)
    path = os.path.abspath(target)
    if not os.path.isfile(path):
        raise Failure("there is no file %s" % path, help="check the manifest's `command`")
    # As when the file is run: modules beside it can be imported.
    sys.path.insert(0, os.path.dirname(path))
    name = re.sub(r"\W", "_", os.path.splitext(os.path.basename(path))[0])
    # Its own name could be that of a module that it imports, such as `spacy`.
    spec = importlib.util.spec_from_file_location("gloss_extractor_" + name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look for their module here.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def extractors(module: ModuleType) -> Dict[str, Type[Extractor]]:
    """The extractors that a module defines, by name, in the order in which they stand."""
    found: Dict[str, Type[Extractor]] = {}
    for value in list(vars(module).values()):
        if not inspect.isclass(value) or not issubclass(value, Extractor):
            continue
        own = value.__module__ == module.__name__ and value not in (Extractor, CorpusExtractor)
        # A base class of others is not for use, and begins with `_`.
        if own and not value.__name__.startswith("_"):
            name = name_of(value)
            if not re.fullmatch(r"[a-z0-9-]+", name):
                raise Failure("%r is not the name of an extractor: use a-z, 0-9 and -" % name)
            if found.setdefault(name, value) is not value:
                raise Failure("two classes are the extractor %r" % name)
    if not found:
        raise Failure(
            "%s has no class that is an Extractor" % (module.__file__ or module.__name__),
            help="write one: class Shouting(gloss_plugin.Extractor)",
        )
    return found
