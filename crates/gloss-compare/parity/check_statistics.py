"""Statistics: statsmodels and SciPy."""

import random

import common
import numpy
import scipy.stats
import statsmodels.api as sm
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

# Ends of two bootstraps of 20,000 resamples differ by less than this share of the standard error, and by a step
# where the mean of whole numbers takes them.
MONTE_CARLO = 0.1


def check(report, options) -> None:
    rng = random.Random(options.seed)
    of_mcnemar(report, rng, options.cases)
    of_holm(report, rng, options.cases)
    of_means(report, rng, max(options.cases // 10, 5))
    of_ratios(report, rng, options.cases)


def of_mcnemar(report, rng, cases) -> None:
    data = []
    for _ in range(cases):
        most = rng.choice([5, 40, 400, 5000])
        counts = {"first_only": rng.randrange(most), "second_only": rng.randrange(most)}
        data.append({"metric": "mcnemar", **counts})
    for case, ours in zip(data, common.metrics(data)):
        table = [[0, case["first_only"]], [case["second_only"], 0]]
        if case["first_only"] + case["second_only"] == 0:
            report.equal("McNemar of nothing", ours["p_value"], 1.0)
            continue
        theirs = mcnemar(table, exact=ours["exact"], correction=True).pvalue
        report.equal(f"statsmodels, McNemar {'exact' if ours['exact'] else 'chi-squared'}", ours["p_value"], theirs)


def of_holm(report, rng, cases) -> None:
    data = [{"metric": "holm", "p_values": [rng.random() ** 3 for _ in range(rng.randrange(1, 20))]} for _ in range(cases)]
    for case, ours in zip(data, common.metrics(data)):
        for own, theirs in zip(ours, multipletests(case["p_values"], method="holm")[1]):
            report.equal("statsmodels, Holm", own, theirs)


def of_means(report, rng, cases) -> None:
    def mean_difference(a, b, axis=-1):
        return numpy.mean(b, axis=axis) - numpy.mean(a, axis=axis)

    data = []
    for case in range(cases):
        # Few enough to try all ways to swap, and many.
        count = rng.randrange(2, 11) if case % 2 == 0 else rng.randrange(40, 200)
        first = [rng.randrange(10) for _ in range(count)]
        second = [max(0, value + rng.randrange(-2, 4)) for value in first]
        data.append({"metric": "means", "first": first, "second": second, "resamples": 20_000})
    for case, ours in zip(data, common.metrics(data)):
        sides = (numpy.array(case["first"], dtype=float), numpy.array(case["second"], dtype=float))
        options = dict(permutation_type="samples", vectorized=True, n_resamples=20_000, rng=1)
        theirs = scipy.stats.permutation_test(sides, mean_difference, **options).pvalue
        if ours["test"]["exact"]:
            report.equal("SciPy, randomisation exact", ours["test"]["p_value"], min(theirs, 1.0))
            continue
        report.equal("SciPy, randomisation at random", ours["test"]["p_value"], theirs, 0.02)
        options = dict(paired=True, vectorized=True, method="percentile", n_resamples=20_000, rng=1)
        theirs = scipy.stats.bootstrap(sides, mean_difference, **options)
        (low, high), error = ours["interval"]
        tolerance = MONTE_CARLO + 1 / len(case["first"]) / error
        for own, end in zip((low, high), theirs.confidence_interval):
            report.equal("SciPy, bootstrap ends / error", own / error, end / error, tolerance)
        report.equal("SciPy, bootstrap error", error / theirs.standard_error, 1.0, MONTE_CARLO)


def of_ratios(report, rng, cases) -> None:
    """The linearised error is that of a weighted regression through 0 with robust errors (HC1)."""
    data = []
    for _ in range(cases):
        y = [float(rng.randrange(1, 30)) for _ in range(rng.randrange(2, 60))]
        data.append({"metric": "ratio", "x": [float(rng.randrange(int(v) + 1)) for v in y], "y": y})
    for case, ours in zip(data, common.metrics(data)):
        x, y = numpy.array(case["x"]), numpy.array(case["y"])
        fit = sm.WLS(x, y, weights=1 / y).fit(cov_type="HC1")
        ratio, error = fit.params[0], fit.bse[0] * scipy.stats.norm.ppf(0.975)
        report.equal("statsmodels, ratio", ours[0], max(ratio - error, 0.0))
        report.equal("statsmodels, ratio", ours[1], min(ratio + error, 1.0))
