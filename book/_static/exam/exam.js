const start = (tries) => {
  const exam = document.querySelector(".exam:not([data-on])");
  if (!exam) return void (tries && setTimeout(start, 100, tries - 1));  // JupyterLab shows it later
  exam.dataset.on = "";
  const all = (query) => [...exam.querySelectorAll(query)];
  const [end] = all(".exam-end"), [before] = all(".exam-before"), [forget] = all(".exam-forget");
  const questions = all("li"), right = new Set();
  const [chapter] = location.pathname.match(/[^/]+\/[^/]+?(?=(\.html)?$)/) || [];
  const kept = (act) => {  // in this browser, where the site and the browser let it
    try {
      const found = exam.dataset.src && localStorage[act](`exam passed: ${chapter}`, "yes");
      window.dispatchEvent(new Event("storage"));  // the contents listen
      return exam.dataset.src && found !== null;
    } catch {
      return false;
    }
  };
  const answered = (question) => {
    const done = right.size === questions.length;
    right.add(question);
    if (done || right.size < questions.length) return;
    end.textContent = "You have answered every question rightly." + (kept("setItem")
      ? " The contents show a tick beside this chapter now, in this browser only." : "");
  };
  // 1,234.5 or 1.234,5 or 12,5; two numbers where it can be read in two ways
  const read = (text, unit) => {
    let plain = text.replace(/[\s_']/g, "").replace(/[−–‐]/g, "-");
    const bare = unit.replace(/\s/g, "");
    const share = plain.endsWith("%") && bare !== "%";
    if (share) plain = plain.slice(0, -1);
    else if (bare && plain.endsWith(bare)) plain = plain.slice(0, -bare.length);
    else if (bare && plain.startsWith(bare)) plain = plain.slice(bare.length);
    if (/^[-+]?[1-9]\d{0,2},\d{3}$/.test(plain)) return [plain.replace(",", ""), plain.replace(",", ".")];
    if (/^[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(plain)) plain = plain.replace(/,/g, "");
    else if (/^[-+]?[1-9]\d{0,2}((\.\d{3})+,\d+|(\.\d{3}){2,})$/.test(plain)) plain = plain.replace(/\./g, "");
    plain = plain.replace(",", ".");
    const good = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain);
    return good ? [plain / (share ? 100 : 1)] : [];
  };
  const ask = (question) => {
    const find = (query) => question.querySelector(query);
    const form = find("form"), input = find("input"), said = find(".exam-said"), fold = find("details");
    const { answer, within, unit } = question.dataset;
    const far = (value, from) => Math.abs(value - from) - within * (1 + 1e-9);
    const say = (mark, ...parts) => {
      const strong = document.createElement("strong");
      strong.textContent = mark;
      said.dataset.mark = mark[0];
      said.replaceChildren(...(mark ? [strong, " "] : []), ...parts);
    };
    const copy = (element) => element.cloneNode(true).childNodes;
    form.hidden = false;
    fold.hidden = true;
    input.addEventListener("keydown", (event) => {  // JupyterLab's pages send no form
      if (event.key !== "Enter") return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const typed = input.value.trim(), [value, other] = read(typed, unit);
      if (!typed) return say("", "Type a number first.");
      if (value === undefined) return say("", `“${typed}” is not a number, such as 12.5.`);
      if (other) return say("", `“${typed}” can be read in two ways: type ${value} or ${other}.`);
      if (far(value, answer) <= 0) {
        say("✓ Right.", ...copy(find("details p")));
        fold.hidden = true;
        return answered(question);
      }
      fold.hidden = false;
      const near = [...question.querySelectorAll("[data-value]")]
        .sort((a, b) => far(value, a.dataset.value) - far(value, b.dataset.value))[0];
      if (near && far(value, near.dataset.value) <= 0) return say("✗ Not so.", ...copy(near));
      const space = unit && unit !== "%" ? "\u00a0" : "";
      say("✗ Not so.", `${typed} is not within ${+(+within).toPrecision(3)}${space}${unit} of it; try again.`);
    });
  };
  const each = (question) => {
    if (question.dataset.answer) ask(question);
    else question.addEventListener("change", ({ target }) => "right" in target.dataset && answered(question));
  };
  questions.forEach(each);
  // JupyterLab would take their keys for its own
  for (const field of all("input, button, summary")) field.dataset.lmSuppressShortcuts = "true";
  forget.hidden = false;
  before.hidden = !kept("getItem");
  forget.addEventListener("click", () => {
    for (const input of all("input")) {
      input.checked = false;
      if (input.type === "text") input.value = "";
    }
    for (const said of all(".exam-said")) said.replaceChildren();
    for (const fold of all("details")) fold.hidden = !(fold.open = false);
    right.clear();
    before.hidden = true;
    end.textContent = "Your answers are forgotten.";
    kept("removeItem");
  });
};
start(100);
