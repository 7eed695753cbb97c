"""Makes a vector of a text, so that similar texts have vectors that point the same way: an example
to make yours.

It is whole: options that users can set, Unicode, tests. Runs of letters are counted, and each is
hashed to one number of the vector ("feature hashing"), so no model is needed.
"""

import hashlib
import math
import re
from dataclasses import dataclass

from gloss_plugin import Extractor, Plan, option, vectors


class {{type}}(Extractor):
    """Vectors of hashed letters: similar texts point the same way."""

    name = "{{name}}"

    # What a pipeline file may set. The string below a field is the help that users read. Every
    # option has a default, so that a stage needs none.
    @dataclass
    class Options:
        dimension: int = option(256, minimum=1, maximum=4096)
        """Numbers in a vector."""
        letters: int = option(3, minimum=1, maximum=16)
        """Letters in a run."""

    # Runs for every `gloss check`, before anything is loaded: the layer depends on an option.
    @classmethod
    def plan_for(cls, options, models):
        description = "counts of hashed runs of letters; of length 1, or 0 without any"
        layer = vectors("{{name}}", dimension=options.dimension, description=description)
        return Plan([layer])

    # An exception costs the document at fault, and no other.
    def extract(self, documents):
        for document in documents:
            vector = embed(document.text, self.options.dimension, self.options.letters)
            # A vector without `target` speaks of the whole document.
            document.add_vector("{{name}}", vector)


def embed(text, dimension=256, letters=3):
    """The vector of a text, which depends on the text alone."""
    # Each run of other characters is one blank, so that line breaks make no difference.
    text = re.sub(r"[\W_]+", " ", text.lower())
    vector = [0.0] * dimension
    for start in range(len(text) - letters + 1):
        # The hashes of Python's `hash` are others in each process.
        run = text[start : start + letters].encode()
        number = int.from_bytes(hashlib.blake2b(run, digest_size=8).digest(), "little")
        # Two runs that share a place cancel each other out as often as they add up.
        vector[number % dimension] += 1 if number >> 63 == 0 else -1
    length = math.sqrt(sum(x * x for x in vector))
    return [x / length for x in vector] if length > 0 else vector
