// The document that is open: its text with tracks, what stands beside it, and its differences.

const pane = {
  start() {
    this.box = byId("pane");
    this.places = [];
    this.fit = oncePerFrame(() => fitText(byId("text")));
    this.box.addEventListener("click", ({ target }) => this.choose(target.closest(".cluster.differs")));
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
    this.places = given ? placesOf(given) : [];
    if (!given) {
      const none = state.doc
        ? `There is no document ${state.doc} on this page.`
        : "No document passes the filters.";
      return this.box.replaceChildren(element("p.empty", {}, none));
    }
    const variants = shownVariants();
    const text = given.text ? trackedText(given, variants) : null;
    this.box.replaceChildren(
      ...[
        this.head(given),
        given.spans ? this.key(variants) : null,
        text ?? (given.text === "" ? element("p.empty", {}, "The text is empty.") : null),
        this.bar(),
        classTable(given, variants),
        valueTable(given, variants),
        textColumns(given, variants),
        spanList(given, variants),
      ].filter(Boolean),
    );
    this.box.scrollTop = 0;
    if (text) {
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
      return element(
        "li",
        {},
        element(
          "button.chip",
          {
            type: "button",
            onclick: pick,
            title: `Documents with ${name} = ${value}`.slice(0, 300),
            dir: "auto",
          },
          `${name}: ${short}`,
        ),
      );
    });
    const at = list.at.get(given.id);
    const where =
      at === undefined
        ? "not among those listed"
        : `${(at + 1).toLocaleString("en")} of ${list.shown.length.toLocaleString("en")}`;
    return element(
      "header.head",
      {},
      element(
        "div.name",
        {},
        element("h3", { id: "document-title", dir: "auto" }, given.id || "no id"),
        element("span.range", {}, where),
      ),
      element(
        "div.steps",
        {},
        element(
          "button",
          {
            type: "button",
            title: "Key: k",
            "aria-label": "Previous document",
            onclick: () => list.step(-1),
          },
          "↑",
        ),
        element(
          "button",
          { type: "button", title: "Key: j", "aria-label": "Next document", onclick: () => list.step(1) },
          "↓",
        ),
      ),
      meta.length ? element("ul.meta", { "aria-label": "Metadata" }, meta) : null,
    );
  },

  /// Which track is whose, in their order, and what patterns mean.
  key(variants) {
    const { variants: names, gold } = page.data;
    const tracks = variants.map((variant) =>
      element("li", {}, names[variant], variant === gold ? element("span.chip", {}, "gold") : null),
    );
    const against = activePairs().some((pair) => page.data.pairs[pair][0] === gold);
    const left = against ? ["alone"] : ["missed", "spurious"];
    const kinds = ["same", ...Object.keys(KINDS)].filter((kind) => !ofTarget(kind) && !left.includes(kind));
    const patterns = kinds.map((kind) =>
      element("li", {}, element(`span.swatch.k-${kind}`, { "aria-hidden": "true" }), KINDS[kind] ?? "same"),
    );
    return element(
      "div.key",
      {},
      element("ol", { "aria-label": "Tracks from top to bottom" }, tracks),
      element(
        "ul",
        { "aria-label": "Patterns" },
        patterns,
        element("li", {}, element("span.swatch.k-nothing", { "aria-hidden": "true" }), "nothing here"),
      ),
    );
  },

  /// The differences one by one.
  bar() {
    const { length } = this.places;
    const words = element("div.words", { id: "difference" });
    return element(
      "div.bar",
      {},
      element(
        "button",
        {
          type: "button",
          title: "Key: p",
          "aria-label": "Previous difference",
          disabled: !length,
          onclick: () => this.step(-1),
        },
        "‹",
      ),
      element(
        "button",
        {
          type: "button",
          title: "Key: n",
          "aria-label": "Next difference",
          disabled: !length,
          onclick: () => this.step(1),
        },
        "›",
      ),
      words,
    );
  },

  /// Opens the difference of a cluster that was clicked on, unless a stretch of text was selected.
  choose(cluster) {
    if (!cluster || !getSelection().isCollapsed) return;
    const [start, end] = [Number(cluster.dataset.start), Number(cluster.dataset.end)];
    const at = this.places.findIndex(
      (place) => !ofTarget([...place.kinds][0]) && place.start < end && place.end > start,
    );
    if (at >= 0) change({ place: String(at + 1) });
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
    if (!place) {
      words.replaceChildren(length ? `${all}. Keys n and p go through them.` : "No difference.");
      // A region that was there before is read out; one that is new would not be.
      byId("told").textContent = `${state.doc}. ${length ? all : "No difference"}.`;
      return;
    }
    words.replaceChildren(element("b", {}, `${number} of ${this.places.length}`), " ", ...this.says(place));
    byId("told").textContent = words.textContent;
    if (place.kinds.has("text")) byId("texts-title").scrollIntoView({ block: "nearest" });
    else if (place.start >= 0) showStretch(place.start, place.end, ofTarget([...place.kinds][0]));
  },

  /// What each variant says of a place.
  says(place) {
    const { variants, labels } = page.data;
    const given = page.byId(state.doc);
    const kinds = [...place.kinds].map((kind) =>
      element("span.kind-word", {}, element(`span.swatch.k-${kind}`, { "aria-hidden": "true" }), KINDS[kind]),
    );
    const quote = (start, end) => {
      const words = given.text?.slice(start, end) ?? "";
      return ["“", element("bdi", {}, words.length > 120 ? `${words.slice(0, 120)}…` : words), "”"];
    };
    const name = (label) => labels[label] || "no label";
    const [first] = place.kinds;
    const target = !ofTarget(first)
      ? [" "]
      : place.start < 0
        ? [" of the document "]
        : [" of ", ...quote(place.start, place.end), " "];
    const classes = (variant) =>
      (given.classes?.[variant] ?? [])
        .filter((one) => one[0] === place.start && one[1] === place.end)
        .map((one) => [name(one[2])]);
    const texts = (variant) =>
      textsOf(given, variant, place.start, place.end).map((text) => [counted(wordsOf(text).length, "word")]);
    const spans = (variant) =>
      page
        .spans(given, variant)
        .filter((span) => span.start < place.end && span.end > place.start)
        .map((span) => [`${name(span.label)} `, ...quote(span.start, span.end)]);
    const said = shownVariants().map((variant) => {
      const own = (first === "class" ? classes : first === "text" ? texts : spans)(variant);
      const some = own.slice(0, 6).flatMap((one, at) => (at ? [", ", ...one] : one));
      if (own.length > 6) some.push(` and ${own.length - 6} more`);
      return element(
        "span.said",
        {},
        element("b", {}, variants[variant]),
        " ",
        own.length ? some : "nothing",
      );
    });
    return [...kinds, ...target, ...said];
  },
};
