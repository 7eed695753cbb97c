"""Finds words of a list, each with a label: an example to make yours.

It is whole: options that users can set, Unicode, tests. The words are those that make a claim
weaker (hedges) or stronger (boosters).
"""

import re
from dataclasses import dataclass
from typing import Dict, List

from gloss_plugin import Extractor, OptionError, Plan, option, spans

WORDS = {
    "BOOSTER": "always certainly clearly definitely never obviously".split(),
    "HEDGE": "apparently could likely may maybe might perhaps possibly".split(),
}


class {{type}}(Extractor):
    """Words that make a claim weaker or stronger."""

    name = "{{name}}"
    languages = ["en"]

    # What a pipeline file may set. The string below a field is the help that users read. Every
    # option has a default, so that a stage needs none.
    @dataclass
    class Options:
        words: Dict[str, List[str]] = option(WORDS)
        """The words to find, by label. Upper and lower case are the same."""

    # Runs for every `gloss check`, before anything is loaded: what cannot work is refused here.
    # Where neither labels nor layers depend on options, `provides = [spans(...)]` is all it takes.
    @classmethod
    def plan_for(cls, options, models):
        labels_of(options.words)
        description = "words of the lists that the options give"
        return Plan([spans("{{name}}", labels=list(options.words), description=description)])

    # Once in each process, before any document: weights are loaded here.
    def load(self):
        self.labels = labels_of(self.options.words)

    # An exception costs the document at fault, and no other.
    def extract(self, documents):
        for document in documents:
            for word in re.finditer(r"[^\W_]+", document.text):
                label = self.labels.get(word.group().lower())
                if label is not None:
                    # Offsets are those of Python strings.
                    document.add_span("{{name}}", word.start(), word.end(), label)


def labels_of(words):
    """The label of each word. The error names the option, so that users are shown the line of their
    pipeline file."""
    labels = {}
    for label, listed in words.items():
        for word in listed:
            if not re.fullmatch(r"[^\W_]+", word):
                raise OptionError("words", "%r is not one word" % word)
            if labels.setdefault(word.lower(), label) != label:
                raise OptionError("words", "%r is there twice" % word)
    return labels
