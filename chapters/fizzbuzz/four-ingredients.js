// Readings of one day and the polynomial that fits them: drag a reading, choose a degree
// by the homework alone, then open the exam.
live.widgets["four-ingredients"] = (root, data, tell) => {
  "use strict";
  const { element } = live, MOST = 15, LOW = 0, HIGH = 28, N = data.day.hours.length;
  let day, exam, opened, chosen, held = false;

  // ---- The model: Legendre polynomials, made orthogonal over the readings one by one
  const powers = (hour) => {
    const x = hour / 12 - 1, p = [1, x];
    for (let k = 2; k <= MOST; k++) p.push(((2 * k - 1) * x * p[k - 1] - (k - 1) * p[k - 2]) / k);
    return p;
  };
  const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);
  const size = (a) => Math.sqrt(dot(a, a) / a.length);
  const fitted = ({ hours, readings }) => {  // for each degree the coefficients, and how far it is off
    const rows = hours.map(powers), Q = [], R = [], c = [];
    let left = [...readings];
    return Array.from({ length: MOST + 1 }, (_, k) => {
      let column = rows.map((row) => row[k]);
      R.push(Q.map((q) => {
        const r = dot(q, column);
        column = column.map((v, i) => v - r * q[i]);
        return r;
      }));
      R[k].push(Math.sqrt(dot(column, column)));
      Q.push(column.map((v) => v / R[k][k]));
      c.push(dot(Q[k], left));
      left = left.map((v, i) => v - c[k] * Q[k][i]);
      const a = [];
      for (let j = k; j >= 0; j--)
        a[j] = (c[j] - dot(R.slice(j + 1).map((row) => row[j]), a.slice(j + 1))) / R[j][j];
      return { a, off: size(left) };
    });
  };
  const at = (a, hour) => dot(a, powers(hour)), missed = (a, { hours, readings }) => size(hours.map((hour, i) => at(a, hour) - readings[i]));

  // ---- Another day: the chapter's formula, and a logger about a degree off
  const truth = (hour) => 14 + 5 * Math.sin(Math.PI * (hour - 9) / 12) + 2 * Math.sin(Math.PI * (hour - 7) / 6);
  const luck = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  const logged = (n, first, last) => {
    const hours = Array.from({ length: n }, () => first + (last - first) * Math.random()).sort((a, b) => a - b);
    return { hours, readings: hours.map((hour) => truth(hour) + luck()) };
  };

  // ---- The drawing
  const across = (hour) => 30 + 320 * hour / 24, up = (t) => 200 - 190 * (t - LOW) / (HIGH - LOW);
  const path = (f) => {  // broken where it leaves the picture
    let pen = "M", d = "";
    for (let i = 0; i <= 480; i++) {
      const t = f(i / 20), inside = t > LOW && t < HIGH;
      d += inside ? `${pen}${across(i / 20).toFixed(1)} ${up(t).toFixed(1)}` : "";
      pen = inside ? "L" : "M";
    }
    return d;
  };
  const stroke = (more) => element("path", { fill: "none", stroke: "currentColor", ...more });
  const curve = stroke({ class: "live-line0" }), course = stroke({ "stroke-dasharray": "6 4" });
  const asked = stroke({ class: "live-line1", "stroke-linecap": "round", opacity: 0.5 });
  const ring = element("circle", { r: 10, fill: "none", stroke: "currentColor", "stroke-width": 2 });
  const dots = data.day.hours.map(() => element("circle", { r: 4.5 }));
  const hold = dots.map(() => element("circle", { r: 14, "fill-opacity": 0, style: "cursor: ns-resize" }));
  const text = (words, x, y, anchor = "end") => element("text", { x, y, "text-anchor": anchor }, words);
  const drawing = element("svg", { viewBox: "0 0 360 238", class: "live-chart", tabindex: 0, role: "application",
    "aria-label": "24 readings of a day and the fitted curve. Left and right arrow keys choose a reading, up and down move it." },
    element("polyline", { points: "30,8 30,200 350,200" }), text("°C", 36, 16, "start"), text("hour of the day", 350, 234),
    ...[0, 6, 12, 18, 24].map((h) => text(h, across(h), 217, h == 24 ? "end" : "middle")),
    ...[5, 15, 25].map((t) => text(t, 26, up(t) + 4)), asked, course, curve, ring, ...dots, ...hold);
  const errors = live.chart("How far off each degree is: in the homework and, once it is open, in the exam",
    { x: "degree, 0 to 15", y: "off by, °C (cut off at 4)", low: 0, high: 4 });
  const answer = element("p", { class: "live-answer" }), told = element("p");

  // ---- What follows from the readings, the degree, and whether the exam is open
  const show = (why = "") => {
    const models = fitted(day), d = degree.value, marks = opened ? models.map(({ a }) => missed(a, exam)) : [];
    curve.setAttribute("d", path((hour) => at(models[d].a, hour)));
    course.setAttribute("d", opened ? path(truth) : "");
    asked.setAttribute("d", opened ? exam.hours.map((h, i) => `M${across(h).toFixed(1)} ${up(exam.readings[i]).toFixed(1)}h0.01`).join("") : "");
    [...dots, ...hold, ring].forEach((mark, i) => {
      const k = mark == ring ? chosen : i % N;
      mark.setAttribute("cx", across(day.hours[k]));
      mark.setAttribute("cy", up(day.readings[k]));
    });
    errors.show({ homework: models.map(({ off }) => off), ...(opened ? { exam: marks } : {}) });
    const best = marks.indexOf(Math.min(...marks)), degrees = (off) => `off by ${off.toFixed(2)} °C`;
    answer.textContent = `Homework: ${degrees(models[d].off)}. Exam: ${opened ? degrees(marks[d]) : "not opened"}.`;
    told.textContent = !opened ? "Which degree would you send to the exam? Choose before you open it."
      : `In this exam degree ${best} does best: ${degrees(marks[best])}. Dots: its 300 questions. Dashed: the true course.`;
    [open.disabled, open.style.opacity] = [opened, opened ? 0.5 : 1];
    tell(`${why} Degree ${d}. ${answer.textContent} ${opened ? told.textContent : ""}`.trim());
  };
  const begin = (readings, questions, why) => {
    [day, exam, opened, chosen] = [{ ...readings, readings: [...readings.readings] }, questions, false, 0];
    show(why);
  };
  const move = (t) => {
    day.readings[chosen] = Math.min(HIGH - 0.5, Math.max(LOW + 0.5, t));
    show(`Reading at ${day.hours[chosen].toFixed(1)} hours: ${day.readings[chosen].toFixed(1)} °C.`);
  };

  // ---- Slider, buttons, fingers, keys
  const degree = live.slider("Degree of the polynomial", { min: 0, max: MOST, value: 3 }, () => show()), button = (name, click) => element("button", { type: "button", click }, name);
  const open = button("Open the exam", () => { opened = true; show("The exam is open."); });
  const next = button("Another day", () => {
    const today = logged(N, 0, 24);
    begin(today, logged(300, today.hours[0], today.hours[N - 1]), "Another day.");
  });
  const place = (event) => {
    const { left, top, width } = drawing.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top].map((v) => v * 360 / width);
  };
  drawing.addEventListener("touchstart", (event) => {  // a finger on a reading does not scroll the page
    if (hold.includes(event.target)) event.preventDefault();
  }, { passive: false });
  drawing.addEventListener("pointerdown", (event) => {
    if (event.button || !hold.includes(event.target)) return;
    const [x, y] = place(event), far = day.hours.map((h, i) => Math.hypot(across(h) - x, up(day.readings[i]) - y));
    [chosen, held] = [far.indexOf(Math.min(...far)), true];
    drawing.setPointerCapture(event.pointerId);
    show();
  });
  drawing.addEventListener("pointermove", (event) => { if (held) move(LOW + (HIGH - LOW) * (200 - place(event)[1]) / 190); });
  for (const end of ["pointerup", "pointercancel"]) drawing.addEventListener(end, () => { held = false; });
  const keys = { ArrowLeft: [N - 1, 0], ArrowRight: [1, 0], ArrowUp: [0, 0.5], ArrowDown: [0, -0.5] };
  drawing.addEventListener("keydown", (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    chosen = (chosen + keys[event.key][0]) % N;
    move(day.readings[chosen] + keys[event.key][1]);
  });

  root.append(drawing, degree.line, answer, told, element("div", { class: "live-row" }, open, next), errors.drawing);
  live.quiet(root);
  begin(data.day, data.exam, "");
  root.check = () => {  // curve, homework, exam of each degree on the first day; the true course
    const models = fitted(data.day);
    return live.difference(data.check, (d) => [...data.hours.map((hour) => at(models[d].a, hour)),
      models[d].off, missed(models[d].a, data.exam), ...data.hours.map(truth)]);
  };
};
