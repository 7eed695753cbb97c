"""Hugging Face: `transformers.pipeline` for token classification, text classification and zero-shot
classification; models from text to text for summaries."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any, Dict, List, Literal, Mapping

from gloss_plugin import (
    Document,
    Extractor,
    ModelError,
    ModelFiles,
    OptionError,
    Plan,
    classes,
    option,
    spans,
    texts,
)
from gloss_plugin.bridges import needed

PLUGIN_ID = "gloss-bridges/transformers"


class _Pipeline(Extractor):
    """What all tasks have."""

    #: Products of large matrices may be summed in another order.
    score_tolerance = 1e-4
    #: The library pads the texts of a batch.
    pads = True
    task = ""

    def load(self) -> None:
        torch = needed("torch")
        torch.set_num_threads(max(1, self.threads))
        # A plugin downloads nothing. The library looks at this when it is imported.
        os.environ["HF_HUB_OFFLINE"] = "1"
        transformers = needed("transformers")
        try:
            self.start(transformers)
        except Exception as error:
            raise ModelError(
                "the model cannot be loaded: %s" % str(error).strip().split("\n")[0],
                place="model",
                help="name a folder, or a model in the cache: huggingface-cli download %s"
                % self.options.model,
            ) from error

    def start(self, transformers: Any) -> None:
        """Loads the model."""
        options = self.options
        self.pipe = transformers.pipeline(
            self.task, model=options.model, device=options.device, **self.more()
        )

    def more(self) -> Dict[str, Any]:
        """Further arguments of the pipeline."""
        return {}

    def results(self, documents: List[Document], **more: Any) -> "zip[Any]":
        """Documents with what the pipeline says of each; empty ones are left out."""
        chosen = [document for document in documents if document.text.strip()]
        given = [document.text for document in chosen]
        size = self.options.batch_size
        return zip(chosen, self.pipe(given, batch_size=size, **more) if given else [])


class HfEntities(_Pipeline):
    """A Hugging Face model for token classification: entities."""

    name = "hf-entities"
    task = "token-classification"

    @dataclass
    class Options:
        model: str
        """A folder, or a model in the cache of Hugging Face (`dslim/bert-base-NER`)."""
        aggregation: Literal["simple", "first", "average", "max"] = "simple"
        """How labels of tokens become one of a span."""
        stride: int = option(32, "Tokens that two windows of a long text share; 0: cut long texts.")
        device: str = option("cpu", "Where it runs: cpu, cuda:0, mps.")
        batch_size: int = option(8, "Texts that go through the model at once.", minimum=1)

    @classmethod
    def plan_for(cls, options: Any, models: Mapping[str, ModelFiles]) -> Plan:
        # Of B-PER and I-PER aggregation makes PER.
        names = {n[2:] if n[:2] in ("B-", "I-") else n for n in _labels(options.model)}
        labels = sorted(names - {"O"})
        return Plan([spans("entities", labels=labels, score="mean probability of its tokens")])

    def more(self) -> Dict[str, Any]:
        more: Dict[str, Any] = {"aggregation_strategy": self.options.aggregation}
        if self.options.stride > 0:
            more["stride"] = self.options.stride
        return more

    def extract(self, documents: List[Document]) -> None:
        for document, entities in self.results(documents):
            for entity in entities:
                document.add_span(
                    "entities",
                    entity["start"],
                    entity["end"],
                    entity["entity_group"],
                    float(entity["score"]),
                )


class HfClasses(_Pipeline):
    """A Hugging Face model for text classification: the classes of a document."""

    name = "hf-classes"
    task = "text-classification"

    @dataclass
    class Options:
        model: str
        """A folder, or a model in the cache of Hugging Face."""
        layer: str = option("categories", "Name of the layer, and its type.")
        top: int = option(1, "How many classes to keep, the most probable ones.", minimum=1)
        device: str = option("cpu", "Where it runs: cpu, cuda:0, mps.")
        batch_size: int = option(8, "Texts that go through the model at once.", minimum=1)

    @classmethod
    def plan_for(cls, options: Any, models: Mapping[str, ModelFiles]) -> Plan:
        labels = _labels(options.model)
        return Plan([classes(options.layer, labels=labels, score="probability")])

    def extract(self, documents: List[Document]) -> None:
        # Texts that are longer than the model's window are cut, as the pipeline does it.
        for document, ranked in self.results(documents, top_k=self.options.top, truncation=True):
            for one in ranked:
                document.add_class(self.options.layer, one["label"], float(one["score"]))


class HfZeroShot(_Pipeline):
    """A Hugging Face model for inference between sentences: classes that you name."""

    name = "hf-zero-shot"
    task = "zero-shot-classification"

    @dataclass
    class Options:
        model: str
        """A folder, or a model in the cache of Hugging Face."""
        labels: List[str]
        """The classes, in words."""
        layer: str = option("categories", "Name of the layer, and its type.")
        multi_label: bool = option(False, "Whether several may be true; else they add up to 1.")
        device: str = option("cpu", "Where it runs: cpu, cuda:0, mps.")
        batch_size: int = option(8, "Texts that go through the model at once.", minimum=1)

    @classmethod
    def plan_for(cls, options: Any, models: Mapping[str, ModelFiles]) -> Plan:
        if len(set(options.labels)) < max(1, len(options.labels)):
            raise OptionError("labels", "there must be some, and no two the same")
        return Plan([classes(options.layer, labels=options.labels, score="probability")])

    def extract(self, documents: List[Document]) -> None:
        more = {"candidate_labels": self.options.labels, "multi_label": self.options.multi_label}
        for document, result in self.results(documents, **more):
            for label, score in zip(result["labels"], result["scores"]):
                document.add_class(self.options.layer, label, float(score))


class HfSummary(_Pipeline):
    """A Hugging Face model from text to text: summaries."""

    name = "hf-summary"

    @dataclass
    class Options:
        model: str
        """A folder, or a model in the cache of Hugging Face."""
        prefix: str = option("", "What stands before each text, such as `summarize: ` for T5.")
        max_tokens: int = option(120, "The most tokens of a summary.", minimum=1)
        device: str = option("cpu", "Where it runs: cpu, cuda:0, mps.")
        generation: Dict[str, Any] = field(default_factory=dict)
        """Further arguments of `generate`, such as `num_beams`."""

    @classmethod
    def plan_for(cls, options: Any, models: Mapping[str, ModelFiles]) -> Plan:
        return Plan([texts("summary")])

    def start(self, transformers: Any) -> None:
        # Its pipeline for summaries is gone since version 5; this works before and after.
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(self.options.model)
        model = transformers.AutoModelForSeq2SeqLM.from_pretrained(self.options.model)
        self.model = model.to(self.options.device).eval()

    def extract(self, documents: List[Document]) -> None:
        more = {"do_sample": False, "max_new_tokens": self.options.max_tokens}
        more.update(self.options.generation)
        for document in documents:
            if not document.text.strip():
                continue
            # Texts that are longer than the model's window are cut.
            given = self.tokenizer(
                self.options.prefix + document.text, truncation=True, return_tensors="pt"
            )
            given = {
                name: given[name].to(self.options.device)
                for name in ("input_ids", "attention_mask")
            }
            summary = self.model.generate(**given, **more)[0]
            words = self.tokenizer.decode(summary, skip_special_tokens=True)
            document.add_text("summary", words.strip())


def _labels(model: str) -> List[str]:
    """The labels of a model, by its `config.json` alone."""
    path = os.path.join(model, "config.json")
    if not os.path.isdir(model):
        found = needed("huggingface_hub").try_to_load_from_cache(model, "config.json")
        if not isinstance(found, str):
            raise OptionError(
                "model",
                "there is no model %r, neither as a folder nor in the cache" % model,
                help="fetch it: huggingface-cli download %s" % model,
            )
        path = found
    try:
        with open(path, encoding="utf-8") as file:
            config = json.load(file)
        labels = {int(number): str(label) for number, label in config["id2label"].items()}
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise ModelError("the model's config.json names no labels: %r" % error) from error
    return [labels[number] for number in sorted(labels)]
