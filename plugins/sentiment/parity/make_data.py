"""Writes data/lexicon.tsv and data/emoji.tsv from an unpacked sdist of vaderSentiment 3.3.2.

Usage: python make_data.py SDIST_FOLDER
"""
import pathlib
import sys

source = pathlib.Path(sys.argv[1])
data = pathlib.Path(__file__).resolve().parent.parent / "data"


def table(name):
    rows = {}
    for line in (source / "vaderSentiment" / name).read_text(encoding="utf-8").split("\n"):
        if line.strip():
            key, value = line.strip().split("\t")[:2]
            rows[key] = value  # of repeated keys the last one holds
    return rows


def write(name, rows):
    text = "".join(f"{key}\t{value}\n" for key, value in rows)
    (data / name).write_text(text, encoding="utf-8", newline="\n")


write("lexicon.tsv", table("vader_lexicon.txt").items())
# The scorer looks at one code point at a time, so longer sequences can never match.
write("emoji.tsv", ((k, v) for k, v in table("emoji_utf8_lexicon.txt").items() if len(k) == 1))
(data / "LICENSE-vaderSentiment.txt").write_text(
    "lexicon.tsv and emoji.tsv are derived from vaderSentiment 3.3.2 (by parity/make_data.py).\n\n"
    + (source / "LICENSE.txt").read_text(encoding="utf-8"), encoding="utf-8")
