// What is looked at, and the same in the address, so that a link opens the same view.

/// What every part of the state is when nothing is said.
const NOTHING = {
  view: "figures",
  doc: "", // id of the document
  place: "", // number of the difference in it, from 1
  left: "", // the pair that is compared; all pairs where empty
  right: "",
  only: "", // "1": documents that differ
  kind: "", // kinds of difference, with commas
  label: "",
  says: null, // left says this, and right `other`; "" stands for nothing
  other: null,
  field: "",
  value: null,
  lacking: "", // "1": documents without the field
  q: "", // words in the text
  sort: "differences",
  labels: "", // "0": tracks without labels
};

const state = { ...NOTHING };
const listeners = [];

/// Calls `listener(changed)` whenever the state changes, with the set of what did.
function onChange(listener) {
  listeners.push(listener);
}

/// Changes the state. `step` makes a step of the browser's history, as for another document; changes
/// of filters replace the last one.
function change(parts, step = false) {
  const changed = new Set(Object.keys(parts).filter((key) => state[key] !== parts[key]));
  if (!changed.size) return;
  Object.assign(state, parts);
  const address = toHash();
  if (address !== location.hash) {
    if (step) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  }
  tell(changed);
}

function tell(changed) {
  for (const listener of listeners) listener(changed);
}

function toHash() {
  const parts = Object.keys(NOTHING).filter((key) => key !== "view" && state[key] !== NOTHING[key]);
  const said = parts.map((key) => `&${key}=${encodeURIComponent(state[key] ?? "")}`);
  return `#view=${state.view}${said.join("")}`;
}

/// Reads the address. Parts that cannot be read are left out, as links are written by anybody.
function fromHash() {
  const given = { ...NOTHING };
  for (const part of location.hash.slice(1).split("&")) {
    const [key, ...value] = part.split("=");
    if (!Object.hasOwn(NOTHING, key)) continue;
    try {
      given[key] = decodeURIComponent(value.join("="));
    } catch {
      // Not an address that was written here.
    }
  }
  if (given.view !== "documents") given.view = "figures";
  if (!Object.hasOwn(SORTS, given.sort)) given.sort = NOTHING.sort;
  return given;
}

function followHash() {
  const given = fromHash();
  const changed = new Set(Object.keys(given).filter((key) => given[key] !== state[key]));
  Object.assign(state, given);
  if (changed.size) tell(changed);
}

/// The kinds of difference that are asked for; all where empty.
function askedKinds() {
  return new Set(state.kind.split(",").filter((kind) => Object.hasOwn(KINDS, kind)));
}

/// Takes all filters back.
function clearFilters() {
  const { view, doc, sort, labels } = state;
  change({ ...NOTHING, view, doc, sort, labels });
}
