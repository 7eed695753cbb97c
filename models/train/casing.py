"""What the uncased base does not see: how the words of a text are cased."""

import unicodedata

CLASSES = ["none", "digit", "lower", "capital", "upper", "mixed", "initial"]
NONE, DIGIT, LOWER, CAPITAL, UPPER, MIXED, INITIAL = range(len(CLASSES))


def words(tokens: list[str], specials: list[int]) -> list[list[int]]:
    """The tokens of each word: one that does not begin with `##`, and those with `##` after it."""
    found: list[list[int]] = []
    for at, token in enumerate(tokens):
        if specials[at]:
            continue
        # A text may hold `##` itself, which the tokenizer splits to `#` and `#`.
        if token.startswith("##") and len(token) > 2 and found:
            found[-1].append(at)
        else:
            found.append([at])
    return found


def of_word(word: str) -> int:
    """The class of a word by itself, `CAPITAL` where `INITIAL` may be meant."""
    kinds = [unicodedata.category(letter) for letter in word]
    cased = [kind != "Ll" for kind in kinds if kind in ("Lu", "Lt", "Ll")]
    if not cased:
        return DIGIT if "Nd" in kinds else NONE
    if not any(cased):
        return LOWER
    if cased[0] and not any(cased[1:]):
        return CAPITAL
    return UPPER if all(cased) else MIXED


def of_tokens(text: str, encoding) -> list[int]:
    """The class of each token of an encoding of `text`."""
    classes = [NONE] * len(encoding.ids)
    first = True
    for word in words(encoding.tokens, encoding.special_tokens_mask):
        surface = text[encoding.offsets[word[0]][0] : encoding.offsets[word[-1]][1]]
        kind = of_word(surface)
        if kind == CAPITAL and first:
            kind = INITIAL
        if kind != NONE:
            first = False
        elif surface in (".", "!", "?"):
            first = True
        for token in word:
            classes[token] = kind
    return classes
