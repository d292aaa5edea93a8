import { called, element, formula, word } from "./dom.mjs";
import { partial, plainText, spelledOut, written } from "./words.mjs";

const MOST_LINES = 6;

/** What a step does, as elements for the panel and as a sentence for the ear. */
export class StepWriter {
  constructor(story, digits) {
    this.story = story;
    this.digits = digits;
  }

  /** @param question what stands in place of the result while it is for the reader to find */
  elements(s, question) {
    const step = this.story.steps[s];
    const count = element("p", { class: "count" }, `Step ${s} of ${this.story.last}`);
    return [count, ...this[step.kind](step, s, question)];
  }

  start() {
    const root = called(this.story.name(this.story.root));
    return [
      element("h2", {}, "The leaves have their numbers"),
      element("p", {}, "Going forward, each node is computed from its operands, up to ", formula(root), "."),
      element("p", {}, "Going backward, each edge hands on the gradient times its local derivative: the chain rule."),
      element("p", { class: "hint" }, "Press Play or the → key. Drag a leaf's number and watch everything follow."),
    ];
  }

  forward({ node }, _, question) {
    const result = word(written(this.story.engine.values[node], this.digits));
    return [
      heading("Forward", this.#name(node), this.story.nodes[node].operation),
      line(this.#name(node), word(" = "), this.letters(node)),
      line(word("= "), this.numbers(node)),
      question ?? line(word("= "), { ...result, kind: "result" }),
      ...(question ? [] : this.#localDerivatives(node)),
    ];
  }

  seed({ node }) {
    const name = this.story.name(node);
    return [
      heading("Turning round", this.#name(node)),
      line(called(partial(name, name)), word(" = "), { kind: "result", text: "1" }),
      element("p", {}, "A number changes with itself one to one. From here the gradient flows backward."),
    ];
  }

  backward({ edge, user, operand, position }, s, question) {
    const { engine } = this.story;
    const root = this.story.name(this.story.root);
    const factor = called(partial(root, this.story.name(user)));
    const local = engine.localDerivatives[user][position];
    const share = [word(`${written(engine.gradients[user], this.digits)} · `), word(bracketed(local, this.digits))];
    return [
      heading("Backward", [...this.#name(user), word(" → "), ...this.#name(operand)]),
      line(factor, word(" · "), called(partial(this.story.name(user), this.story.name(operand)))),
      this.#localLine(user, position),
      line(word("= "), share),
      question ?? line(word("= "), { kind: "result", text: written(engine.contributions[edge], this.digits) }),
      ...(question ? [] : this.gathered(operand, s)),
    ];
  }

  /** The formula of a node over the names of its operands, or over their numbers. */
  letters(node) {
    return spelledOut(this.#tokens(node).value, this.#byName(node));
  }

  numbers(node) {
    return spelledOut(this.#tokens(node).value, this.#byNumber(node));
  }

  /** ∂u/∂x = letters = numbers = number, for one operand of a node; what would be said twice is said once. */
  localDerivative(node, position) {
    const { nodes, engine } = this.story;
    const slope = engine.localDerivatives[node][position];
    const tokens = Number.isFinite(slope) && this.#tokens(node).derivatives[position]; // none holds outside a domain
    const ways = tokens ? [spelledOut(tokens, this.#byName(node)), spelledOut(tokens, this.#byNumber(node))] : [];
    ways.push([word(written(slope, this.digits))]);
    const said = new Set();
    const equations = ways.flatMap((way) => {
      if (said.has(plainText(way))) return [];
      said.add(plainText(way));
      return [word(" = "), ...way];
    });
    return [called(partial(this.story.name(node), this.story.name(nodes[node].operands[position]))), ...equations];
  }

  /** What has come together at a node, edge by edge, and how many paths have arrived. */
  gathered(node, s) {
    const { engine, edgesInto } = this.story;
    const root = this.story.name(this.story.root);
    const arrived = new Set(this.story.arrived(node, s));
    const rows = shortened(edgesInto[node], (e) => {
      const via = this.#name(engine.edges[e].user);
      const share = arrived.has(e) ? written(engine.contributions[e], this.digits) : "on its way";
      return element(
        "li",
        { class: arrived.has(e) ? "arrived" : "coming" },
        formula(word("via "), via),
        element("span", {}, share),
      );
    });
    const sum = written(this.story.gradientSoFar(node, s) ?? 0, this.digits);
    const { arrived: here, all } = this.story.paths(node, s);
    return [
      element("h3", {}, "Gathered so far"),
      element("ul", { class: "sum" }, ...rows),
      line(called(partial(root, this.story.name(node))), word(" = "), { kind: "result", text: sum }),
      element(
        "p",
        { class: "hint" },
        `${counted(here)} of ${counted(all)} ${all === 1 ? "path" : "paths"} from ${root} arrived`,
      ),
    ];
  }

  /** One sentence that says the step; `hidden` keeps the result to itself. */
  sentence(s, hidden) {
    const step = this.story.steps[s];
    const { engine } = this.story;
    const told = (number) => (hidden ? "?" : written(number, this.digits));
    const root = this.story.name(this.story.root);
    const says = {
      start: () => "The leaves have their numbers.",
      forward: () =>
        `Forward: ${this.story.name(step.node)} = ${plainText(this.letters(step.node))} = ${told(engine.values[step.node])}.`,
      seed: () => `Turning round: ${partial(root, root)} = 1.`,
      backward: () =>
        `Backward from ${this.story.name(step.user)} to ${this.story.name(step.operand)}: ` +
        `${written(engine.gradients[step.user], this.digits)} times ` +
        `${written(engine.localDerivatives[step.user][step.position], this.digits)} = ${told(engine.contributions[step.edge])}.`,
    };
    return `Step ${s} of ${this.story.last}. ${says[step.kind]()}`;
  }

  #localDerivatives(node) {
    const rows = shortened(this.story.nodes[node].operands, (_, position) =>
      element("li", {}, formula(this.localDerivative(node, position))),
    );
    return [element("h3", {}, "Local derivatives, for the way back"), element("ul", {}, ...rows)];
  }

  #localLine(user, position) {
    return element("p", { class: "line where" }, "where ", formula(this.localDerivative(user, position)));
  }

  #tokens(node) {
    return this.story.formulas[this.story.nodes[node].rule];
  }

  #operand(node, at) {
    return at < 0 ? node : this.story.nodes[node].operands[at];
  }

  #byName(node) {
    return (at) => called(this.story.name(this.#operand(node, at)));
  }

  #byNumber(node) {
    const { values } = this.story.engine;
    return (at) => ({ kind: "number", text: written(values[this.#operand(node, at)], this.digits) });
  }

  #name(node) {
    return [called(this.story.name(node))];
  }
}

function heading(phase, parts, operation) {
  const kind = operation ? element("span", { class: "operation" }, operation) : undefined;
  return element(
    "h2",
    {},
    element("span", { class: `phase ${phase.toLowerCase()}` }, phase),
    " ",
    formula(parts),
    kind,
  );
}

export function line(...parts) {
  return element("p", { class: "line" }, formula(...parts));
}

export function bracketed(number, digits) {
  const text = written(number, digits);
  return text.startsWith("−") ? `(${text})` : text;
}

export function counted(number) {
  return Number.isSafeInteger(number) ? number.toLocaleString("en") : written(number, 3);
}

/** The first few items as elements, and how many more there are. */
export function shortened(items, make) {
  const rows = items.slice(0, MOST_LINES).map(make);
  const rest = items.length - rows.length;
  return rest > 0 ? [...rows, element("li", { class: "hint" }, `and ${rest.toLocaleString("en")} more`)] : rows;
}
