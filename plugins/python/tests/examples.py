"""Extractors for tests: one that makes layers of all kinds, and one that sees all documents first."""

import re
from dataclasses import dataclass, field
from typing import Dict, List, Literal, Optional

from gloss_plugin import (
    CorpusExtractor,
    Extractor,
    Failure,
    File,
    OptionError,
    classes,
    option,
    relations,
    requires,
    spans,
    texts,
    vectors,
)


class Shouting(Extractor):
    """Words in capitals.

    More about them.
    """

    provides = [spans("shouts", attributes={"letters": int, "loud": bool})]
    languages = ["en"]

    @dataclass
    class Options:
        min_letters: int = option(3, minimum=1)
        """The fewest letters."""

    def extract(self, documents):
        words = re.compile(r"\b[^\W\d_a-z]{%d,}\b" % self.options.min_letters)
        for document in documents:
            for match in words.finditer(document.text):
                letters = match.end() - match.start()
                values = {"letters": letters, "loud": letters > 5}
                document.add_span("shouts", match.start(), match.end(), attributes=values)


class Everything(Extractor):
    """All kinds of layers."""

    name = "everything"
    metadata = ["weight"]
    requires = [requires("shouts", attributes=["letters"], optional=True)]
    provides = [
        spans(
            "words",
            labels=["short", "long"],
            score="half of its length",
            attributes={"upper": str, "share": float},
        ),
        classes("size", labels=["few", "many"], score="how sure"),
        classes("case", labels=["lower", "other"], target="words"),
        texts("first", target="words", score="nothing"),
        texts("ends"),
        vectors("letters", dimension=2),
        relations("next", head="words", tail="words", labels=["follows"]),
    ]

    def extract(self, documents):
        for document in documents:
            ids = []
            for match in re.finditer(r"\S+", document.text):
                word = match.group()
                attributes = {"share": len(word) / len(document.text)}
                if word.isupper():
                    attributes["upper"] = word
                ids.append(
                    document.add_span(
                        "words",
                        match.start(),
                        match.end(),
                        "long" if len(word) > 4 else "short",
                        len(word) / 2,
                        attributes,
                    )
                )
                document.add_class("case", "lower" if word.islower() else "other", target=ids[-1])
            document.add_class("size", "many" if len(ids) > 3 else "few", 0.5)
            if ids:
                word = document.layer("words")[0]
                document.add_text("first", word.text, 1.0, target=0)
                last = document.layer("words")[-1]
                document.add_text(
                    "ends",
                    word.text + last.text,
                    sources=[(word.start, word.end), (last.start, last.end)],
                )
            for head, tail in zip(ids, ids[1:]):
                document.add_relation("next", head, tail, "follows")
            weight = document.metadata["weight"]
            weight = weight if isinstance(weight, (int, float)) else 0
            document.add_vector("letters", [len(document.text), weight])
            if document.has_layer("shouts"):
                found = document.layer("shouts")
                # Another provider of the layer may have attributes of another type.
                letters = [shout.attributes.get("letters") for shout in found]
                letters = sum(count for count in letters if isinstance(count, int))
                document.note("%d shouts of %d letters" % (len(found), letters))


class CommonWords(CorpusExtractor):
    """Words that are in more than half of the documents."""

    provides = [spans("common", attributes={"documents": int})]

    def new_state(self):
        return {"documents": 0, "words": {}}

    def observe(self, state, documents):
        for document in documents:
            if "POISON" in document.text:
                document.fail("a document that must not be counted")
                continue
            state["documents"] += 1
            for word in set(document.text.split()):
                state["words"][word] = state["words"].get(word, 0) + 1

    def merge(self, state, other):
        state["documents"] += other["documents"]
        for word, count in other["words"].items():
            state["words"][word] = state["words"].get(word, 0) + count
        return state

    def finish(self, state):
        return {w: n for w, n in state["words"].items() if 2 * n > state["documents"]}

    def annotate(self, findings, documents):
        for document in documents:
            for match in re.finditer(r"\S+", document.text):
                if match.group() in findings:
                    document.add_span(
                        "common",
                        match.start(),
                        match.end(),
                        attributes={"documents": findings[match.group()]},
                    )


class _Base(Extractor):
    """Not an extractor for use."""


class Typed(Extractor):
    """Options of all types."""

    provides = [spans("nothing")]

    @dataclass
    class Options:
        words: List[str]
        mode: Literal["a", "b"] = "a"
        limit: Optional[float] = None
        weights: Dict[str, float] = field(default_factory=dict)
        exact: bool = option(False, "Whether.")
        lists: List[File] = option([])
        table: Optional[File] = None

    @classmethod
    def plan_for(cls, options, models):
        if options.limit is not None and options.limit > 9:
            raise OptionError("limit", "is too much")
        return super().plan_for(options, models)

    def load(self):
        if self.options.words == ["fail"]:
            raise Failure("as it was told", help="do not")

    def extract(self, documents):
        pass
