"""spaCy: any pipeline, with its entities, sentences, tokens and noun chunks as layers."""

from __future__ import annotations

import configparser
import json
import os
from dataclasses import dataclass, field
from typing import Any, Dict, List, Literal, Mapping, Set

from gloss_plugin import (
    Document,
    Extractor,
    Failure,
    LayerSchema,
    ModelError,
    ModelFiles,
    OptionError,
    Plan,
    classes,
    spans,
)
from gloss_plugin.bridges import needed

PLUGIN_ID = "gloss-bridges/spacy"

#: What makes components that set a document's entities.
_FINDERS = {"ner", "beam_ner", "entity_ruler", "future_entity_ruler", "span_ruler"}

LayerName = Literal["entities", "sentences", "tokens", "noun-chunks", "categories"]


class Spacy(Extractor):
    """A spaCy pipeline: entities, sentences, tokens, noun chunks, categories."""

    name = "spacy"
    #: Inference is deterministic up to the order of sums, which the size of a batch decides.
    score_tolerance = 1e-5

    @dataclass
    class Options:
        model: str
        """A pipeline that is installed (`en_core_web_sm`), or the path of one."""
        layers: List[LayerName] = field(default_factory=lambda: ["entities"])
        """Which of its annotations to keep: `entities`, `sentences`, `tokens`, `noun-chunks`,
        `categories`."""
        disable: List[str] = field(default_factory=list)
        """Components that are not loaded. Without any the annotations are exactly those of spaCy;
        without the parser, entities may cross the ends of sentences."""
        batch_size: int = 32
        """Texts that go through the pipeline at once."""

    @classmethod
    def plan_for(cls, options: Any, models: Mapping[str, ModelFiles]) -> Plan:
        if not options.layers:
            raise OptionError("layers", "at least one layer must be named")
        return Plan([_schema(name, options.model) for name in dict.fromkeys(options.layers)])

    def load(self) -> None:
        spacy = needed("spacy")
        try:
            self.nlp = spacy.load(self.options.model, exclude=self.options.disable)
        except Exception as error:
            raise ModelError("the pipeline cannot be loaded: %s" % error, place="model") from error
        self.labels = {schema.name: set(schema.labels) for schema in self.plan.provides}

    def extract(self, documents: List[Document]) -> None:
        texts = (document.text for document in documents)
        results = self.nlp.pipe(texts, batch_size=self.options.batch_size)
        for document, result in zip(documents, results):
            for name in self.wanted:
                _ADD[name](self, document, result)

    def _entities(self, document: Document, result: Any) -> None:
        for entity in result.ents:
            self._span(document, "entities", entity, entity.label_)

    def _sentences(self, document: Document, result: Any) -> None:
        if not result.has_annotation("SENT_START"):
            raise Failure("the pipeline has no component that finds sentences")
        for sentence in result.sents:
            document.add_span("sentences", sentence.start_char, sentence.end_char)

    def _chunks(self, document: Document, result: Any) -> None:
        for chunk in result.noun_chunks:
            document.add_span("noun-chunks", chunk.start_char, chunk.end_char)

    def _tokens(self, document: Document, result: Any) -> None:
        for token in result:
            values: Dict[str, Any] = {
                "tag": token.tag_ or None,
                "pos": token.pos_ or None,
                "lemma": token.lemma_ or None,
            }
            document.add_span("tokens", token.idx, token.idx + len(token.text), attributes=values)

    def _categories(self, document: Document, result: Any) -> None:
        for label, score in sorted(result.cats.items(), key=lambda pair: -pair[1]):
            if label in self.labels["categories"]:
                document.add_class("categories", label, score)

    def _span(self, document: Document, layer: str, span: Any, label: str) -> None:
        if label not in self.labels[layer]:
            raise Failure("the pipeline found the label %r, which its meta.json lacks" % label)
        document.add_span(layer, span.start_char, span.end_char, label)


_ADD = {
    "entities": Spacy._entities,
    "sentences": Spacy._sentences,
    "tokens": Spacy._tokens,
    "noun-chunks": Spacy._chunks,
    "categories": Spacy._categories,
}


def _labels(model: str, factories: Set[str]) -> List[str]:
    """The labels of components that these factories make; by the pipeline's files, where they say."""
    folder = _folder(model)
    config = configparser.ConfigParser(interpolation=None)
    try:
        with open(os.path.join(folder, "meta.json"), encoding="utf-8") as file:
            labels: Dict[str, List[str]] = json.load(file).get("labels") or {}
        with open(os.path.join(folder, "config.cfg"), encoding="utf-8") as file:
            config.read_file(file)
    except (OSError, ValueError, configparser.Error) as error:
        raise ModelError("the pipeline's files cannot be read: %s" % error) from error
    prefix = "components."
    made = {
        section[len(prefix) :]
        for section in config.sections()
        if section.startswith(prefix)
        and config.get(section, "factory", fallback="").strip('"') in factories
    }
    if made and not labels:
        # Not all pipelines say: ask the components themselves.
        nlp = needed("spacy").load(model)
        labels = {name: nlp.get_pipe(name).labels for name in made}
    return sorted({label for name in made for label in labels.get(name, ())})


def _folder(model: str) -> str:
    if os.path.isdir(model):
        return model
    util = needed("spacy").util
    if not util.is_package(model):
        raise OptionError(
            "model",
            "there is no pipeline %r, neither installed nor as a folder" % model,
            help="fetch it: python -m spacy download %s" % model,
        )
    # A package has its pipeline in a folder of its own.
    folder = str(util.get_package_path(model))
    inner = sorted(name for name in os.listdir(folder) if name.startswith(model + "-"))
    return os.path.join(folder, inner[0]) if inner else folder


def _schema(name: str, model: str) -> LayerSchema:
    if name == "entities":
        labels = _labels(model, _FINDERS)
        if not labels:
            raise OptionError("layers", "the pipeline finds no entities")
        return spans(name, labels=labels)
    if name == "categories":
        labels = _labels(model, {"textcat", "textcat_multilabel"})
        if not labels:
            raise OptionError("layers", "the pipeline has no classifier")
        return classes(name, labels=labels, score="probability")
    if name == "tokens":
        return spans(name, attributes={"tag": str, "pos": str, "lemma": str})
    return spans(name)
