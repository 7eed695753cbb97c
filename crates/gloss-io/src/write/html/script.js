"use strict";
(() => {
  const articles = [...document.querySelectorAll("article")];
  // The list of documents, where there is more than one.
  if (articles.length > 1) {
    const nav = document.createElement("nav");
    nav.setAttribute("aria-label", "Documents");
    const filter = document.createElement("input");
    filter.type = "search";
    filter.placeholder = "Find a document or a word  ( / )";
    filter.setAttribute("aria-label", filter.placeholder);
    const count = document.createElement("p");
    const links = articles.map((article) => {
      const link = document.createElement("a");
      link.href = "#" + article.id;
      link.textContent = article.querySelector("h2").textContent;
      return link;
    });
    const apply = () => {
      const wanted = filter.value.toLowerCase();
      let shown = 0;
      articles.forEach((article, i) => {
        const fits = !wanted || article.textContent.toLowerCase().includes(wanted);
        article.hidden = links[i].hidden = !fits;
        links[i].style.display = fits ? "" : "none";
        shown += fits;
      });
      count.textContent = wanted ? `${shown} of ${articles.length} documents` : `${articles.length} documents`;
    };
    filter.addEventListener("input", apply);
    nav.append(filter, count, ...links);
    document.body.prepend(nav);
    document.body.classList.add("listed");
    apply();
    const current = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const link = links[articles.indexOf(entry.target)];
        if (entry.isIntersecting) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    });
    articles.forEach((article) => current.observe(article));
    addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target === filter) return;
      const step = { j: 1, k: -1 }[event.key];
      if (event.key === "/") {
        event.preventDefault();
        filter.focus();
      } else if (step) {
        const open = articles.filter((article) => !article.hidden);
        const at = open.findIndex((article) => article.getBoundingClientRect().top > -1);
        const from = at < 0 ? open.length : at;
        const here = from < open.length && open[from].getBoundingClientRect().top < 40;
        const next = step > 0 ? (here ? from + 1 : from) : from - 1;
        open[Math.max(0, Math.min(open.length - 1, next))]?.scrollIntoView();
      }
    });
  }
  // A label of the legend shows its spans alone.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".legend button");
    if (!button) return;
    const article = button.closest("article");
    const pressed = button.getAttribute("aria-pressed") !== "true";
    article.querySelectorAll(".legend button").forEach((b) => b.setAttribute("aria-pressed", "false"));
    button.setAttribute("aria-pressed", String(pressed));
    article.classList.toggle("chosen", pressed);
    article.querySelectorAll("mark").forEach((mark) => {
      mark.classList.toggle("chosen", pressed && mark.dataset.key === button.dataset.key);
    });
  });
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => (d.open = true)));
})();
