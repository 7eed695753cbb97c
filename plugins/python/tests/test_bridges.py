"""Tests of the bridges, each with the real library where it is installed; skipped where it is not.

Hugging Face's library is large, so its pipelines are also stood in for by a module of this file.
"""

import importlib.util
import json
import os
import pickle
import sys
import tempfile
import types
import unittest
from unittest import mock

from gloss_plugin import Failure, OptionError
from gloss_plugin.bridges import needed, sklearn, spacy, transformers
from gloss_plugin.testing import check, run, run_all

TEXT = "🎉 Ze\u0301 met 👩‍🚀 Ada Lovelace in São Paulo. She liked it."


def with_library(name):
    there = importlib.util.find_spec(name) is not None
    return unittest.skipUnless(there, "the package %s is not installed" % name)


class Missing(unittest.TestCase):
    def test_a_missing_library_is_one_clear_error(self):
        with self.assertRaises(Failure) as caught:
            needed("no_such_library.part", "no-such-library")
        self.assertIn("pip install no-such-library", caught.exception.help)


@with_library("spacy")
class Spacy(unittest.TestCase):
    def setUp(self):
        import spacy as library

        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.model = os.path.join(folder.name, "model")
        self.nlp = library.blank("en")
        self.nlp.add_pipe("sentencizer")
        ruler = self.nlp.add_pipe("entity_ruler", name="my_names")
        ruler.add_patterns(
            [
                {"label": "PERSON", "pattern": "Ada Lovelace"},
                {"label": "GPE", "pattern": "São Paulo"},
            ]
        )
        self.nlp.to_disk(self.model)

    def test_entities(self):
        marked = TEXT.replace("Ada Lovelace", "[Ada Lovelace](PERSON)")
        marked = marked.replace("São Paulo", "[São Paulo](GPE)")
        check(spacy.Spacy, TEXT, marked, options={"model": self.model})

    def test_layers_are_those_of_spacy(self):
        layers = ["sentences", "tokens", "entities"]
        document = run(spacy.Spacy, TEXT, options={"model": self.model, "layers": layers})
        expected = self.nlp(TEXT)
        found = {name: [(s.start, s.end) for s in document.layer(name)] for name in layers}
        self.assertEqual(found["tokens"], [(t.idx, t.idx + len(t.text)) for t in expected])
        sentences = [(s.start_char, s.end_char) for s in expected.sents]
        self.assertEqual((found["sentences"], len(sentences)), (sentences, 2))
        self.assertEqual(found["entities"], [(e.start_char, e.end_char) for e in expected.ents])

    def test_refusals(self):
        for options, place in [
            ({"model": "no_such_pipeline"}, "model"),
            ({"model": self.model, "layers": ["categories"]}, "layers"),
            ({"model": self.model, "layers": []}, "layers"),
            ({"model": self.model, "layers": ["words"]}, "layers"),
        ]:
            with self.assertRaises(OptionError) as caught:
                run(spacy.Spacy, TEXT, options=options)
            self.assertEqual(caught.exception.place, place)


@with_library("sklearn")
class Sklearn(unittest.TestCase):
    def test_classes(self):
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.svm import LinearSVC

        texts = ["a goal in the match", "the team won", "the bank raised rates", "shares fell"]
        labels = ["sport", "sport", "money", "money"]
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model")
            probable = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, labels)
            with open(path, "wb") as file:
                pickle.dump(probable, file)
            given = ["The team scored a goal 🎉", "bank shares", ""]
            documents = run_all(sklearn.Sklearn, given, options={"model": path})
            found = [[c.label for c in d.layer("categories")] for d in documents]
            self.assertEqual(found[:2], [["sport"], ["money"]])
            options = {"model": path, "threshold": 0.0, "layer": "topics"}
            both = run(sklearn.Sklearn, given[0], options=options).layer("topics")
            row = dict(zip(probable.classes_, probable.predict_proba(given[:1])[0]))
            self.assertEqual([c.label for c in both], ["sport", "money"])
            for one in both:
                self.assertAlmostEqual(one.score, row[one.label], places=6)
            with open(path, "wb") as file:
                pickle.dump(make_pipeline(TfidfVectorizer(), LinearSVC()).fit(texts, labels), file)
            check(sklearn.Sklearn, "bank", "bank\ncategories: money", options={"model": path})
            with self.assertRaises(OptionError):
                run(sklearn.Sklearn, "bank", options={"model": path, "threshold": 0.5})
        with self.assertRaises(OptionError):
            run(sklearn.Sklearn, "bank", options={"model": "no such file"})


