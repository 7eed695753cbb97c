// Where variants of a document differ.

/// Numbers of the pairs that are compared: the one that is asked for; else those with the gold, or all.
function activePairs() {
  const { pairs, variants, gold } = page.data;
  const left = variants.indexOf(state.left);
  const right = variants.indexOf(state.right);
  const asked = pairs.findIndex(([a, b]) => (a === left && b === right) || (a === right && b === left));
  if (asked >= 0) return [asked];
  const all = pairs.map((_, number) => number);
  return gold === null ? all : all.filter((number) => pairs[number][0] === gold);
}

/// Variants that have a track: those of the pair, or all.
function shownVariants() {
  const { pairs, variants } = page.data;
  const active = activePairs();
  if (active.length === 1) return pairs[active[0]];
  return variants.map((_, number) => number);
}

/// Whether a kind is of a target that is given, rather than of spans.
function ofTarget(kind) {
  return kind === "class" || kind === "text";
}

function kindOf(a, b, withGold) {
  if (!a) return withGold ? "spurious" : "alone";
  if (!b) return withGold ? "missed" : "alone";
  if (a.start === b.start && a.end === b.end) return "type";
  return a.label === b.label ? "boundary" : "both";
}

/// Differences of one pair in a document: `{ kind, pair, a, b, start, end }`, where `a` is what the
/// left side says and `b` what the right does, either of which may be missing.
function differencesOf(given, number) {
  given.differences ??= [];
  given.differences[number] ??= [
    ...spanDifferences(given, number),
    ...classDifferences(given, number),
    ...textDifferences(given, number),
  ];
  return given.differences[number];
}

function spanDifferences(given, number) {
  const flat = given.pairs?.[number] ?? [];
  if (!flat.length) return [];
  const [left, right] = page.data.pairs[number];
  const withGold = left === page.data.gold;
  const [lefts, rights] = [page.spans(given, left), page.spans(given, right)];
  const found = [];
  for (let at = 0; at < flat.length; at += 2) {
    const a = lefts[flat[at]] ?? null;
    const b = rights[flat[at + 1]] ?? null;
    const start = Math.min(a?.start ?? Infinity, b?.start ?? Infinity);
    const end = Math.max(a?.end ?? 0, b?.end ?? 0);
    found.push({ kind: kindOf(a, b, withGold), pair: number, a, b, start, end });
  }
  return found;
}

/// Both sides' classes are sorted by target, so one pass over both finds those of the same.
function classDifferences(given, number) {
  if (!given.classes) return [];
  const [left, right] = page.data.pairs[number];
  const [lefts, rights] = [given.classes[left] ?? [], given.classes[right] ?? []];
  const made = (variant, [start, end, label]) => ({ start, end, label, variant });
  const found = [];
  let [i, j] = [0, 0];
  while (i < lefts.length || j < rights.length) {
    const order = !lefts[i] ? 1 : !rights[j] ? -1 : lefts[i][0] - rights[j][0] || lefts[i][1] - rights[j][1];
    const a = order <= 0 ? lefts[i++] : null;
    const b = order >= 0 ? rights[j++] : null;
    if (a && b && a[2] === b[2]) continue;
    const [start, end] = a ?? b;
    found.push({
      kind: "class",
      pair: number,
      a: a && made(left, a),
      b: b && made(right, b),
      start,
      end,
    });
  }
  return found;
}

/// How far a document differs in the active pairs: as `Disagreements` count it.
function extentOf(given, active) {
  let [differing, all] = [0, 0];
  for (const number of active) {
    const [left, right] = page.data.pairs[number];
    for (const side of [left, right]) {
      all += (given.spans?.[side]?.length ?? 0) / 3 + (given.classes?.[side]?.length ?? 0);
    }
    for (const { a, b } of differencesOf(given, number)) differing += (a ? 1 : 0) + (b ? 1 : 0);
  }
  return { differing, share: all ? differing / all : 0 };
}

/// Whether a difference is one that the filters ask for.
function isAsked(difference, kinds) {
  if (kinds.size && !kinds.has(difference.kind)) return false;
  const name = (side) => (side ? page.data.labels[side.label] : "");
  const [a, b] = [name(difference.a), name(difference.b)];
  if (state.label && a !== state.label && b !== state.label) return false;
  if (state.says === null || state.other === null) return true;
  // A link may name the pair the other way round.
  const turned = page.data.variants.indexOf(state.left) === page.data.pairs[difference.pair][1];
  const [says, other] = turned ? [b, a] : [a, b];
  return says === state.says && other === state.other;
}

/// The differences of a document that are asked for, in the active pairs.
function askedDifferences(given) {
  const kinds = askedKinds();
  return activePairs().flatMap((number) => differencesOf(given, number).filter((one) => isAsked(one, kinds)));
}

/// The places of a document at which variants that are shown differ, in the order of the text: what
/// hangs together by overlap is one place. `{ start, end, kinds, differences }`.
function placesOf(given) {
  const classes = [];
  const spans = [];
  for (const one of askedDifferences(given)) (ofTarget(one.kind) ? classes : spans).push(one);
  const found = [];
  const grow = (place, one) => {
    place.end = Math.max(place.end, one.end);
    place.differences.push(one);
    place.kinds.add(one.kind);
  };
  for (const one of spans.sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = found.at(-1);
    if (last && one.start < last.end) grow(last, one);
    else found.push({ start: one.start, end: one.end, kinds: new Set([one.kind]), differences: [one] });
  }
  const targets = new Map();
  for (const one of classes) {
    const key = `${one.kind} ${one.start} ${one.end}`;
    if (targets.has(key)) grow(targets.get(key), one);
    else targets.set(key, { start: one.start, end: one.end, kinds: new Set([one.kind]), differences: [one] });
  }
  return [...targets.values(), ...found].sort((a, b) => a.start - b.start || a.end - b.end);
}

/// The worst kind of difference of each span in the active pairs, and where a track lacks one:
/// `{ kinds: Map from span to kind, ghosts: [{ variant, start, end }] }`.
function kindsOfSpans(given) {
  const weight = ["boundary", "type", "both", "spurious", "missed", "alone"];
  const kinds = new Map();
  const ghosts = new Map();
  const note = (span, kind) => {
    if (span && weight.indexOf(kind) > weight.indexOf(kinds.get(span))) kinds.set(span, kind);
  };
  for (const number of activePairs()) {
    const [left, right] = page.data.pairs[number];
    for (const { kind, a, b } of differencesOf(given, number)) {
      if (ofTarget(kind)) continue;
      note(a, kind);
      note(b, kind);
      if (a && b) continue;
      const [variant, { start, end }] = a ? [right, a] : [left, b];
      ghosts.set(`${variant} ${start} ${end}`, { variant, start, end, kind });
    }
  }
  return { kinds, ghosts: [...ghosts.values()] };
}
