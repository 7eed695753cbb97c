// The text of a document with every variant's spans under its lines.
//
// A track is drawn as backgrounds of the text itself, below its letters. So it keeps to the letters
// in every writing, at every width, on paper, and where lines break, without being measured. Lines
// that have spans are higher by themselves: see `.cluster` in tracks.css.

const LANE = 19; // pixels of a lane with labels
const THIN = 9; // and of one without
const GAP = 3; // between the text and the first lane
const BAR = 6; // of what is drawn in a lane

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/// The text with tracks, as an element.
function trackedText(given, variants) {
  const box = element("div.text", { id: "text", lang: "" });
  const lane = state.labels === "0" ? THIN : LANE;
  const blocks = blocksOf(given.text, marksOf(given, variants), variants);
  box.classList.toggle("bare", state.labels === "0");
  // The first blocks at once, and the rest of a long text when the browser has time.
  const some = (from) => {
    let [to, marks] = [from, 0];
    while (to < blocks.length && to < from + 200 && marks < 1000) marks += blocks[to++].marks.length;
    box.append(...blocks.slice(from, to).map((block) => blockOf(given.text, block, lane)));
    return to;
  };
  let done = some(0);
  const rest = () => {
    if (!box.isConnected) return;
    done = some(done);
    if (done < blocks.length) setTimeout(rest);
    else box.dispatchEvent(new Event("whole"));
  };
  box.whole = done === blocks.length;
  if (!box.whole) setTimeout(rest);
  return box;
}

function blockOf(text, block, lane) {
  const made = element("div.block", { dir: "auto" });
  made.dataset.start = block.start;
  let at = block.start;
  for (const cluster of clustersOf(block)) {
    made.append(text.slice(at, cluster.start), clusterOf(text, cluster, block, lane));
    at = cluster.end;
  }
  const rest = text.slice(at, block.end);
  // An empty line keeps its height, and a copy of the text its line feeds.
  made.append(rest || block.start < block.end ? rest : document.createElement("br"));
  if (block.lanes) {
    made.style.setProperty("--tracks", `${GAP + block.lanes * lane}px`);
    made.tracks = { first: block.tracks, lanes: block.lanes };
  }
  return made;
}

function clusterOf(text, cluster, block, lane) {
  const inner = element("span.inner");
  for (const segment of cluster.segments) {
    const piece = element("span.piece", {}, text.slice(segment.start, segment.end));
    piece.dataset.start = segment.start;
    paint(piece, segment, lane, RIGHT_TO_LEFT.test(text.slice(segment.start, segment.start + 8)));
    for (const mark of segment.marks) {
      if (mark.start === segment.start && !mark.ghost && state.labels !== "0")
        piece.append(tagOf(mark, lane));
    }
    inner.append(piece);
  }
  const differs = cluster.marks.some((mark) => mark.kind !== "same");
  const made = element(differs ? "span.cluster.differs" : "span.cluster", {}, inner);
  made.dataset.start = cluster.start;
  made.dataset.end = cluster.end;
  return made;
}

/// Draws the bars of a segment's marks.
function paint(piece, segment, lane, rightToLeft) {
  const layers = [];
  const layer = (image, x, mark, size, repeat) => {
    const y = BAR + GAP + mark.lane * lane;
    layers.push({ image, position: `${x} calc(100% + ${y}px)`, size, repeat });
  };
  for (const mark of segment.marks) {
    const image = mark.ghost ? `var(--p-nothing-${mark.kind})` : `var(--p-${mark.kind})`;
    const size = mark.ghost ? "var(--s-nothing)" : `var(--s-${mark.kind})`;
    const [head, tail] = rightToLeft ? ["100%", "0"] : ["0", "100%"];
    const cap = `linear-gradient(var(--c-${mark.kind}), var(--c-${mark.kind}))`;
    if (mark.first && mark.start === segment.start) layer(cap, head, mark, `2px ${BAR}px`, "no-repeat");
    if (mark.last && mark.end === segment.end) layer(cap, tail, mark, `2px ${BAR}px`, "no-repeat");
    layer(image, "0", mark, size, "repeat-x");
  }
  const join = (key) => layers.map((one) => one[key]).join(", ");
  piece.style.backgroundImage = join("image");
  piece.style.backgroundPosition = join("position");
  piece.style.backgroundSize = join("size");
  piece.style.backgroundRepeat = join("repeat");
  piece.title = [...new Set(segment.marks.map(tipOf))].join("\n");
}

function tipOf(mark) {
  const { variants, labels } = page.data;
  const what = mark.ghost ? "nothing" : labels[mark.label] || "no label";
  return `${variants[mark.variant]}: ${what}${mark.kind === "same" ? "" : ` (${KINDS[mark.kind]})`}`;
}

function tagOf(mark, lane) {
  const name = page.data.labels[mark.label];
  const track = shownVariants().indexOf(mark.variant) + 1;
  const tag = element(`span.tag.t-${mark.kind}`, {
    "aria-hidden": "true",
    "data-label": name,
    "data-track": track,
  });
  // 100% is the height of the piece, padding and all; its tracks begin that much above its lower edge.
  tag.style.top = `calc(100% - var(--tracks) + ${GAP + mark.lane * lane + BAR + 1}px)`;
  return tag;
}
