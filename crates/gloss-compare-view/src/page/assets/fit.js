// What must be measured after a text is laid out: labels that would run into the next, and the names of
// tracks beside each line. Both are extras: nothing is lost on paper, where nothing can be measured.

/// Pieces of text beyond which lines have no names beside them.
const MOST_PIECES = 4000;

function fitText(box) {
  if (!box?.isConnected) return;
  fitTags(box);
  nameTracks(box);
}

/// Cuts labels that reach into the next one of their lane.
function fitTags(box) {
  const tags = [...box.querySelectorAll(".tag")];
  for (const tag of tags) tag.style.maxWidth = "";
  const lines = new Map();
  const edges = box.getBoundingClientRect();
  // Where a block is read from right to left, everything is mirrored.
  const mirrored = new Set(box.querySelectorAll(".block:dir(rtl)"));
  for (const tag of tags) {
    const { top, left, right } = tag.getBoundingClientRect();
    const mirror = mirrored.has(tag.closest(".block"));
    const key = Math.round(top);
    if (!lines.has(key)) lines.set(key, []);
    lines
      .get(key)
      .push(
        mirror
          ? { tag, begin: -right, end: -left, edge: -edges.left }
          : { tag, begin: left, end: right, edge: edges.right },
      );
  }
  for (const line of lines.values()) {
    line.sort((a, b) => a.begin - b.begin);
    line.forEach(({ tag, begin, end, edge }, at) => {
      const room = (line[at + 1]?.begin ?? edge) - begin - 2;
      if (end - begin > room) tag.style.maxWidth = `${Math.max(0, room)}px`;
    });
  }
}

/// Writes the variants' names beside each line that has tracks.
function nameTracks(box) {
  box.querySelector(".names")?.remove();
  const pieces = box.querySelectorAll(".piece");
  const room = parseFloat(getComputedStyle(box).paddingInlineStart);
  if (room < 40 || pieces.length > MOST_PIECES) return;
  const lane = state.labels === "0" ? THIN : LANE;
  const top = box.getBoundingClientRect().top - box.scrollTop;
  const names = element("div.names", { "aria-hidden": "true" });
  const done = new Set();
  for (const piece of pieces) {
    const { tracks } = piece.closest(".block");
    for (const { bottom } of piece.getClientRects()) {
      const line = Math.round(bottom - top);
      if (done.has(line)) continue;
      done.add(line);
      const height = GAP + tracks.lanes * lane;
      for (const [variant, first] of tracks.first) {
        const name = element("span", { title: page.data.variants[variant] }, page.data.variants[variant]);
        name.style.top = `${line - height + GAP + first * lane - 3}px`;
        names.append(name);
      }
    }
  }
  box.append(names);
}
