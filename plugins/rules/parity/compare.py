"""Compare the extractor `rules` with a naive reading of its rules, and its speed with Python's peers.

    python compare.py [--python PYTHON] [--entries 100000] [--megabytes 50] [--seed 7] [--measure BINARY]

Without --python it makes a virtual environment in a temporary folder and installs spaCy, pyahocorasick and
flashtext there. Texts and entries are made here, by the seed: words by Zipf's law, names of one to four of
them. Every tool reads the same files, in the same run, one after the other.

Equality is exact, span by span and entry by entry: with all options on small texts with a naive search at
every place, and on the large text with what pyahocorasick finds, filtered and chosen here by the rules.
Exits with 1 if anything differs.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unicodedata
import venv

ROOT = pathlib.Path(__file__).resolve().parents[3]


# --- The rules, read naively -------------------------------------------------------------------------------

def is_diacritic(c):
    return any(a <= ord(c) <= b for a, b in ((0x300, 0x36F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF)))


def continues(c):
    return unicodedata.category(c)[0] == "M" or 0x1160 <= ord(c) <= 0x11FF


def is_word(c):
    return c.isalnum() or c == "_" or continues(c)


def unspaced(c):
    return 0x3041 <= ord(c) <= 0x30FF or 0x4E00 <= ord(c) <= 0x9FFF


def fold(c):
    folded = c.casefold()
    return folded if len(folded) == 1 else c.lower() if len(c.lower()) == 1 else c


def form(text, options):
    """The form in which texts are compared."""
    chars = unicodedata.normalize("NFD", text)
    if options["fold_diacritics"]:
        chars = [c for c in chars if not is_diacritic(c)]
    if options["case"] == "insensitive":
        chars = map(fold, chars)
    out = []
    for c in chars:
        c = " " if c.isspace() else c
        if not (c == " " and out and out[-1] == " "):
            out.append(c)
    return "".join(out)


def is_cut(text, at, options):
    if at == len(text):
        return True
    after = text[at]
    if continues(after):
        return False
    before = at - 1
    while before >= 0 and options["fold_diacritics"] and is_diacritic(text[before]):
        before -= 1
    if before < 0 or not options["boundaries"]:
        return True
    before = text[before]
    return not (is_word(before) and is_word(after)) or unspaced(before) or unspaced(after)


def choose(found, options):
    found = sorted(set(found), key=lambda m: (m[0], -m[1], m[2]))
    if options["overlaps"] == "all":
        return found
    kept, free = [], 0
    for start, end, entry in found:
        if start >= free:
            kept.append((start, end, entry))
            free = end
    return kept


def naive(entries, text, options):
    """Every stretch of the text between cuts that has the form of an entry, by code point."""
    forms = {}
    for number, entry in enumerate(entries):
        forms.setdefault(form(entry.strip(), options).strip(" "), []).append(number)
    longest = max(len(f) for f in forms)
    cuts = [at for at in range(len(text) + 1) if is_cut(text, at, options)]
    found = []
    for i, start in enumerate(cuts):
        for end in cuts[i + 1:]:
            stretch = text[start:end]
            if stretch[0].isspace() or stretch.rstrip("".join(filter(is_diacritic, stretch)) if options["fold_diacritics"] else "").endswith((" ", "\n", "\t", "\r", "\u00a0")):
                continue
            compared = form(stretch, options)
            if len(compared) > longest:
                break
            found += [(start, end, number) for number in forms.get(compared, [])]
    return choose(found, options)


# --- Made input --------------------------------------------------------------------------------------------

SYLLABLES = "ba be bi da de do fa ga go ka ke ko la le lo ma me mi na ne no pa po ra re ri sa se si ta te to va vi za".split()


def vocabulary(dice, size):
    words = set()
    while len(words) < size:
        words.add("".join(dice.choices(SYLLABLES, k=dice.randint(1, 5))))
    return sorted(words)


def made(dice, entries, size):
    words = vocabulary(dice, 60_000)
    dice.shuffle(words)
    weights = [1 / (rank + 1) for rank in range(len(words))]
    for rank in range(1, len(weights)):
        weights[rank] += weights[rank - 1]
    names = set()
    # Names have rarer words than running text, as names do.
    while len(names) < entries:
        names.add(" ".join(w.capitalize() for w in dice.choices(words[200:], k=dice.choice([1, 2, 2, 2, 3, 4]))))
    names = sorted(names)
    dice.shuffle(names)
    pieces, length = [], 0
    while length < size:
        sentence = dice.choices(words, cum_weights=weights, k=dice.randint(5, 20))
        for _ in range(dice.choice([0, 0, 1, 1, 2])):
            sentence.insert(dice.randrange(len(sentence)), dice.choice(names))
        sentence = " ".join(sentence).capitalize() if dice.random() < 0.1 else " ".join(sentence)
        if dice.random() < 0.05:
            sentence = sentence.replace("e", "é", 3)
        pieces.append(sentence + dice.choice([". ", ", ", ".\n", "? "]))
        length += len(pieces[-1].encode())
    return names, "".join(pieces)


def nasty(dice):
    alphabet = list("aAbBeEéÉßẞσςΣ _.-'\n\t東京가") + ["\u0301", "\u0323", "\u1161", "\u00a0", "한", "하", "\U0001F600", "ﬁ", "ſ", "K"]
    piece = lambda most: "".join(dice.choices(alphabet, k=dice.randint(1, most)))
    usable = lambda e: e.strip() and not continues(e.strip()[0]) and any(c.isalnum() for c in e)
    entries = [e for e in (piece(4) for _ in range(12)) if usable(e)] or ["a"]
    return list(dict.fromkeys(entries)), piece(80)


# --- Running -----------------------------------------------------------------------------------------------

def csv_of(entries):
    quote = lambda e: '"' + e.replace('"', '""') + '"'
    # A label of its own for each: none is a repetition of another.
    return "text,label\n" + "".join(f"{quote(e)},L{i}\n" for i, e in enumerate(entries))


def measure(binary, folder, entries, text, options):
    files = {"g.csv": csv_of(entries), "t.txt": text, "o.json": json.dumps(options)}
    for name, content in files.items():
        (folder / name).write_bytes(content.encode())
    paths = [folder / name for name in ("g.csv", "t.txt", "o.json", "s.tsv")]
    done = subprocess.run([binary, *paths], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    spans = [tuple(map(int, line.split("\t"))) for line in (folder / "s.tsv").read_text().splitlines()]
    return json.loads(done.stdout), spans


def to_bytes(spans, text):
    """Offsets of code points as offsets of bytes."""
    if text.isascii():
        return spans
    offsets, at = [0], 0
    for c in text:
        at += len(c.encode())
        offsets.append(at)
    return [(offsets[s], offsets[e], n) for s, e, n in spans]


def small(binary, folder, dice, rounds):
    wrong = 0
    for _ in range(rounds):
        entries, text = nasty(dice)
        options = {
            "case": dice.choice(["sensitive", "insensitive"]),
            "fold_diacritics": dice.random() < 0.5,
            "boundaries": dice.random() < 0.5,
            "overlaps": dice.choice(["longest", "all"]),
        }
        _, found = measure(binary, folder, entries, text, options)
        expected = to_bytes(naive(entries, text, options), text)
        if sorted(found) != sorted(expected):
            wrong += 1
            print("differs:", json.dumps({"entries": entries, "text": text, "options": options}))
            print("  found", found, "expected", expected)
    print(f"small texts: {rounds - wrong} of {rounds} equal")
    return wrong


CHILD = """
import json, re, sys, time
tool, folder = sys.argv[1:]
names = json.load(open(folder + '/names.json'))
text = open(folder + '/t.txt', encoding='utf-8', newline='').read()
# `ru_maxrss` would count what the parent had.
peak = lambda: int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])
start = time.perf_counter()
if tool == 'pyahocorasick':
    import ahocorasick
    machine = ahocorasick.Automaton()
    for number, name in enumerate(names):
        machine.add_word(name, (number, len(name)))
    machine.make_automaton()
    find = lambda: [(end + 1 - n, end + 1, number) for end, (number, n) in machine.iter(text)]
