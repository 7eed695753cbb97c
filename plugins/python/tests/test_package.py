"""Tests of the package itself: python -m unittest discover -s plugins/python/tests"""

import contextlib
import io
import random
import unittest

import examples
from examples import CommonWords, Everything, Shouting, Typed

from gloss_plugin import Failure, OptionError, frames, modules, options, toml
from gloss_plugin.failures import redacted
from gloss_plugin.instance import describe
from gloss_plugin.offsets import Offsets
from gloss_plugin.testing import (
    DocumentFailed,
    Harness,
    check,
    run,
    run_all,
    show,
)

EMOJI = "🎉 e\u0301TÉ 👩‍🚀 STOP ﷺ GO\u0301"


class Kinds(unittest.TestCase):
    def test_spans(self):
        check(Shouting, "They said STOP.", "They said [STOP](letters=4 loud=false).")
        check(Shouting, "They said STOP.", "They said STOP.", options={"min_letters": 6})
        check(Shouting, "", "")
        check(Shouting, EMOJI, EMOJI.replace("STOP", "[STOP](letters=4 loud=false)"))

    def test_all_kinds(self):
        found = show(Everything, "🎉 HE 日本", metadata={"weight": 2.5})
        expected = (
            "[🎉](short share=0.14285714285714285) "
            '[HE](short upper="HE" share=0.2857142857142857) '
            "[日本](short share=0.2857142857142857)\n"
            "size: few\n"
            'case: other on "🎉"\ncase: other on "HE"\ncase: other on "日本"\n'
            'first on "🎉": 🎉\nends: 🎉日本\nletters: [7.000, 2.500]\n'
            'next: follows "🎉" -> "HE"\nnext: follows "HE" -> "日本"'
        )
        self.assertEqual(found, expected)
        document = run(Everything, "🎉 HE 日本", metadata={"weight": 2.5})
        self.assertEqual([w.score for w in document.layer("words")], [0.5, 1.0, 1.0])
        self.assertEqual(document.layer("ends")[0].sources, [(0, 1), (5, 7)])

    def test_inputs(self):
        shouts = run(Shouting, EMOJI).layer("shouts")
        document = run(Everything, EMOJI, inputs={"shouts": shouts})
        self.assertEqual(document._notes, ["1 shouts of 4 letters"])
        self.assertEqual([s.text for s in document.layer("shouts")], ["STOP"])

    def test_batches_do_not_mix(self):
        texts = ["ONE two", "", EMOJI, "THREE"]
        together = run_all(Shouting, texts)
        found = [[s.text for s in d.layer("shouts")] for d in together]
        self.assertEqual(found, [["ONE"], [], ["STOP"], ["THREE"]])

    def test_corpus(self):
        documents = run_all(CommonWords, ["a b", "a c", "a d"])
        found = [
            [(s.text, s.attributes["documents"]) for s in d.layer("common")] for d in documents
        ]
        self.assertEqual(found, [[("a", 3)]] * 3)
        harness = Harness(CommonWords)
        self.assertRaises(Failure, harness.instance.annotate, [])


class Offset(unittest.TestCase):
    def test_tables(self):
        generator = random.Random(7)
        for _ in range(200):
            characters = "aé\u0301日🎉\u200d\n"
            text = "".join(generator.choice(characters) for _ in range(generator.randrange(12)))
            points = list(range(len(text) + 1))
            in_bytes = [len(text[:point].encode()) for point in points]
            offsets = Offsets(text, text.encode())
            self.assertEqual(offsets.to_bytes(points), in_bytes, repr(text))
            self.assertEqual(offsets.to_points(in_bytes), points, repr(text))


class Refusals(unittest.TestCase):
    def check(self, words, add):
        class Trying(Everything):
            def extract(self, documents):
                add(documents[0])

        # Where it was raised goes to standard error, for the log of a run.
        printed = io.StringIO()
        with self.assertRaises(DocumentFailed) as caught, contextlib.redirect_stderr(printed):
            run(Trying, "hidden words of a text")
        self.assertNotIn("hidden", printed.getvalue())
        message = str(caught.exception)
        self.assertIn(words, message)
        self.assertIn("test_package.py", message)
        self.assertNotIn("hidden", message)

    def test_what_cannot_be_added(self):
        self.check("is not a stretch", lambda d: d.add_span("words", 3, 2, "short"))
        self.check("is not a stretch", lambda d: d.add_span("words", 0, 23, "short"))
        self.check(
            "no label 'big'; there are: short, long", lambda d: d.add_span("words", 0, 1, "big")
        )
        self.check("no layer 'word'", lambda d: d.add_span("word", 0, 1))
        self.check("layer of spans, not of classes", lambda d: d.add_class("words", "short"))
        self.check("declares no score", lambda d: d.add_text("ends", "x", 0.5))
        self.check("has 0 annotations, and no 0", lambda d: d.add_relation("next", 0, 0, "follows"))
        self.check("1 numbers, not 2", lambda d: d.add_vector("letters", [1]))
        self.check(
            "no attribute 'size'",
            lambda d: d.add_span("words", 0, 1, "short", attributes={"size": 1}),
        )
        self.check(
            "'upper' must be string",
            lambda d: d.add_span("words", 0, 1, "short", attributes={"upper": 1}),
        )
        self.check(
            "ValueError: no number: ...", lambda d: _raise(ValueError("no number: %r" % d.text[:6]))
        )
        self.check("KeyError: ...", lambda d: {}[d.text])

    def test_messages_hold_no_text(self):
        text = "Norway won\non “Saturday” in the rain"
        for message, expected in [
            ("unexpected 'Norway'", "unexpected ..."),
            ("unexpected %r" % text, "unexpected ..."),
            ("unexpected %s" % ascii(text), "unexpected ..."),
            ("near Saturday” in the rain we saw", "near ... we saw"),
            ("'sun' is not known", "'sun' is not known"),
        ]:
            self.assertEqual(redacted(message, [text]), expected)


