// The list of documents: only rows that can be seen are in the page, so that thousands scroll well.

const ROW = 54; // pixels; `.row` in documents.css has the same height

const list = {
  shown: [],
  rows: new Map(),

  start() {
    this.box = byId("list");
    this.space = element("div.space", { role: "presentation" });
    this.box.append(this.space);
    const draw = oncePerFrame(() => this.draw());
    this.box.addEventListener("scroll", draw, { passive: true });
    new ResizeObserver(draw).observe(this.box);
    this.box.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      if (row) openDocument(row.dataset.id);
    });
    this.box.addEventListener("keydown", (event) => this.key(event));
  },

  /// Lists these documents anew.
  set(documents) {
    this.shown = documents;
    this.at = new Map(documents.map((given, at) => [given.id, at]));
    this.space.style.height = `${documents.length * ROW}px`;
    for (const row of this.rows.values()) row.remove();
    this.rows.clear();
    this.draw();
  },

  /// Rows that can be seen, and a few more on both sides.
  draw() {
    const first = Math.max(0, Math.floor(this.box.scrollTop / ROW) - 6);
    const last = Math.min(this.shown.length, first + Math.ceil(this.box.clientHeight / ROW) + 12);
    for (const [at, row] of this.rows) {
      if (at >= first && at < last) continue;
      row.remove();
      this.rows.delete(at);
    }
    for (let at = first; at < last; at++) {
      if (!this.rows.has(at)) {
        const row = this.row(at);
        this.rows.set(at, row);
        this.space.append(row);
      }
    }
    this.mark();
  },

  row(at) {
    const given = this.shown[at];
    const counts = new Map();
    for (const { kind } of askedDifferences(given)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const kinds = Object.keys(KINDS).filter((kind) => counts.has(kind));
    const words = kinds.length
      ? kinds.map((kind) => `${counts.get(kind)} ${KINDS[kind]}`).join(", ")
      : "no difference";
    const marks = kinds.map((kind) =>
      element(
        "span.count",
        { title: KINDS[kind] },
        element(`span.swatch.k-${kind}`),
        String(counts.get(kind)),
      ),
    );
    const row = element(
      "div.row",
      {
        role: "option",
        id: `row-${given.at}`,
        "data-id": given.id,
        "aria-label": `${given.id}: ${words}`,
        "aria-setsize": this.shown.length,
        "aria-posinset": at + 1,
        "aria-selected": "false",
      },
      element("span.id", { dir: "auto" }, given.id || "no id"),
      element("span.counts", {}, marks.length ? marks : element("span.none", {}, "no difference")),
    );
    row.style.transform = `translateY(${at * ROW}px)`;
    return row;
  },

  /// Marks the document that is open.
  mark() {
    const opened = this.at?.get(state.doc);
    for (const [at, row] of this.rows) row.setAttribute("aria-selected", String(at === opened));
    const row = this.rows.get(opened);
    if (row) this.box.setAttribute("aria-activedescendant", row.id);
    else this.box.removeAttribute("aria-activedescendant");
  },

  /// Scrolls so that the open document can be seen.
  reveal() {
    const at = this.at?.get(state.doc);
    if (at === undefined) return this.mark();
    const { scrollTop, clientHeight } = this.box;
    if (at * ROW < scrollTop) this.box.scrollTop = at * ROW;
    else if ((at + 1) * ROW > scrollTop + clientHeight) this.box.scrollTop = (at + 1) * ROW - clientHeight;
    this.draw();
  },

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW) - 1);
    const steps = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -Infinity,
      End: Infinity,
    };
    if (!(event.key in steps)) return;
    event.preventDefault();
    this.step(steps[event.key]);
  },

  /// Opens the document so many rows further down.
  step(rows) {
    if (!this.shown.length) return;
    const at = this.at.get(state.doc);
    const next = at === undefined ? 0 : Math.max(0, Math.min(this.shown.length - 1, at + rows));
    openDocument(this.shown[next].id);
  },
};

/// Opens a document.
function openDocument(id) {
  change({ doc: id, place: "" }, true);
}
