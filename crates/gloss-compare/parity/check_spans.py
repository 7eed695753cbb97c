"""Spans: seqeval, nervaluate, and an assignment by SciPy."""

import random
import warnings

import common
import numpy
from common import LABELS
from nervaluate import Evaluator
from scipy.optimize import linear_sum_assignment
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

SCHEMES = {"strict": "strict", "exact": "exact", "partial": "partial", "type": "ent_type"}
COUNTS = ["correct", "incorrect", "partial", "missed", "spurious"]


def check(report, options) -> None:
    rng = random.Random(options.seed)
    corpora = [[common.flat_spans(rng, 40) for _ in range(rng.randrange(1, 9))] for _ in range(options.cases)]
    pairs = [(40, left, [common.disturbed(rng, spans, 40) for spans in left]) for left in corpora]
    for path in options.conll:
        documents = common.read_conll(path)
        longest = max(tokens for tokens, _ in documents)
        right = [common.disturbed(rng, spans, tokens) for tokens, spans in documents]
        pairs.append((longest, [spans for _, spans in documents], right))
    against_seqeval(report, pairs)
    against_nervaluate(report, pairs)
    where_nervaluate_depends_on_order(report)
    where_nervaluate_loses_halves(report)
    against_scipy(report, rng, options.cases)


def ours_of(pairs) -> list:
    cases = [{"metric": "spans", "labels": LABELS, "left": left, "right": right} for left, right in pairs]
    return common.metrics(cases)


