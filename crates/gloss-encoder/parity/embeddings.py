"""Compare vectors of all-MiniLM-L6-v2 with those of sentence-transformers, and those of 8 bits with those of 32.

    python embeddings.py [--python PYTHON] [--examples FOLDER] [--kernels NAME ...]

Without --python it makes a virtual environment in a temporary folder. Builds the example `dump` unless --examples
names the folder that it is in. Exits with 1 if a number differs by 1e-4 or more, or if in a hundred vectors of 8
bits more than one has a cosine to that of 32 bits below 0.99.
"""

import argparse
import sys

import common


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python")
    parser.add_argument("--examples")
    parser.add_argument("--kernels", nargs="*", default=["avx512", "avx2", "portable"])
    arguments = parser.parse_args()
    common.in_environment(arguments.python)

    import numpy
    import sentence_transformers

    texts = common.sentences(1000)
    program = common.example("dump", arguments.examples)
    peer = sentence_transformers.SentenceTransformer(str(common.minilm()), device="cpu")
    expected = peer.encode(texts, batch_size=32, show_progress_bar=False)

    def vectors(*settings: str):
        found = common.dump(program, common.minilm(), texts, *settings)
        return numpy.array([text["numbers"] for text in found])

    failed = False
    for kernels in arguments.kernels:
        found = vectors("f32", kernels)
        difference = abs(found - expected).max()
        failed |= not difference < 1e-4
        print(f"{kernels}: f32, largest difference from sentence-transformers: {difference:.2e}")
        small = vectors("int8", kernels)
        cosines = (small * found).sum(1)
        first = numpy.percentile(cosines, 1)
        failed |= not first >= 0.99
        print(f"{kernels}: int8, cosine to f32: first percentile {first:.4f}, least {cosines.min():.4f}")

        def nearest(x):
            scores = x @ x.T
            numpy.fill_diagonal(scores, -2)
            return numpy.argsort(-scores, 1)[:, :10]

        shared = [len(set(a) & set(b)) / 10 for a, b in zip(nearest(small), nearest(found))]
        print(f"{kernels}: int8, of the 10 nearest in f32 are among the 10 nearest: {numpy.mean(shared):.1%}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
