import unittest

from extractor import {{type}}, lix
from gloss_plugin import OptionError
from gloss_plugin.testing import check, run

HARD = "Legislative harmonisation necessitates intergovernmental coordination."


class TestExtractor(unittest.TestCase):
    # What is found stands in the expected text, below the text itself.
    def check(self, text, label, **how):
        check({{type}}, text, "%s\n{{name}}: %s" % (text, label) if label else text, **how)

    def test_texts_get_their_class(self):
        self.check("The cat sat. The dog ran.", "very-easy")
        self.check(HARD, "very-hard")
        self.check(HARD, "very-easy", options={"long_word": 20})
        self.check(" … 😀", None)

    # Scores are floats, which are compared best where they are made.
    def test_the_formula(self):
        self.assertEqual(lix("One two three. Four five six.", 7), 3)
        self.assertEqual(lix("Überall Häuser", 7), 2 + 50)
        self.assertIsNone(lix("", 7))

    def test_bad_options_are_refused_by_name(self):
        for options, place in [
            ({"long_word": 0}, "long_word"),
            ({"long_word": "seven"}, "long_word"),
            ({"longword": 7}, "longword"),
        ]:
            with self.subTest(options), self.assertRaises(OptionError) as raised:
                run({{type}}, "", options=options)
            self.assertEqual(raised.exception.place, place)
