// Ten minutes of running speech with the net's scores: the reader moves the threshold, sees
// what is missed and what wakes the phone for nothing, and hears the latter.
live.widgets["wake-word"] = (root, data, tell) => {
  "use strict";
  const { element } = live, REST = 2, WINDOW = 1.25;
  const scores = data.scores.map((s) => s / 10), n = scores.length;
  const endOf = (i) => (data.step * i + data.window) / data.rate;
  const calls = data.lines.filter(([, , called]) => called);
  const [low, high] = [-8, 12], [left, right, top, bottom] = [34, 352, 24, 168];

  // ---- When the phone wakes, and what of that is right
  const wakings = (threshold) => {
    const times = [];
    let free = 0;
    for (let i = 0; i < n; i++)
      if (scores[i] > threshold && endOf(i) >= free) {
        times.push(endOf(i));
        free = endOf(i) + REST;
      }
    return times;
  };
  const judge = (times) => {
    const answered = calls.map(([start]) => times.some((t) => t > start && t < start + 2.5));
    const right = times.map((t) => calls.some(([start, end]) => t > start && t < end + WINDOW));
    const alarms = right.filter((r) => !r).length, missed = answered.filter((a) => !a).length;
    const hours = (data.seconds - calls.reduce((sum, [start, end]) => sum + end - start, 0)) / 3600;
    return { answered, right, alarms, missed, hours };
  };

  // ---- The drawing of a minute
  const text = (words, x, y, anchor = "end") => element("text", { x, y, "text-anchor": anchor }, words);
  const line = (style) => element("polyline", { style: `fill: none; ${style}` });
  const downOf = (score) => bottom - (bottom - top) * Math.min(1, Math.max(0, (score - low) / (high - low)));
  const curve = line("stroke: var(--pst-color-primary, #1d5a99); stroke-width: 1.5");
  const cut = line("stroke: currentColor; stroke-dasharray: 5 4");
  const bands = element("g"), marks = element("g"), seconds = element("g");
  const drawing = element("svg", { viewBox: "0 0 360 205", role: "img", class: "live-chart", "aria-label": "" },
    bands, line("stroke: currentColor"), curve, cut, marks, seconds,
    ...[-5, 0, 5, 10].map((v) => text(`${v}`.replace("-", "−"), left - 5, downOf(v) + 4)));
  drawing.children[1].setAttribute("points", `${left},${top} ${left},${bottom} ${right},${bottom}`);
  const draw = (times, found) => {
    const from = 60 * (minute.value - 1), to = from + 60;
    const acrossOf = (t) => left + (right - left) * Math.min(1, Math.max(0, (t - from) / 60));
    const inside = (t) => t >= from && t < to;
    bands.replaceChildren(...calls.filter(([start, end]) => end > from && start < to).map(([start, end]) =>
      element("rect", { x: acrossOf(start), width: acrossOf(end) - acrossOf(start), y: top, height: bottom - top,
        style: "fill: #e0b000; fill-opacity: 0.3" })));
    const points = [];
    scores.forEach((s, i) => { if (inside(endOf(i))) points.push(`${acrossOf(endOf(i))},${downOf(s)}`); });
    curve.setAttribute("points", points.join(" "));
    cut.setAttribute("points", `${left},${downOf(threshold.value)} ${right},${downOf(threshold.value)}`);
    marks.replaceChildren(
      ...times.map((t, k) => [t, found.right[k]]).filter(([t]) => inside(t)).map(([t, right]) =>
        text(right ? "✓" : "✗", acrossOf(t), top - 8, "middle")),
      ...calls.filter(([start], k) => !found.answered[k] && inside(start)).map(([start]) =>
        text("○", acrossOf(start + 1), top - 8, "middle")));
    seconds.replaceChildren(...[0, 20, 40].map((s) =>
      text(`${minute.value - 1}:${`${s}`.padStart(2, "0")}`, acrossOf(from + s), bottom + 16, "middle")),
    text("minutes", right, bottom + 16));
    const wrong = times.filter((t, k) => inside(t) && !found.right[k]).length;
    const missed = calls.filter(([start], k) => inside(start) && !found.answered[k]).length;
    const said = `In minute ${minute.value}: ${counted(wrong, "false alarm")}, ` +
      `${missed} of ${counted(calls.filter(([start]) => inside(start)).length, "call")} missed.`;
    drawing.setAttribute("aria-label", `The net's score over a minute, the threshold and the calls. ${said}`);
    return said;
  };

  const counted = (number, what) => `${number} ${what}${number == 1 ? "" : "s"}`;
  const answer = element("p", { class: "live-answer" }), here = element("p");
  const update = () => {
    const times = wakings(threshold.value), found = judge(times);
    answer.textContent = `${counted(found.alarms, "false alarm")}, ${Math.round(found.alarms / found.hours)} an hour; ` +
      `${found.missed} of ${calls.length} calls missed`;
    here.textContent = draw(times, found);
    tell(`Threshold ${threshold.value}: ${answer.textContent}. ${here.textContent}`);
  };
  const threshold = live.slider("Threshold", { min: -4, max: 11, step: 0.5, value: data.start }, update);
  const minute = live.slider("Minute", { min: 1, max: 10, value: 1 }, update);

  // ---- What sounds most like the name to the net, and is not
  const sound = live.player("What the net heard"), sentence = element("p");
  const listen = live.choices("Hear what scored highest without the name",
    data.peaks.map((_, k) => `${k + 1}`), (_, k) => {
      const [peak, heard] = data.peaks[k], t = endOf(peak);
      const bytes = Uint8Array.from(atob(heard), (c) => c.charCodeAt(0));
      sound.audio.hidden = false;
      sound.show(Array.from(new Int8Array(bytes.buffer), (v) => v / 127), data.rate);
      const lines = data.lines.filter(([start, end]) => end > t - WINDOW && start < t).map(([, , , words]) => `“${words}”`);
      sentence.textContent = `Score ${scores[peak].toFixed(1).replace("-", "−")}, minute ${1 + Math.floor(t / 60)}; ` +
        `1.25 seconds of ${lines.join(" ") || "noise"}`;
      minute.value = 1 + Math.floor(t / 60);
      update();
      tell(sentence.textContent);
    });
  const legend = element("p", {}, "Shaded: a call. ✓ it wakes for one, ○ sleeps through one, ✗ wakes for nothing.");
  root.append(answer, drawing, legend, here, element("div", { class: "live-columns" }, threshold.line, minute.line),
    listen.row, sentence, sound.audio);
  live.quiet(root);
  sound.audio.hidden = true;  // until something is chosen
  update();
  root.check = () => live.difference(data.check, (cut) => {
    const { alarms, missed, hours } = judge(wakings(cut));
    return [alarms, alarms / hours, missed / calls.length];
  });
};
