/* The page: it stands at a step, state.at, and shown() makes the picture and the line those of it.

   Convention: step 0 shows what is given; every later step adds one number. A piece of a line is a text, or a place for
   a number: ["value" or "gradient", quantity, in brackets if negative], ["local", quantity, ..., operand], or
   ["slope", "part", "before" or "sum", edge, ...]. Nothing of a graph's names is parsed as markup: texts are set by
   textContent alone. */

"use strict";

const element = (id) => document.getElementById(id);
const data = JSON.parse(element("data").textContent);
const picture = element("pane").querySelector("svg");
const last = data.steps.length - 1;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const PAUSES = { step: 1800, travel: 700 }; // ms from step to step while playing, and of a contribution on its edge
const SVG = "http://www.w3.org/2000/svg";

const recorded = { values: data.values, gradients: data.gradients, slopes: data.slopes, edges: data.edges };
const state = { at: 0, playing: 0, numbers: recorded, scale: 1, fitted: true };

// ---------------------------------------------------------------- numbers

/** All numbers of all steps, from those of the leaves. */
function computed(leaves) {
  const { values, slopes } = forward(data.program, leaves);
  const gradients = backward(data.program, slopes, data.roots);
  const sums = new Map(data.roots.map((root) => [root, 1]));
  const edges = data.edges.map(({ target, source, paths }) => {
    const along = paths.map((path) => path.map(([key, k]) => slopes[key][k]));
    const taken = along.filter((factors) => !factors.includes(UNTAKEN));
    const slope = total(taken.map((factors) => factors.reduce((a, b) => a * b, 1)));
    const part = taken.length ? times(gradients[target], slope) : 0;
    const before = sums.get(source) ?? 0;
    sums.set(source, before + part);
    return { slope, part, before, sum: before + part };
  });
  return { values, gradients: gradients.map((d) => (d === UNTAKEN ? 0 : d)), slopes, edges };
}

function numberAt(kind, key, k) {
  if (kind === "value") return state.numbers.values[key];
  if (kind === "local") return times(1, state.numbers.slopes[key][k]);
  if (kind === "gradient") return state.numbers.gradients[key];
  return state.numbers.edges[key][kind];
}

/** The text of a piece; a negative number stands in brackets where another sign is before it. */
function filled(piece) {
  if (typeof piece === "string") return piece;
  const [kind, key, bracketed, k] = piece;
  const text = written(numberAt(kind, key, k));
  return bracketed && text.startsWith("-") ? `(${text})` : text;
}

// ---------------------------------------------------------------- the picture at a step

const boxes = new Map([...picture.querySelectorAll("[data-key]")].map((box) => [box.dataset.key, box]));
const arrows = [...picture.querySelectorAll("[data-source]")].map((arrow) => {
  const back = arrow.classList.contains("backward") ? " back" : "";
  return [`${arrow.dataset.source} ${arrow.dataset.target}${back}`, arrow];
});
/** The texts that show a number: those of the picture end with it, ``before`` is what stands in front. */
const texts = [...picture.querySelectorAll("[data-shows]")].map((text) => {
  const [kind, ...rest] = text.dataset.shows.split(" ");
  const what = data.appear[kind === "beside" ? rest.join(" ") : text.dataset.shows];
  const ending = what && kind !== "beside" ? filled(what.at(-1)[1]) : "";
  const whole = text.textContent;
  return { text, what, before: ending && whole.endsWith(ending) ? whole.slice(0, -ending.length) : null };
});
const cells = [...boxes].flatMap(([key, box]) =>
  [...box.querySelectorAll(".cell")].map((cell, i) => ({ cell, what: data.appear[data.heats[key]?.[i]] })),
);
const labels = [...picture.querySelectorAll(".label")];

