// From spans to pieces of text: blocks, clusters of spans that overlap, and segments between bounds.

/// Lanes of a track at most; what would be deeper is drawn in the last.
const MOST_LANES = 12;

/// Marks of a cluster beyond which it has no bounds drawn within it: nobody could read them, and a
/// hostile document would make the page slow.
const MOST_MARKS = 400;

/// Puts marks of one track in lanes, so that those that overlap lie above each other; longer ones come
/// first. Returns how many lanes there are.
function putInLanes(marks) {
  let lanes = 0;
  // What a track lacks lies where nothing else does, so its lanes are counted on their own.
  for (const ghost of [0, 1]) {
    const ends = [];
    const own = marks.filter((mark) => mark.ghost === ghost);
    own.sort((a, b) => a.start - b.start || b.end - a.end || a.label - b.label);
    for (const mark of own) {
      let lane = ends.findIndex((end) => end <= mark.start);
      if (lane < 0) lane = Math.min(ends.length, MOST_LANES - 1);
      ends[lane] = Math.max(ends[lane] ?? 0, mark.end);
      mark.lane = lane;
    }
    lanes = Math.max(lanes, ends.length);
  }
  return lanes;
}

/// Stretches that spans cover together, spans being sorted by start.
function stretchesOf(spans) {
  const stretches = [];
  for (const { start, end } of spans) {
    const last = stretches.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else stretches.push({ start, end });
  }
  return stretches;
}

/// The marks of a document: `{ start, end, label, kind, ghost, variant }`; a ghost is what a track lacks.
function marksOf(given, variants) {
  const { kinds, ghosts } = kindsOfSpans(given);
  const marks = [];
  for (const variant of variants) {
    const spans = page.spans(given, variant);
    for (const span of spans) marks.push({ ...span, kind: kinds.get(span) ?? "same", ghost: 0 });
    // Where something else of the track lies, it says itself that it is other.
    const covered = stretchesOf(spans);
    const free = ({ start, end }) => !covered.some((stretch) => stretch.start < end && stretch.end > start);
    for (const ghost of ghosts) {
      if (ghost.variant === variant && free(ghost)) marks.push({ ...ghost, label: -1, ghost: 1 });
    }
  }
  return marks;
}

/// Code units of a block at most: browsers need much longer for one long line than for many short.
const LONGEST_BLOCK = 4000;

/// Where blocks of a text begin and end: at line feeds, which belong to none; and longer lines at white
/// space, so that all of them can be shown.
function boundsOfBlocks(text) {
  const bounds = [];
  let from = 0;
  while (from <= text.length) {
    const feed = text.indexOf("\n", from);
    const end = feed < 0 ? text.length : feed;
    while (end - from > LONGEST_BLOCK) {
      const space = text.lastIndexOf(" ", from + LONGEST_BLOCK - 1);
      let to = space > from ? space + 1 : from + LONGEST_BLOCK;
      if (/[\udc00-\udfff]/.test(text[to])) to--; // not within a character
      bounds.push([from, to]);
      from = to;
    }
    bounds.push([from, end]);
    from = end + 1;
  }
  return bounds;
}

/// Blocks of a text, each `{ start, end, marks, tracks, lanes }` where `tracks` has the first lane of
/// each variant, and marks are cut to the block.
function blocksOf(text, marks, variants) {
  const blocks = boundsOfBlocks(text).map(([start, end]) => ({
    start,
    end,
    marks: [],
    tracks: new Map(),
    lanes: 0,
  }));
  const starts = blocks.map((block) => block.start);
  for (const mark of marks) {
    for (let at = lastNotAbove(starts, mark.start); at < blocks.length && blocks[at].start < mark.end; at++) {
      const { start, end } = blocks[at];
      const cut = { ...mark, start: Math.max(start, mark.start), end: Math.min(end, mark.end) };
      if (cut.start < cut.end)
        blocks[at].marks.push({ ...cut, first: cut.start === mark.start, last: cut.end === mark.end });
    }
  }
  for (const block of blocks) {
    if (!block.marks.length) continue;
    for (const variant of variants) {
      block.tracks.set(variant, block.lanes);
      const own = block.marks.filter((mark) => mark.variant === variant);
      const lanes = Math.max(1, putInLanes(own));
      for (const mark of own) mark.lane += block.lanes;
      block.lanes += lanes;
    }
  }
  return blocks;
}

/// The index of the last number that is not above `value`.
function lastNotAbove(sorted, value) {
  let [low, high] = [0, sorted.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle;
    else high = middle;
  }
  return low;
}

/// A block's clusters: stretches in which marks hang together, each `{ start, end, segments }`, with
/// segments `{ start, end, marks }` between the bounds of marks.
function clustersOf(block) {
  const marks = [...block.marks].sort((a, b) => a.start - b.start || b.end - a.end);
  const clusters = [];
  for (const mark of marks) {
    const last = clusters.at(-1);
    if (last && mark.start < last.end) {
      last.end = Math.max(last.end, mark.end);
      last.marks.push(mark);
    } else clusters.push({ start: mark.start, end: mark.end, marks: [mark] });
  }
  for (const cluster of clusters) {
    if (cluster.marks.length > MOST_MARKS) {
      cluster.segments = [
        { start: cluster.start, end: cluster.end, marks: cluster.marks.slice(0, MOST_MARKS) },
      ];
      continue;
    }
    const bounds = [...new Set(cluster.marks.flatMap((mark) => [mark.start, mark.end]))].sort(
      (a, b) => a - b,
    );
    cluster.segments = bounds.slice(1).map((end, at) => {
      const start = bounds[at];
      return { start, end, marks: cluster.marks.filter((mark) => mark.start <= start && mark.end >= end) };
    });
  }
  return clusters;
}
