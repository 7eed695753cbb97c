// Starts the page, and shows what the state says.

let started = false; // whether the documents were looked at

/// Parts of the state on which it depends which documents are listed.
const OF_LIST = [
  "left",
  "right",
  "only",
  "kind",
  "label",
  "says",
  "other",
  "field",
  "value",
  "lacking",
  "q",
  "sort",
];
/// And how a document is shown.
const OF_PANE = ["doc", "left", "right", "kind", "label", "says", "other", "labels"];

function showView() {
  const documents = state.view === "documents";
  byId("figures").hidden = documents;
  byId("documents").hidden = !documents;
  document.documentElement.classList.toggle("in-documents", documents);
  for (const link of document.querySelectorAll("[data-view]")) {
    if (link.dataset.view === state.view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function relist() {
  const documents = listedDocuments();
  list.set(documents);
  const all = page.data.documents.length;
  byId("status").textContent =
    documents.length === all
      ? counted(all, "document")
      : `${documents.length.toLocaleString("en")} of ${counted(all, "document")}`;
}

function showDocuments(changed) {
  if (!started) {
    started = true;
    toolbar.start();
    list.start();
    pane.start();
    changed = new Set(Object.keys(NOTHING));
  }
  toolbar.follow();
  const any = (keys) => keys.some((key) => changed.has(key));
  const listed = any(OF_LIST) || changed.has("view");
  if (listed) {
    relist();
    // A filter opens the first that passes; a link the document that it names.
    const passes = list.at.has(state.doc);
    const named = state.doc && page.byId(state.doc) && changed.has("doc");
    if (!passes && !named && list.shown.length) return change({ doc: list.shown[0].id, place: "" });
    if (!passes && !named && !list.shown.length && !changed.has("doc")) state.doc = "";
  }
  if (listed || any(OF_PANE)) {
    list.reveal();
    pane.show();
  } else if (changed.has("place")) pane.showPlace();
}

onChange((changed) => {
  if (changed.has("view")) {
    showView();
    scrollTo(0, 0);
  }
  if (state.view === "documents") showDocuments(changed);
});

/// Which matrix is shown.
function startMatrices() {
  addEventListener("change", ({ target }) => {
    if (target.name !== "matrix") return;
    for (const one of document.querySelectorAll("[data-matrix]"))
      one.hidden = one.dataset.matrix !== target.value;
  });
}

addEventListener("hashchange", followHash);
addEventListener("popstate", followHash);
addEventListener("beforeprint", () =>
  document.querySelectorAll("details.pair").forEach((one) => (one.open = true)),
);

theme.start();
help.start();
startMatrices();
followHash();