class OptionsOfTypes(unittest.TestCase):
    def test_schema(self):
        schema = options.schema(Typed.Options)
        self.assertEqual(schema["required"], ["words"])
        self.assertEqual(
            schema["properties"],
            {
                "words": {"type": "array", "items": {"type": "string"}},
                "mode": {"type": "string", "enum": ["a", "b"], "default": "a"},
                "limit": {"anyOf": [{"type": "number"}, {"type": "null"}], "default": None},
                "weights": {
                    "type": "object",
                    "additionalProperties": {"type": "number"},
                    "default": {},
                },
                "exact": {"type": "boolean", "default": False, "description": "Whether."},
                "lists": {
                    "type": "array",
                    "items": {"type": "string", "format": "gloss-file"},
                    "default": [],
                },
                "table": {
                    "anyOf": [{"type": "string", "format": "gloss-file"}, {"type": "null"}],
                    "default": None,
                },
            },
        )
        described = describe(Shouting)
        self.assertEqual(described["summary"], "Words in capitals.")
        self.assertEqual(
            described["options"]["properties"]["min_letters"],
            {
                "type": "integer",
                "default": 3,
                "description": "The fewest letters.",
                "minimum": 1,
            },
        )
        self.assertEqual((described["reads"], described["gives"]), ([], ["shouts"]))

    def test_values(self):
        given = {"words": ["x"], "limit": 3, "weights": {"a": 1}}
        parsed = options.parse(Typed.Options, given)
        self.assertEqual((parsed.limit, parsed.weights, parsed.mode), (3.0, {"a": 1.0}, "a"))
        for wrong, place in [
            ({}, "words"),
            ({"words": "x"}, "words"),
            ({"words": [1]}, "words"),
            ({"words": [], "mode": "c"}, "mode"),
            ({"words": [], "limit": True}, "limit"),
            ({"words": [], "weights": {"a": "b"}}, "weights.a"),
            ({"words": [], "zzz": 1}, "zzz"),
            ({"words": [], "table": 1}, "table"),
        ]:
            with self.assertRaises(OptionError) as caught:
                options.parse(Typed.Options, wrong)
            self.assertEqual(caught.exception.place, place)
        self.assertRaises(OptionError, options.parse, Shouting.Options, {"min_letters": 0})


    def test_files_are_where_the_host_found_them(self):
        given = {"words": [], "lists": ["a", "b"], "table": "c"}
        files = {"lists": [{"path": "/x/a"}, {"path": "/x/b"}], "table": [{"path": "/x/c"}]}
        parsed = options.parse(Typed.Options, given, files=files)
        self.assertEqual((parsed.lists, parsed.table), (["/x/a", "/x/b"], "/x/c"))
        parsed = options.parse(Typed.Options, {"words": []}, files={"lists": [], "table": []})
        self.assertEqual((parsed.lists, parsed.table), ([], None))


class Toml(unittest.TestCase):
    def test_values(self):
        for value, expected in [
            ("a\"b\n", '"a\\"b\\n"'),
            ("é 😀", '"é 😀"'),
            ([1, 2.5, True], "[1, 2.5, true]"),
            ({"a b": {"c": ["d"]}, "e": {}}, '{ "a b" = { "c" = ["d"] }, "e" = {} }'),
        ]:
            self.assertEqual(toml.inline(value), expected)


class Frames(unittest.TestCase):
    def test_a_frame_comes_back(self):
        whole = b"".join(frames.pack(frames.LOG, 7, [b"", b"12345678", b"123"]))
        self.assertEqual(len(whole), 24 + 24 + 8 + 8)
        at = [0]

        def receive(count):
            if at[0] == len(whole):
                return None
            at[0] += count
            return whole[at[0] - count : at[0]]

        kind, request, buffers = frames.read(receive)
        self.assertEqual((kind, request), (frames.LOG, 7))
        self.assertEqual(list(map(bytes, buffers)), [b"", b"12345678", b"123"])
        self.assertIsNone(frames.read(receive))
        damaged = [b"GLFX" + whole[4:], whole[:4] + b"\x03" + whole[5:], whole[:24] + b"\xff" * 40]
        for bad in damaged:
            self.assertRaises(frames.FrameError, frames.read, io.BytesIO(bad).read)

    def test_extractors_of_a_module(self):
        names = ["shouting", "everything", "common-words", "typed"]
        self.assertEqual(list(modules.extractors(examples)), names)


def _raise(error):
    raise error


if __name__ == "__main__":
    unittest.main()
