// A cart with a pole: you push it with two keys, or the net does. It moves only once
// somebody has pressed a button, and stops when another is pressed.
live.widgets.control = (root, data, tell) => {
  "use strict";
  const { element } = live, net = live.net(data.net), world = data.cart;
  const LIMIT = 500, best = { you: 0, net: 0 };
  let state, steps, player = null, push = 0, timer = null, last = 0, owed = 0;

  const chance = (s) => live.softmax(net(live.tensor([4], Float32Array.from(s))).data)[1];
  // One step of gymnasium's CartPole: forces, then half-explicit, half a hundredth of a second each
  const moved = ([x, v, angle, spin], right) => {
    const force = right ? world.force_mag : -world.force_mag, mass = world.masscart + world.masspole;
    const half = length.value / 2, [c, s] = [Math.cos(angle), Math.sin(angle)];
    const pulled = (force + world.masspole * half * spin ** 2 * s) / mass;
    const turning = (world.gravity * s - c * pulled) / (half * (4 / 3 - world.masspole * c ** 2 / mass));
    const speeding = pulled - world.masspole * half * turning * c / mass;
    return [x + world.tau * v, v + world.tau * speeding, angle + world.tau * spin, spin + world.tau * turning];
  };
  const over = ([x, , angle]) => Math.abs(x) > world.x_threshold || Math.abs(angle) > world.theta_threshold_radians;

  // ---- The drawing
  const pole = element("path", { class: "live-pole" }), cart = element("g", {},
    element("rect", { x: -20, y: 0, width: 40, height: 20, class: "live-cart" }), pole);
  const arrow = element("text", { x: 0, y: 17, "text-anchor": "middle", class: "live-arrow" });
  cart.append(arrow);
  const drawing = element("svg", { viewBox: "-160 -110 320 140", role: "img", class: "live-track",
    "aria-label": "A cart on a track with a pole on it" },
    element("path", { d: "M-144 22H144M-144 14v16M144 14v16", class: "live-rail" }), cart);
  const draw = () => {
    cart.setAttribute("transform", `translate(${60 * state[0]} 0)`);
    pole.setAttribute("d", `M0 0V${-20 - 60 * Math.sqrt(length.value)}`);
    pole.setAttribute("transform", `rotate(${state[2] * 180 / Math.PI})`);
    arrow.textContent = player ? (push ? "→" : "←") : "";
    count.textContent = `Steps: ${steps}. Most so far: you ${best.you}, net ${best.net}.`;
  };
  const count = element("p", { class: "live-answer" });

  // ---- One episode
  const reset = () => {
    state = Array.from({ length: 4 }, () => 0.1 * Math.random() - 0.05);
    [steps, push, owed] = [0, 0, 0];
  };
  const end = (sentence) => {
    cancelAnimationFrame(timer);
    [timer, player] = [null, null];
    draw();
    buttons.press(null);
    if (sentence) tell(sentence);
  };
  const advance = (now) => {
    owed += Math.min(now - last, 100) * speed.value / 100;
    last = now;
    for (; owed > 1000 * world.tau; owed -= 1000 * world.tau) {
      if (player == "net") push = chance(state) > 0.5 ? 1 : 0;
      state = moved(state, push);
      best[player] = Math.max(best[player], ++steps);
      const who = player == "net" ? "The net" : "You";
      if (over(state)) return end(`${who} kept the pole up for ${steps} steps.`);
      if (steps >= LIMIT) return end(`${who} kept the pole up for all ${LIMIT} steps.`);
    }
    draw();
    timer = requestAnimationFrame(advance);
  };
  const start = (who) => {
    cancelAnimationFrame(timer);
    reset();
    player = who;
    last = performance.now();
    timer = requestAnimationFrame(advance);
    tell(who == "net" ? "The net pushes." : "You push: arrow keys, or the two buttons.");
    if (who == "you") left.focus();
  };
  const steer = (to) => () => { push = to; if (!player) start("you"); };
  const side = (name, to) => element("button", { type: "button", pointerdown: steer(to), click: steer(to) }, name);
  const left = side("← left", 0), right = side("right →", 1);
  const buttons = live.choices("Who pushes", ["you", "net"], start);
  const stop = element("button", { type: "button", click: () => end("Stopped.") }, "Stop");
  const length = live.slider("Length of the pole", { min: 0.2, max: 8, step: 0.2, value: 1, unit: " m" }, () => { if (!timer) draw(); });
  const speed = live.slider("Speed", { min: 10, max: 100, step: 10, value: 50, unit: " %" }, () => {});
  root.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: 0, ArrowRight: 1 }[event.key];
    if (to === undefined || event.target.type == "range") return;
    event.preventDefault();
    steer(to)();
  });

  // What happens in an episode that nobody watches, to say something at once.
  reset();
  let kept = 0;
  for (let now = state; !over(now) && kept < LIMIT; kept++) now = moved(now, chance(now) > 0.5);
  best.net = kept;
  root.append(drawing, count, element("div", { class: "live-row" }, left, right), buttons.row,
    element("div", { class: "live-row" }, stop), element("div", { class: "live-columns" }, length.line, speed.line));
  draw();
  tell(`In an episode that the net has just played to itself, the pole stood for ${kept} steps.`);
  root.check = () => {  // the net's answers, and the world's
    const answers = live.difference(data.check, (s) => net(live.tensor([4], Float32Array.from(s))).data);
    const next = { inputs: data.states.slice(0, -1), answers: data.states.slice(1) };
    let i = 0;
    return Math.max(answers, live.difference(next, (s) => moved(s, data.pushes[i++])));
  };
};
