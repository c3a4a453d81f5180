// What the boxes are made of: bars, sliders, buttons, a field, a drawing pad, marks to
// move, a line chart, a player. Each function gives back the element to put into the
// page, most together with what can be done to it.
(() => {
  "use strict";
  const live = window.live;
  const SVG = new Set(["svg", "g", "line", "polyline", "text", "circle", "rect", "path"]);

  // element("p", { class: "live-answer" }, "text", another): listeners are functions
  live.element = (tag, attributes = {}, ...inside) => {
    const made = SVG.has(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag)
      : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value == "function") made.addEventListener(name, value);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...inside);
    return made;
  };
  const { element } = live;
  const among = (v, low, high) => Math.min(high, Math.max(low, v));

  live.percent = (p) => (p >= 0.995 && p < 1 ? ">99" : p > 0 && p < 0.005 ? "<1"
    : Math.round(100 * p)) + "\u00a0%";

  // A row for each name: its share as a bar and as text; show(null) empties them.
  live.bars = (caption, names) => {
    const rows = names.map((name) => element("tr", {}, element("th", { scope: "row" }, name),
      element("td", { "aria-hidden": "true" }, element("div", { class: "live-bar" })), element("td")));
    const table = element("table", { class: "live-bars" },
      element("caption", {}, caption), element("tbody", {}, ...rows));
    const show = (shares) => rows.forEach((row, i) => {
      row.classList.toggle("live-best", Boolean(shares) && i == live.argmax(shares));
      row.querySelector(".live-bar").style.width = `${shares ? 100 * shares[i] : 0}%`;
      row.lastChild.textContent = shares ? live.percent(shares[i]) : "–";
    });
    show(null);
    return { table, show };
  };

  // A number to be dragged; `value` is what it says and `unit` follows it in the label.
  live.slider = (label, { min, max, step = 1, value = 0, unit = "" }, changed) => {
    const says = element("span", {}, `${value}${unit}`);
    const input = element("input", { type: "range", min, max, step, value, "aria-label": label,
      "aria-valuetext": `${value}${unit}` });
    const write = () => {
      says.textContent = `${input.value}${unit}`;
      input.setAttribute("aria-valuetext", says.textContent);
    };
    input.addEventListener("input", () => { write(); changed(Number(input.value)); });
    return {
      line: element("label", { class: "live-range" }, element("span", {}, `${label}: `, says), input),
      get value() { return Number(input.value); },
      set value(v) { input.value = v; write(); },
    };
  };

  live.tick = (label, checked, changed) => {
    const input = element("input", { type: "checkbox", checked, change: () => changed(input.checked) });
    return {
      line: element("label", {}, input, label),
      get value() { return input.checked; },
      set value(v) { input.checked = v; },
    };
  };

  // Buttons of which at most one is pressed. Items: { name, show } or texts.
  live.choices = (label, items, chosen) => {
    const buttons = items.map((item, i) => element("button",
      { type: "button", "aria-pressed": "false", "aria-label": item.show && item.name, lang: item.lang,
        click: () => { press(i); chosen(item, i); } }, item.show ?? item.name ?? item));
    const press = (which) => buttons.forEach((b, i) => b.setAttribute("aria-pressed", i === which));
    const row = element("div", { class: "live-row", role: "group", "aria-label": label },
      element("span", { "aria-hidden": "true" }, `${label}:`), ...buttons);
    return { row, press, choose: (i) => buttons[i].click() };
  };

  // A line of text, with a button if that has a name; `attributes` are the field's own.
  live.field = (label, button, attributes, sent) => {
    const input = element("input", { type: "text", autocomplete: "off", ...attributes });
    const form = element("form", { submit: (event) => { event.preventDefault(); sent(input.value); } },
      element("label", {}, element("span", {}, label), input), ...(button ? [element("button", {}, button)] : []));
    return { form, input };
  };

  // A mark on a drawing, made of `shapes`, to be moved: by mouse or finger `drag` is told
  // where to, in the drawing's units, by a key of `keys` `step` is told its entry.
  live.handle = (drawing, label, [low, high], { drag, keys, step }, ...shapes) => {
    const mark = element("g", {
      tabindex: 0, role: "slider", "aria-label": label, "aria-valuemin": low, "aria-valuemax": high,
      style: "cursor: grab; touch-action: none",
      touchstart: (event) => event.preventDefault(),  // the page does not scroll along
      pointerdown: (event) => {
        event.preventDefault();
        mark.setPointerCapture(event.pointerId);
        mark.focus({ preventScroll: true });
      },
      pointermove: (event) => {
        if (!mark.hasPointerCapture(event.pointerId)) return;
        const box = drawing.getBoundingClientRect(), scale = drawing.viewBox.baseVal.width / box.width;
        drag((event.clientX - box.left) * scale, (event.clientY - box.top) * scale);
      },
      keydown: (event) => {
        if (!(event.key in keys)) return;
        event.preventDefault();
        step(keys[event.key]);
      },
    }, ...shapes);
    return mark;
  };

  // What the box says is heard by screen readers, but stands elsewhere for the eye.
  live.quiet = (root) => root.closest(".live")?.classList.add("live-quiet");

  // A square of paper, `size` units wide, to draw on by mouse, finger, pen or keys;
  // `begun` is called before each stroke, `drawn` after each piece of it.
  live.pad = (size, width, { begun, drawn, say }) => {
    const paper = element("canvas", { width: size, height: size, tabindex: 0, role: "application",
      "aria-label": "Drawing pad: arrow keys move the pen, the space bar sets it down and lifts it" });
    const pen = element("div", { class: "live-pen", "aria-hidden": "true", hidden: true });
    const ink = paper.getContext("2d", { willReadFrequently: true }), step = size / 28;
    Object.assign(ink, { lineWidth: width, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
    let last = null, frame = 0, at = [size / 2, size / 2], down = false;
    const lineTo = (x, y) => {
      if (!last) begun();
      ink.beginPath();
      ink.moveTo(...(last ?? [x, y]));
      ink.lineTo(x, y + (last ? 0 : 0.01));
      ink.stroke();
      last = [x, y];
      frame ||= requestAnimationFrame(() => { frame = 0; drawn(); });
    };
    const place = (event) => {
      const { left, top, width: wide } = paper.getBoundingClientRect();
      return [(event.clientX - left) * size / wide, (event.clientY - top) * size / wide];
    };
    const showPen = (shown) => {
      pen.hidden = !shown;
      pen.classList.toggle("live-down", down);
      [pen.style.left, pen.style.top] = at.map((v) => `${100 * v / size}%`);
    };
    paper.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      paper.setPointerCapture(event.pointerId);
      last = null;
      lineTo(...place(event));
    });
    paper.addEventListener("pointermove", (event) => {
      if (last && event.buttons)
        for (const e of event.getCoalescedEvents?.() ?? []) lineTo(...place(e));
      if (last && event.buttons) lineTo(...place(event));
    });
    for (const end of ["pointerup", "pointercancel"]) paper.addEventListener(end, () => { last = null; });
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    paper.addEventListener("keydown", (event) => {
      if (event.key == " ") {
        [down, last] = [!down, null];
        say(down ? "Pen down." : "Pen up.");
        if (down) lineTo(...at);
      } else if (moves[event.key]) {
        at = at.map((v, i) => among(v + step * moves[event.key][i], step, size - step));
        if (down) lineTo(...at);
      } else return;
      event.preventDefault();
      showPen(true);
    });
    paper.addEventListener("focus", () => showPen(paper.matches(":focus-visible")));
    paper.addEventListener("blur", () => { [down, last] = [false, null]; showPen(false); });
    return {
      paper: element("div", { class: "live-pad" }, paper, pen), canvas: paper, ink,
      clear: () => ink.clearRect(0, 0, size, size),
    };
  };

  // Lines over x; `lines` is { name: numbers }, drawn solid, dashed, dotted in turn.
  live.chart = (label, { x, y, low = 0, high = 1 }) => {
    const [left, right, top, bottom] = [44, 350, 10, 150];
    const drawing = element("svg", { viewBox: "0 0 360 190", role: "img", "aria-label": label, class: "live-chart" });
    const text = (words, place) => element("text", place, words);
    const show = (lines) => {
      drawing.replaceChildren(
        element("polyline", { points: `${left},${top} ${left},${bottom} ${right},${bottom}` }),
        text(high, { x: left - 5, y: top + 5, "text-anchor": "end" }),
        text(low, { x: left - 5, y: bottom + 5, "text-anchor": "end" }),
        text(x, { x: right, y: bottom + 18, "text-anchor": "end" }), text(y, { x: left + 6, y: top + 8 }));
      Object.entries(lines).forEach(([name, numbers], i) => {
        const points = Array.from(numbers, (v, k) => [
          left + (right - left) * k / Math.max(1, numbers.length - 1),
          bottom - (bottom - top) * among((v - low) / (high - low), 0, 1)]);
        const dash = ["", "6 4", "2 3"][i % 3];
        drawing.append(
          element("polyline", { points: points.join(" "), "stroke-dasharray": dash, class: `live-line${i % 3}` }),
          element("line", { x1: left + 110 * i, x2: left + 24 + 110 * i, y1: 180, y2: 180, "stroke-dasharray": dash, class: `live-line${i % 3}` }),
          text(name, { x: left + 30 + 110 * i, y: 185 }));
      });
    };
    show({});
    return { drawing, show };
  };

  // A sound, samples from -1 to 1, with the browser's own buttons.
  live.player = (label) => {
    const audio = element("audio", { controls: true, "aria-label": label });
    const show = (samples, rate) => {
      const wave = new DataView(new ArrayBuffer(44 + 2 * samples.length));
      const words = (at, text) => [...text].forEach((c, i) => wave.setUint8(at + i, c.charCodeAt(0)));
      words(0, "RIFF"); words(8, "WAVEfmt "); words(36, "data");
      for (const [at, n] of [[4, 36 + 2 * samples.length], [16, 16], [24, rate], [28, 2 * rate], [40, 2 * samples.length]])
        wave.setUint32(at, n, true);
      for (const [at, n] of [[20, 1], [22, 1], [32, 2], [34, 16]]) wave.setUint16(at, n, true);
      samples.forEach((v, i) => wave.setInt16(44 + 2 * i, Math.round(32767 * among(v, -1, 1)), true));
      URL.revokeObjectURL(audio.src);
      audio.src = URL.createObjectURL(new Blob([wave], { type: "audio/wav" }));
    };
    return { audio, show };
  };

  // The largest difference between answers here and those that travel along.
  live.difference = ({ inputs, answers }, answer) => largest(inputs.map((x, i) =>
    largest(Array.from(answer(x), (v, j) => Math.abs(v - answers[i][j])))));
  const largest = (values) => values.reduce((a, b) => Math.max(a, b), 0);
})();
