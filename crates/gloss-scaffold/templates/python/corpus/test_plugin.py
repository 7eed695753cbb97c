"""The plugin in `gloss`, as users run it: it is started, given its options, and what it makes is
written."""

import unittest

from gloss_plugin.gloss import annotations

PLUGIN = ("extractor.gloss.toml", "{{id}}:{{name}}")


class TestPlugin(unittest.TestCase):
    def test_keywords_are_written(self):
        texts = ["The wind was strong.", "The wind was cold.", ""]
        found = annotations(*PLUGIN, texts, {"keywords": 1})
        self.assertEqual([[a["text"] for a in each] for each in found], [["strong"], ["cold"], []])
