// Describe a mushroom and set the prices: how sure the nets are of poison, what each
// action would cost on average, and how many such mushrooms they have learned from.
live.widgets.mushrooms = (root, data, tell) => {
  "use strict";
  const { element } = live, nets = Object.values(live.net(data.net)), columns = Object.entries(data.words);
  const size = columns.reduce((n, [, words]) => n + words.length, 0);

  // One-hot: a 1 for each word that was chosen, one column's words behind the other's
  const inputs = (chosen) => {
    const x = new Float32Array(size);
    columns.reduce((at, [, words], i) => { x[at + chosen[i]] = 1; return at + words.length; }, 0);
    return x;
  };
  const poison = (x) => nets.reduce((sum, net) =>
    sum + live.softmax(net(live.tensor([size], Float32Array.from(x))).data)[1], 0) / nets.length;

  const meals = (v) => (v >= 100 ? Number(v.toPrecision(2)).toLocaleString("en")
    : v > 0 && v < 0.01 ? "under 0.01" : v.toFixed(2)) + (v == 1 ? " meal" : " meals");
  const chance = (p) => (p >= 0.1 ? live.percent(p) : p >= 0.001 ? `${(100 * p).toFixed(1)}\u00a0%`
    : `1 in ${Number((1 / p).toPrecision(2)).toLocaleString("en")}`);
  const bars = live.bars("What it is, say the nets", ["edible", "poisonous"]);
  const [best, known] = [element("p", { class: "live-answer" }), element("p")];
  const actions = ["eat", "discard", "ask"].map((name) => ({ name, sum: element("td"), cost: element("td"),
    row: element("tr", {}, element("th", { scope: "row" }, name)) }));
  actions.forEach(({ row, sum, cost }) => row.append(sum, cost));
  const bill = element("table", { class: "live-bars" }, element("caption", {}, "What each action costs on average"),
    element("tbody", {}, ...actions.map(({ row }) => row)));

  let prices = { poison: 10000, ask: 0.3 };
  const show = () => {
    const chosen = selects.map((select) => select.selectedIndex), p = poison(inputs(chosen));
    const costs = [p * prices.poison, 1 - p, prices.ask];
    const least = costs.indexOf(Math.min(...costs));
    const [met, bad] = data.met[chosen.join()] ?? [0, 0];
    bars.show([1 - p, p]);
    const sums = [`${chance(p)} × ${prices.poison.toLocaleString("en")}`, `${chance(1 - p)} × 1`, "always"];
    actions.forEach(({ row, sum, cost }, i) => {
      row.classList.toggle("live-best", i == least);
      [sum.textContent, cost.textContent] = [sums[i], meals(costs[i])];
    });
    const warned = least ? "" : met ? " That takes the nets at their word." : " But do not: the nets have never met it.";
    best.textContent = `Poisonous: ${chance(p)}. Cheapest: ${actions[least].name}.${warned}`;
    known.textContent = met ? `Of the ${data.learned.toLocaleString("en")} mushrooms that the nets learned from, ` +
      `${met} looked exactly like this. Of these, ${bad} ${bad == 1 ? "was" : "were"} poisonous.`
      : "The nets have never met this look. They answer all the same.";
    tell(`${best.textContent} Eating costs ${meals(costs[0])}, discarding ${meals(costs[1])}, asking ${meals(costs[2])}. ${known.textContent}`);
  };

  const selects = columns.map(([, words]) => element("select", { change: () => { samples.press(null); show(); },
    style: "font: inherit; min-height: 44px; width: 100%" }, ...words.map((word) => element("option", {}, word))));
  const fields = element("div", { class: "live-columns" }, ...columns.map(([name], i) => element("label",
    { style: "display: grid; gap: 0; flex: 1 1 8rem" }, element("span", {}, name), selects[i])));
  const samples = live.choices("Or choose one", data.samples, ({ look }) => {
    look.forEach((word, i) => { selects[i].selectedIndex = word; });
    show();
  });
  const priced = (label, key, values, now) => {
    const row = live.choices(label, values.map((v) => v.toLocaleString("en")), (_, i) => { prices[key] = values[i]; show(); });
    row.press(values.indexOf(now));
    return row.row;
  };
  root.append(fields, samples.row, priced("Meals for eating poison", "poison", [1, 10, 100, 1000, 10000, 100000], prices.poison),
    priced("Meals for asking", "ask", [0.1, 0.3, 0.6, 1.2], prices.ask), best,
    element("div", { class: "live-columns" }, bars.table, bill), known);
  live.quiet(root);
  samples.choose(0);
  root.check = () => live.difference(data.check, (x) => [poison(x)]);
};
