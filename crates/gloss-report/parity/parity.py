"""Compares `gloss report --format json` with figures that pandas, statsmodels and NLTK compute from
the same output.

Usage: python parity.py REPORT.json OUTPUT.jsonl
Needs pandas, statsmodels and nltk. Means and intervals of sentiment are those of an ordinary least
squares regression on a constant with errors clustered by document; NPMI is NLTK's pointwise mutual
information over its largest value.
"""
import bisect
import collections
import json
import math
import sys

import pandas
import statsmodels.api as sm
from nltk.metrics import BigramAssocMeasures


def read(path):
    """One row for each mention, and the numbers of sentences and of documents by day."""
    rows, sentences, documents, days = [], 0, 0, collections.Counter()
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            documents += 1
            text = document["text"].encode()
            layers = document["layers"].values()
            first = lambda *types: next(
                (l["annotations"] for t in types for l in layers if l["type"] == t), [])
            spans = sorted((s["start"], s["end"], s["id"]) for s in first("sentences"))
            sentences += len(spans)
            scores = {a["target"]: a["score"] for a in first("sentiment") if "target" in a}
            day = document.get("metadata", {}).get("date")
            if day:
                days[day] += 1
            for mention in first("mentions", "entities"):
                at = bisect.bisect_right(spans, (mention["start"], math.inf, 0)) - 1
                inside = at >= 0 and mention["start"] < spans[at][1]
                sentence = spans[at][2] if inside else None
                words = text[mention["start"]:mention["end"]].decode()
                rows.append({
                    "label": mention.get("label", ""),
                    "name": mention.get("attributes", {}).get("name", words).strip(),
                    "document": document["id"],
                    "day": day,
                    "sentence": sentence,
                    "score": scores.get(sentence),
                })
    return pandas.DataFrame(rows), sentences, documents, days


def close(found, expected, tolerance):
    return abs(found - expected) <= tolerance


def check_entity(entity, mentions, faults):
    of = f'{entity["label"]} {entity["name"]!r}'
    if (entity["mentions"], entity["documents"]) != (len(mentions), mentions["document"].nunique()):
        faults.append(f"{of}: counts")
    days = mentions.dropna(subset=["day"]).groupby("day").size().to_dict()
    if {d["day"]: d["mentions"] for d in entity.get("days", [])} != days:
        faults.append(f"{of}: days")
    rated = mentions.dropna(subset=["score"]).drop_duplicates(["document", "sentence"])
    if rated.empty or "sentiment" not in entity:
        if not rated.empty or "sentiment" in entity:
            faults.append(f"{of}: sentiment is missing")
        return 0
    found = entity["sentiment"]
    clusters = rated["document"].nunique()
    if (found["n"], found["documents"]) != (len(rated), clusters) or not close(found["mean"], rated["score"].mean(), 1e-6):
        faults.append(f"{of}: mean")
    if clusters < 5:
        if "interval" in found:
            faults.append(f"{of}: an interval of {clusters} documents")
        return 0
    fit = sm.OLS(rated["score"].to_numpy(), [[1.0]] * len(rated)).fit(
        cov_type="cluster", use_t=True, cov_kwds={"groups": pandas.factorize(rated["document"])[0]})
    low, high = fit.conf_int(0.05)[0]
    # The quantile of Student's t is right to a thousandth.
    width = max(high - low, 1e-9)
    if not (close(found["interval"][0], low, 1e-3 * width) and close(found["interval"][1], high, 1e-3 * width)):
        faults.append(f"{of}: interval {found['interval']}, expected {low}, {high}")
    return 1


def check_pairs(corpus, table, sentences, faults):
    names = {(e["label"], e["name"]): i for i, e in enumerate(corpus["entities"])}
    units = collections.defaultdict(set)
    for row in table.dropna(subset=["sentence"]).itertuples():
        place = names.get((row.label, row.name))
        if place is not None:
            units[row.document, row.sentence].add(place)
    single, both = collections.Counter(), collections.Counter()
    for places in units.values():
        single.update(places)
        both.update((a, b) for a in places for b in places if a < b)
    for pair in corpus["pairs"]:
        key = pair["first"], pair["second"]
        information = BigramAssocMeasures.pmi(both[key], (single[key[0]], single[key[1]]), sentences)
        expected = information / -math.log2(both[key] / sentences)
        if pair["units"] != both[key] or not close(pair["npmi"], expected, 1e-9):
            faults.append(f"pair {key}: {pair}, expected {both[key]}, {expected}")
    often = sorted((n for n in both.values() if n > 1), reverse=True)[:40]
    if [pair["units"] for pair in corpus["pairs"]] != often:
        faults.append("the most frequent pairs")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        corpus = json.load(file)["corpus"]
    table, sentences, documents, days = read(sys.argv[2])
    faults, intervals = [], 0
    if (corpus["documents"], corpus["sentences"], corpus["mentions"]) != (documents, sentences, len(table)):
        faults.append("totals")
    if {d["day"]: d["documents"] for d in corpus["days"]} != dict(days):
        faults.append("documents by day")
    groups = table.groupby(["label", "name"])
    if corpus["exact"] and corpus["distinct_entities"] != groups.ngroups:
        faults.append("number of entities")
    entities = corpus["entities"] + [e for label in corpus["labels"] for e in label["entities"]]
    for entity in entities:
        intervals += check_entity(entity, groups.get_group((entity["label"], entity["name"])), faults)
    check_pairs(corpus, table, sentences, faults)
    print(f"{documents} documents, {len(entities)} entities, {intervals} intervals, {len(corpus['pairs'])} pairs")
    for fault in faults:
        print("differs:", fault)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
