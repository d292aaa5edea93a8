import { called, element, formula, word } from "./dom.mjs";
import { dragNumber, unitOf } from "./drag.mjs";
import { bracketed, counted, line, shortened } from "./steps.mjs";
import { inFull, partial, typed, written } from "./words.mjs";

const MOST_PATHS = 6;

/** All that is known of the chosen node; a leaf's number can be changed here. */
export class Details {
  constructor(panel, story, writer, { change }) {
    Object.assign(this, { panel, story, writer, change });
  }

  show(chosen, shown) {
    if (this.panel.hasChildNodes() && chosen === this.chosen) return this.refresh(shown);
    this.chosen = chosen;
    this.panel.replaceChildren(...(chosen === undefined ? this.#leaves() : this.#node(chosen, shown)));
  }

  /** What follows from the chosen node's number, around the box that it is typed into and the handle that drags it. */
  refresh(shown) {
    if (this.chosen === undefined) return;
    this.panel.querySelector(".facts").replaceChildren(...this.#facts(this.chosen, shown));
    const box = this.panel.querySelector("input");
    const number = box && typed(box.value);
    const unfinished = number === undefined && box === document.activeElement;
    if (box && number !== this.story.engine.values[this.chosen] && !unfinished) this.#fill(box, this.chosen);
  }

  /** Write the number of leaf `i` into its box. */
  #fill(box, i) {
    box.value = inFull(this.story.engine.values[i]);
    box.setAttribute("aria-invalid", false);
    this.panel.querySelector(".wrong")?.replaceChildren();
  }

  /** Put the cursor into the leaf's box, or on the heading of another node. */
  focus() {
    (this.panel.querySelector("input") ?? this.panel.querySelector("h2")).focus();
  }

  #leaves() {
    return [
      element("h2", {}, "Try it"),
      element(
        "p",
        {},
        "Choose a node to see all that is known of it. Drag the number of a leaf sideways, or type another: ",
        "values, local derivatives, gradients and colors are worked out anew, here in the page.",
      ),
    ];
  }

  #node(i, shown) {
    const { operation } = this.story.nodes[i];
    const kind = element("span", { class: "operation" }, operation ?? "leaf");
    return [
      element("h2", { tabindex: "-1" }, formula(called(this.story.name(i))), kind),
      this.story.isLeaf(i) ? this.#numberBox(i) : undefined,
      element("div", { class: "facts" }, ...this.#facts(i, shown)),
    ].filter(Boolean);
  }

  #facts(i, shown) {
    const { story } = this;
    const computed = story.isComputed(i, shown);
    const gradient = story.gradientSoFar(i, shown);
    const root = story.name(story.root);
    const facts = [
      fact("data", computed ? inFull(story.engine.values[i]) : "not computed yet"),
      fact(partial(root, story.name(i)), gradient === undefined ? "nothing has arrived yet" : inFull(gradient)),
    ];
    const whole = element("dl", {}, ...facts.flat());
    const rule = story.nodes[i].rule && computed ? this.#rule(i) : [];
    return [whole, ...rule, ...this.#paths(i, shown)];
  }

  #rule(i) {
    const rows = shortened(this.story.nodes[i].operands, (_, position) =>
      element("li", {}, formula(this.writer.localDerivative(i, position))),
    );
    return [
      line(called(this.story.name(i)), word(" = "), this.writer.letters(i)),
      line(word("= "), this.writer.numbers(i)),
      element("h3", {}, "Local derivatives"),
      element("ul", {}, ...rows),
    ];
  }

  /** Every path from the root, as the product of its local derivatives; the gradient is their sum. */
  #paths(i, shown) {
    const { story } = this;
    if (i === story.root || !story.isComplete(i, shown)) return [];
    const paths = story.pathsTo(i, MOST_PATHS);
    if (!paths) return [element("p", { class: "hint" }, `${counted(story.pathCounts[i])} paths lead here`)];
    const rows = paths.map((path) => element("li", {}, formula(this.#path(path))));
    return [
      element("h3", {}, paths.length === 1 ? "The path from the root" : "Paths from the root"),
      element("ul", {}, ...rows),
    ];
  }

  #path(path) {
    const { engine } = this.story;
    const factors = path.map((e) => engine.localDerivatives[engine.edges[e].user][engine.edges[e].position]);
    const product = factors.reduce((product, factor) => product * factor, 1);
    const names = path.flatMap((e) => [called(this.story.name(engine.edges[e].user)), word(" → ")]);
    const end = called(this.story.name(engine.edges[path.at(-1)].operand));
    const numbers = factors.map((factor) => bracketed(factor, this.writer.digits)).join(" · ");
    const equation = factors.length > 1 ? `${numbers} = ` : "";
    return [...names, end, word(`: ${equation}${written(product, this.writer.digits)}`)];
  }

  #numberBox(i) {
    const box = element("input", {
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      spellcheck: "false",
      id: "leaf-number",
    });
    const wrong = element("p", { class: "wrong", role: "alert" });
    this.#fill(box, i);
    const first = Number(this.story.nodes[i].data); // Python's, whatever has been dragged or typed since
    const set = (number) => {
      this.change(i, number);
      this.#fill(box, i);
    };
    box.addEventListener("input", () => {
      const number = typed(box.value);
      wrong.textContent = number === undefined ? "Type a number such as 0.5 or −3e−2." : "";
      box.setAttribute("aria-invalid", number === undefined);
      if (number !== undefined) this.change(i, number);
    });
    box.addEventListener("keydown", (event) => {
      const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      const number = typed(box.value);
      if (!way || number === undefined) return;
      event.preventDefault();
      set(moved(number, way * 10));
    });
    const handle = element("span", { class: "handle", "aria-hidden": "true" }, "↔ drag");
    dragNumber(handle, () => this.story.engine.values[i], set);
    return element(
      "div",
      { class: "number-box" },
      element("label", { for: "leaf-number" }, "number"),
      box,
      handle,
      element("button", { type: "button", click: () => set(first) }, "reset"),
      wrong,
    );
  }
}

function moved(number, units) {
  return Number((number + units * unitOf(number)).toPrecision(12));
}

function fact(name, text) {
  return [element("dt", {}, formula(called(name))), element("dd", {}, text)];
}
