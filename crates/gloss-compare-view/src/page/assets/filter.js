// Which documents are listed, and in which order.

/// Orders of the list, in words.
const SORTS = {
  differences: "most differences first",
  share: "largest share of differences first",
  values: "numbers that differ most first",
  id: "by id",
  input: "as in the input",
  length: "longest first",
};

/// What is typed, as a pattern that looks for it in any case; null where nothing is typed.
function typedPattern(flags = "iu") {
  if (!state.q) return null;
  return new RegExp(state.q.replace(/[.*+?^${}()|[\]\\\/]/g, "\\$&"), flags);
}

/// The documents that pass all filters, in order.
function listedDocuments() {
  const pattern = typedPattern();
  const active = activePairs();
  const kinds = askedKinds();
  const bySpecific = kinds.size > 0 || state.says !== null;
  const label = page.data.labels.indexOf(state.label);
  const passes = (given) => {
    if (state.field && !passesField(given)) return false;
    if (state.only || bySpecific) {
      const some = active.some((number) => differencesOf(given, number).some((one) => isAsked(one, kinds)));
      if (!some) return false;
    } else if (state.label && !hasLabel(given, label)) return false;
    return !pattern || pattern.test(given.text ?? "") || pattern.test(given.id);
  };
  return sorted(page.data.documents.filter(passes), active);
}

function passesField(given) {
  const value = page.field(given, state.field);
  if (state.lacking) return value === undefined;
  return state.value === null || state.value === "" ? value !== undefined : value === state.value;
}

function hasLabel(given, label) {
  return shownVariants().some((variant) => {
    const flat = given.spans?.[variant] ?? [];
    for (let at = 2; at < flat.length; at += 3) if (flat[at] === label) return true;
    return (given.classes?.[variant] ?? []).some((one) => one[2] === label);
  });
}

function sorted(documents, active) {
  const keys = new Map();
  const key = (given) => {
    if (!keys.has(given)) keys.set(given, sortKey(given, active));
    return keys.get(given);
  };
  const collator = new Intl.Collator("en", { numeric: true });
  const order =
    {
      id: (a, b) => collator.compare(a.id, b.id) || a.n - b.n,
      input: (a, b) => a.n - b.n,
    }[state.sort] ?? ((a, b) => key(b)[0] - key(a)[0] || key(b)[1] - key(a)[1] || a.n - b.n);
  return documents.sort(order);
}

function sortKey(given, active) {
  if (state.sort === "length") return [given.text?.length ?? 0, 0];
  if (state.sort === "values") return [widestGap(given, active), 0];
  const { differing, share } = extentOf(given, active);
  // Of texts alone nothing can be counted: those that agree least come first.
  const rest = share || textGap(given, active);
  return state.sort === "share" ? [rest, differing] : [differing, rest];
}

/// The largest difference of two variants' numbers of one target.
function widestGap(given, active) {
  let widest = -1;
  for (const number of active) {
    const [left, right] = page.data.pairs[number].map((side) => given.values?.[side] ?? []);
    const ofTarget = new Map(left.map(([start, end, value]) => [`${start} ${end}`, value]));
    for (const [start, end, value] of right) {
      const other = ofTarget.get(`${start} ${end}`);
      if (other !== undefined) widest = Math.max(widest, Math.abs(value - other));
    }
  }
  return widest;
}
