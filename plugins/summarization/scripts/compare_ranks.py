"""Compare the scores of examples/rank.rs with dense numpy matrices made from the papers' formulas.

Usage: python compare_ranks.py RANK_OUTPUT.json   (needs numpy)
"""
import json
import sys
from collections import Counter

import numpy as np


def stationary(weights, damping):
    n = len(weights)
    degrees = weights.sum(axis=1)
    walk = np.full((n, n), 1.0 / n)
    linked = degrees > 0
    walk[linked] = weights[linked] / degrees[linked, None]
    matrix = np.eye(n) - damping * walk.T
    return np.linalg.solve(matrix, np.full(n, (1.0 - damping) / n))


def main():
    data = json.load(open(sys.argv[1], encoding="utf-8"))
    bags = [Counter(terms) for terms in data["terms"]]
    n = len(bags)
    cosine, overlap = np.zeros((n, n)), np.zeros((n, n))
    vectors = [{t: c * data["idf"][t] for t, c in bag.items()} for bag in bags]
    norms = [sum(x * x for x in v.values()) ** 0.5 for v in vectors]
    for i in range(n):
        for j in range(n):
            shared = vectors[i].keys() & vectors[j].keys()
            if norms[i] and norms[j]:
                dot = sum(vectors[i][t] * vectors[j][t] for t in shared)
                cosine[i, j] = dot / norms[i] / norms[j]
            lengths = sum(bags[i].values()), sum(bags[j].values())
            if i != j and shared and lengths[0] * lengths[1] > 1:
                overlap[i, j] = len(shared) / (np.log(lengths[0]) + np.log(lengths[1]))
    for name, matrix in (("lexrank", cosine), ("textrank", overlap)):
        difference = np.abs(stationary(matrix, data["damping"]) - data["scores"][name]).max()
        print(f"{name}: {n} sentences, greatest difference {difference:.3g}")
        assert difference < 1e-9


main()
