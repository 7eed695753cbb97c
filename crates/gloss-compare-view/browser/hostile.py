"""Documents that try to break the page: markup, controls, writing from right to left, combining marks, nesting."""

TEXTS = [
    "</script><script>alert(1)</script>",
    "<!-- <script> --> ]]> <![CDATA[",
    "<img src=x onerror=alert(1)> <svg onload=alert(1)>",
    "&lt;b&gt; &amp; \"quoted\" 'single' `back`",
    "bidi \u202eoverride\u202c \u2066isolate\u2069 \u200fmark",
    "nul \0 bell \x07 escape \x1b tab \t end",
    "lone \\ud800 \\u0000 \\x3c written out",
    "emoji 😀 👩\u200d👩\u200d👧 🇫🇷 and e\u0301\u0301\u0301 marks ﷽",
    "مرحبا بالعالم هذا نص طويل باللغة العربية مع كلمات English في الوسط",
    "שלום עולם, זה טקסט בעברית",
    "line\u2028paragraph\u2029feed\x0cend",
    "first\n\n\nfourth line\nlast\n",
    "w" * 3000,
    "長い日本語の文章は空白なしで折り返されます。" * 20,
    "",
    " ",
    "javascript:alert(1)",
    "${alert(1)} {{ 7 * 7 }} {% raw %}",
]


def spans(text: str, shift: int) -> list:
    """Words, a nested span, one over the whole text, and one of a single character."""
    found = []
    if len(text) > 1:
        found.append([0, len(text), "WHOLE"])
        found.append([len(text) - 1, len(text), "<i>LAST</i>"])
    at = 0
    for number, word in enumerate(text.split(" ")):
        if word and number % 2 == shift % 2:
            found.append([at, at + len(word), f"W{number % 3}"])
        at += len(word) + 1
    return found


def variants() -> dict:
    """What the example `page` reads."""

    def documents(shift: int) -> list:
        return [
            {
                "id": f"{number} {text[:40]}",
                "text": text,
                "metadata": {"<b>field": text[:50], "n": number, "nested": {"a": [number]}},
                "spans": spans(text, shift),
                "classes": [[None, None, "</script>" if shift else "calm", 0.5]],
            }
            for number, text in enumerate(TEXTS)
        ]

    return {
        "variants": [{"name": "<i>left</i>", "documents": documents(0)}, {"name": "right & \"other\"", "documents": documents(1)}],
        "slices": ["n"],
    }


def deep() -> dict:
    """A document of thousands of nested spans, and one of a long text: they must open, and not take long."""
    words = "word " * 20000
    nested = [[at, 6000 - at, "N"] for at in range(2500)]
    many = [[at * 5, at * 5 + 4, f"L{at % 5}"] for at in range(0, 20000, 2)]

    def documents(shift: int) -> list:
        return [
            {"id": "nested", "text": words[:6000], "spans": nested[shift:]},
            {"id": "long", "text": words, "spans": [[a + shift, b, c] for a, b, c in many]},
        ]

    return {"variants": [{"name": "a", "documents": documents(0)}, {"name": "b", "documents": documents(1)}]}
