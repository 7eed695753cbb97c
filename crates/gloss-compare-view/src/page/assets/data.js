// The data of the page, read when the documents are first looked at.

/// Kinds of difference: their names in words, in the order of their weight.
const KINDS = {
  boundary: "other bounds",
  type: "other label",
  both: "other bounds and label",
  missed: "missed",
  spurious: "spurious",
  alone: "one side only",
  class: "other class",
  text: "other text",
};

/// All that Rust wrote: see `data.rs`. Spans come as flat numbers and are made objects where they are
/// looked at.
const page = {
  read: null,

  get data() {
    if (!this.read) {
      this.read = JSON.parse(byId("data").textContent);
      this.read.documents.forEach((given, at) => (given.at = at));
    }
    return this.read;
  },

  /// The document with this id.
  byId(id) {
    this.ids ??= new Map(this.data.documents.map((given) => [given.id, given]));
    return this.ids.get(id);
  },

  /// Spans of a variant: `{ start, end, label, variant, number }`.
  spans(given, variant) {
    given.made ??= [];
    if (!given.made[variant]) {
      const flat = given.spans?.[variant] ?? [];
      const made = [];
      for (let at = 0; at < flat.length; at += 3) {
        made.push({
          start: flat[at],
          end: flat[at] + flat[at + 1],
          label: flat[at + 2],
          variant,
          number: at / 3,
        });
      }
      given.made[variant] = made;
    }
    return given.made[variant];
  },

  /// Labels by how often they occur, spans and classes together.
  get labels() {
    const { labels, counts } = this.data;
    const counted = labels.map((name, label) => ({ name, count: counts[label] }));
    return counted.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  },

  /// The value of a field of a document's metadata; undefined where it lacks it.
  field(given, name) {
    const field = this.data.fields.indexOf(name);
    return given.meta?.find(([own]) => own === field)?.[1];
  },

  /// Values of a field, the most frequent first.
  values(name) {
    const counts = new Map();
    for (const given of this.data.documents) {
      const value = this.field(given, name);
      if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1]);
  },

  has(what) {
    return this.data.documents.some((given) => given[what]);
  },
};
