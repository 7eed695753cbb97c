"""Texts for the checks: what is installed beside this script brings documentation with it."""

import importlib
import importlib.metadata
import inspect
import pathlib
import pkgutil
import random
import re
import sysconfig

# Words that show what tokenizers do, which English documentation has too few of.
OTHER = ["Rodríguez", "naïve", "Ελλάδα", "ΟΔΟΣ", "日本語", "e\u0301tude", "İstanbul", "ﬁne", "don't", "3.5", "co-op", "😀"]


def packages() -> list[str]:
    """Long descriptions of installed packages, and the docstrings of the standard library."""
    found = []
    for distribution in importlib.metadata.distributions():
        text = distribution.metadata.get_payload()
        if isinstance(text, str) and len(text) > 500:
            found.append(text)
    for module in pkgutil.iter_modules([sysconfig.get_paths()["stdlib"]]):
        if module.name.startswith("_") or module.name in ("antigravity", "this", "idlelib", "turtledemo"):
            continue
        try:
            loaded = importlib.import_module(module.name)
        except Exception:  # What cannot be imported on this machine has no documentation here.
            continue
        for _, member in inspect.getmembers(loaded):
            doc = inspect.isroutine(member) and inspect.getdoc(member)
            if doc and len(doc.split()) > 30:
                found.append(doc)
    return sorted(set(found))


def word_list() -> list[str]:
    """All words of the standard library's files, in lower case."""
    words = set()
    for path in pathlib.Path(sysconfig.get_paths()["stdlib"]).rglob("*.py"):
        words.update(re.findall(r"[a-z0-9]+", path.read_text("utf-8", errors="ignore").lower()))
    return sorted(words)


def summary(rng: random.Random, source: str) -> str:
    """Lines and sentences of the source, some cut, some with words dropped, swapped or of elsewhere."""
    parts = [part for part in re.split(r"\n+|(?<=[.!?])\s", source) if part.strip()]
    chosen = sorted(rng.sample(range(len(parts)), min(len(parts), rng.randrange(0, 6))))
    lines = []
    for at in chosen:
        words = parts[at].split()
        words = [rng.choice(OTHER) if rng.random() < 0.05 else word for word in words if rng.random() > 0.1]
        if len(words) > 3 and rng.random() < 0.3:
            i = rng.randrange(len(words) - 1)
            words[i], words[i + 1] = words[i + 1], words[i]
        lines.append(" ".join(words))
    return rng.choice(["\n", " "]).join(lines)