/** Write a text anew: the width that it is set to, and the ground of a label, go with it. */
function write(text, words) {
  const earlier = text.textContent;
  if (words === earlier) return;
  text.textContent = words;
  const set = text.getAttribute("textLength");
  if (set) text.setAttribute("textLength", (set * words.length) / earlier.length);
  const ground = text.closest(".label")?.querySelector("rect");
  if (!ground) return;
  const { x, width } = text.getBBox();
  const [left, wide] = [ground.x.baseVal.value, ground.width.baseVal.value];
  if (!width || (x >= left + 1 && x + width <= left + wide - 1)) return;
  ground.setAttribute("x", Math.min(left, x - 2));
  ground.setAttribute("width", Math.max(left + wide, x + width + 2) - Math.min(left, x - 2));
}

/** Texts appear with the step that computes their number, as far as ``upto``; the gradient at a fan-out grows. */
function shown(upto) {
  for (const { text, what, before } of texts) {
    const now = what?.findLast(([step]) => step <= upto);
    text.classList.toggle("blank", !now);
    if (now && before !== null) write(text, before + filled(now[1]) + now[2]);
  }
  for (const { cell, what } of cells) cell.classList.toggle("blank", !what?.some(([step]) => step <= upto));
  for (const label of labels) label.classList.toggle("blank", !label.querySelector("text:not(.blank)"));
  const { box, arrow } = data.steps[state.at];
  for (const [key, element] of boxes) element.classList.toggle("now", key === box);
  for (const [key, element] of arrows) element.classList.toggle("now", key === arrow);
}

/** The line below the picture: at every sign of equality it may break. */
function tell(step) {
  const line = element("line");
  line.replaceChildren();
  for (const part of step.line) {
    const chunk = document.createElement("span");
    chunk.className = "part";
    for (const piece of part) {
      if (typeof piece === "string") {
        chunk.append(piece);
      } else {
        const number = document.createElement("span");
        number.className = piece[0];
        number.textContent = filled(piece);
        chunk.append(number);
      }
    }
    line.append(chunk, " ");
  }
  line.tabIndex = line.scrollHeight > line.clientHeight ? 0 : -1; // so that keys can scroll it
}

const arrowOf = (step) => arrows.find(([key, arrow]) => key === step.arrow && arrow.matches(".arrow"))?.[1];

/** Go to a step. */
function go(to, animated = true) {
  const from = state.at;
  state.at = Math.min(Math.max(to, 0), last);
  const step = data.steps[state.at];
  arrived();
  const moving = animated && state.at === from + 1 && travel(step);
  shown(moving ? from : state.at);
  element("about").textContent = step.about;
  tell(step);
  element("phase").textContent = step.phase;
  element("slider").value = state.at;
  element("slider").setAttribute("aria-valuetext", `step ${state.at} of ${last}: ${step.about}`);
  element("count").textContent = `${state.at} / ${last}`;
  for (const id of ["first", "back"]) disabled(element(id), state.at === 0);
  for (const id of ["forward", "last"]) disabled(element(id), state.at === last);
  if (state.at === last) pause();
  follow();
}

const length = (step) => step.line.flat().reduce((sum, piece) => sum + filled(piece).length, 0);
const longest = data.steps.reduce((a, b) => (length(b) > length(a) ? b : a));

/** Without taking the focus away, as "disabled" would. */
const disabled = (button, off) => button.setAttribute("aria-disabled", String(off));

/** Give the step that is told at greatest length its room, so that the page does not jump from step to step. */
function settle() {
  const panel = element("step");
  panel.setAttribute("aria-busy", "true"); // nothing of this is read aloud
  panel.style.minHeight = "";
  element("about").textContent = longest.about;
  tell(longest);
  panel.style.minHeight = `${panel.offsetHeight}px`;
  element("about").textContent = data.steps[state.at].about;
  tell(data.steps[state.at]);
  panel.setAttribute("aria-busy", "false");
}

// ---------------------------------------------------------------- a contribution on its edge

let travelling = null;

function arrived() {
  travelling?.remove();
  travelling = null;
}

