"""Runs the program ``gloss`` with a plugin, as users do: for tests of the plugin as a whole."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from typing import Any, Dict, List, Mapping, Optional, Sequence

from . import toml


class GlossFailed(AssertionError):
    """``gloss`` is not there, or refuses: the message is what it says."""


def annotations(
    manifest: str,
    extractor: str,
    texts: Sequence[str],
    options: Optional[Mapping[str, Any]] = None,
    layer: Optional[str] = None,
) -> List[List[Dict[str, Any]]]:
    """The annotations of each text, as ``gloss`` writes them: with offsets in bytes of UTF-8.

    ``manifest`` is the plugin's file. ``extractor`` is a name, or ``publisher/plugin:name`` where
    several plugins have one of that name. ``layer`` is one of its layers, by default the one that is
    called like it. Raises :class:`GlossFailed` when a document fails, or the run.
    """
    stage = extractor.split(":")[-1]
    text = "[[stage]]\nid = %s\nextractor = %s\noptions = %s\n"
    text %= (toml.inline(stage), toml.inline(extractor), toml.inline(options or {}))
    with tempfile.TemporaryDirectory() as folder:
        pipeline = os.path.join(folder, "pipeline.toml")
        with open(pipeline, "w", encoding="utf-8") as file:
            file.write(text)
        # Named by its file, it comes before a version that is installed.
        command = ["run", pipeline, "-", "--input-format", "jsonl", "--format", "jsonl"]
        lines = _run(command + ["--plugin-path", os.path.abspath(manifest)], folder, texts)
    name = "%s/%s" % (stage, layer or stage)
    documents = [json.loads(line) for line in lines.splitlines()]
    return [document["layers"].get(name, {}).get("annotations", []) for document in documents]


def _run(arguments: Sequence[str], folder: str, texts: Sequence[str]) -> str:
    gloss = os.environ.get("GLOSS") or "gloss"
    # Records of runs are for people; these are of nobody's.
    environment = {**os.environ, "XDG_STATE_HOME": os.path.join(folder, "state")}
    environment.pop("GLOSS_PLUGIN_PATH", None)
    lines = "".join(json.dumps({"id": str(i), "text": t}) + "\n" for i, t in enumerate(texts))
    try:
        done = subprocess.run(
            [gloss, *arguments], input=lines.encode(), capture_output=True, env=environment
        )
    except OSError as error:
        raise GlossFailed(
            "%r cannot be started: %s. Run `gloss plugin test`; or put the folder of `gloss` on the "
            "PATH, or its path into the variable GLOSS." % (gloss, error)
        ) from None
    if done.returncode != 0:
        raise GlossFailed("gloss failed:\n" + done.stderr.decode(errors="replace"))
    return done.stdout.decode()
