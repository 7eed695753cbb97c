"""Says how hard a text is to read: an example to make yours.

It is whole: options that users can set, Unicode, tests. The measure is LIX (Björnsson 1968), the
words in a sentence plus the long words in a hundred, which needs no word lists.
"""

import re
from dataclasses import dataclass

from gloss_plugin import Extractor, classes, option

#: The classes, and the LIX below which each lies.
CLASSES = {
    "very-easy": 30,
    "easy": 40,
    "medium": 50,
    "hard": 60,
    "very-hard": float("inf"),
}


class {{type}}(Extractor):
    """How hard a text is to read, by LIX."""

    name = "{{name}}"
    provides = [
        classes(
            "{{name}}",
            labels=list(CLASSES),
            score="LIX: from below 20 for books for children to above 60 for laws",
            description="how hard the document is to read",
        )
    ]

    # What a pipeline file may set. The string below a field is the help that users read. Every
    # option has a default, so that a stage needs none.
    @dataclass
    class Options:
        long_word: int = option(7, minimum=1, maximum=100)
        """Fewest letters of a long word."""

    # An exception costs the document at fault, and no other.
    def extract(self, documents):
        for document in documents:
            score = lix(document.text, self.options.long_word)
            # A text without words has no class: that is no error.
            if score is not None:
                label = next(label for label, limit in CLASSES.items() if score < limit)
                # A class without `target` speaks of the whole document.
                document.add_class("{{name}}", label, score)


def lix(text, long_word):
    """The LIX of a text; None for a text without words."""
    words = re.findall(r"[^\W_]+", text)
    if not words:
        return None
    long = sum(len(word) >= long_word for word in words)
    # "3.5" and "e.g." end nothing, so a sentence ends before white space. The last may end without.
    sentences = max(1, sum(chunk[-1] in ".!?:" for chunk in text.split()))
    return len(words) / sentences + 100 * long / len(words)
