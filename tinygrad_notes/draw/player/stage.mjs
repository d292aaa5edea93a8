import { Camera, cardBox } from "./camera.mjs";
import { byId, calm, setText } from "./dom.mjs";
import { written } from "./words.mjs";

const MOST_SPARKS = 12;

/** The graph on the screen: shows what is known after a step, and what the step itself does. */
export class Stage {
  /** @param levels how many depths of color and width there are */
  constructor(story, { digits, levels }, { choose }) {
    Object.assign(this, { story, digits, levels });
    this.svg = byId("graph");
    this.cards = story.nodes.map((_, i) => cardOf(byId(`node-${i}`)));
    this.edgeNumbers = new Map(story.engine.edges.map(({ user, position }, e) => [`${user}-${position}`, e]));
    this.lines = story.nodes.map((node, i) => node.operands.map((operand, at) => this.#line(i, at, operand)));
    this.shown = story.last; // the step whose knowledge is on the screen: the static picture shows all
    this.current = [];
    this.above = new Set();
    this.camera = new Camera(this.svg, byId("scroller"), [this.lines.flat(), this.cards], this.#workplace(1));
    this.#listen(choose);
  }

  /**
   * @param step the step being taken, which is pointed out
   * @param shown the step up to which numbers are shown
   * @param chosen the node whose paths are pointed out, if any
   */
  show({ step, shown, chosen, quick }) {
    this.svg.classList.toggle("quick", quick);
    const from = Math.min(this.shown, shown);
    const touched = this.story.steps.slice(from, Math.max(this.shown, shown) + 1);
    this.shown = shown;
    for (const { kind, node, operand, user, position } of touched) {
      if (kind === "backward") {
        this.#paintNode(operand);
        this.#paintLine(user, position);
      } else if (kind !== "start") {
        this.#paintNode(node);
        this.story.nodes[node].operands.forEach((_, at) => this.#paintLine(node, at));
      }
    }
    this.#choose(chosen);
    this.#pointOut(this.story.steps[step], quick);
  }

  /** Fit the graph to the screen, or what a step works with. */
  fit(step) {
    this.camera.fit(this.#workplace(step));
  }

  /** The boxes that a step works with: first that of the node that it is about, then those of the nodes around it. */
  #workplace(step) {
    const { kind, node, operand, user } = this.story.steps[step];
    const about = kind === "backward" ? operand : (node ?? this.story.root);
    const around = kind === "backward" ? [user] : this.story.nodes[about].operands;
    return [about, ...around].map((i) => this.cards[i].boxes[0]);
  }

  /** Write every number and color anew, after a leaf has changed. */
  repaint() {
    this.largest = Math.max(0, ...this.story.engine.gradients.filter(Number.isFinite).map(Math.abs));
    this.story.nodes.forEach((node, i) => {
      this.#paintNode(i);
      node.operands.forEach((_, position) => this.#paintLine(i, position));
    });
  }

  #paintNode(i) {
    const { story, shown } = this;
    const card = this.cards[i];
    if (story.nodes[i].constant) return;
    const computed = story.isComputed(i, shown);
    const gradient = story.gradientSoFar(i, shown);
    setText(card.value, computed ? written(story.engine.values[i], this.digits) : "");
    setText(card.gradient, gradient === undefined ? "" : written(gradient, this.digits));
    card.slopes.forEach((slope, position) =>
      setText(slope, computed ? `×${written(story.engine.localDerivatives[i][position], this.digits)}` : ""),
    );
    const level = gradient === undefined ? 0 : this.#level(gradient);
    card.tint.setAttribute("class", level ? `tint fill-${sign(gradient)}-tint-${level}` : "tint");
    card.part.classList.toggle("waiting", !computed);
  }

  #paintLine(user, position) {
    const e = this.edgeNumbers.get(`${user}-${position}`);
    const { story, shown } = this;
    let look = story.isComputed(user, shown) ? "stroke-edge" : "stroke-edge waiting";
    if (e !== undefined && story.stepOfEdge(e) <= shown) {
      const flow = story.engine.contributions[e];
      const level = this.#level(flow);
      if (level) look = `stroke-${sign(flow)}-${level} width-${level}`;
    }
    const chosen = this.above.has(e) ? " above" : "";
    this.lines[user][position].part.setAttribute("class", `edge ${look}${chosen}`);
  }

  /** 0 for none, up to `levels` for the largest gradient in the graph. */
  #level(number) {
    if (!number || !this.largest) return 0;
    return Number.isFinite(number)
      ? Math.max(1, Math.ceil((this.levels * Math.min(Math.abs(number), this.largest)) / this.largest))
      : this.levels;
  }

  #choose(chosen) {
    if (chosen === this.chosen) return;
    const before = this.above;
    this.above = chosen === undefined ? new Set() : this.story.edgesAbove(chosen);
    for (const e of new Set([...before, ...this.above])) {
      const { user, position } = this.story.engine.edges[e];
      this.#paintLine(user, position);
    }
    for (const [i, is] of [
      [this.chosen, false],
      [chosen, true],
    ]) {
      if (i === undefined) continue;
      this.cards[i].part.classList.toggle("chosen", is);
      this.cards[i].part.setAttribute("aria-pressed", is);
    }
    this.chosen = chosen;
    this.#pin();
  }

  #pointOut(step, quick) {
    for (const { part } of this.current) part.classList.remove("current");
    const focus = step.kind === "backward" ? step.operand : step.node;
    this.current = focus === undefined ? [] : [this.cards[focus]];
    if (step.kind === "backward") this.current.push(this.lines[step.user][step.position]);
    for (const { part } of this.current) part.classList.add("current");
    this.#pulse(step, quick);
    if (focus !== undefined) this.camera.reveal(this.cards[focus].boxes[0], quick);
  }

