"""Other finders of dates on the labelled examples of this plugin.

Needs a built `gloss` and a Python with the peers; one that is lacking is skipped.
    python3 -m venv .venv && .venv/bin/pip install dateparser==1.5.0 parsedatetime==2.6 timexy==0.1.3
    .venv/bin/python plugins/dates/parity/compare.py --gloss target/debug/gloss

All give instants where these examples have days, weeks, years or durations, so values are compared
for expressions that are one day alone. A value is right when some span that overlaps the expected
one has that day. A span that overlaps no expected one is spurious.
"""

import argparse
import datetime
import importlib.metadata
import json
import pathlib
import re
import subprocess
import tempfile

TESTS = pathlib.Path(__file__).parent.parent / "tests"
DAY = re.compile(r"\d{4}-\d\d-\d\d$")


def read(path):
    """(date or None, text, [(start, end, type, value)]) of each line."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        date, rest = line.split("\t", 1)
        text, expected = "", []
        for before, inner, label in re.findall(r"([^\[]*)(?:\[([^\]]*)\]\(([^)]*)\))?", rest):
            text += before
            if label:
                kind, value = label.split(" ")[:2]
                expected.append((len(text), len(text) + len(inner), kind, value))
                text += inner
        yield None if date == "-" else datetime.datetime.fromisoformat(date), text, expected


def gloss(path):
    """Runs the plugin over all examples at once."""

    def find(examples):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "p.toml").write_text('[[stage]]\nextractor = "dates"\n')
            with open(folder / "in.jsonl", "w", encoding="utf-8") as out:
                for number, (date, text, _) in enumerate(examples):
                    metadata = {"date": date.date().isoformat()} if date else {}
                    print(json.dumps({"id": str(number), "text": text, "metadata": metadata}), file=out)
            arguments = [path, "run", "p.toml", "in.jsonl", "--offsets", "codepoint"]
            done = subprocess.run(arguments, cwd=folder, check=True, capture_output=True, text=True)
        for line in done.stdout.splitlines():
            annotations = json.loads(line)["layers"]["dates/dates"]["annotations"]
            yield [(a["start"], a["end"], a["attributes"]["value"]) for a in annotations]

    return find


def dateparser_finder():
    from dateparser.search import search_dates

    def one(date, text):
        settings = {"PREFER_DATES_FROM": "past"}
        if date:
            settings["RELATIVE_BASE"] = date
        at = 0
        for found, when in search_dates(text, languages=["en"], settings=settings) or []:
            start = text.find(found, at)
            if start >= 0:
                at = start + len(found)
                yield start, at, when.date().isoformat()

    return one


def parsedatetime_finder():
    import parsedatetime

    calendar = parsedatetime.Calendar()

    def one(date, text):
        for when, _, start, end, _ in calendar.nlp(text, sourceTime=date) or []:
            yield start, end, when.date().isoformat()

    return one


def timexy_finder():
    import spacy
    import timexy  # noqa: F401 (registers the component)

    nlp = spacy.blank("en")
    nlp.add_pipe("timexy", config={"kb_id_type": "timex3", "label": "timexy", "overwrite": False})

    def one(_, text):
        for entity in nlp(text).ents:
            value = re.search(r'value="([^"T]*)', entity.kb_id_)
            yield entity.start_char, entity.end_char, value.group(1) if value else ""

    return one


def each(one):
    return lambda examples: ([*one(date, text)] for date, text, _ in examples)


def score(name, find, examples):
    gold = found = exact = days = right = spurious = 0
    for (_, _, expected), spans in zip(examples, find(examples), strict=True):
        gold += len(expected)
        found += len(spans)
        exact += len({e[:2] for e in expected} & {s[:2] for s in spans})
        spurious += sum(not any(s[0] < e[1] and e[0] < s[1] for e in expected) for s in spans)
        for start, end, kind, value in expected:
            if kind == "DATE" and DAY.match(value):
                days += 1
                right += any(s[0] < end and start < s[1] and s[2] == value for s in spans)
    f1 = 200 * exact / (gold + found)
    print(f"| {name} | {f1:.1f} | {right} of {days} | {spurious} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gloss", default="gloss")
    arguments = parser.parse_args()
    finders = [("this plugin", lambda: gloss(pathlib.Path(arguments.gloss).resolve()))]
    peers = {"dateparser": dateparser_finder, "parsedatetime": parsedatetime_finder, "timexy": timexy_finder}
    for name, make in peers.items():
        finders.append((name, lambda make=make: each(make())))
    for part in ["development", "heldout", "heldout2"]:
        examples = list(read(TESTS / f"{part}.txt"))
        print(f"\n{part}: {len(examples)} sentences\n")
        print("| | span F1 | days right | spurious spans |\n| --- | --- | --- | --- |")
        for name, make in finders:
            try:
                find = make()
            except ImportError as error:
                print(f"| {name} | skipped: {error} | | |")
                continue
            version = importlib.metadata.version(name) if name in peers else ""
            score(f"{name} {version}".strip(), find, examples)


if __name__ == "__main__":
    main()
