"""Manifests: the file that tells Gloss how to start a plugin."""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import Optional

from . import frames, modules, toml

_HELP = (
    "it needs Python 3.9 or newer with gloss-plugin, which lies in the repository of Gloss: "
    "%s -m pip install gloss/plugins/python"
)

_HELP_OWN = "it needs Python 3.9 or newer"


def python() -> str:
    """The Python that a manifest names: this one, where it has packages of its own."""
    return sys.executable if sys.prefix != sys.base_prefix else "python3"


def manifest(target: str, module: ModuleType, folder: str, id: Optional[str] = None) -> str:
    """The manifest of a module, for a file in this folder."""
    stem = os.path.splitext(os.path.basename(target))[0].split(".")[-1]
    id = id or getattr(module, "PLUGIN_ID", None) or "local/" + stem.replace("_", "-")
    file = os.path.abspath(module.__file__ or "")
    named = _file(file, folder)
    argument = target
    if modules.is_file(target):
        argument = file if os.path.isabs(named) else "{folder}/" + named
    own = _own_package(folder)
    start = ["{folder}/" + own] if own else ["-m", "gloss_plugin"]
    command = [python(), *start, argument]
    lines = [
        "id = %s" % toml.inline(id),
        "version = %s" % toml.inline(getattr(module, "__version__", "0.1.0")),
        "frames = %d" % frames.VERSION,
        "extractors = %s" % toml.inline(list(modules.extractors(module))),
        "command = %s" % toml.inline(command),
        "# Add modules, data and folders of your own that it needs: when one changes, Gloss notices.",
        "files = %s" % toml.inline([named, own] if own else [named]),
    ]
    if own:
        return "\n".join([*lines, "help = %s" % toml.inline(_HELP_OWN)]) + "\n"
    lines += [
        "# Python takes no module from the folder in which gloss is run.",
        'environment = { PYTHONSAFEPATH = "1" }',
        "help = %s" % toml.inline(_HELP % command[0]),
    ]
    return "\n".join(lines) + "\n"


def path_of(target: str, module: ModuleType) -> str:
    """Where a manifest belongs: beside the author's file, or here for an installed module."""
    if modules.is_file(target):
        return os.path.splitext(os.path.abspath(target))[0] + ".gloss.toml"
    return os.path.join(os.getcwd(), target.split(".")[-1] + ".gloss.toml")


def _own_package(folder: str) -> str:
    """This package's name, where it lies in the folder itself: a project may carry it."""
    place, name = os.path.split(os.path.dirname(os.path.abspath(__file__)))
    return name if os.path.realpath(place) == os.path.realpath(folder) else ""


def _file(file: str, folder: str) -> str:
    relative = os.path.relpath(file, folder)
    return file if relative.startswith(os.pardir) else relative
