"""Vectors: bert-score's own function where torch is installed, else its formula in NumPy; scikit-learn; CKA by definition."""

import random
from math import log

import common
import numpy
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.neighbors import NearestNeighbors

CLS, SEP = 100, 101


def check(report, options) -> None:
    rng = random.Random(options.seed)
    numbers = numpy.random.default_rng(options.seed)
    spaces(report, rng, numbers, options.cases)
    tokens(report, rng, numbers, options.cases)


def spaces(report, rng, numbers, cases) -> None:
    data = []
    for _ in range(cases):
        items, width = rng.randrange(8, 60), rng.randrange(2, 40)
        first = numbers.normal(size=(items, width)).astype("f4")
        second = (first + numbers.normal(size=(items, width))).astype("f4")
        data.append({"metric": "spaces", "first": first.tolist(), "second": second.tolist(), "k": rng.randrange(1, 6)})
    for case, ours in zip(data, common.metrics(data)):
        first, second = (numpy.array(case[side], dtype="f4").astype("f8") for side in ("first", "second"))
        theirs = cosine_similarity(first, second).diagonal()
        for own, value in zip(ours["cosines"], theirs):
            report.equal("scikit-learn, cosine", own, value)
        near = [neighbours(space, case["k"]) for space in (first, second)]
        theirs = [len(a & b) / case["k"] for a, b in zip(*near)]
        for own, value in zip(ours["overlaps"], theirs):
            report.equal("scikit-learn, neighbours", own, value)
        x, y = (space - space.mean(axis=0) for space in (first, second))
        parts = [numpy.linalg.norm(a.T @ b) for a, b in ((y, x), (x, x), (y, y))]
        report.equal("CKA, by definition", ours["cka"], parts[0] ** 2 / (parts[1] * parts[2]))


def neighbours(space, k) -> list[set]:
    found = NearestNeighbors(n_neighbors=k, metric="cosine", algorithm="brute").fit(space).kneighbors(return_distance=False)
    return [set(row) for row in found]


def tokens(report, rng, numbers, cases) -> None:
    greedy = greedy_of_package() or greedy_of_formula
    print(f"BERTScore is compared with {greedy.__doc__}")

    def text() -> tuple[list[int], numpy.ndarray]:
        ids = [CLS] + [rng.randrange(12) for _ in range(rng.randrange(0, 14))] + [SEP]
        return ids, numbers.normal(size=(len(ids), 16)).astype("f4") + 0.5

    data, peers = [], []
    for _ in range(cases):
        idf = rng.random() < 0.5
        baseline = [rng.random() * 0.9 for _ in range(3)] if rng.random() < 0.5 else None
        references = [[text() for _ in range(rng.choice([1, 1, 2]))] for _ in range(4)]
        candidates = [text() for _ in range(4)]
        case = {"metric": "bertscore", "idf": idf, "baseline": baseline, "special": [CLS, SEP]}
        case["references"] = [[as_json(one) for one in several] for several in references]
        case["texts"] = [as_json(one) for one in candidates]
        data.append(case)
        peers.append(expected(greedy, references, candidates, idf, baseline))
    for case, peer, own in zip(data, peers, common.metrics(data)):
        for ours, theirs in zip(own, peer):
            for score, value in zip(("precision", "recall", "f1"), theirs):
                name = f"bert-score{', IDF' if case['idf'] else ''}{', rescaled' if case['baseline'] else ''}"
                report.equal(name, ours[score], value)


def as_json(text) -> dict:
    return {"ids": text[0], "values": text[1].ravel().tolist()}


def expected(greedy, references, candidates, idf, baseline) -> list:
    weights = idf_of([ids for several in references for ids, _ in several]) if idf else None

    def weigh(ids):
        if weights:
            return [weights.get(i, weights[None]) for i in ids]
        return [0.0 if i in (CLS, SEP) else 1.0 for i in ids]

    found = []
    for several, (ids, values) in zip(references, candidates):
        scores = [greedy(r_values, weigh(r_ids), values, weigh(ids)) for r_ids, r_values in several]
        best = [max(parts) for parts in zip(*scores)]
        if baseline:
            best = [(score - least) / (1 - least) for score, least in zip(best, baseline)]
        found.append(best)
    return found


def idf_of(references) -> dict:
    """As `get_idf_dict` of bert-score counts."""
    n, counts = len(references), {}
    for ids in references:
        for i in set(ids):
            counts[i] = counts.get(i, 0) + 1
    return {None: log(n + 1)} | {i: log((n + 1) / (count + 1)) for i, count in counts.items()}


def greedy_of_package():
    try:
        import torch
        from bert_score.utils import greedy_cos_idf
    except ImportError:
        return None

    def greedy(reference, reference_idf, text, text_idf):
        """bert-score's greedy_cos_idf, in double precision"""
        sides = []
        for values, idf in ((reference, reference_idf), (text, text_idf)):
            rows = torch.tensor(values, dtype=torch.float64).unsqueeze(0)
            sides += [rows, torch.ones(1, rows.shape[1]), torch.tensor([idf], dtype=torch.float64)]
        return [float(numpy.nan_to_num(part.item())) for part in greedy_cos_idf(*sides)]

    return greedy


def greedy_of_formula(reference, reference_idf, text, text_idf):
    """bert-score's formula in NumPy: torch is not installed"""
    sides = [numpy.asarray(values, dtype="f8") for values in (text, reference)]
    sides = [side / numpy.linalg.norm(side, axis=1, keepdims=True) for side in sides]
    cosines = sides[0] @ sides[1].T
    weights = [numpy.array(text_idf), numpy.array(reference_idf)]
    if min(len(text_idf), len(reference_idf)) <= 2:  # Special tokens alone.
        return [0.0, 0.0, 0.0]
    nearest = (cosines.max(axis=1), cosines.max(axis=0))
    precision, recall = (float(near @ weight / weight.sum()) if weight.sum() else 0.0 for near, weight in zip(nearest, weights))
    return [precision, recall, 2 * precision * recall / (precision + recall) if precision * recall else 0.0]
