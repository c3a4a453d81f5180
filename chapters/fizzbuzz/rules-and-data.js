// Type a number: what the rule says, what the net says, and how sure it is.
live.widgets["rules-and-data"] = (root, data, tell) => {
  "use strict";
  const { element } = live, net = live.net(data.net), LARGEST = 1e12;
  const kinds = ["number", "fizz", "buzz", "fizzbuzz"];

  // the ten lowest binary digits, -1 and +1: all that the net is told of a number
  const signs = (n) => Float32Array.from({ length: 10 }, (_, i) => (Math.floor(n / 2 ** i) % 2 ? 1 : -1));
  const shares = (n) => live.softmax(net(live.tensor([10], signs(n))).data);
  const rule = (n) => (n % 3 == 0) + 2 * (n % 5 == 0);
  const written = (n) => n.toLocaleString("en");
  const said = (n, kind) => (kind ? kinds[kind] : written(n));

  const answers = element("p", { class: "live-answer" }), told = element("p"), marks = element("p");
  const bars = live.bars("How sure the net is", kinds);
  const refuse = (sentence) => {
    answers.textContent = sentence;
    told.textContent = marks.textContent = "";
    bars.show(null);
    tell(sentence);
  };
  const show = (text) => {
    const plain = text.replace(/[,\s\u00a0_’']/g, ""), n = /^\d+$/.test(plain) ? Number(plain) : NaN;
    if (plain === "") return refuse("Type a whole number.");
    if (!(n >= 1 && n <= LARGEST)) {
      const short = text.length > 24 ? `${text.slice(0, 24)}…` : text;
      return refuse(`“${short}”: expected a whole number from 1 to ${written(LARGEST)}.`);
    }
    const p = shares(n), kind = live.argmax(p), right = kind == rule(n);
    answers.replaceChildren(`Rule: ${said(n, rule(n))}`, element("br"),
      `Net: ${said(n, kind)} ${right ? "✓" : "✗"}`);
    const digits = n.toString(2).padStart(10, "0"), cut = digits.slice(0, -10);
    told.replaceChildren(`Its binary digits: `, ...(cut ? [element("s", {}, cut), " "] : []), digits.slice(-10),
      cut ? `. The net is told the last ten, which are those of ${written(n % 1024)}.` : ". The net is told these ten.");
    bars.show(p);
    const hundred = Array.from({ length: 100 }, (_, i) => n + i);
    const good = hundred.filter((m) => live.argmax(shares(m)) == rule(m)).length;
    marks.textContent = `Of the hundred numbers from ${written(n)} to ${written(n + 99)}, the net gets ${good} right.`;
    tell(`The rule says ${said(n, rule(n))}. The net says ${said(n, kind)}, ${live.percent(p[kind])} sure: ${right ? "right" : "wrong"}.`);
  };
  const typed = () => { samples.press(null); show(field.input.value); };
  const field = live.field("A whole number", "", { inputmode: "numeric", input: typed }, typed);
  const samples = live.choices("Or choose one", ["15", "98", "900", "1,023", "1,024", "1,035", "1,000,000"],
    (text) => { field.input.value = text; show(text); });
  root.append(field.form, samples.row, element("div", { class: "live-columns" },
    element("div", {}, answers, told), element("div", {}, bars.table)), marks);
  live.quiet(root);
  samples.choose(0);
  root.check = () => live.difference(data.check, (x) => net(live.tensor([10], Float32Array.from(x))).data);
};