/** The number moves along its edge, backward against the computation, and is written where it arrives. */
function travel(step) {
  const arrow = arrowOf(step);
  const path = arrow?.querySelector(".line");
  if (!path || calm.matches) return false;
  const length = path.getTotalLength();
  const dot = document.createElementNS(SVG, "g");
  const circle = document.createElementNS(SVG, "circle");
  circle.setAttribute("r", "6");
  const label = document.createElementNS(SVG, "text");
  label.textContent = step.travels ? filled(step.travels) : "";
  label.setAttribute("y", "-10");
  label.setAttribute("text-anchor", "middle");
  dot.setAttribute("class", "traveller");
  dot.append(circle, label);
  path.parentNode.parentNode.append(dot);
  travelling = dot;
  const reversed = !arrow.classList.contains("backward");
  let start = null;
  const frame = (now) => {
    if (travelling !== dot) return;
    start ??= now;
    const share = Math.min((now - start) / PAUSES.travel, 1);
    const eased = share * share * (3 - 2 * share);
    const { x, y } = path.getPointAtLength(length * (reversed ? 1 - eased : eased));
    dot.setAttribute("transform", `translate(${x} ${y})`);
    if (share < 1) return requestAnimationFrame(frame);
    arrived();
    shown(state.at);
  };
  requestAnimationFrame(frame);
  return true;
}

// ---------------------------------------------------------------- playing

function play() {
  if (state.at === last) go(0);
  state.playing = setInterval(() => go(state.at + 1), PAUSES.step);
  playing(true);
}

function pause() {
  clearInterval(state.playing);
  state.playing = 0;
  playing(false);
}

function playing(on) {
  element("play").setAttribute("aria-label", on ? "Pause" : "Play");
  element("play").classList.toggle("on", on);
}

// ---------------------------------------------------------------- the size of the picture, and what is seen of it

const natural = picture.viewBox.baseVal;
const [SMALLEST, LARGEST] = [0.25, 3];

/** The scale at which all of the picture is seen, as long as it can be read: not below 0.75, where text has 9 pixels. */
function fitting() {
  const pane = element("pane");
  const whole = Math.min((pane.clientWidth - 2) / natural.width, (pane.clientHeight - 60) / natural.height);
  return Math.min(Math.max(whole, 0.75), 2);
}

function resize(scale) {
  state.scale = Math.min(Math.max(scale, SMALLEST), LARGEST);
  picture.style.width = `${natural.width * state.scale}px`;
  picture.style.height = `${natural.height * state.scale}px`;
  follow(true);
}

/** Scroll the pane, and nothing else, until the box of this step is in it. */
function follow(at_once = false) {
  const step = data.steps[state.at];
  const target = boxes.get(step.box) ?? arrowOf(step);
  if (!target) return;
  const pane = element("pane");
  const [frame, part] = [pane.getBoundingClientRect(), target.getBoundingClientRect()];
  const centre = (a, b, size, room) => (size > room ? a - b : a - b - (room - size) / 2);
  pane.scrollTo({
    left: pane.scrollLeft + centre(part.left, frame.left, part.width, frame.width),
    top: pane.scrollTop + centre(part.top, frame.top, part.height, frame.height),
    behavior: at_once || calm.matches ? "instant" : "smooth",
  });
}

// ---------------------------------------------------------------- inputs

const KINDS = [
  ["input", "Inputs"],
  ["parameter", "Parameters"],
  ["constant", "Constants"],
];

/** A field for each leaf; where the page cannot compute again, a sentence that says why. */
function fields() {
  const missing = (data.program ?? []).find((made) => made && !(made.operation in OPERATIONS))?.operation;
  const reason = data.reason || (missing ? `The page cannot compute “${missing}” again, so its inputs are fixed.` : "");
  element("reason").textContent = reason;
  if (!data.program) return;
  for (const [kind, title] of KINDS) {
    const leaves = data.leaves.filter((leaf) => leaf.kind === kind);
    if (!leaves.length) continue;
    const group = document.createElement("fieldset");
    const legend = document.createElement("legend");
    legend.textContent = title;
    group.append(legend, ...leaves.map((leaf) => field(leaf, Boolean(reason))));
    element("fields").append(group);
  }
  if (!reason) {
    const reset = document.createElement("button");
    reset.type = "reset";
    reset.textContent = "As recorded";
    element("fields").append(reset);
  }
}

