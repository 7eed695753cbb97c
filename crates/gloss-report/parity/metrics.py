"""Reads a file that `gloss run --metrics` wrote as Prometheus' own Python client does, and checks it
by the rules of `promtool check metrics`.

Usage: python metrics.py FILE
Needs prometheus-client.
"""
import re
import sys

from prometheus_client.parser import text_string_to_metric_families

UNITS = ("_seconds", "_bytes", "_documents", "_batches", "_failures", "_info", "_running")


def faults(text):
    seen = set()
    for family in text_string_to_metric_families(text):
        if not family.documentation:
            yield f"{family.name}: no help text"
        if family.type not in ("counter", "gauge"):
            yield f"{family.name}: type {family.type}"
        if not family.name.startswith("gloss_") or not re.fullmatch(r"[a-z_]+", family.name):
            yield f"{family.name}: not in snake_case with the program's prefix"
        if not family.name.endswith(UNITS):
            yield f"{family.name}: no unit"
        if not family.samples and family.name != "gloss_failures":
            yield f"{family.name}: no sample"
        for sample in family.samples:
            if (family.type == "counter") != sample.name.endswith("_total"):
                yield f"{sample.name}: counters, and they alone, end in _total"
            if sample.value < 0:
                yield f"{sample.name}: negative"
            key = sample.name, tuple(sorted(sample.labels.items()))
            if key in seen:
                yield f"{key}: twice"
            seen.add(key)
    if len(seen) < 10:
        yield f"only {len(seen)} series"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        found = list(faults(file.read()))
    for fault in found:
        print(fault)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
