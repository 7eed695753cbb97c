// The document that is open: its text with tracks, what stands beside it, and its differences.

const pane = {
  start() {
    this.box = byId("pane");
    this.fit = oncePerFrame(() => fitText(byId("text")));
    // A text that grows as more of it is put in keeps its lines; one that gets narrower does not.
    this.observer = new ResizeObserver(([{ contentRect }]) => {
      if (contentRect.width !== this.width) this.fit();
      this.width = contentRect.width;
    });
  },

  /// Shows the document that the state names.
  show() {
    const given = page.byId(state.doc);
    this.observer.disconnect();
    if (!given) {
      const none = list.shown.length ? "Choose a document." : "No document passes the filters.";
      return this.box.replaceChildren(element("p.empty", {}, state.doc && !given ? `There is no document ${state.doc} on this page.` : none));
    }
    const variants = shownVariants();
    const text = given.text === undefined ? null : given.text === "" ? element("p.empty", {}, "The text is empty.") : trackedText(given, variants);
    this.places = placesOf(given);
    this.box.replaceChildren(
      ...[
        this.head(given),
        given.spans ? this.key(variants) : null,
        text,
        this.bar(),
        classTable(given, variants),
        valueTable(given, variants),
        textColumns(given, variants),
        spanList(given, variants),
      ].filter(Boolean),
    );
    this.box.scrollTop = 0;
    if (text?.id) {
      this.observer.observe(text);
      text.addEventListener("whole", () => this.whole());
    }
    this.whole();
  },

  /// When all of the text is there.
  whole() {
    this.fit();
    markFound();
    this.showPlace();
  },

  head(given) {
    const meta = (given.meta ?? []).map(([field, value]) => {
      const name = page.data.fields[field];
      const short = value.length > 60 ? `${value.slice(0, 60)}…` : value;
      const pick = () => change({ field: name, value, lacking: "" });
      return element("li", {}, element("button.chip", { type: "button", onclick: pick, title: `Documents with ${name} = ${value}`.slice(0, 300), dir: "auto" }, `${name}: ${short}`));
    });
    const at = list.at.get(given.id);
    const where = at === undefined ? "not among those listed" : `${(at + 1).toLocaleString("en")} of ${list.shown.length.toLocaleString("en")}`;
    return element("header.head", {},
      element("div.name", {}, element("h3", { id: "document-title", dir: "auto" }, given.id || "no id"), element("span.range", {}, where)),
      element("div.steps", {},
        element("button", { type: "button", title: "Key: k", "aria-label": "Previous document", onclick: () => list.step(-1) }, "↑"),
        element("button", { type: "button", title: "Key: j", "aria-label": "Next document", onclick: () => list.step(1) }, "↓")),
      meta.length ? element("ul.meta", { "aria-label": "Metadata" }, meta) : null);
  },

  /// Which track is whose, in their order, and what patterns mean.
  key(variants) {
    const { variants: names, gold } = page.data;
    const tracks = variants.map((variant) => element("li", {}, names[variant], variant === gold ? element("span.chip", {}, "gold") : null));
    const against = activePairs().some((pair) => page.data.pairs[pair][0] === gold);
    const left = against ? ["alone"] : ["missed", "spurious"];
    const kinds = ["same", ...Object.keys(KINDS)].filter((kind) => kind !== "class" && !left.includes(kind));
    const patterns = kinds.map((kind) =>
      element("li", {}, element(`span.swatch.k-${kind}`, { "aria-hidden": "true" }), KINDS[kind] ?? "same"));
    return element("div.key", {},
      element("ol", { "aria-label": "Tracks from top to bottom" }, tracks),
      element("ul", { "aria-label": "Patterns" }, patterns, element("li", {}, element("span.swatch.k-nothing", { "aria-hidden": "true" }), "nothing here")));
  },

  /// The differences one by one.
  bar() {
    const { length } = this.places;
    const words = element("div.words", { id: "difference", role: "status", "aria-live": "polite" });
    return element("div.bar", {},
      element("button", { type: "button", title: "Key: p", "aria-label": "Previous difference", disabled: !length, onclick: () => this.step(-1) }, "‹"),
      element("button", { type: "button", title: "Key: n", "aria-label": "Next difference", disabled: !length, onclick: () => this.step(1) }, "›"),
      words);
  },

  /// The next or previous difference, in the next or previous document where there is no more.
  step(by) {
    const next = (Number(state.place) || (by > 0 ? 0 : this.places.length + 1)) + by;
    if (next >= 1 && next <= this.places.length) return change({ place: String(next) });
    const at = list.at.get(state.doc);
    for (let other = at === undefined ? 0 : at + by; list.shown[other]; other += by) {
      const places = placesOf(list.shown[other]).length;
      if (places) return change({ doc: list.shown[other].id, place: by > 0 ? "1" : String(places) }, true);
    }
    byId("difference")?.replaceChildren(by > 0 ? "No further difference." : "No difference before.");
  },

  /// Shows the difference that the state names.
  showPlace() {
    const words = byId("difference");
    if (!words) return;
    for (const old of this.box.querySelectorAll(".current")) old.classList.remove("current");
    clearStretch();
    const number = Number(state.place);
    const place = this.places[number - 1];
    const { length } = this.places;
    const all = length === 1 ? "1 place differs" : `${counted(length, "place")} differ`;
    if (!place) return words.replaceChildren(length ? `${all}. Keys n and p go through them.` : "No difference.");
    words.replaceChildren(element("b", {}, `${number} of ${this.places.length}`), " ", ...this.says(place));
    if (place.start >= 0) showStretch(place.start, place.end, place.kinds.has("class"));
  },

  /// What each variant says of a place.
  says(place) {
    const { variants, labels } = page.data;
    const given = page.byId(state.doc);
    const kinds = [...place.kinds].map((kind) => element("span.kind-word", {}, element(`span.swatch.k-${kind}`, { "aria-hidden": "true" }), KINDS[kind]));
    const quote = (start, end) => {
      const words = given.text?.slice(start, end) ?? "";
      return ["“", element("bdi", {}, words.length > 120 ? `${words.slice(0, 120)}…` : words), "”"];
    };
    const name = (label) => labels[label] || "no label";
    const ofClass = place.kinds.has("class");
    const target = !ofClass ? [" "] : place.start < 0 ? [" of the document "] : [" of ", ...quote(place.start, place.end), " "];
    const classes = (variant) =>
      (given.classes?.[variant] ?? []).filter((one) => one[0] === place.start && one[1] === place.end).map((one) => [name(one[2])]);
    const spans = (variant) =>
      page.spans(given, variant)
        .filter((span) => span.start < place.end && span.end > place.start)
        .map((span) => [`${name(span.label)} `, ...quote(span.start, span.end)]);
    const said = shownVariants().map((variant) => {
      const own = ofClass ? classes(variant) : spans(variant);
      const some = own.slice(0, 6).flatMap((one, at) => (at ? [", ", ...one] : one));
      if (own.length > 6) some.push(` and ${own.length - 6} more`);
      return element("span.said", {}, element("b", {}, variants[variant]), " ", own.length ? some : "nothing");
    });
    return [...kinds, ...target, ...said];
  },
};

