"""``python -m gloss_plugin MODULE``: what a manifest runs, and ``--manifest``, which writes one.

``python FOLDER/gloss_plugin MODULE`` is the same with a package that is not installed, as a project
has one that carries it.
"""

from __future__ import annotations

import os
import sys

if not __package__:
    # Run by its folder, of which Python has made a place to look for modules.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    __package__ = "gloss_plugin"
    __import__(__package__)
elif not getattr(sys.flags, "safe_path", False):
    # With `-m` Python looks in the current folder first; nothing is to come from there.
    del sys.path[0]

import argparse  # noqa: E402
from typing import List, Optional  # noqa: E402

from . import manifests, modules, worker  # noqa: E402


def main(arguments: Optional[List[str]] = None) -> int:
    """Runs the extractors of a module for a host, or writes their manifest."""
    parser = argparse.ArgumentParser(
        prog="python -m gloss_plugin",
        description="Runs the extractors of a Python file or module for Gloss, which starts this.",
    )
    parser.add_argument("module", help="a file (shouting.py) or a module (package.module)")
    parser.add_argument(
        "--manifest",
        action="store_true",
        help="write the manifest that makes it a plugin, and do nothing else",
    )
    parser.add_argument("--id", help="with --manifest: publisher/name")
    parser.add_argument("-o", "--output", help="with --manifest: the file; - for standard output")
    given = parser.parse_args(arguments)
    if not given.manifest:
        return worker.start(lambda: modules.extractors(modules.load(given.module)))
    try:
        module = modules.load(given.module)
        path = given.output or manifests.path_of(given.module, module)
        folder = os.getcwd() if path == "-" else os.path.dirname(os.path.abspath(path))
        text = manifests.manifest(given.module, module, folder, given.id)
    except Exception as error:  # noqa: BLE001
        failure = worker.import_failure(error)
        print("error: %s" % failure["message"], file=sys.stderr)
        if failure.get("help"):
            print("help: %s" % failure["help"], file=sys.stderr)
        return 1
    if path == "-":
        print(text, end="")
        return 0
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    print("wrote %s" % path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
