// What stands beside the text: classes, numbers, texts of the variants; and the spans as a list.

/// The words of a target, and how to find it.
function targetCell(given, start, end) {
  if (start < 0) return element("th", { scope: "row" }, "the document");
  const words = given.text?.slice(start, end) ?? `${start}–${end}`;
  const short = words.length > 90 ? `${words.slice(0, 90)}…` : words;
  const show = () => showStretch(start, end);
  return element(
    "th",
    { scope: "row" },
    element(
      "button.target",
      { type: "button", dir: "auto", onclick: show, title: "Show in the text" },
      short,
    ),
  );
}

/// Rows of what variants say of the same targets: `{ start, end, said: [of each variant] }`.
function byTarget(lists, variants) {
  const rows = new Map();
  variants.forEach((variant, column) => {
    for (const one of lists?.[variant] ?? []) {
      const key = `${one[0]} ${one[1]}`;
      if (!rows.has(key)) rows.set(key, { start: one[0], end: one[1], said: variants.map(() => null) });
      rows.get(key).said[column] = one;
    }
  });
  return [...rows.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}

function tableOf(title, head, rows) {
  const id = `table-${title.toLowerCase().replace(/\W+/g, "-")}`;
  return element(
    "section.beside",
    { "aria-labelledby": id },
    element("h3", { id }, title),
    element(
      "div.scroll",
      { tabindex: "0", role: "region", "aria-labelledby": id },
      element(
        "table",
        {},
        element(
          "thead",
          {},
          element(
            "tr",
            {},
            head.map((name) => element("th", { scope: "col" }, name)),
          ),
        ),
        element("tbody", {}, rows),
      ),
    ),
  );
}

/// The classes of all targets; rows that differ are marked.
function classTable(given, variants) {
  if (!given.classes) return null;
  const { labels } = page.data;
  const rows = byTarget(given.classes, variants).map(({ start, end, said }) => {
    const differs = new Set(said.map((one) => one?.[2])).size > 1;
    const cells = said.map((one) => {
      if (!one) return element("td.range", {}, "nothing");
      const probability = one[3] === undefined ? null : element("span.range", {}, ` ${one[3].toFixed(2)}`);
      return element("td", {}, element("span.label", {}, labels[one[2]] || "no label"), probability);
    });
    const mark = element(
      "td.mark",
      {},
      differs ? element("span.swatch.k-class", { role: "img", "aria-label": "differs" }) : null,
    );
    return element(differs ? "tr.differs" : "tr", {}, mark, targetCell(given, start, end), cells);
  });
  return tableOf("Classes", ["", "Of", ...variants.map((variant) => page.data.variants[variant])], rows);
}

/// The numbers of all targets, each as a dot on an axis of all numbers of the page.
function valueTable(given, variants) {
  if (!given.values) return null;
  const [low, high] = rangeOfValues();
  const rows = byTarget(given.values, variants).map(({ start, end, said }) => {
    const cells = said.map((one) => {
      if (!one) return element("td.range", {}, "nothing");
      const axis = element("span.axis", { "aria-hidden": "true" }, element("span.dot"));
      axis.firstChild.style.left = `${(100 * (one[2] - low)) / (high - low || 1)}%`;
      return element("td", {}, axis, one[2].toFixed(3));
    });
    return element("tr", {}, targetCell(given, start, end), cells);
  });
  return tableOf("Numbers", ["Of", ...variants.map((variant) => page.data.variants[variant])], rows);
}

function rangeOfValues() {
  if (!page.range) {
    let [low, high] = [Infinity, -Infinity];
    for (const given of page.data.documents) {
      for (const list of given.values ?? []) {
        for (const [, , value] of list) [low, high] = [Math.min(low, value), Math.max(high, value)];
      }
    }
    page.range = [low, high];
  }
  return page.range;
}

/// What each span of the document is, as a table: all that the tracks say, for those who cannot or do
/// not want to see them. Made when it is opened.
function spanList(given, variants) {
  if (!given.spans || given.text === undefined) return null;
  const box = element("div");
  const details = element("details.list-of-spans", {}, element("summary", {}, "Spans as a list"), box);
  details.addEventListener("toggle", () => {
    if (details.open && !box.hasChildNodes()) box.append(spanTable(given, variants));
  });
  return details;
}

function spanTable(given, variants) {
  const { kinds } = kindsOfSpans(given);
  const { labels } = page.data;
  const all = variants
    .flatMap((variant) => page.spans(given, variant))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const groups = [];
  for (const span of all) {
    const last = groups.at(-1);
    if (last && span.start < last.end) {
      last.end = Math.max(last.end, span.end);
      last.spans.push(span);
    } else groups.push({ start: span.start, end: span.end, spans: [span] });
  }
  const rows = groups.map(({ start, end, spans }) => {
    const cells = variants.map((variant) => {
      const own = spans.filter((span) => span.variant === variant);
      if (!own.length) return element("td.range", {}, "nothing");
      return element(
        "td",
        {},
        own.map((span) =>
          element(
            "div",
            {},
            element("span.label", {}, labels[span.label] || "no label"),
            span.start !== start || span.end !== end ? ` “${given.text.slice(span.start, span.end)}”` : null,
            kinds.has(span) ? element("span.range", {}, ` ${KINDS[kinds.get(span)]}`) : null,
          ),
        ),
      );
    });
    return element("tr", {}, targetCell(given, start, end), cells);
  });
  return element(
    "div.scroll",
    { tabindex: "0", role: "region", "aria-label": "Spans as a list" },
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ["Text", ...variants.map((variant) => page.data.variants[variant])].map((name) =>
            element("th", { scope: "col" }, name),
          ),
        ),
      ),
      element("tbody", {}, rows),
    ),
  );
}