class StandIn:
    """What `transformers.pipeline` gives, as far as the bridge looks at it."""

    def __init__(self, task, model, device, **more):
        self.task, self.more = task, more

    def __call__(self, texts, batch_size, **more):
        return [self.one(text, **more) for text in texts]

    def one(self, text, **more):
        if self.task == "token-classification":
            at = text.index("Ada")
            return [
                {"entity_group": "PER", "score": 0.75, "start": at, "end": at + 3, "word": "ada"}
            ]
        if self.task == "text-classification":
            ranked = [{"label": "good", "score": 0.9}, {"label": "bad", "score": 0.1}]
            return ranked[: more["top_k"]]
        return {"sequence": text, "labels": more["candidate_labels"], "scores": [0.6, 0.4]}


class StandInForSummaries:
    """A tokenizer and a model whose tokens are the words of a text, and which drops the first."""

    @classmethod
    def from_pretrained(cls, model):
        return cls()

    def __call__(self, text, truncation, return_tensors):
        return {name: _Words(text.split()) for name in ("input_ids", "attention_mask")}

    def to(self, device):
        return self

    def eval(self):
        return self

    def generate(self, input_ids, attention_mask, max_new_tokens, do_sample):
        return [input_ids[1 : 1 + max_new_tokens]]

    def decode(self, tokens, skip_special_tokens):
        return " ".join(tokens) + " "


class _Words(list):
    def to(self, device):
        return self


class Transformers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.model = folder.name
        library = types.SimpleNamespace(
            pipeline=StandIn,
            AutoTokenizer=StandInForSummaries,
            AutoModelForSeq2SeqLM=StandInForSummaries,
        )
        torch = types.SimpleNamespace(set_num_threads=lambda count: None)
        modules = {"transformers": library, "torch": torch}
        patch = mock.patch.dict(sys.modules, modules)
        patch.start()
        self.addCleanup(patch.stop)

    def check(self, extractor, labels, options, expected):
        with open(os.path.join(self.model, "config.json"), "w") as file:
            json.dump({"id2label": dict(enumerate(labels))}, file)
        options = {"model": self.model, **options}
        check(extractor, "🎉 Ada wins", expected, options=options)
        self.assertEqual(len(run_all(extractor, ["", " ", "Ada"], options=options)), 3)

    def test_tasks(self):
        bio = ["O", "B-PER", "I-PER", "B-ORG"]
        self.check(transformers.HfEntities, bio, {}, "🎉 [Ada](PER) wins")
        ranks = "🎉 Ada wins\ncategories: good"
        self.check(transformers.HfClasses, ["bad", "good"], {}, ranks)
        self.check(transformers.HfClasses, ["bad", "good"], {"top": 2}, ranks + "\ncategories: bad")
        shot = "🎉 Ada wins\ntopic: sport\ntopic: money"
        options = {"labels": ["sport", "money"], "layer": "topic"}
        self.check(transformers.HfZeroShot, [], options, shot)
        self.check(transformers.HfSummary, [], {"max_tokens": 1}, "🎉 Ada wins\nsummary: Ada")
        with self.assertRaises(OptionError):
            self.check(transformers.HfZeroShot, [], {"labels": ["a", "a"]}, "")


if __name__ == "__main__":
    unittest.main()
