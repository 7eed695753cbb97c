"""Classes and numbers: scikit-learn, statsmodels, krippendorff, SciPy."""

import random
import warnings

import common
import krippendorff
import numpy
import scipy.stats
import sklearn.metrics
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa


def check(report, options) -> None:
    rng = random.Random(options.seed)
    warnings.simplefilter("ignore")
    two_sides(report, rng, options.cases)
    many_raters(report, rng, options.cases)
    numbers(report, rng, options.cases)
    probabilities(report, rng, options.cases)


def two_sides(report, rng, cases) -> None:
    data = []
    for _ in range(cases):
        labels, items = rng.randrange(2, 7), rng.randrange(1, 200)
        left = [rng.randrange(labels) for _ in range(items)]
        right = [label if rng.random() < 0.6 else rng.randrange(labels) for label in left]
        data.append({"metric": "classes", "labels": labels, "left": left, "right": right})
    for case, ours in zip(data, common.metrics(data)):
        left, right, labels = case["left"], case["right"], list(range(case["labels"]))
        report.equal("scikit-learn, accuracy", ours["accuracy"], sklearn.metrics.accuracy_score(left, right))
        report.equal("scikit-learn, MCC", ours["mcc"], sklearn.metrics.matthews_corrcoef(left, right))
        for kappa, weights in zip(ours["kappas"], (None, "linear", "quadratic")):
            theirs = sklearn.metrics.cohen_kappa_score(left, right, labels=labels, weights=weights)
            report.equal(f"scikit-learn, kappa {weights}", kappa, theirs)
        theirs = sklearn.metrics.classification_report(left, right, output_dict=True, zero_division=0)
        rows = {str(label): ours["labels"][label] for label in labels}
        rows |= {"macro avg": ours["averages"]["macro"], "weighted avg": ours["averages"]["weighted"]}
        for name, row in theirs.items():
            if name == "accuracy":
                continue
            for score, key in (("precision", "precision"), ("recall", "recall"), ("f1", "f1-score")):
                report.equal("scikit-learn, report", rows[name][score], row[key])


def many_raters(report, rng, cases) -> None:
    data, peers = [], []
    for _ in range(cases):
        labels, items, raters = rng.randrange(2, 6), rng.randrange(2, 40), rng.randrange(2, 6)
        truth = [rng.randrange(labels) for _ in range(items)]
        rated = [[label if rng.random() < 0.7 else rng.randrange(labels) for _ in range(raters)] for label in truth]
        data.append({"metric": "fleiss", "labels": labels, "items": rated})
        table, _ = aggregate_raters(numpy.array(rated))
        peers.append([("statsmodels, Fleiss' kappa", fleiss_kappa(table))])
        some = [[value if rng.random() < 0.8 else None for value in row] for row in rated]
        units = [[float(value) for value in row if value is not None] for row in some]
        data.append({"metric": "alpha", "units": units})
        matrix = numpy.array([[numpy.nan if v is None else v for v in row] for row in some], dtype=float).T
        of_level = []
        for level in ("nominal", "ordinal", "interval"):
            try:
                value = krippendorff.alpha(reliability_data=matrix, level_of_measurement=level)
            except ValueError:  # All values are the same, or nothing can be paired.
                value = numpy.nan
            of_level.append((f"krippendorff, alpha {level}", value))
        peers.append(of_level)
    for theirs, ours in zip(peers, common.metrics(data)):
        for own, (name, value) in zip(ours if isinstance(ours, list) else [ours], theirs):
            report.equal(name, own, value)


def numbers(report, rng, cases) -> None:
    data = []
    for _ in range(cases):
        count = rng.randrange(2, 100)
        left = [round(rng.gauss(0, 1), rng.choice([0, 1, 9])) for _ in range(count)]
        data.append({"metric": "numbers", "pairs": [(x, x + rng.gauss(0, 0.5)) for x in left]})
    for case, ours in zip(data, common.metrics(data)):
        left, right = zip(*case["pairs"])
        report.equal("SciPy, Pearson", ours[0], scipy.stats.pearsonr(left, right).statistic)
        report.equal("SciPy, Spearman", ours[1], scipy.stats.spearmanr(left, right).statistic)
        report.equal("scikit-learn, MAE", ours[2], sklearn.metrics.mean_absolute_error(left, right))


def probabilities(report, rng, cases) -> None:
    data, peers = [], []
    for _ in range(cases):
        labels, items, bins = rng.randrange(3, 6), rng.randrange(5, 200), rng.randrange(2, 20)
        weights = numpy.array([[rng.random() ** 3 + 1e-9 for _ in range(labels)] for _ in range(items)])
        p = weights / weights.sum(axis=1, keepdims=True)
        truth = numpy.array([rng.choices(range(labels), row)[0] for row in p])
        top, confidence = p.argmax(axis=1), p.max(axis=1)
        squared = ((p - numpy.eye(labels)[truth]) ** 2).sum(axis=1)
        correct = top == truth
        predictions = list(zip(confidence.tolist(), correct.tolist(), squared.tolist()))
        data.append({"metric": "calibration", "predictions": predictions, "bins": bins})
        brier = sklearn.metrics.brier_score_loss(truth, p, labels=list(range(labels)), scale_by_half=False)
        of_label = numpy.mean((confidence - correct) ** 2)
        # Its definition: no library of these has it.
        number = numpy.clip(numpy.ceil(confidence * bins) - 1, 0, bins - 1)
        parts = [number == b for b in range(bins)]
        error = sum(abs(confidence[b].sum() - correct[b].sum()) for b in parts if b.any()) / items
        peers.append((brier, of_label, error))
    for (brier, of_label, error), ours in zip(peers, common.metrics(data)):
        report.equal("scikit-learn, Brier", ours["brier"], brier)
        report.equal("Brier of the label, by definition", ours["brier_of_label"], of_label)
        report.equal("calibration error, by definition", ours["expected_error"], error)
