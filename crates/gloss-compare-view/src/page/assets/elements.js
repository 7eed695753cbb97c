// Makes elements. Texts go in as text nodes alone, so nothing in a document can be markup.

/// An element: `element("a.link", { href: "#" }, "text", child)`. Children that are null are left out.
function element(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/// An element by its id.
function byId(id) {
  return document.getElementById(id);
}

/// `1,234 documents`.
function counted(count, thing) {
  return `${count.toLocaleString("en")} ${thing}${count === 1 ? "" : "s"}`;
}

/// Calls `work` once things have been quiet for so many milliseconds.
function whenQuiet(work, milliseconds) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), milliseconds);
  };
}

/// Calls `work` once before the next frame, however often it is asked for.
function oncePerFrame(work) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      work();
    });
  };
}

/// Something kept by the browser for this reader; where it keeps nothing, as of some local files, what
/// was said in this visit.
const kept = {
  said: new Map(),
  get(key) {
    try {
      return localStorage.getItem(`gloss-${key}`) ?? this.said.get(key) ?? null;
    } catch {
      return this.said.get(key) ?? null;
    }
  },
  set(key, value) {
    this.said.set(key, value);
    try {
      localStorage.setItem(`gloss-${key}`, value);
    } catch {
      // Nothing is lost but the next visit's start.
    }
  },
};
