// The filters above the list.

const toolbar = {
  /// Makes all controls, once.
  start() {
    const form = byId("toolbar");
    form.addEventListener("submit", (event) => event.preventDefault());
    const panel = element("div.filters", { id: "filters" });
    const more = element(
      "button.more",
      {
        type: "button",
        "aria-expanded": "false",
        "aria-controls": "filters",
        onclick: () => this.unfold(more),
      },
      "Filters",
    );
    form.append(this.search(), this.only(), more, panel);
    const parts = [this.pairs(), this.kinds(), this.labels(), this.metadata(), this.sorts(), this.looks()];
    panel.append(...parts.filter(Boolean));
    form.append(element("div.asked", { id: "asked" }));
    this.follow();
  },

  unfold(button) {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    byId("toolbar").classList.toggle("unfolded", open);
  },

  search() {
    const search = whenQuiet((value) => change({ q: value }), 150);
    const input = element("input", {
      type: "search",
      id: "search",
      placeholder: "Search in texts and ids  ( / )",
      "aria-label": "Search in texts and ids",
      oninput: (event) => search(event.target.value),
    });
    return element("div.search", {}, input);
  },

  only() {
    const press = () => change({ only: state.only ? "" : "1" });
    return element(
      "button",
      { type: "button", id: "only", "aria-pressed": "false", title: "Key: f", onclick: press },
      "Only different",
    );
  },

  pairs() {
    const { variants, pairs, gold } = page.data;
    const all = gold === null ? "All pairs" : `Each against ${variants[gold]}`;
    const options = pairs.map(([a, b], number) =>
      element("option", { value: number }, `${variants[a]} and ${variants[b]}`),
    );
    const pick = (event) => {
      const pair = pairs[event.target.value];
      const [left, right] = pair ? pair.map((side) => variants[side]) : ["", ""];
      change({ left, right, says: null, other: null, place: "" });
    };
    const select = element(
      "select",
      { id: "pair", onchange: pick },
      element("option", { value: "" }, all),
      options,
    );
    return element("label", {}, "Compare ", select);
  },

  kinds() {
    const { gold } = page.data;
    const spans = page.has("spans");
    const offered = Object.keys(KINDS).filter((kind) => {
      if (kind === "class") return page.has("classes");
      if (kind === "text") return page.has("texts");
      if (kind === "missed" || kind === "spurious") return spans && gold !== null;
      return spans;
    });
    const chip = (kind) => {
      const press = () => {
        const asked = askedKinds();
        if (!asked.delete(kind)) asked.add(kind);
        change({ kind: [...asked].join(","), place: "" });
      };
      return element(
        "button.kind",
        { type: "button", "data-kind": kind, "aria-pressed": "false", onclick: press },
        element(`span.swatch.k-${kind}`, { "aria-hidden": "true" }),
        KINDS[kind],
      );
    };
    return element("div.chips", { role: "group", "aria-label": "Kinds of difference" }, offered.map(chip));
  },

  labels() {
    const options = page.labels.map(({ name, count }) =>
      element("option", { value: name }, `${name || "no label"} (${count.toLocaleString("en")})`),
    );
    const pick = (event) => change({ label: event.target.value, place: "" });
    const select = element(
      "select",
      { id: "label", onchange: pick },
      element("option", { value: "" }, "Any"),
      options,
    );
    return element("label", {}, "Label ", select);
  },

  metadata() {
    if (!page.data.fields.length) return null;
    const options = page.data.fields.map((field) => element("option", { value: field }, field));
    const pick = (event) => change({ field: event.target.value, value: null, lacking: "" });
    const select = element(
      "select",
      { id: "field", onchange: pick },
      element("option", { value: "" }, "Any metadata"),
      options,
    );
    const type = whenQuiet((value) => change({ value: value || null, lacking: "" }), 150);
    const input = element("input", {
      id: "value",
      list: "values",
      "aria-label": "Value of the field",
      placeholder: "any value",
      oninput: (event) => type(event.target.value),
    });
    const list = element("datalist", { id: "values" });
    return element("span.pair", {}, element("label", {}, "Metadata ", select), input, list);
  },

  sorts() {
    const offered = Object.keys(SORTS).filter((sort) => sort !== "values" || page.has("values"));
    const options = offered.map((sort) => element("option", { value: sort }, SORTS[sort]));
    const pick = (event) => change({ sort: event.target.value });
    return element("label", {}, "Order ", element("select", { id: "sort", onchange: pick }, options));
  },

  looks() {
    if (!page.has("spans")) return null;
    const press = () => change({ labels: state.labels === "0" ? "" : "0" });
    return element(
      "button",
      { type: "button", id: "track-labels", "aria-pressed": "true", title: "Key: l", onclick: press },
      "Labels in tracks",
    );
  },

  /// Shows the state in the controls.
  follow() {
    const set = (id, value) => {
      const control = byId(id);
      if (control && document.activeElement !== control) control.value = value;
    };
    set("search", state.q);
    const active = activePairs();
    const asked = state.left && active.length === 1 ? String(active[0]) : "";
    for (const [id, value] of [
      ["pair", asked],
      ["label", state.label],
      ["field", state.field],
      ["sort", state.sort],
    ]) {
      const control = byId(id);
      if (control) control.value = value;
    }
    set("value", state.value ?? "");
    byId("only").setAttribute("aria-pressed", String(Boolean(state.only)));
    byId("track-labels")?.setAttribute("aria-pressed", String(state.labels !== "0"));
    const kinds = askedKinds();
    for (const chip of byId("filters").querySelectorAll("[data-kind]")) {
      chip.setAttribute("aria-pressed", String(kinds.has(chip.dataset.kind)));
    }
    this.followField();
    this.followAsked();
  },

  followField() {
    const input = byId("value");
    if (!input) return;
    input.hidden = !state.field;
    if (input.dataset.field === state.field) return;
    input.dataset.field = state.field;
    const options = (state.field ? page.values(state.field) : []).slice(0, 200);
    byId("values").replaceChildren(
      ...options.map(([value, count]) => element("option", { value }, counted(count, "document"))),
    );
  },

  /// Filters that have no control, and how to take all back.
  followAsked() {
    const asked = byId("asked");
    const chips = [];
    const chip = (words, parts) =>
      chips.push(
        element(
          "button.chip",
          {
            type: "button",
            "aria-label": `Take back: ${words}`,
            onclick: () => change({ ...parts, place: "" }),
          },
          `${words} ×`,
        ),
      );
    if (state.says !== null && state.other !== null) {
      const say = (label) => (label === "" ? "nothing" : label);
      chip(`${state.left}: ${say(state.says)}, ${state.right}: ${say(state.other)}`, {
        says: null,
        other: null,
      });
    }
    if (state.lacking && state.field) chip(`without ${state.field}`, { field: "", lacking: "" });
    const filters = ["left", "only", "kind", "label", "field", "q", "says"].some(
      (key) => state[key] !== NOTHING[key],
    );
    byId("toolbar").querySelector(".more").textContent = filters ? "Filters •" : "Filters";
    if (filters)
      chips.push(element("button.clear", { type: "button", onclick: clearFilters }, "Take all filters back"));
    asked.replaceChildren(...chips);
  },
};
