// Light and dark: as the system is, until the reader chooses.

const theme = {
  start() {
    const button = byId("theme");
    const order = ["system", "light", "dark"];
    const show = (name) => {
      if (name === "system") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = name;
      button.querySelector("span").textContent = name;
    };
    let now = order.includes(kept.get("theme")) ? kept.get("theme") : "system";
    show(now);
    button.addEventListener("click", () => {
      now = order[(order.indexOf(now) + 1) % order.length];
      kept.set("theme", now);
      show(now);
    });
  },
};
