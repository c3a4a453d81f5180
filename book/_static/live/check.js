// Compares, in this browser, the answers of every box with those that Gluon gave.
(() => {
  "use strict";
  const table = document.getElementById("live-checks");
  const [button, note] = [table.querySelector("button"), table.querySelector("[role=status]")];
  const load = (src) => new Promise((good, bad) => {
    const script = document.createElement("script");
    Object.assign(script, { src, onload: good, onerror: bad });
    document.head.append(script);
  });
  const check = async ({ name, widget, src }) => {
    const data = document.createElement("script");
    Object.assign(data, { type: "application/json", id: `live-${name}-data` });
    document.body.append(data);
    await load(src);
    await load(widget);
    const nowhere = document.createElement("div");
    window.live.widgets[name](nowhere, JSON.parse(data.textContent), () => {});
    data.remove();
    return nowhere.check();
  };
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    let worst = 0;
    try {
      for (const part of ["runtime", "kit"]) await load(`../_static/live/${part}.js`);
      for (const row of table.querySelectorAll("[data-src]")) {
        const found = await check(row.dataset);
        row.querySelector("[data-answer]").textContent = found.toExponential(1);
        worst = Math.max(worst, found);
      }
      note.textContent = `The largest difference is ${worst.toExponential(1)}: ` +
        (worst <= 1e-4 ? "the same answers." : "more than adding in another order explains. Please tell us.");
    } catch (error) {
      note.textContent = "Not all could be loaded. Press the button to try again.";
    }
    button.disabled = false;
  });
})();
