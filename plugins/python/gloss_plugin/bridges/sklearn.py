"""scikit-learn: a classifier of texts, saved with joblib or pickle, such as a pipeline that begins
with a vectorizer."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, List, Mapping, Optional

from gloss_plugin import (
    Document,
    Extractor,
    ModelError,
    ModelFiles,
    OptionError,
    Plan,
    classes,
    option,
)
from gloss_plugin.bridges import needed

PLUGIN_ID = "gloss-bridges/sklearn"


class Sklearn(Extractor):
    """A scikit-learn classifier of texts: the classes of a document, with probabilities."""

    name = "sklearn"
    #: Products of large matrices may be summed in another order.
    score_tolerance = 1e-6

    @dataclass
    class Options:
        model: str
        """The file that `joblib.dump` or `pickle.dump` wrote. Loading it runs what is in it: only
        load files that you trust."""
        layer: str = "categories"
        """Name of the layer, and its type."""
        threshold: Optional[float] = option(None, minimum=0, maximum=1)
        """Keep every class of at least this probability; without it, the most probable one."""

    @classmethod
    def plan_for(cls, options: Any, models: Mapping[str, ModelFiles]) -> Plan:
        # The classes are in the file and nowhere else.
        model = _load(options.model)
        score = "probability" if hasattr(model, "predict_proba") else None
        if score is None and options.threshold is not None:
            raise OptionError("threshold", "the classifier has no predict_proba")
        return Plan([classes(options.layer, labels=_labels(model), score=score)])

    def load(self) -> None:
        self.model = _load(self.options.model)
        self.labels = _labels(self.model)

    def extract(self, documents: List[Document]) -> None:
        texts = [document.text for document in documents]
        layer, threshold = self.options.layer, self.options.threshold
        if not hasattr(self.model, "predict_proba"):
            for document, label in zip(documents, self.model.predict(texts)):
                document.add_class(layer, str(label))
            return
        for document, row in zip(documents, self.model.predict_proba(texts)):
            ranked = sorted(zip(row, self.labels), key=lambda pair: -pair[0])
            for score, label in ranked:
                if threshold is None or score >= threshold:
                    document.add_class(layer, label, float(score))
                if threshold is None:
                    break


def _labels(model: Any) -> List[str]:
    labels = getattr(model, "classes_", None)
    if labels is None or not hasattr(model, "predict"):
        raise ModelError("the file holds no classifier that was fitted", place="model")
    return [str(label) for label in labels]


def _load(path: str) -> Any:
    if not os.path.isfile(path):
        raise OptionError("model", "there is no file %r" % path)
    needed("sklearn", "scikit-learn")
    try:
        return needed("joblib").load(path)
    except Exception as error:
        raise ModelError("the classifier cannot be loaded: %s" % error, place="model") from error
