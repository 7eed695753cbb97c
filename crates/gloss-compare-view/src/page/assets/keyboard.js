// Keys, and the help about them.

const KEYS = [
  ["j", "next document", () => list.step(1)],
  ["k", "previous document", () => list.step(-1)],
  ["n", "next difference", () => pane.step(1)],
  ["p", "previous difference", () => pane.step(-1)],
  ["f", "only documents that differ, or all", () => change({ only: state.only ? "" : "1" })],
  ["l", "labels in tracks, or not", () => change({ labels: state.labels === "0" ? "" : "0" })],
  ["/", "search in texts", () => byId("search").focus()],
  ["x", "take all filters back", clearFilters],
  [
    "g",
    "figures, or documents",
    () => change({ view: state.view === "documents" ? "figures" : "documents" }, true),
  ],
  ["?", "this help", () => help.open()],
];

/// Keys that mean something in every view.
const EVERYWHERE = new Set(["g", "?"]);

const help = {
  start() {
    const rows = KEYS.map(([key, words]) =>
      element("tr", {}, element("td", {}, element("kbd", {}, key)), element("td", {}, words)),
    );
    const check = element("input", { type: "checkbox", id: "keys-on" });
    check.checked = kept.get("keys") !== "off";
    check.addEventListener("change", () => kept.set("keys", check.checked ? "on" : "off"));
    byId("help").append(
      element("h2", { id: "help-title" }, "Keys"),
      element(
        "table",
        {},
        element(
          "tbody",
          {},
          rows,
          element(
            "tr",
            {},
            element("td", {}, element("kbd", {}, "↑"), " ", element("kbd", {}, "↓")),
            element("td", {}, "in the list: previous, next document"),
          ),
        ),
      ),
      element("p", {}, element("label", {}, check, " Keys are on")),
      element("p.range", {}, "The address holds what you look at: a link to it opens the same view."),
      element("button", { type: "button", onclick: () => byId("help").close() }, "Close"),
    );
    byId("help-button").addEventListener("click", () => this.open());
    addEventListener("keydown", (event) => this.key(event));
  },

  open() {
    if (!byId("help").open) byId("help").showModal();
  },

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
    const { target } = event;
    const typing = target.closest?.("input, select, textarea");
    if (event.key === "Escape" && typing) return target.blur();
    if (typing || kept.get("keys") === "off") return;
    const found = KEYS.find(([key]) => key === event.key);
    if (!found || (state.view !== "documents" && !EVERYWHERE.has(event.key))) return;
    event.preventDefault();
    found[2]();
  },
};