elif tool == 'flashtext':
    from flashtext import KeywordProcessor
    machine = KeywordProcessor(case_sensitive=True)
    for number, name in enumerate(names):
        machine.add_keyword(name, number)
    find = lambda: [(s, e, n) for n, s, e in machine.extract_keywords(text, span_info=True)]
else:
    import spacy
    from spacy.matcher import PhraseMatcher
    nlp = spacy.blank('en')
    machine = PhraseMatcher(nlp.vocab)
    docs = [nlp.make_doc(name) for name in names]
    for number, doc in enumerate(docs):
        machine.add(str(number), [doc])
    # Documents of 100 KB: one of all would be beyond what spaCy takes.
    pieces = [text[i:i + 100_000] for i in range(0, min(len(text), 5_000_000), 100_000)]
    def find():
        global docs, tokenized
        begin = time.perf_counter()
        docs = [nlp.make_doc(piece) for piece in pieces]
        tokenized = time.perf_counter() - begin
        return [m for doc in docs for m in machine(doc)]
built = time.perf_counter()
found = find()
searched = time.perf_counter() - built
size = len(text.encode()) if tool != 'spacy' else sum(len(p.encode()) for p in pieces)
out = {'build': built - start, 'search': searched, 'bytes': size, 'matches': len(found), 'peak_kib': peak()}
if tool == 'spacy':
    out['tokenizing'] = tokenized
