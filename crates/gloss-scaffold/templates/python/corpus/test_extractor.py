import unittest

from extractor import {{type}}
from gloss_plugin import OptionError
from gloss_plugin.testing import run, run_all

TEXTS = [
    "The wind was strong.",
    "The wind, the WIND and the sea.",
    "The été was long.",
]


class TestExtractor(unittest.TestCase):
    def check(self, expected, **options):
        documents = run_all({{type}}, TEXTS, options=options)
        found = [[span.text for span in document.layer("{{name}}")] for document in documents]
        self.assertEqual(found, expected)

    def test_keywords_are_found(self):
        # "été" is too short.
        self.check([["wind", "strong"], ["wind", "WIND"], ["long"]])
        self.check([["strong"], ["wind", "WIND"], ["long"]], keywords=1)

    # However documents are ordered, each gets the same.
    def test_the_order_makes_no_difference(self):
        def found(texts):
            return {d.text: list(d.layer("{{name}}")) for d in run_all({{type}}, texts)}

        self.assertEqual(found(TEXTS), found(TEXTS[::-1]))

    def test_bad_options_are_refused_by_name(self):
        for options, place in [
            ({"keywords": 0}, "keywords"),
            ({"min_letters": 101}, "min_letters"),
            ({"keyword": 7}, "keyword"),
        ]:
            with self.subTest(options), self.assertRaises(OptionError) as raised:
                run({{type}}, "", options=options)
            self.assertEqual(raised.exception.place, place)
