"""Extractors for Gloss, written in Python.

An extractor is a class::

    import re
    from dataclasses import dataclass
    from gloss_plugin import Extractor, spans

    class Shouting(Extractor):
        \"\"\"Words in capitals.\"\"\"

        provides = [spans("shouts")]

        @dataclass
        class Options:
            min_letters: int = 3

        def extract(self, documents):
            words = re.compile(r"\\b[A-Z]{%d,}\\b" % self.options.min_letters)
            for document in documents:
                for match in words.finditer(document.text):
                    document.add_span("shouts", match.start(), match.end())

``python -m gloss_plugin --manifest shouting.py`` makes a plugin of it. Offsets are those of Python
strings everywhere. ``gloss_plugin.testing`` runs an extractor within its own tests.
"""

from .documents import Annotation, Document, Layer
from .extractor import CorpusExtractor, Extractor, ModelFiles
from .failures import Cancelled, Failure, ModelError, OptionError
from .options import File, Model, option
from .schema import (
    Attribute,
    LayerSchema,
    Plan,
    Requirement,
    classes,
    relations,
    requires,
    spans,
    texts,
    vectors,
)

__version__ = "0.1.0"

__all__ = [
    "Annotation",
    "Attribute",
    "Cancelled",
    "CorpusExtractor",
    "Document",
    "Extractor",
    "Failure",
    "File",
    "Layer",
    "LayerSchema",
    "Model",
    "ModelError",
    "ModelFiles",
    "OptionError",
    "Plan",
    "Requirement",
    "classes",
    "option",
    "relations",
    "requires",
    "spans",
    "texts",
    "vectors",
]
