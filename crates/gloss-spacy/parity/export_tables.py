"""Write src/tables.rs: constants that spaCy keeps in its Python package instead of the model folder.

Run with a Python that has spaCy 3.8 (MIT licence): python export_tables.py > ../src/tables.rs
"""

import sys
import unicodedata

import spacy
from spacy.lang.norm_exceptions import BASE_NORMS
from spacy.symbols import IDS


def quote(text: str) -> str:
    """A Rust string literal."""
    return '"' + "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else f"\\u{{{ord(c):x}}}" for c in text) + '"'


def ranges(accept) -> list[tuple[int, int]]:
    """Maximal runs of code points that `accept` takes."""
    found: list[tuple[int, int]] = []
    for code in range(sys.maxunicode + 1):
        if accept(chr(code)):
            if found and found[-1][1] == code - 1:
                found[-1] = (found[-1][0], code)
            else:
                found.append((code, code))
    return found


def main() -> None:
    symbols = sorted(((k, v) for k, v in IDS.items() if k), key=lambda kv: kv[0].encode())
    norms = sorted(BASE_NORMS.items(), key=lambda kv: kv[0].encode())
    print(f"//! Constants of spaCy {spacy.__version__} (MIT licence), written by `parity/export_tables.py`; do not edit.")
    print(f"//! Character ranges follow Python {sys.version.split()[0]}, Unicode {unicodedata.unidata_version}.")
    print("\n/// `spacy.symbols.IDS`: strings whose id is a small integer instead of a hash; sorted by bytes.")
    print("#[rustfmt::skip]\npub(crate) static SYMBOLS: &[(&str, u64)] = &[")
    for key, value in symbols:
        print(f"    ({quote(key)}, {value}),")
    print("];\n\n/// `spacy.lang.norm_exceptions.BASE_NORMS`; sorted by bytes.")
    print("#[rustfmt::skip]\npub(crate) static BASE_NORMS: &[(&str, &str)] = &[")
    for key, value in norms:
        print(f"    ({quote(key)}, {quote(value)}),")
    print("];")
    for name, doc, accept in [
        ("ALPHA", "`str.isalpha`", str.isalpha),
        ("DIGIT", "`str.isdigit`", str.isdigit),
        ("UPPER", "`str.isupper` of one character", str.isupper),
    ]:
        print(f"\n/// {doc}: inclusive ranges of code points, ascending.")
        print(f"#[rustfmt::skip]\npub(crate) static {name}: &[(u32, u32)] = &[")
        for first, last in ranges(accept):
            print(f"    (0x{first:x}, 0x{last:x}),")
        print("];")


main()
