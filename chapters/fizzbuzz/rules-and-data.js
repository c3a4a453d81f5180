// Type a number: what the rule says, what the net says, and how sure it is.
live.widgets["rules-and-data"] = (root, data, tell) => {
  "use strict";
  const { element } = live, net = live.net(data.net), LARGEST = 1e12;
  const kinds = ["number", "fizz", "buzz", "fizzbuzz"];

  // the ten lowest binary digits, -1 and +1: all that the net is told of a number
  const signs = (n) => Float32Array.from({ length: 10 }, (_, i) => (Math.floor(n / 2 ** i) % 2 ? 1 : -1));
  const shares = (n) => live.softmax(net(live.tensor([10], signs(n))).data);
  const rule = (n) => (n % 3 == 0) + 2 * (n % 5 == 0);
  const said = (n, kind) => (kind ? kinds[kind] : n.toLocaleString("en"));

  const answers = element("p", { class: "live-answer" }), marks = element("p");
  const squares = element("p", { class: "live-digits" });
  const bars = live.bars("How sure the net is", kinds);
  const empty = (sentence) => {
    answers.textContent = marks.textContent = "";
    squares.replaceChildren();
    bars.show(null);
    tell(sentence);
  };
  const show = (text) => {
    const n = Number(text);
    if (text.trim() === "") return empty("Type a whole number.");
    if (!(Number.isInteger(n) && n >= 1 && n <= LARGEST))
      return empty(`“${text}” is no whole number from 1 to a million millions.`);
    const p = shares(n), kind = live.argmax(p), right = kind == rule(n);
    answers.replaceChildren(`Rule: ${said(n, rule(n))}`, element("br"),
      `Net: ${said(n, kind)} ${right ? "✓" : "✗"}`);
    const digits = n.toString(2).split("").reverse();
    while (digits.length < 10) digits.push("0");
    squares.replaceChildren("Its binary digits, ones first: ",
      element("span", {}, digits.slice(0, 10).join(" ")),
      ...(digits.length > 10 ? [" ", element("s", {}, digits.slice(10).join(" ")), " (the net has no room for these)"] : []));
    bars.show(p);
    const hundred = Array.from({ length: 100 }, (_, i) => n + i);
    const good = hundred.filter((m) => live.argmax(shares(m)) == rule(m)).length;
    marks.textContent = `Of the hundred numbers from ${n.toLocaleString("en")} on, the net gets ${good} right.`;
    tell(`The rule says ${said(n, rule(n))}. The net says ${said(n, kind)}, ${live.percent(p[kind])} sure: ${right ? "right" : "wrong"}.`);
  };
  const field = live.field("A whole number", "Ask both",
    { inputmode: "numeric", input: () => { samples.press(null); show(field.input.value); } }, show);
  const samples = live.choices("Or choose one", ["15", "98", "1000", "1023", "1024", "1035", "1000000"],
    (text) => { field.input.value = text; show(text); });
  root.append(field.form, samples.row, element("div", { class: "live-columns" },
    element("div", {}, answers, squares), element("div", {}, bars.table)), marks);
  samples.choose(0);
  root.check = () => live.difference(data.check, (x) => net(live.tensor([10], Float32Array.from(x))).data);
};
