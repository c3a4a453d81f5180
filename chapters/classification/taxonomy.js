// Say what was seen and what a bite costs: the cheapest name, the tree with the net's
// probabilities, and the deepest group of it that is sure enough.
live.widgets.taxonomy = (root, data, tell) => {
  "use strict";
  const { element } = live, net = live.net(data.net), venomous = new Set(data.venomous);
  const size = data.values.reduce((n, values) => n + values.length, 0);

  // One-hot: a 1 for the value of each feature that was noticed
  const probabilities = (x) => {
    const inputs = new Float32Array(size);
    let at = 0;
    data.values.forEach((values, j) => {
      const k = values.indexOf(x[j]);
      if (k >= 0) inputs[at + k] = 1;
      at += values.length;
    });
    return live.softmax(net(live.tensor([size], inputs)).data);
  };
  // Levels; the price of a bite more for a venomous animal called harmless, 1 for a detour
  const price = (truth, answer, bite) => Number(data.distance[truth][answer]) +
    (venomous.has(truth) == venomous.has(answer) ? 0 : venomous.has(truth) ? bite : bite ? 1 : 0);
  const expected = (p, answer, bite) => p.reduce((sum, share, truth) => sum + share * price(truth, answer, bite), 0);

  const cost = (v) => (v < 10 ? v.toFixed(1) : Math.round(v).toLocaleString("en"));
  const rank = ["the root of the tree", "a phylum", "a class", "an order", "a family", "an animal's name"];
  const [named, vague] = [element("p", { class: "live-answer" }), element("p", { class: "live-answer" })];
  const rows = element("tbody");
  const tree = element("table", { class: "live-bars" },
    element("caption", {}, "The tree, down to 4 %, and how probable each group is"), rows);
  const row = ([label, level, members], share, chosen, depth) => {
    const poison = level == 5 && venomous.has(members[0]) ? " ◆ venomous" : "";
    const bar = element("div", { class: "live-bar", style: `width: ${100 * share}%` });
    return element("tr", { class: chosen ? "live-best" : "" },
      element("th", { scope: "row", style: `padding-left: ${0.2 + 0.7 * depth}rem` }, label + poison + (chosen ? " ← the answer" : "")),
      element("td", { "aria-hidden": "true", style: "width: 35%" }, bar), element("td", {}, live.percent(share)));
  };

  const choice = { bite: 20 };
  const show = () => {
    const x = data.values.map(() => -1);
    data.asked.forEach(([, j], i) => { x[j] = Number(selects[i].value); });
    const p = Array.from(probabilities(x)), likeliest = live.argmax(p);
    const costs = p.map((_, answer) => expected(p, answer, choice.bite));
    const cheapest = costs.indexOf(Math.min(...costs));
    const mass = data.groups.map(([, , members]) => members.reduce((sum, i) => sum + p[i], 0));
    let best = 0;  // the deepest that passes; above one half only one of a level can
    data.groups.forEach(([, level], g) => {
      if (mass[g] >= sure.value / 100 - 1e-9 && level > data.groups[best][1]) best = g;
    });
    const [label, level] = data.groups[best];
    const shown = data.groups.filter((_, g) => mass[g] >= 0.04 || g == best);
    const above = ([, , members]) => shown.filter(([, , all]) => all.length > members.length && all.includes(members[0]));
    rows.replaceChildren(...shown.map((group) => {
      const g = data.groups.indexOf(group);
      return row(group, Math.min(1, mass[g]), g == best, above(group).length);
    }));
    named.textContent = `Cheapest name: ${data.names[cheapest]}, ${cost(costs[cheapest])} on average.` +
      (cheapest == likeliest ? " It is the most probable, too."
        : ` Most probable: ${data.names[likeliest]}, ${live.percent(p[likeliest])}, which would cost ${cost(costs[likeliest])}.`);
    vague.textContent = `With at least ${sure.value}\u00a0%: ${label}. That is ${rank[level]}.`;
    tell(`${named.textContent} ${vague.textContent}`);
  };

  const options = (j) => [["not noticed", -1], ...data.values[j].map((v) =>
    [data.values[j].length > 2 ? v : ["no", "yes"][v], v])];
  const selects = data.asked.map(([, j]) => element("select", { change: () => { samples.press(null); show(); },
    style: "font: inherit; min-height: 44px; width: 100%" },
  ...options(j).map(([word, value]) => element("option", { value }, word))));
  const fields = element("div", { class: "live-columns" }, ...data.asked.map(([name], i) => element("label",
    { style: "display: grid; gap: 0; flex: 1 1 7rem" }, element("span", {}, name), selects[i])));
  const samples = live.choices("Or choose one", data.samples, ({ seen }) => {
    seen.forEach((value, i) => { selects[i].value = value; });
    show();
  });
  const bites = [0, 1, 5, 20, 100, 1000];
  const bite = live.choices("A bite costs, in levels", bites.map((v) => v.toLocaleString("en")), (_, i) => {
    choice.bite = bites[i];
    show();
  });
  bite.press(bites.indexOf(choice.bite));
  const sure = live.slider("How sure the vaguer answer must be", { min: 55, max: 95, step: 5, value: 80, unit: "\u00a0%" }, show);
  root.append(fields, samples.row, bite.row, named, sure.line, vague, tree);
  live.quiet(root);
  samples.choose(0);
  root.check = () => live.difference(data.check, probabilities);
};
