"""Opens pages of comparisons in a real browser and uses them as people do.

    python3.11 -m venv .venv && .venv/bin/pip install -r crates/gloss-compare-view/browser/requirements.txt
    .venv/bin/python crates/gloss-compare-view/browser/check.py [--chromium PATH] [--example PATH] [--only WORD] [--screenshots FOLDER]

Needs Chromium (`apt-get install chromium`), and looks at nothing but files that it makes.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile

from playwright.sync_api import sync_playwright

import hostile
import uses
from session import Session

ROOT = pathlib.Path(__file__).resolve().parents[3]


def make(example: str | None, folder: pathlib.Path, name: str, *arguments: str) -> pathlib.Path:
    """A page made by the example."""
    command = [example] if example else ["cargo", "run", "-q", "-p", "gloss-compare-view", "--example", "page", "--"]
    path = folder / f"{name}.html"
    with path.open("wb") as out:
        subprocess.run([*command, *arguments], cwd=ROOT, check=True, stdout=out)
    return path


def of_file(example: str | None, folder: pathlib.Path, name: str, variants: dict) -> pathlib.Path:
    source = folder / f"{name}.json"
    source.write_text(json.dumps(variants), "utf-8")
    return make(example, folder, name, "file", str(source))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--example", help="the built example `page`; else cargo builds it")
    parser.add_argument("--screenshots", type=pathlib.Path)
    parser.add_argument("--only", default="", help="uses with this in their names")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        folder = pathlib.Path(folder)
        browser = playwright.chromium.launch(executable_path=arguments.chromium, args=["--no-sandbox"])
        few = make(arguments.example, folder, "few", "made", "60")
        many = make(arguments.example, folder, "many", "made", "5000")
        odd = of_file(arguments.example, folder, "odd", hostile.variants())
        bare = of_file(arguments.example, folder, "bare", hostile.bare())
        deep = of_file(arguments.example, folder, "deep", hostile.deep())
        passed = 0
        wanted = [
            *[(use, odd) for use in uses.OF_HOSTILE],
            *[(use, bare) for use in uses.OF_BARE],
            *[(use, deep) for use in uses.OF_DEEP],
            *[(use, few) for use in uses.OF_FEW],
            *[(use, many) for use in uses.OF_MANY],
        ]
        for use, page in wanted:
            if arguments.only not in use.__name__:
                continue
            with Session(browser, page) as session:
                told = use(session) or ""
            print(f"{use.__name__.replace('_', ' ')}: ok {told}")
            passed += 1
        if arguments.screenshots:
            arguments.screenshots.mkdir(parents=True, exist_ok=True)
            uses.take_screenshots(browser, few, arguments.screenshots)
        print(f"{passed} passed, 0 failed")


if __name__ == "__main__":
    main()
