"""Compare the crate's metrics with the libraries that people trust, on random data and on files that are named.

    python check.py [--conll FILE ...] [--cases N] [--seed N]

Makes a virtual environment beside the build, installs requirements.txt there and goes on in it. Files of CoNLL's form
give real documents, whose other side is made by disturbing their spans; texts are made from the documentation of what
is installed. Where torch and bert-score are installed in the environment, BERTScore is compared with the package, else
with its formula. Exits with 1 if a number differs by 1e-9 or more.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import venv

import common


def enter_environment() -> None:
    """Run this script again in its own environment, which is made if it is not there."""
    here = pathlib.Path(__file__).resolve().parent
    folder = common.ROOT / "target" / "parity" / "gloss-compare"
    python = folder / "bin" / "python"
    if pathlib.Path(sys.prefix) == folder:
        return
    if not python.exists():
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "-r", here / "requirements.txt"], check=True)
    os.execv(python, [python, *sys.argv])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conll", nargs="*", default=[])
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    enter_environment()
    import check_classes
    import check_spans
    import check_statistics
    import check_texts
    import check_vectors
    from report import Report

    report = Report()
    check_spans.check(report, options)
    check_classes.check(report, options)
    check_statistics.check(report, options)
    check_texts.check(report, options)
    check_vectors.check(report, options)
    return report.summary()


if __name__ == "__main__":
    sys.exit(main())