  /** A spark along the edges that carry something in this step: forward to the node, or backward from it. */
  #pulse(step, quick) {
    for (const spark of this.svg.querySelectorAll(".spark")) spark.remove();
    if (quick || calm() || !["forward", "backward"].includes(step.kind)) return;
    const lines = step.kind === "forward" ? this.lines[step.node] : [this.lines[step.user][step.position]];
    for (const { part } of lines.slice(0, MOST_SPARKS)) {
      const spark = part.cloneNode();
      spark.removeAttribute("id");
      spark.setAttribute("class", `spark ${step.kind}`);
      spark.setAttribute("pathLength", "100");
      part.after(spark);
      const ends = [{ strokeDashoffset: 12 }, { strokeDashoffset: -100 }];
      const frames = step.kind === "forward" ? ends : ends.reverse();
      spark.animate(frames, { duration: 650, easing: "ease-in-out", fill: "forwards" });
    }
  }

  /** Nodes are one stop of the Tab key; up and down move between them, Enter chooses. */
  #listen(choose) {
    this.cards.forEach(({ part }, i) => {
      if (this.story.nodes[i].constant) return;
      part.setAttribute("role", "button");
      if (!this.camera.small) part.setAttribute("aria-label", this.story.name(i)); // its text may not be drawn
      part.setAttribute("tabindex", "-1");
      part.setAttribute("aria-pressed", "false");
    });
    const nodeAt = (event) => {
      const group = event.target.closest(".node:not(.constant)");
      return group ? Number(group.id.slice("node-".length)) : undefined;
    };
    this.svg.addEventListener("click", (event) => choose(nodeAt(event)));
    this.svg.addEventListener("focusin", (event) => this.#rove(nodeAt(event)));
    this.svg.addEventListener("keydown", (event) => {
      const i = nodeAt(event);
      if (event.key === "Enter") choose(i, true);
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        this.#rove(this.#neighbor(i, event.key === "ArrowDown" ? 1 : -1) ?? i);
        this.stop.part.focus();
      }
    });
    this.#rove(this.story.root);
  }

  #neighbor(i, way) {
    let next = i + way;
    while (this.story.nodes[next]?.constant) next += way;
    return this.cards[next] && next;
  }

  #rove(i) {
    if (i === undefined) return;
    this.stop?.part.setAttribute("tabindex", "-1");
    this.stop = this.cards[i];
    this.stop.part.setAttribute("tabindex", "0");
    this.#pin();
  }

  /** Two things stay in the page however far from the screen: where the Tab key stops, and the chosen node's paths. */
  #pin() {
    const { edges } = this.story.engine;
    this.camera.pin([this.stop, ...[...this.above].map((e) => this.lines[edges[e].user][edges[e].position])]);
  }

  /** An edge of the picture: near the screen when either of its cards is, for many only pass by. */
  #line(user, position, operand) {
    return {
      part: byId(`edge-${user}-${position}`),
      boxes: [...this.cards[user].boxes, ...this.cards[operand].boxes],
    };
  }
}

function cardOf(part) {
  const one = (name) => part.querySelector(`.${name}`);
  return {
    part,
    boxes: [cardBox(part)],
    value: one("value"),
    gradient: one("gradient"),
    tint: one("tint"),
    slopes: [...part.querySelectorAll(".slope")],
  };
}

function sign(number) {
  return number < 0 ? "negative" : "positive";
}
