const start = () => {
  const box = document.getElementById("live-NAME");
  if (!box) return void setTimeout(start, 100);  // JupyterLab shows it later
  const find = (query) => box.querySelector(query);
  const button = find("button"), note = find("[role=status]"), inside = find(".live-open");
  const load = ({ textContent, dataset: { live = "", src } }) => new Promise((good, bad) => {
    const style = live.endsWith(".css");
    const made = document.createElement(style ? (src ? "link" : "style") : "script");
    if (src) Object.assign(made, style ? { rel: "stylesheet", href: src } : { src });
    else made.textContent = textContent;
    Object.assign(made, { onload: good, onerror: bad });
    document.head.append(made);
    if (!src) good();
  });
  let timer;
  const tell = (text) => {  // a screen reader hears the last of several changes
    clearTimeout(timer);
    timer = setTimeout(() => { note.textContent = text; }, 350);
  };
  find(".live-none").hidden = true;
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    note.textContent = "Loading …";
    try {
      for (const part of box.querySelectorAll("[data-live], [data-src]")) await load(part);
      const data = JSON.parse(find("[type='application/json']").textContent);
      inside.hidden = false;
      inside.replaceChildren();
      window.live.widgets["NAME"](inside, data, tell);
      button.hidden = true;
      note.textContent = "";
      inside.focus({ preventScroll: true });
    } catch (error) {
      inside.hidden = true;
      note.textContent = "It could not be loaded. Press the button to try again.";
      button.disabled = false;
    }
  });
};
start();
