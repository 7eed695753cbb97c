"""The plugin in `gloss`, as users run it: it is started, given its options, and what it makes is
written."""

import unittest

from gloss_plugin.gloss import annotations

PLUGIN = ("extractor.gloss.toml", "{{id}}:{{name}}")


class TestPlugin(unittest.TestCase):
    def test_texts_are_written(self):
        found = annotations(*PLUGIN, ["It rains. It pours.", ""])
        self.assertEqual([a["text"] for a in found[0]], ["It rains. It pours."])
        self.assertEqual(found[1], [])

    def test_options_are_heeded(self):
        found = annotations(*PLUGIN, ["It rains. It pours."], {"words": 2})
        self.assertEqual([a["text"] for a in found[0]], ["It rains."])
