"""Near-duplicates of this crate and of datasketch against exact Jaccard similarity.

Needs a Python with datasketch, and the articles of this crate's example:
    python3 -m venv .venv && .venv/bin/pip install datasketch==2.0.0
    cargo run --release -p gloss-near-duplicates --example articles 100000 > target/articles.jsonl
    .venv/bin/python plugins/near-duplicates/parity/compare.py target/articles.jsonl --gloss target/release/gloss

Truth is made by comparing all pairs of each family (an article and its copies, and their copies) by
the shingles themselves; articles of different families share hardly a shingle, which `--cross`
checks on a sample. Both tools get the same shingles: words of letters and digits in lower case, five
in a row. Groups are the connected components of pairs, for truth and tools alike; figures are of
pairs within groups, and times are of the processor, so that other programs do not count. datasketch
runs as its documentation says: MinHashLSH, and its pairs are verified by the estimate as ours are.
"""

import argparse
import collections
import itertools
import json
import pathlib
import random
import re
import resource
import subprocess
import sys
import tempfile
import time

WORD = re.compile(r"[^\W_]+")


def shingles(text, n):
    words = WORD.findall(text.lower())
    if not words:
        return set()
    return {" ".join(words[i : i + n]) for i in range(max(1, len(words) - n + 1))}


def jaccard(a, b):
    return len(a & b) / max(1, len(a | b))


class Forest:
    def __init__(self):
        self.parents = {}

    def root(self, x):
        while self.parents.setdefault(x, x) != x:
            self.parents[x] = self.parents[self.parents[x]]
            x = self.parents[x]
        return x

    def join(self, a, b):
        a, b = self.root(a), self.root(b)
        self.parents[max(a, b)] = min(a, b)


def pairs_of(groups):
    """All pairs within groups, given the group of each id."""
    members = collections.defaultdict(list)
    for key, group in groups.items():
        members[group].append(key)
    return {p for group in members.values() for p in itertools.combinations(sorted(group), 2)}


def components(pairs):
    forest = Forest()
    for a, b in pairs:
        forest.join(a, b)
    return pairs_of({x: forest.root(x) for pair in pairs for x in pair})


def families(documents):
    forest = Forest()
    for document in documents:
        if "copy_of" in document["metadata"]:
            forest.join(document["id"], document["metadata"]["copy_of"])
    return pairs_of({x: forest.root(x) for x in list(forest.parents)})


def truth(documents, threshold, n):
    texts = {d["id"]: d["text"] for d in documents}
    pairs = families(documents)
    sets = {x: shingles(texts[x], n) for x in {x for pair in pairs for x in pair}}
    exact = {pair: jaccard(sets[pair[0]], sets[pair[1]]) for pair in pairs}
    return exact, components([p for p, s in exact.items() if s >= threshold])


def memory_of(process, key):
    """MiB that a process has (VmRSS) or had at most (VmHWM); 0 once it has ended. Linux only."""
    try:
        status = pathlib.Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(rf"{key}:\s+(\d+) kB", status)
    return int(found.group(1)) // 1024 if found else 0


def cpu_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def ours(gloss, path, options, threads):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        inline = ", ".join(f"{k} = {json.dumps(v)}" for k, v in options.items())
        stage = f'[[stage]]\nextractor = "near-duplicates"\noptions = {{ {inline} }}\n'
        (folder / "p.toml").write_text(stage)
        out = folder / "out.jsonl"
        begin = cpu_of_children()
        command = [gloss, "run", folder / "p.toml", path, "-o", out, "-j", str(threads)]
        process, memory = subprocess.Popen(command), 0
        while process.poll() is None:
            memory = max(memory, memory_of(process.pid, "VmHWM"))
            time.sleep(0.05)
        if process.returncode != 0:
            sys.exit(f"gloss ended with {process.returncode}")
        seconds = cpu_of_children() - begin
        groups = {}
        for line in out.open(encoding="utf-8"):
            document = json.loads(line)
            layer = document["layers"]["near-duplicates/near-duplicates"]
            group = layer["annotations"][0].get("attributes", {}).get("group")
            if group:
                groups[document["id"]] = group
    return pairs_of(groups), seconds, memory


def datasketch_pairs(documents, threshold, n, permutations):
    import datasketch

    begin, memory = time.process_time(), memory_of("self", "VmRSS")
    lsh = datasketch.MinHashLSH(threshold=threshold, num_perm=permutations)
    sketches, pairs = {}, []
    for document in documents:
        sketch = datasketch.MinHash(num_perm=permutations)
        sketch.update_batch([s.encode() for s in shingles(document["text"], n)])
        for other in lsh.query(sketch):
            if sketch.jaccard(sketches[other]) >= threshold:
                pairs.append((other, document["id"]))
        lsh.insert(document["id"], sketch)
        sketches[document["id"]] = sketch
    memory = memory_of("self", "VmRSS") - memory
    return components(pairs), time.process_time() - begin, memory


def report(name, found, expected, exact, seconds, note=""):
    right = len(found & expected)
    # A pair of a group need not be near itself, so both figures are of groups against groups.
    far = sum(1 for p in found if exact.get(p, 0.0) < 0.5)
    print(
        f"{name}: recall {right / max(1, len(expected)):.4f}, "
        f"precision {right / max(1, len(found)):.4f}, pairs {len(found)}, "
        f"of less than 0.5: {far}, CPU {seconds:.1f} s{note}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles")
    parser.add_argument("--gloss", required=True, help="the binary")
    parser.add_argument("--threshold", type=float, default=0.8)
    parser.add_argument("--shingle", type=int, default=5)
    parser.add_argument("--permutations", type=int, default=128)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cross", type=int, default=20000, help="pairs of strangers to check")
    a = parser.parse_args()
    documents = [json.loads(line) for line in open(a.articles, encoding="utf-8")]
    exact, expected = truth(documents, a.threshold, a.shingle)
    print(f"{len(documents)} articles, {len(exact)} pairs of relatives, {len(expected)} in groups")
    sample = random.Random(1)
    strangers = max(
        jaccard(shingles(x["text"], a.shingle), shingles(y["text"], a.shingle))
        for x, y in (sample.sample(documents, 2) for _ in range(a.cross))
        if tuple(sorted((x["id"], y["id"]))) not in exact
    )
    print(f"most similar of {a.cross} pairs of strangers: {strangers:.3f}")
    options = {"threshold": a.threshold, "shingle": a.shingle, "permutations": a.permutations}
    for verify in ("estimate", "exact"):
        found, seconds, memory = ours(
            a.gloss, a.articles, options | {"verify": verify}, a.threads
        )
        note = f" for the whole run, peak {memory} MiB"
        report(f"gloss, {verify}", found, expected, exact, seconds, note)
        if verify == "exact" and not found <= expected:
            sys.exit("a pair that is not near was found with exact verification")
    found, seconds, memory = datasketch_pairs(
        documents, a.threshold, a.shingle, a.permutations
    )
    note = f", grew by {memory} MiB"
    report("datasketch, estimate", found, expected, exact, seconds, note)


if __name__ == "__main__":
    main()
