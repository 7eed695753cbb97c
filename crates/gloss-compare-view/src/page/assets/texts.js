// Texts that variants write, such as summaries, side by side.

/// Words of a text, and what stands between them.
const WORDS = /[\p{L}\p{M}\p{N}]+/gu;

function wordsOf(text) {
  return (text.match(WORDS) ?? []).map((word) => word.toLowerCase());
}

/// The texts of the variants in columns, for each target. Words that no other variant has are marked.
function textColumns(given, variants) {
  if (!given.texts) return null;
  const targets = new Map();
  for (const variant of variants) {
    for (const [start, end] of given.texts[variant] ?? []) targets.set(`${start} ${end}`, [start, end]);
  }
  const rows = [...targets.values()]
    .sort((a, b) => a[0] - b[0] || a[1] - b[1])
    .map(([start, end]) => {
      const texts = variants.map((variant) => textsOf(given, variant, start, end));
      const words = texts.map((own) => new Set(own.flatMap(wordsOf)));
      const columns = variants.map((variant, at) => {
        const others = words.filter((_, other) => other !== at);
        return columnOf(variant, texts[at], (word) => others.some((set) => set.has(word)));
      });
      const target =
        start < 0
          ? null
          : element("p.range", { dir: "auto" }, given.text?.slice(start, end).slice(0, 200) ?? "");
      return element("div", {}, target, element("div.columns", {}, columns));
    });
  if (!rows.length) return null;
  return element(
    "section.beside",
    { "aria-labelledby": "texts-title" },
    element("h3", { id: "texts-title" }, "Texts"),
    variants.length > 1 ? element("p.range", {}, "Underlined: words that no other variant has.") : null,
    rows,
  );
}

/// What a variant writes about a target.
function textsOf(given, variant, start, end) {
  const own = (given.texts?.[variant] ?? []).filter((one) => one[0] === start && one[1] === end);
  return own.map((one) => one[2]);
}

function columnOf(variant, texts, isShared) {
  const count = texts.reduce((sum, text) => sum + wordsOf(text).length, 0);
  return element(
    "div.column",
    {},
    element(
      "h4",
      {},
      page.data.variants[variant],
      variant === page.data.gold ? element("span.chip", {}, "gold") : null,
      element("span.range", {}, ` ${counted(count, "word")}`),
    ),
    texts.length ? texts.map((text) => markedText(text, isShared)) : element("p.range", {}, "nothing"),
  );
}

function markedText(text, isShared) {
  const made = element("p", { dir: "auto" });
  let at = 0;
  for (const found of text.matchAll(WORDS)) {
    if (isShared(found[0].toLowerCase())) continue;
    made.append(text.slice(at, found.index), element("span.own", {}, found[0]));
    at = found.index + found[0].length;
  }
  made.append(text.slice(at));
  return made;
}

/// Targets of which two variants write different texts, as differences.
function textDifferences(given, number) {
  if (!given.texts) return [];
  const [left, right] = page.data.pairs[number];
  const targets = new Map();
  for (const side of [left, right]) {
    for (const [start, end] of given.texts[side] ?? []) targets.set(`${start} ${end}`, [start, end]);
  }
  const found = [];
  for (const [start, end] of targets.values()) {
    const [a, b] = [left, right].map((side) => textsOf(given, side, start, end));
    // One of several references is enough.
    if (!a.some((text) => b.includes(text)))
      found.push({ kind: "text", pair: number, a: null, b: null, start, end });
  }
  return found;
}

/// How little the words of the texts of a document agree in the active pairs: 0 where all are the same,
/// 1 where none is. Only the order of the list hangs on it.
function textGap(given, active) {
  if (!given.texts) return 0;
  let [common, all] = [0, 0];
  for (const number of active) {
    const [left, right] = page.data.pairs[number].map((side) =>
      (given.texts[side] ?? []).flatMap((one) => wordsOf(one[2])),
    );
    const counts = new Map();
    for (const word of left) counts.set(word, (counts.get(word) ?? 0) + 1);
    for (const word of right) {
      if (!counts.get(word)) continue;
      counts.set(word, counts.get(word) - 1);
      common += 2;
    }
    all += left.length + right.length;
  }
  return all ? 1 - common / all : 0;
}