def against_seqeval(report, pairs) -> None:
    """Every number of its report, strict and IOB2."""
    for (tokens, left, right), ours in zip(pairs, ours_of([(left, right) for _, left, right in pairs])):
        sides = [[common.tags(spans, tokens) for spans in side] for side in (left, right)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = classification_report(*sides, mode="strict", scheme=IOB2, output_dict=True, zero_division=0)
        strict = ours["schemes"][0]
        rows = {"micro avg": strict["micro"], "macro avg": strict["macro"], "weighted avg": strict["weighted"]}
        rows |= {row["label"]: row["strict"] for row in ours["labels"]}
        for name, row in theirs.items():
            for score, key in (("precision", "precision"), ("recall", "recall"), ("f1", "f1-score")):
                kind = name if "avg" in name else "labels"
                report.equal(f"seqeval, {kind}", rows[name][score], row[key])


def one_to_one(left, right) -> bool:
    """Whether no span overlaps two of the other side: there nervaluate has no choice."""

    def overlaps(a, others):
        return sum(min(a[1], b[1]) > max(a[0], b[0]) for b in others)

    return all(overlaps(a, right) < 2 for a in left) and all(overlaps(b, left) < 2 for b in right)


def entities(spans) -> list[dict]:
    """In nervaluate the end is the last position, not the one behind it."""
    return [{"label": LABELS[label], "start": start, "end": end - 1} for start, end, label in spans]


def evaluate(left, right) -> dict:
    sides = [[entities(spans) for spans in side] for side in (left, right)]
    return Evaluator(*sides, tags=LABELS, loader="dict").evaluate()


def against_nervaluate(report, pairs) -> None:
    """All counts and scores, of all spans and of each label, where its greedy search has no choice."""
    chosen = []
    documents = 0
    for _, left, right in pairs:
        kept = [(a, b) for a, b in zip(left, right) if one_to_one(a, b) and (a or b)]
        documents += len(left)
        if kept:
            chosen.append(tuple(map(list, zip(*kept))))
    compared = sum(len(left) for left, _ in chosen)
    print(f"nervaluate is compared on {compared} of {documents} documents; in others it has a choice, or there are no spans")
    for (left, right), ours in zip(chosen, ours_of(chosen)):
        theirs = evaluate(left, right)
        for scheme in ours["schemes"]:
            name = SCHEMES[scheme["scheme"]]
            result = theirs["overall"][name]
            for count in COUNTS:
                report.equal(f"nervaluate, {name} counts", scheme["standing"][count], getattr(result, count))
            # Merging documents, it forgets the halves; computed anew they are there.
            result.compute_metrics(partial_or_type=True)
            for score in ("precision", "recall", "f1"):
                report.equal(f"nervaluate, {name} scores", scheme["micro"][score], getattr(result, score))
            for row in ours["labels"]:
                result = theirs["entities"][row["label"]][name]
                result.compute_metrics(partial_or_type=True)
                own = row["strict" if name == "exact" else scheme["scheme"]]
                for score in ("precision", "recall", "f1"):
                    report.equal(f"nervaluate, {name} labels", own[score], getattr(result, score))


def where_nervaluate_depends_on_order(report) -> None:
    """Two predictions overlap one entity: which comes first decides. Ours is the better of both, in any order."""
    left = [[(0, 4, 0)]]
    orders = [[[(0, 4, 0), (0, 2, 0)]], [[(0, 2, 0), (0, 4, 0)]]]
    theirs = [evaluate(left, right)["overall"]["strict"].f1 for right in orders]
    ours = [answer["schemes"][0]["micro"]["f1"] for answer in ours_of([(left, right) for right in orders])]
    print(f"strict F1 by the order of two spans: nervaluate {theirs}, ours {ours}")
    report.true("nervaluate depends on order", min(theirs) == 0.0 and max(theirs) > 0.66)
    report.equal("ours does not", ours[0], 2 / 3)
    report.equal("ours does not", ours[1], 2 / 3)


def where_nervaluate_loses_halves(report) -> None:
    """Over two documents its partial F1 leaves the halves out, over one it does not."""
    left, right = [[(0, 4, 0)], [(0, 4, 0)]], [[(0, 3, 0)], [(0, 3, 0)]]
    theirs = [evaluate(left[:n], right[:n])["overall"]["partial"].f1 for n in (1, 2)]
    ours = [answer["schemes"][2]["micro"]["f1"] for answer in ours_of([(left[:n], right[:n]) for n in (1, 2)])]
    print(f"partial F1 of the same document once and twice: nervaluate {theirs}, ours {ours}")
    report.true("nervaluate loses halves", theirs == [0.5, 0.0])
    report.true("ours does not lose them", ours == [0.5, 0.5])


def against_scipy(report, rng, cases) -> None:
    """Overlapping and nested spans: SciPy's assignment of the stated preference, in numbers that doubles hold."""

    def spans():
        some = [(rng.randrange(30), rng.randrange(1, 9), rng.randrange(3)) for _ in range(rng.randrange(1, 15))]
        return [(start, start + length, label) for start, length, label in some]

    pairs = [([spans()], [spans()]) for _ in range(cases)]
    for (left, right), ours in zip(pairs, ours_of(pairs)):
        left, right = left[0], right[0]
        worth = numpy.zeros((len(left), len(right)))
        for i, a in enumerate(left):
            for j, b in enumerate(right):
                overlap = min(a[1], b[1]) - max(a[0], b[0])
                if overlap > 0:
                    bounds, label = a[:2] == b[:2], a[2] == b[2]
                    digits = (bounds and label, bounds, label, True)
                    worth[i, j] = sum(d * 16 ** (3 - at) for at, d in enumerate(digits)) * 256 + overlap
        rows, columns = linear_sum_assignment(worth, maximize=True)
        chosen = [(left[i], right[j]) for i, j in zip(rows, columns) if worth[i, j] > 0]
        kinds = [(a[:2] == b[:2], a[2] == b[2]) for a, b in chosen]
        theirs = {
            "equal": kinds.count((True, True)),
            "other_label": kinds.count((True, False)),
            "other_bounds": kinds.count((False, True)),
            "other_both": kinds.count((False, False)),
            "left_only": len(left) - len(chosen),
            "right_only": len(right) - len(chosen),
        }
        for name, count in theirs.items():
            report.equal("SciPy, assignment", ours["tally"][name], count)
