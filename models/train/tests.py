"""Tests that need no data and no base: `python -m unittest tests`."""

import pathlib
import tempfile
import types
import unittest

import numpy as np
import tokenizers
import torch
import transformers

import batches
import casing
import corpora
import data
import encoder
import entities
import export
import metrics
import sentiment
import training

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] mad ##uro usa met he 3rd 12 iphone . u s".split()


def small_base(folder: pathlib.Path) -> pathlib.Path:
    """A BERT of two narrow layers with random weights, and a tokenizer of a few words."""
    config = transformers.BertConfig(
        vocab_size=len(WORDS), hidden_size=24, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32
    )
    torch.manual_seed(0)
    transformers.BertModel(config).save_pretrained(folder)
    inner = tokenizers.BertWordPieceTokenizer({word: at for at, word in enumerate(WORDS)}, lowercase=True)
    inner.save(str(folder / "tokenizer.json"))
    return folder


class WithBase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.room.name)
        cls.base = small_base(cls.folder / "base")
        cls.tokenizer = batches.Tokenizer(cls.base)

    @classmethod
    def tearDownClass(cls):
        cls.room.cleanup()

    def trained(self, plan: training.Plan, place: str, steps: int | None = None) -> dict[str, torch.Tensor]:
        """Parameters after training, or after an interruption behind `steps` and going on."""
        texts = ["He met Maduro .", "USA met .", "he met the iphone", "Maduro met USA . he"] * 3
        examples = [
            data.Example(text, "news", str(at), [data.Target([(0, 3)], at % 3)], at % 3)
            for at, text in enumerate(texts)
        ]
        items = sentiment.items(examples, self.tokenizer, "once")
        loss = sentiment.loss_of({"targeted": 1.0, "sentence": 1.0})

        def model():
            torch.manual_seed(plan.seed)
            heads = [sentiment.HEADS["targeted"], sentiment.HEADS["sentence"]]
            return encoder.Encoder(self.base, encoder.Shape(heads, rank=2, alpha=4))

        log = training.Log(self.folder / place / "log.jsonl")
        if steps:
            done = 0

            def interrupted(model, batch):
                nonlocal done
                done += 1
                if done > steps:
                    raise KeyboardInterrupt
                return loss(model, batch)

            with self.assertRaises(KeyboardInterrupt):
                training.train(model(), items, interrupted, plan, self.folder / place, log, self.tokenizer.mask)
        result = model()
        training.train(result, items, loss, plan, self.folder / place, log, self.tokenizer.mask)
        return result.trained()

    def test_training_goes_on_to_the_same_result(self):
        plan = training.Plan(epochs=3, batch=4, noise=0.2, every=2)
        whole, parts = self.trained(plan, "whole"), self.trained(plan, "parts", steps=5)
        for name, value in whole.items():
            self.assertTrue(torch.equal(value, parts[name]), name)
        moved = self.trained(training.Plan(epochs=3, batch=4, noise=0.2, every=2, seed=2), "other")
        self.assertFalse(all(torch.equal(value, moved[name]) for name, value in whole.items()))

    def test_a_checkpoint_of_another_plan_is_refused(self):
        self.trained(training.Plan(epochs=1, batch=4), "plan")
        with self.assertRaisesRegex(ValueError, "another plan"):
            self.trained(training.Plan(epochs=2, batch=4), "plan")

    def test_casing(self):
        def check(text: str, expected: str):
            encoding = self.tokenizer.encode(text)
            found = [casing.CLASSES[at] for at in casing.of_tokens(text, encoding)]
            self.assertEqual(found, ["none", *expected.split(), "none"], text)

        check("Maduro met USA", "initial initial lower upper")
        check("he met Maduro .", "lower lower capital capital none")
        check("met . Maduro . 12 Mad", "lower none initial initial none digit capital")
        check("iPhone 3rd U . S", "mixed lower capital none initial")
        check(". Mad", "none initial")

    def test_exported_tensors_are_those_of_the_format(self):
        model = encoder.Encoder(self.base, encoder.Shape([entities.HEAD], rank=2, alpha=4, casing=7))
        folder = self.folder / "exported"
        export.adapter(model, types.SimpleNamespace(folder=folder, base=self.base), "news-entities", [entities.HEAD])
        from safetensors.torch import load_file

        shapes = {name: tuple(value.shape) for name, value in load_file(folder / "adapter_model.safetensors").items()}
        self.assertEqual(len(shapes), 2 * 6 * 2 + 3)
        start = "base_model.model."
        self.assertEqual(shapes[start + "encoder.layer.1.output.dense.lora_A.weight"], (2, 32))
        self.assertEqual(shapes[start + "encoder.layer.0.attention.self.key.lora_B.weight"], (24, 2))
        self.assertEqual(shapes[start + "casing_embeddings.weight"], (7, 24))
        self.assertEqual(shapes[start + "entities_head.weight"], (len(corpora.LABELS), 24))

    def test_names_from_labels(self):
        def check(text: str, labels: str, expected: list):
            encoding = self.tokenizer.encode(text)
            values = np.zeros((len(encoding.ids), len(corpora.LABELS)))
            words = casing.words(encoding.tokens, encoding.special_tokens_mask)
            for word, label in zip(words, labels.split()):
                values[word[0], corpora.LABELS.index(label)] = 1
            self.assertEqual(entities.names(text, values, self.tokenizer), expected)

        check("he met Maduro .", "O O B-PER O", [(7, 13, "PER")])
        check("USA Maduro met", "I-LOC I-PER I-PER", [(0, 3, "LOC"), (4, 14, "PER")])
        check("Mad Maduro", "B-PER B-PER", [(0, 3, "PER"), (4, 10, "PER")])


class Pure(unittest.TestCase):
    def test_words_to_text(self):
        words = ["Maduro", "'s", "U.S.", "Army", "ca", "n't"]
        rows = list(zip(words, ["I-person", "O", "B-location", "B-group", "O", "O"]))
        found = corpora.tagged(rows, "wnut17", "x")
        self.assertEqual(found.text, "Maduro's U.S. Army can't")
        self.assertEqual(found.names, [(0, 6, "PER"), (9, 13, "LOC"), (14, 18, "ORG")])

    def test_folds_keep_groups(self):
        groups = [str(at % 17) for at in range(200)]
        places = data.folds(groups, 5, 1)
        self.assertEqual(len({(group, place) for group, place in zip(groups, places)}), 17)
        self.assertLessEqual(max(map(places.count, range(5))) - min(map(places.count, range(5))), 24)

    def test_scores(self):
        gold, guess = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2])
        self.assertAlmostEqual(metrics.macro_f1(gold, guess), (2 / 3 + 2 / 3 + 1) / 3)
        self.assertAlmostEqual(metrics.calibration_error(np.array([[0.8, 0.2], [0.8, 0.2]]), np.array([0, 1])), 0.3)

    def test_temperature_of_logits_that_are_too_sure(self):
        chance = np.random.default_rng(1)
        logits = chance.normal(size=(4000, 3))
        gold = np.array([chance.choice(3, p=row) for row in metrics.softmax(logits)])
        self.assertAlmostEqual(metrics.temperature(logits * 3, gold), 3, delta=0.3)


if __name__ == "__main__":
    unittest.main()