json.dump(found if tool == 'pyahocorasick' else [], open(folder + '/found.json', 'w'))
print(json.dumps(out))
"""


def large(binary, folder, python, dice, count, size):
    names, text = made(dice, count, size)
    (folder / "names.json").write_text(json.dumps(names))
    options = {"case": "sensitive", "fold_diacritics": False, "boundaries": True, "overlaps": "longest"}
    ours, spans = measure(binary, folder, names, text, options)
    megabytes = len(text.encode()) / 1e6
    print(f"{count} entries, {megabytes:.1f} MB")
    rate = megabytes / ours["search"]
    print(f"rules: build {ours['build']:.2f} s, {rate:.1f} MB/s, automaton {ours['automaton'] / 1e6:.1f} MB, peak {ours['peak_kib'] / 1024:.0f} MiB (with the text), {ours['matches']} matches")
    folded, _ = measure(binary, folder, names, text, {**options, "case": "insensitive", "fold_diacritics": True})
    print(f"rules, folded: build {folded['build']:.2f} s, {megabytes / folded['search']:.1f} MB/s, {folded['matches']} matches")
    wrong = 0
    for tool in ("pyahocorasick", "flashtext", "spacy"):
        done = subprocess.run([python, "-c", CHILD, tool, str(folder)], capture_output=True, text=True)
        if done.returncode:
            print(f"{tool}: {done.stderr.strip().splitlines()[-1]}")
            continue
        theirs = json.loads(done.stdout)
        their_rate = theirs["bytes"] / 1e6 / theirs["search"]
        note = ""
        if tool == "spacy":
            matching = theirs["bytes"] / 1e6 / (theirs["search"] - theirs["tokenizing"])
            note = f" (matching alone {matching:.1f} MB/s: rules is {rate / matching:.2f} times as fast)"
        print(f"{tool}: build {theirs['build']:.2f} s, {their_rate:.2f} MB/s, peak {theirs['peak_kib'] / 1024:.0f} MiB, {theirs['matches']} matches; rules is {rate / their_rate:.1f} times as fast{note}")
        if tool == "pyahocorasick":
            found = [tuple(m) for m in json.loads((folder / "found.json").read_text())]
            found = [m for m in found if is_cut(text, m[0], options) and is_cut(text, m[1], options)]
            equal = to_bytes(choose(found, options), text) == spans
            print(f"large text: {'equal' if equal else 'DIFFERENT'}, {len(spans)} spans")
            wrong += not equal
    return wrong


def environment(folder):
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv/bin/python"
    subprocess.run([python, "-m", "pip", "install", "-q", "spacy", "pyahocorasick", "flashtext"], check=True)
    return python


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python")
    parser.add_argument("--measure")
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--megabytes", type=float, default=50)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    if not arguments.measure:
        subprocess.run(["cargo", "build", "-q", "--release", "-p", "gloss-rules", "--example", "measure"], cwd=ROOT, check=True)
    binary = arguments.measure or str(ROOT / "target/release/examples/measure")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        python = arguments.python or environment(folder)
        wrong = small(binary, folder, random.Random(arguments.seed), arguments.rounds)
        wrong += large(binary, folder, python, random.Random(arguments.seed), arguments.entries, int(arguments.megabytes * 1e6))
    sys.exit(1 if wrong else 0)


main()
