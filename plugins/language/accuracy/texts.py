"""Short texts with their language, from Python packages: what translators and linguists wrote.

* spaCy's example sentences: `spacy/lang/*/examples.py`.
* Django's translations: messages without placeholders, of each language up to 150.

Prints `CODE<tab>TEXT`, for `cargo run --release -p gloss-language --example identify`.
    python3 -m venv .venv && .venv/bin/pip install spacy==3.8.18 django==5.2.19 polib==1.2.0
    .venv/bin/python plugins/language/accuracy/texts.py spacy > spacy.tsv
    .venv/bin/python plugins/language/accuracy/texts.py django > django.tsv
"""

import ast
import importlib.util
import pathlib
import random
import re
import sys

MOST = 150
#: Where a package's name of a language is not the one that is looked for.
NAMES = {"zh_Hans": "zh", "zh_Hant": "zh", "sr_Latn": "sr", "pt_BR": "pt", "en_GB": "en"}


def folder(package):
    return pathlib.Path(importlib.util.find_spec(package).origin).parent


def spacy_sentences():
    for path in sorted(folder("spacy").glob("lang/*/examples.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign):
                for sentence in ast.literal_eval(node.value):
                    yield path.parent.name, sentence


def django_messages():
    import polib

    by_language = {}
    for path in sorted(folder("django").glob("**/locale/*/LC_MESSAGES/*.po")):
        name = path.parent.parent.name
        language = NAMES.get(name, name)
        for entry in polib.pofile(str(path), encoding="utf-8"):
            text = entry.msgid if name == "en" else entry.msgstr
            copied = name != "en" and text == entry.msgid
            plain = not re.search(r"[%<{&\\\n]", entry.msgid + text)
            if text and plain and not copied and not entry.fuzzy and not entry.msgctxt:
                by_language.setdefault(language, set()).add(" ".join(text.split()))
    for language, texts in sorted(by_language.items()):
        texts = sorted(texts)
        random.Random(0).shuffle(texts)
        for text in texts[:MOST]:
            yield language, text


def main():
    sources = {"spacy": spacy_sentences, "django": django_messages}
    if len(sys.argv) != 2 or sys.argv[1] not in sources:
        sys.exit(__doc__)
    for language, text in sources[sys.argv[1]]():
        print(language, " ".join(text.split()), sep="\t")


if __name__ == "__main__":
    main()
