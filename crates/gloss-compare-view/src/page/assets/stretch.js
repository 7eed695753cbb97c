// Stretches of the text that are brought in view or marked, without changing it.

/// The element of the text in which a character lies, and the character's place within its text node.
function placeInText(offset) {
  const box = byId("text");
  const blocks = [...(box?.querySelectorAll(".block") ?? [])];
  const block =
    blocks[
      lastNotAbove(
        blocks.map((one) => Number(one.dataset.start)),
        offset,
      )
    ];
  if (!block) return null;
  let at = Number(block.dataset.start);
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  let last = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (offset <= at + node.length) return { node, offset: offset - at };
    at += node.length;
    last = node;
  }
  return last && { node: last, offset: last.length };
}

function rangeOf(start, end) {
  const [from, to] = [placeInText(start), placeInText(end)];
  if (!from || !to) return null;
  const range = new Range();
  range.setStart(from.node, from.offset);
  range.setEnd(to.node, to.offset);
  return range;
}

/// Brings a stretch of the text in view and marks it: by itself, or with its clusters of spans.
function showStretch(start, end, byItself = true) {
  const range = rangeOf(start, end);
  if (!range) return;
  if (byItself && window.Highlight) CSS.highlights.set("stretch", new Highlight(range));
  let first = null;
  if (!byItself) {
    for (const cluster of byId("text").querySelectorAll(".cluster.differs")) {
      if (Number(cluster.dataset.start) >= end || Number(cluster.dataset.end) <= start) continue;
      cluster.classList.add("current");
      first ??= cluster;
    }
  }
  const holder = first ?? range.startContainer.parentElement;
  holder.scrollIntoView({
    block: "nearest",
    behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
  });
}

function clearStretch() {
  if (window.Highlight) CSS.highlights.delete("stretch");
}

/// Marks what is searched for in the text.
function markFound() {
  if (!window.Highlight) return;
  CSS.highlights.delete("found");
  const pattern = typedPattern("giu");
  const text = page.byId(state.doc)?.text;
  if (!pattern || !text || !byId("text")) return;
  const ranges = [];
  for (const found of text.matchAll(pattern)) {
    const range = found[0] && rangeOf(found.index, found.index + found[0].length);
    if (range) ranges.push(range);
    if (ranges.length === 200) break;
  }
  CSS.highlights.set("found", new Highlight(...ranges));
}
