// Type a German sentence or swap its words: the translation, and where the net looked.
live.widgets.translation = (root, data, tell) => {
  "use strict";
  const { element, join, stack, rows } = live, net = live.net(data.net);
  const [START, STOP] = [1, 2], number = new Map(data.german.map((word, i) => [word, i]));
  const known = data.german.slice(3);

  // ---- The net of this page: encode, then a step for each English word
  const encode = (numbers) => {
    const words = net.german(numbers), { states, ends } = net.encoder(words);
    const seen = rows(words), memory = stack(rows(states).map((state, t) => join(state, seen[t])));
    return { memory, keys: net.key(memory), state: join(...ends) };
  };
  const step = (word, { memory, keys, state }) => {
    const { ends: [next] } = net.decoder(net.english([word]), [state]);
    const { shares, context } = live.attend(next, keys, memory);
    return { scores: net.out(net.mix(join(next, context))).data, shares, state: next };
  };
  const translate = (numbers) => {
    const { memory, keys, state } = encode(numbers), said = [];
    for (let word = START, now = state; said.length < 25;) {
      const next = step(word, { memory, keys, state: now });
      [word, now] = [live.argmax(next.scores), next.state];
      if (word == STOP) break;
      said.push({ word: data.english[word], sure: live.softmax(next.scores)[word], looks: next.shares });
    }
    return said;
  };

  // ---- Words
  const split = (line) => {
    const [first, ...rest] = line.match(/[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
    const small = first?.toLowerCase();
    return first ? [number.has(small) ? small : first, ...rest].map(spelled) : [];
  };
  const spelled = (word) => [word, word.toLowerCase(), capital(word.toLowerCase())].find((w) => number.has(w)) ?? word;
  const capital = (word) => word.slice(0, 1).toUpperCase() + word.slice(1);
  const written = (words) => {
    return capital(words.join(" ").replace(/ ([,.?])/g, "$1"));
  };
  const distance = (a, b) => {  // letters to change, to add and to leave out
    let row = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++)
      row = row.reduce((next, above, j) => [...next,
        j ? Math.min(above + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] != b[j - 1])) : i], []);
    return row[b.length];
  };
  const nearest = (word) => known.map((k) => [distance(word.toLowerCase(), k.toLowerCase()), k])
    .filter(([d]) => d <= Math.max(1, word.length / 3)).sort((a, b) => a[0] - b[0])
    .slice(0, 3).map(([, k]) => k);

  // ---- What is shown
  const lines = (german, said) => {
    const gap = 26, n = Math.max(german.length, said.length);
    const at = (i, of) => 16 + gap * (of > 1 ? i * (n - 1) / (of - 1) : 0);
    const drawing = element("svg", { viewBox: `0 0 340 ${n * gap + 10}`, role: "img", class: "live-lines",
      "aria-label": "Lines from each English word to the German words that it was made from; the table below says the same" });
    said.forEach(({ looks }, u) => looks.forEach((share, t) => {
      if (share > 0.05) drawing.append(element("line", { x1: 128, x2: 212, y1: at(t, german.length),
        y2: at(u, said.length), "stroke-width": 5 * share, opacity: 0.3 + share / 2 }));
    }));
    german.forEach((word, t) => drawing.append(element("text",
      { x: 120, y: at(t, german.length) + 5, "text-anchor": "end", lang: "de" }, word)));
    said.forEach(({ word }, u) => drawing.append(element("text", { x: 220, y: at(u, said.length) + 5 }, word)));
    return drawing;
  };
  const table = (german, said) => element("details", { open: opened,
    toggle: (event) => { opened = event.target.open; } }, element("summary", {}, "Where it looked, in words"),
    element("table", {}, element("thead", {}, element("tr", {},
      ...["English word", "how sure", "looked at"].map((head) => element("th", { scope: "col" }, head)))),
    element("tbody", {}, ...said.map(({ word, sure, looks }) => element("tr", {},
      element("th", { scope: "row" }, word), element("td", {}, live.percent(sure)),
      element("td", {}, Array.from(looks, (share, t) => [share, german[t]]).filter(([share]) => share > 0.05)
        .sort((a, b) => b[0] - a[0]).map(([share, g]) => `${g} ${live.percent(share)}`).join(", ")))))));
  let picked = null, current = [], opened = false;
  const swapping = (words) => {  // a button for each word: press two, and they change places
    const row = live.choices("Swap two words", words.map((word) => ({ name: word, lang: "de" })), (_, i) => {
      if (picked === null || picked == i) { picked = picked == i ? null : i; row.press(picked); return; }
      [words[picked], words[i]] = [words[i], words[picked]];
      samples.press(null);
      show(words);
      answer.querySelectorAll("[role=group] button")[i].focus();
    });
    return row.row;
  };
  let note = "";
  const show = (words) => {
    [picked, current] = [null, words];
    const strange = [...new Set(words.filter((word) => !number.has(word)))];
    field.input.toggleAttribute("aria-invalid", strange.length > 0);
    if (!words.length) { answer.replaceChildren("Type a sentence first."); return tell("Type a sentence first."); }
    if (strange.length) {
      const instead = (word) => nearest(word).map((near) => element("button", { type: "button", lang: "de",
        click: () => sent(words.map((w) => (w == word ? near : w)).join(" ")) }, near));
      answer.replaceChildren(element("p", {}, "The net has never met these, so it has no row of numbers for them:"),
        ...strange.map((word) => element("div", { class: "live-row" }, `„${word}“`,
          ...(nearest(word).length ? ["It knows", ...instead(word)] : []))));
      return tell(`Not translated. Unknown: ${strange.join(", ")}.`);
    }
    field.input.value = written(words);
    const said = translate(words.map((word) => number.get(word)));
    const english = written(said.map(({ word }) => word));
    const doubt = said.reduce((a, b) => (b.sure < a.sure ? b : a), { sure: 1 });
    const least = `It was least sure of “${doubt.word}”, ${live.percent(doubt.sure)}.`;
    answer.replaceChildren(element("p", { class: "live-answer" }, english), element("p", {}, least, note),
      lines(words, said), element("p", {}, "The thicker a line, the more it looked there."),
      swapping(words), table(words, said));
    tell(`It says: ${english} ${least}${note}`);
  };
  const sent = (line) => {
    const words = split(line), asks = /^(wer|was|wo|wann|warum)$/.test(words[0]);
    if (current.length && line == written(current)) return show(current);  // as it stands: a word may have moved
    const ended = !words.length || /[.?]/.test(words.at(-1)), stop = asks ? "?" : ".";
    note = ended ? "" : ` A “${stop}” was put at the end${asks ? "" : "; for a question, write ?"}.`;
    show(ended ? words : [...words, stop]);
  };
  const field = live.field("A German sentence", "Translate", { lang: "de", spellcheck: "false" },
    (line) => { samples.press(null); sent(line); });
  const samples = live.choices("Or choose one", data.samples.map((name) => ({ name, lang: "de" })), ({ name }) => sent(name));
  const answer = element("div");
  root.append(field.form, answer, samples.row, element("details", {},
    element("summary", {}, `All ${known.length} words and stops that it knows`),
    element("p", { lang: "de" }, [...known].sort((a, b) => a.localeCompare(b, "de")).join(" · "))));
  live.quiet(root);
  samples.choose(0);
  root.check = () => live.difference(data.check, (numbers) => step(START, encode(numbers)).scores);
};
