"""The plugin in `gloss`, as users run it: it is started, given its options, and what it makes is
written."""

import unittest

from gloss_plugin.gloss import annotations

PLUGIN = ("extractor.gloss.toml", "{{id}}:{{name}}")


class TestPlugin(unittest.TestCase):
    def test_vectors_are_written(self):
        found = annotations(*PLUGIN, ["It rains.", ""], {"dimension": 8})
        for vectors in found:
            self.assertEqual([len(a["vector"]) for a in vectors], [8])
        self.assertNotEqual(found[0], found[1])
