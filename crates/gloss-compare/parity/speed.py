"""How long a comparison takes, beside nervaluate on the same documents in the same run.

    python speed.py [--documents N] [--spans N] [--peer-documents N]

nervaluate, which has no bootstrap, is timed on a part of the documents; the crate on the same part and on all, bootstrap
included. The example's own times are taken, so neither reading nor writing counts on either side.
"""

import argparse
import json
import time

import check
import common


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--spans", type=int, default=50)
    parser.add_argument("--peer-documents", type=int, default=2_000)
    options = parser.parse_args()
    check.enter_environment()
    from nervaluate import Evaluator

    part = common.run("compare_speed", str(options.peer_documents), str(options.spans), "--dump").splitlines()
    names = [f"LABEL_{label}" for label in range(18)]
    sides = [
        [[{"label": names[label], "start": start, "end": end - 1} for start, end, label in spans] for spans in json.loads(line)]
        for line in part[:2]
    ]
    evaluator = Evaluator(*sides, tags=names, loader="dict")
    start = time.perf_counter()
    evaluator.evaluate()
    theirs = time.perf_counter() - start
    whole = common.run("compare_speed", str(options.documents), str(options.spans))
    for name, line in (("part", part[-1]), ("all", whole)):
        ours = json.loads(line)
        seconds = ours["align_seconds"] + ours["compare_seconds"]
        each = theirs / options.peer_documents / (seconds / ours["documents"])
        print(f"{name}: {ours['documents']} documents of {ours['spans']} spans a side in {seconds:.2f} s on", end=" ")
        print(f"{ours['threads']} threads, bootstrap included; peak of memory {ours['peak_memory_mib']} MiB,", end=" ")
        print(f"of which {ours['memory_before_mib']} are the documents; {each:.1f} times nervaluate's speed")
    print(f"nervaluate: {options.peer_documents} documents in {theirs:.2f} s, without bootstrap")


if __name__ == "__main__":
    main()
