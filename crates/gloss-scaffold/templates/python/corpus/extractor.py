"""Finds the words that tell a document from the others: an example to make yours.

It is whole: options that users can set, Unicode, tests. A word counts for more the more often it
is in the document, and the fewer documents have it (TF-IDF), so every document must be seen
before the first can be annotated.
"""

import math
import re
from collections import Counter
from dataclasses import dataclass

from gloss_plugin import CorpusExtractor, option, spans


class {{type}}(CorpusExtractor):
    """Words that tell a document from the others, by TF-IDF."""

    name = "{{name}}"
    provides = [
        spans(
            "{{name}}",
            labels=["KEYWORD"],
            score="TF-IDF: how often it is in the document, times ln(documents / those with it)",
            description="the words that tell the document from the others",
        )
    ]
    # States can be saved, and used by later versions: raise this when their form changes.
    state_version = 1

    # What a pipeline file may set. The string below a field is the help that users read. Every
    # option has a default, so that a stage needs none.
    @dataclass
    class Options:
        keywords: int = option(5, minimum=1, maximum=1000)
        """How many different words of a document are keywords."""
        min_letters: int = option(4, minimum=1, maximum=100)
        """Fewest letters of a keyword."""

    # What is kept of the documents. Counts are whole numbers, so that it makes no difference in
    # which order they are added up. It is saved as JSON.
    def new_state(self):
        return {"documents": 0, "having": {}}

    # First pass: documents are spread over several states, in any order.
    def observe(self, state, documents):
        for document in documents:
            words = {word for word, _ in self.words(document.text)}
            self.merge(state, {"documents": 1, "having": dict.fromkeys(words, 1)})

    def merge(self, state, other):
        state["documents"] += other["documents"]
        for word, count in other["having"].items():
            state["having"][word] = state["having"].get(word, 0) + count
        return state

    # What takes long here should look at `self.cancelled` now and then.
    def finish(self, state):
        return state

    # Second pass, with what `finish` gave. An exception costs the document at fault, and no other.
    def annotate(self, findings, documents):
        for document in documents:
            words = list(self.words(document.text))
            scores = {}
            for word, times in Counter(word for word, _ in words).items():
                having = findings["having"].get(word, 0)
                score = times * math.log(findings["documents"] / having) if having else 0
                if score > 0:
                    scores[word] = score
            # Where two are equal the alphabet decides.
            ranked = sorted(scores, key=lambda word: (-scores[word], word))
            keywords = set(ranked[: self.options.keywords])
            for word, start in words:
                if word in keywords:
                    end = start + len(word)
                    document.add_span("{{name}}", start, end, "KEYWORD", scores[word])

    def words(self, text):
        """The words of a text that are long enough, in lower case, and where they begin."""
        for word in re.finditer(r"[^\W\d_]+", text):
            lower = word.group().lower()
            # A few letters are longer in lower case: such a word stays as it is.
            lower = lower if len(lower) == len(word.group()) else word.group()
            if len(lower) >= self.options.min_letters:
                yield lower, word.start()
