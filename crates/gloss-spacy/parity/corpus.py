"""Texts to compare on: documentation and messages in installed packages, and texts written to be nasty."""

import ast
import importlib
import pathlib
import pkgutil
import random
import re
import sysconfig

SITE = pathlib.Path(sysconfig.get_paths()["purelib"])
# Packages with much French text in them.
FRENCH_PACKAGES = ["openfisca-france", "django"]


def nasty() -> list[str]:
    """Texts that break tokenizers."""
    texts = ["", " ", "  ", "\n", "\r\n", "\t", "\0", "a\0b c", " starts with a space", "   starts with spaces. Paris"]
    texts += ["ends with a space ", "ends with two  ", "tabs\tand\r\nCRLF\r\n\r\nin London\u2028x\u2029y\u0085z\u001cq"]
    texts += ["a" * 100_000, "é" * 50_000 + " Berlin", "." * 3000, "(" * 300 + "x" + ")" * 300, "x-" * 2000, "😀" * 1000]
    texts += ["the " * 3000, "said that " * 2000, "\n" * 500, "a \n " * 1000, "Paris, " * 2000]
    texts += ["👩‍👩‍👧‍👦 in Paris 🇫🇷 e\u0301 n\u0303o ﬃ ǅ", "قال محمد في القاهرة، أمس؛ ١٢٣", "שלום עולם ירושלים"]
    texts += ["http://a.b.co/x?y=z#w, (https://example.com/a(b)c). user@host.org www.x.co.uk:80/é ftp://10.0.0.1/"]
    texts += ["don't can't I'm you'll it's' '' ''' `` U.S. U.K.'s a.m. 5pm 10:30p.m. $5m US$10 C$3 10km 5'10\" ½ ² ①"]
    texts += [":) :-( <3 xD :'( ^_^ (╯°□°）╯︵┻━┻ ಠ_ಠ :) :)) :-)) (: ;) 8-) \\n \\t ---- -- … ... .... – — _a_ __b__"]
    texts += ["Barack Obama\n\nvisited\n \nNew   York\tCity on Jan.\u00a05,\u202f2020 \u200b for $5\u00a0million"]
    texts += ["aujourd'hui l'État-major n'a-t-il pas dit « peut-être » ? J.-C. Rousseau, grand-mère, 3 000 €, p. ex. qu'elle"]
    texts += ["gonna wanna ain't cannot Gimme y' nothin' nuthin' better best was worse ran better. It ain't better'n that."]
    for plane in range(17):
        codes = [c for c in range(plane << 16, (plane + 1) << 16, 97) if not 0xD800 <= c < 0xE000]
        texts.append(" ".join("".join(map(chr, codes[i : i + 5])) for i in range(0, len(codes), 5)))
    dice = random.Random(7)
    alphabet = list("abAB019 .,;:'\"-_/()[]{}<>$%&@#!?*+=~^|\\`\t\n\r\u00a0éßİ\u0301²½中😀\u200d\u001c\0")
    for _ in range(300):
        texts.append("".join(dice.choices(alphabet, k=dice.randint(1, 400))))
    return texts


def examples(lang: str) -> list[str]:
    """spaCy's own example sentences: of one language, or for English of all."""
    import spacy.lang

    found = []
    for module in pkgutil.iter_modules(spacy.lang.__path__):
        if lang in ("en", module.name):
            try:
                found += importlib.import_module(f"spacy.lang.{module.name}.examples").sentences
            except ImportError:
                pass
    return found


def english(root: pathlib.Path) -> list[str]:
    """Documentation, licences, docstrings of packages and of the standard library; this project's pages."""
    texts = [path.read_text("utf-8") for path in sorted((root / "docs").rglob("*")) if path.suffix in (".md", ".txt")]
    for path in sorted(SITE.rglob("*")):
        name = path.name.lower()
        if path.suffix in (".txt", ".md", ".rst") or name in ("metadata", "license", "readme", "authors", "copying"):
            # French packages' descriptions are for the other corpus.
            if path.is_file() and path.stat().st_size < 300_000 and "openfisca" not in str(path):
                texts.append(path.read_text("utf-8", errors="ignore"))
    standard = pathlib.Path(sysconfig.get_paths()["stdlib"])
    for path in [*sorted(SITE.rglob("*.py")), *sorted(standard.glob("*.py"))]:
        if path.stat().st_size > 400_000 or "openfisca" in str(path):
            continue
        found = [text for text in docstrings(path) if len(text) > 300]
        if found:
            texts.append("\n\n".join(found)[:20_000])
    return texts + examples("en")


def docstrings(path: pathlib.Path) -> list[str]:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    found = [ast.get_docstring(node) for node in ast.walk(parsed(path)) if isinstance(node, kinds)]
    return [text for text in found if text]


def parsed(path: pathlib.Path) -> ast.AST:
    try:
        return ast.parse(path.read_text("utf-8", errors="ignore"))
    except (SyntaxError, ValueError):
        return ast.Module(body=[], type_ignores=[])


def french() -> list[str]:
    """Labels, descriptions and messages: of French taxes and benefits, and of Django's pages."""
    texts = examples("fr")
    for path in sorted((SITE / "openfisca_france").rglob("*.py")):
        nodes = (node for node in ast.walk(parsed(path)) if isinstance(node, ast.Constant))
        found = [node.value for node in nodes if isinstance(node.value, str) and len(node.value) > 30]
        found = [text for text in found if " " in text and not text.startswith("http")]
        if found:
            texts.append(" ".join(text if text.rstrip().endswith((".", ":")) else text + "." for text in found)[:20_000])
    notes = []
    for path in sorted((SITE / "openfisca_france").rglob("*.yaml")):
        values = re.findall(r"^ *(?:- )?(?:description|title|documentation|notes)[^:]*: (.{30,})$", path.read_text("utf-8"), re.M)
        notes += [value.strip("\"'") for value in values]
    texts += [". ".join(notes[at : at + 30]) + "." for at in range(0, len(notes), 30)]
    for path in sorted((SITE / "django").glob("**/locale/fr/LC_MESSAGES/*.po")):
        messages = re.findall(r"^msgstr(?:\[\d\])? ((?:\".*\"\n?)+)", path.read_text("utf-8"), re.M)
        joined = ["".join(ast.literal_eval(line) for line in message.split("\n") if line) for message in messages]
        joined = [message for message in joined if message]
        texts += ["\n".join(joined[at : at + 20]) for at in range(0, len(joined), 20)]
    return texts


def corpus(lang: str, root: pathlib.Path, limit: int) -> list[str]:
    """At most `limit` different documents of a language, in a fixed random order."""
    texts = french() if lang == "fr" else english(root)
    texts = [text for text in dict.fromkeys(texts) if text.strip()]
    random.Random(1).shuffle(texts)
    return texts[:limit]
