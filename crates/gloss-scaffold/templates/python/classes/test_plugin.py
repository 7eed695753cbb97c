"""The plugin in `gloss`, as users run it: it is started, given its options, and what it makes is
written."""

import unittest

from gloss_plugin.gloss import annotations

PLUGIN = ("extractor.gloss.toml", "{{id}}:{{name}}")


class TestPlugin(unittest.TestCase):
    def test_classes_are_written(self):
        found = annotations(*PLUGIN, ["The cat sat.", ""])
        self.assertEqual([(a["label"], a["score"]) for a in found[0]], [("very-easy", 3)])
        self.assertEqual(found[1], [])

    def test_options_are_heeded(self):
        found = annotations(*PLUGIN, ["The cat sat."], {"long_word": 3})
        self.assertEqual([a["label"] for a in found[0]], ["very-hard"])
