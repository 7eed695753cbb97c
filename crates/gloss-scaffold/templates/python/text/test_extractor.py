import unittest

from extractor import {{type}}
from gloss_plugin import OptionError
from gloss_plugin.testing import check, run

THREE = {"words": 3}


class TestExtractor(unittest.TestCase):
    # What is found stands in the expected text, below the text itself.
    def check(self, text, teaser, **how):
        check({{type}}, text, "%s\n{{name}}: %s" % (text, teaser) if teaser else text, **how)

    def test_texts_get_a_teaser(self):
        self.check("It rains. It pours.", "It rains. It pours.")
        self.check("It rains. It pours.", "It rains.", options=THREE)
        self.check("  On Tuesday it rained.", "On Tuesday it …", options=THREE)
        self.check("“Dès l’été !” dit-elle enfin.", "“Dès l’été !”", options=THREE)
        self.check(" \n", None, options=THREE)

    def test_bad_options_are_refused_by_name(self):
        for options, place in [
            ({"words": 0}, "words"),
            ({"words": "all"}, "words"),
            ({"word": 7}, "word"),
        ]:
            with self.subTest(options), self.assertRaises(OptionError) as raised:
                run({{type}}, "", options=options)
            self.assertEqual(raised.exception.place, place)
