import unittest

from extractor import {{type}}, embed
from gloss_plugin import OptionError
from gloss_plugin.testing import run


def similarity(a, b):
    """How much the vectors of two texts point the same way, from -1 to 1."""
    return sum(x * y for x, y in zip(embed(a), embed(b)))


class TestExtractor(unittest.TestCase):
    def test_similar_texts_point_the_same_way(self):
        text = "The harbour was closed on Tuesday."
        self.assertAlmostEqual(similarity(text, "the HARBOUR was\nclosed on Tuesday!"), 1)
        self.assertGreater(similarity(text, "The harbours were closed on a Tuesday."), 0.6)
        self.assertLess(similarity(text, "Wir essen gern Äpfel."), 0.3)
        self.assertEqual(similarity(text, ""), 0)

    def test_every_document_gets_a_vector(self):
        for text in ["", "a", "😀", "One text.\n"]:
            document = run({{type}}, text, options={"dimension": 2, "letters": 1})
            self.assertEqual(len(document.layer("{{name}}")), 1, text)

    def test_bad_options_are_refused_by_name(self):
        for options, place in [
            ({"dimension": 0}, "dimension"),
            ({"letters": 17}, "letters"),
            ({"size": 7}, "size"),
        ]:
            with self.subTest(options), self.assertRaises(OptionError) as raised:
                run({{type}}, "", options=options)
            self.assertEqual(raised.exception.place, place)
