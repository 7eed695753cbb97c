"""Makes a teaser: the beginning of a text, up to so many words. An example to make yours.

It is whole: options that users can set, Unicode, tests.
"""

import re
from dataclasses import dataclass

from gloss_plugin import Extractor, option, texts


class {{type}}(Extractor):
    """The beginning of a text."""

    name = "{{name}}"
    provides = [texts("{{name}}", description="the beginning of the document")]

    # What a pipeline file may set. The string below a field is the help that users read. Every
    # option has a default, so that a stage needs none.
    @dataclass
    class Options:
        words: int = option(25, minimum=1, maximum=1000)
        """The most words of a teaser. It ends with a sentence where one ends within that."""

    # An exception costs the document at fault, and no other.
    def extract(self, documents):
        for document in documents:
            found = beginning(document.text, self.options.words)
            if found is None:
                continue
            start, end = found
            teaser = document.text[start:end]
            if not ends_sentence(teaser) and end < len(document.text.rstrip()):
                teaser += " …"
            # The source says which stretch of the document it was made from.
            document.add_text("{{name}}", teaser, sources=[found])


def beginning(text, words):
    """Where the beginning of a text is: up to so many words, or less where a sentence ends. None for
    a text without words."""
    first = []
    for word in re.finditer(r"\S+", text):
        first.append(word)
        if len(first) == words:
            break
    if not first:
        return None
    whole = [word for word in first if ends_sentence(word.group())]
    return first[0].start(), (whole or first)[-1].end()


def ends_sentence(text):
    return text.rstrip("\"'”’»)").endswith((".", "!", "?", "…", "。"))