function field({ key, name }, fixed) {
  const label = document.createElement("label");
  const words = document.createElement("span");
  words.textContent = name;
  const input = document.createElement("input");
  input.type = "number";
  input.step = "any";
  input.disabled = fixed;
  input.defaultValue = String(data.values[key]);
  input.dataset.leaf = key;
  label.append(words, input);
  return label;
}

/** Compute everything again from what the fields say. A field without a number leaves all as it was. */
function edited() {
  const leaves = [...data.values];
  for (const input of element("fields").querySelectorAll("input")) {
    const wrong = input.value === "" || !Number.isFinite(input.valueAsNumber);
    input.setAttribute("aria-invalid", String(wrong));
    if (wrong) {
      element("reason").textContent = `${data.names[input.dataset.leaf]} needs a number.`;
      return;
    }
    leaves[input.dataset.leaf] = Number(input.value); // -0 stays -0
  }
  state.numbers = computed(leaves);
  const bad = state.numbers.values.findIndex((value) => !Number.isFinite(value));
  const where = data.names[bad] || "A part of a formula";
  element("reason").textContent = bad < 0 ? "" : `${where} is not a finite number: an operation is not defined there.`;
  go(state.at, false);
}

// ---------------------------------------------------------------- keys, buttons, start

const KEYS = {
  ArrowRight: () => go(state.at + 1),
  ArrowDown: () => go(state.at + 1),
  ArrowLeft: () => go(state.at - 1),
  ArrowUp: () => go(state.at - 1),
  Home: () => go(0),
  End: () => go(last),
  " ": () => (state.playing ? pause() : play()),
};

const SCROLLS = { ArrowRight: [80, 0], ArrowLeft: [-80, 0], ArrowDown: [0, 80], ArrowUp: [0, -80] }; // with Shift

document.addEventListener("keydown", (event) => {
  const target = event.target;
  const own = target.matches("input") || (event.key === " " && target.matches("button, summary"));
  const scrolls = /^Arrow(Up|Down)$/.test(event.key) && target.matches("#pane, #line");
  if (own || scrolls || event.ctrlKey || event.altKey || event.metaKey || !(event.key in KEYS)) return;
  event.preventDefault();
  if (event.shiftKey && event.key in SCROLLS) {
    element("pane").scrollBy(...SCROLLS[event.key]);
    return;
  }
  if (event.key !== " ") pause();
  KEYS[event.key]();
});

const press = (id, action) => element(id).addEventListener("click", action);
const stepping = (to) => () => {
  pause();
  go(to());
};
press("first", stepping(() => 0));
press("back", stepping(() => state.at - 1));
press("forward", stepping(() => state.at + 1));
press("last", stepping(() => last));
press("play", () => (state.playing ? pause() : play()));
press("smaller", () => ((state.fitted = false), resize(state.scale / 1.25)));
press("larger", () => ((state.fitted = false), resize(state.scale * 1.25)));
press("fit", () => ((state.fitted = true), resize(fitting())));
element("slider").max = last;
element("slider").addEventListener("input", (event) => {
  pause();
  go(event.target.valueAsNumber);
});
element("fields").addEventListener("input", edited);
element("fields").addEventListener("change", edited);
element("fields").addEventListener("submit", (event) => event.preventDefault());
element("fields").addEventListener("reset", () => setTimeout(edited));
new ResizeObserver(() => state.fitted && resize(fitting())).observe(element("pane"));

window.addEventListener("resize", settle);

fields();
element("inputs").open = matchMedia("(min-width: 1100px)").matches && data.program !== null;
settle();
resize(fitting());
go(0, false);
