// A cart with a pole: you push it with two keys, or the net does. It moves only once
// somebody has pressed a button, and stops when another is pressed.
live.widgets.control = (root, data, tell) => {
  "use strict";
  const { element } = live, net = live.net(data.net), world = data.cart;
  const LIMIT = 500, DEGREES = 180 / Math.PI;
  let state, steps, player = null, waiting = false, push = 0, timer = null, last = 0, owed = 0, rested = 0;
  let best = { you: 0, net: 0 };

  const chance = (s) => live.softmax(net(live.tensor([4], Float32Array.from(s))).data)[1];
  // One step of gymnasium's CartPole: the forces, then one explicit step of Euler's method
  const moved = ([x, v, angle, spin], right) => {
    const force = right ? world.force_mag : -world.force_mag, mass = world.masscart + world.masspole;
    const half = length.value / 2, [c, s] = [Math.cos(angle), Math.sin(angle)];
    const pulled = (force + world.masspole * half * spin ** 2 * s) / mass;
    const turning = (world.gravity * s - c * pulled) / (half * (4 / 3 - world.masspole * c ** 2 / mass));
    const speeding = pulled - world.masspole * half * turning * c / mass;
    return [x + world.tau * v, v + world.tau * speeding, angle + world.tau * spin, spin + world.tau * turning];
  };
  const fallen = ([x, , angle]) => (Math.abs(angle) > world.theta_threshold_radians
    ? `it leaned more than ${Math.round(world.theta_threshold_radians * DEGREES)} degrees`
    : Math.abs(x) > world.x_threshold ? "the cart left the track" : "");

  // ---- The drawing
  const pole = element("path", { class: "live-pole" }), cart = element("g", {},
    element("rect", { x: -20, y: 0, width: 40, height: 20, class: "live-cart" }), pole);
  const arrow = element("text", { x: 0, y: 17, "text-anchor": "middle", class: "live-arrow" });
  cart.append(arrow);
  const drawing = element("svg", { viewBox: "-160 -115 320 145", role: "img", class: "live-track",
    "aria-label": "A cart on a track with a pole on it" },
    element("path", { d: "M-144 22H144M-144 14v16M144 14v16", class: "live-rail" }), cart);
  const count = element("p", { class: "live-answer" });
  const draw = () => {
    cart.setAttribute("transform", `translate(${60 * state[0]} 0)`);
    pole.setAttribute("d", `M0 0V${-70 * length.value ** 0.2}`);  // not to scale: 8 m would not fit
    pole.setAttribute("transform", `rotate(${state[2] * DEGREES})`);
    arrow.textContent = player && !waiting ? (push ? "→" : "←") : "";
    count.textContent = `Steps: ${steps} (${(steps * world.tau).toFixed(1)} s of the real world). ` +
      `Most with this pole: you ${best.you}, net ${best.net}.`;
  };

  // ---- One episode
  const reset = () => {
    state = Array.from({ length: 4 }, () => 0.1 * Math.random() - 0.05);
    [steps, owed] = [0, 0];
  };
  const end = (sentence) => {
    cancelAnimationFrame(timer);
    [timer, player, waiting, rested] = [null, null, false, performance.now() + 1000];
    draw();
    buttons.press(null);
    if (sentence) tell(sentence);
  };
  const advance = (now) => {
    owed += waiting ? 0 : Math.min(now - last, 100) * speed.value / 100;
    last = now;
    for (; owed > 1000 * world.tau; owed -= 1000 * world.tau) {
      if (player == "net") push = chance(state) > 0.5 ? 1 : 0;
      state = moved(state, push);
      best[player] = Math.max(best[player], ++steps);
      const who = player == "net" ? "The net" : "You";
      if (fallen(state)) return end(`${who} kept the pole up for ${steps} steps: then ${fallen(state)}.`);
      if (steps >= LIMIT) return end(`${who} kept the pole up for all ${LIMIT} steps.`);
    }
    draw();
    timer = requestAnimationFrame(advance);
  };
  const start = (who) => {
    cancelAnimationFrame(timer);
    reset();
    [player, waiting, last] = [who, who == "you", performance.now()];
    buttons.press(who == "net" ? 1 : 0);
    timer = requestAnimationFrame(advance);
    tell(who == "net" ? "The net pushes." : "Push to begin: arrow keys, or the two large buttons. A push goes on until the other.");
  };
  const steer = (to) => {
    if (player != "you" && performance.now() < rested) return;  // the last end is still being read
    if (player != "you") start("you");
    [push, waiting] = [to, false];
  };
  const side = (name, to) => element("button", { type: "button", pointerdown: () => steer(to),
    click: (event) => { if (!event.detail) steer(to); } }, name);  // a click without a pointer: a key
  const buttons = live.choices("Who pushes", ["you", "net"], start);
  const stop = element("button", { type: "button", click: () => { if (player) end("Stopped."); } }, "Stop");
  const alone = () => {  // an episode that nobody watches
    reset();
    let [now, kept] = [state, 0];
    for (; !fallen(now) && kept < LIMIT; kept++) now = moved(now, chance(now) > 0.5);
    best = { you: 0, net: kept };
    end(`With a pole of ${length.value} m the net, playing to itself, has just kept it up for ${kept} steps` +
      (kept < LIMIT ? `: then ${fallen(now)}.` : ", the most that there are."));
    rested = 0;
  };
  const length = live.slider("Length of the pole (not drawn to scale)",
    { min: 0.2, max: 8, step: 0.2, value: 1, unit: "\u00a0m" }, alone);
  const speed = live.slider("Speed, of the real one", { min: 10, max: 100, step: 10, value: 30, unit: "\u00a0%" }, () => {});
  root.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: 0, ArrowRight: 1 }[event.key];
    if (to === undefined || event.target.type == "range") return;
    event.preventDefault();
    if (!event.repeat) steer(to);
  });

  root.append(drawing, count, element("div", { class: "live-row live-sides" }, side("← left", 0), side("right →", 1)),
    element("div", { class: "live-row" }, buttons.row, stop),
    element("div", { class: "live-columns" }, length.line, speed.line));
  alone();
  root.check = () => {  // the net's answers, and the world's
    const answers = live.difference(data.check, (s) => net(live.tensor([4], Float32Array.from(s))).data);
    const next = { inputs: data.states.slice(0, -1), answers: data.states.slice(1) };
    let i = 0;
    return Math.max(answers, live.difference(next, (s) => moved(s, data.pushes[i++])));
  };
};
