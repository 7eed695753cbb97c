"""The plugin in `gloss`, as users run it: it is started, given its options, and what it makes is
written."""

import unittest

from gloss_plugin.gloss import annotations

PLUGIN = ("extractor.gloss.toml", "{{id}}:{{name}}")


class TestPlugin(unittest.TestCase):
    def test_spans_are_written(self):
        found = annotations(*PLUGIN, ["It may rain.", "It rains."])
        self.assertEqual([(a["label"], a["text"]) for a in found[0]], [("HEDGE", "may")])
        self.assertEqual(found[1], [])

    def test_options_are_heeded(self):
        found = annotations(*PLUGIN, ["It may rain."], {"words": {"A": ["rain"]}})
        self.assertEqual([a["text"] for a in found[0]], ["rain"])
