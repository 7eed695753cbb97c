"""Scores with bootstrap intervals, and calibration."""

import numpy as np
import torch


def macro_f1(gold: np.ndarray, guess: np.ndarray, classes: int = 3) -> float:
    """The mean of the F1 of each class; a class without gold and guess counts as 0."""
    return float(np.mean(class_f1(gold, guess, classes)))


def class_f1(gold: np.ndarray, guess: np.ndarray, classes: int = 3) -> list[float]:
    scores = []
    for label in range(classes):
        right = np.sum((gold == label) & (guess == label))
        total = np.sum(gold == label) + np.sum(guess == label)
        scores.append(float(2 * right / total) if total else 0.0)
    return scores


def pearson(gold: np.ndarray, guess: np.ndarray) -> float:
    return float(np.corrcoef(gold, guess)[0, 1])


def interval(groups: list[str], score, rounds: int = 1000, seed: int = 1) -> tuple[float, float]:
    """The 2.5 and 97.5 percentiles of `score(numbers of items)` over groups drawn with replacement
    (Efron 1979, whole documents at a time)."""
    chance = np.random.default_rng(seed)
    members: dict[str, list[int]] = {}
    for at, group in enumerate(groups):
        members.setdefault(group, []).append(at)
    parts = [np.array(part) for part in members.values()]
    scores = []
    for _ in range(rounds):
        drawn = chance.integers(0, len(parts), len(parts))
        scores.append(score(np.concatenate([parts[at] for at in drawn])))
    low, high = np.percentile(scores, [2.5, 97.5])
    return float(low), float(high)


def calibration_error(probabilities: np.ndarray, gold: np.ndarray, bins: int = 15) -> float:
    """The expected calibration error of the likeliest label, over bins of equal width (Guo et al. 2017)."""
    sure, right = probabilities.max(1), probabilities.argmax(1) == gold
    places = np.minimum((sure * bins).astype(int), bins - 1)
    error = 0.0
    for place in range(bins):
        inside = places == place
        if inside.any():
            error += inside.mean() * abs(sure[inside].mean() - right[inside].mean())
    return float(error)


def softmax(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    return torch.softmax(torch.as_tensor(logits, dtype=torch.float64) / temperature, dim=-1).numpy()


def temperature(logits: np.ndarray, gold: np.ndarray) -> float:
    """The temperature of the least negative log-likelihood (Guo et al. 2017)."""
    values, labels = torch.as_tensor(logits, dtype=torch.float64), torch.as_tensor(gold)
    logarithm = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    tool = torch.optim.LBFGS([logarithm], max_iter=100, line_search_fn="strong_wolfe")

    def closure():
        tool.zero_grad()
        loss = torch.nn.functional.cross_entropy(values / logarithm.exp(), labels)
        loss.backward()
        return loss

    tool.step(closure)
    return float(logarithm.detach().exp())
