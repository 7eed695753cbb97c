import unittest

from extractor import {{type}}
from gloss_plugin import OptionError
from gloss_plugin.testing import check, run


class TestExtractor(unittest.TestCase):
    # What is found stands in the expected text as marks.
    def test_words_get_their_labels(self):
        check({{type}}, "It may rain.", "It [may](HEDGE) rain.")
        check({{type}}, "CLEARLY, perhaps!", "[CLEARLY](BOOSTER), [perhaps](HEDGE)!")
        check({{type}}, "Mayday", "Mayday")
        check({{type}}, "", "")
        options = {"words": {"FOOD": ["crème"]}}
        check({{type}}, "😀 Crème brûlée", "😀 [Crème](FOOD) brûlée", options=options)

    def test_bad_options_are_refused_by_name(self):
        for options, place in [
            ({"words": {"A": ["two words"]}}, "words"),
            ({"words": {"A": ["a"], "B": ["A"]}}, "words"),
            ({"wrods": {}}, "wrods"),
        ]:
            with self.subTest(options), self.assertRaises(OptionError) as raised:
                run({{type}}, "", options=options)
            self.assertEqual(raised.exception.place, place)