/// The texts of the variants in columns.
function textColumns(given, variants) {
  if (!given.texts) return null;
  const columns = variants.map((variant) => {
    const texts = given.texts[variant] ?? [];
    return element("div.column", {},
      element("h4", {}, page.data.variants[variant], variant === page.data.gold ? element("span.chip", {}, "gold") : null),
      texts.length ? texts.map((text) => element("p", { dir: "auto" }, text)) : element("p.range", {}, "nothing"));
  });
  return element("section.beside", { "aria-labelledby": "texts-title" }, element("h3", { id: "texts-title" }, "Texts"), element("div.columns", {}, columns));
}

/// The element of the text in which a character lies, and the character's place within its text node.
function placeInText(offset) {
  const box = byId("text");
  const blocks = [...(box?.querySelectorAll(".block") ?? [])];
  const block = blocks[lastNotAbove(blocks.map((one) => Number(one.dataset.start)), offset)];
  if (!block) return null;
  let at = Number(block.dataset.start);
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  let last = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (offset <= at + node.length) return { node, offset: offset - at };
    at += node.length;
    last = node;
  }
  return last && { node: last, offset: last.length };
}

function rangeOf(start, end) {
  const [from, to] = [placeInText(start), placeInText(end)];
  if (!from || !to) return null;
  const range = new Range();
  range.setStart(from.node, from.offset);
  range.setEnd(to.node, to.offset);
  return range;
}

/// Brings a stretch of the text in view and marks it: by itself, or with its clusters of spans.
function showStretch(start, end, byItself = true) {
  const range = rangeOf(start, end);
  if (!range) return;
  if (byItself && window.Highlight) CSS.highlights.set("stretch", new Highlight(range));
  let first = null;
  if (!byItself) {
    for (const cluster of byId("text").querySelectorAll(".cluster.differs")) {
      if (Number(cluster.dataset.start) >= end || Number(cluster.dataset.end) <= start) continue;
      cluster.classList.add("current");
      first ??= cluster;
    }
  }
  const holder = first ?? range.startContainer.parentElement;
  holder.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

function clearStretch() {
  if (window.Highlight) CSS.highlights.delete("stretch");
}

/// Marks what is searched for in the text.
function markFound() {
  if (!window.Highlight) return;
  CSS.highlights.delete("found");
  const pattern = typedPattern("giu");
  const text = page.byId(state.doc)?.text;
  if (!pattern || !text || !byId("text")) return;
  const ranges = [];
  for (const found of text.matchAll(pattern)) {
    const range = found[0] && rangeOf(found.index, found.index + found[0].length);
    if (range) ranges.push(range);
    if (ranges.length === 200) break;
  }
  CSS.highlights.set("found", new Highlight(...ranges));
}
