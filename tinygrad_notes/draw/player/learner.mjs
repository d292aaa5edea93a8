import { element } from "./dom.mjs";
import { typed, written } from "./words.mjs";

/**
 * Marks what a learner worked out for a step.
 *
 * A claim is right if it agrees to the digits that it gives, at least two of them, allowing for the rounding of
 * the numbers on the screen that it was computed from.
 */
export class Learner {
  constructor(story, digits) {
    Object.assign(this, { story, digits, right: 0, tries: 0, done: new Set() });
  }

  /** Whether step `s` has a result to be found that has not been found or shown yet. */
  asks(s) {
    return !this.done.has(s) && ["forward", "backward"].includes(this.story.steps[s].kind);
  }

  forget() {
    this.done.clear();
  }

  /** The boxes and buttons in place of a step's result; `found` is called once it is right or given up. */
  question(s, found) {
    const box = element("input", { type: "text", inputmode: "decimal", autocomplete: "off", id: "claim" });
    const verdict = element("p", { class: "verdict", role: "status" });
    const finish = () => {
      this.done.add(s);
      found();
    };
    const check = (event) => {
      event.preventDefault();
      const { right, told } = this.mark(s, box.value);
      if (right) return finish();
      verdict.textContent = told;
      box.select();
    };
    return element(
      "form",
      { class: "question", submit: check },
      element("label", { for: "claim" }, "= "),
      box,
      element("button", { class: "primary" }, "Check"),
      element("button", { type: "button", click: finish }, "Show me"),
      verdict,
    );
  }

  /** Whether the typed `text` is the result of step `s`, and what to say if not. */
  mark(s, text) {
    const claim = typed(text);
    if (claim === undefined) return { right: false, told: "Type a number such as 0.5 or −3e−2." };
    const { exact, slack, tempting } = this.#expected(this.story.steps[s]);
    const given = halfUnit(text);
    const apart = Math.abs(claim - exact);
    this.tries += 1;
    if (claim === exact || apart <= Math.min(given, 0.05 * Math.abs(exact)) + slack) {
      this.right += 1;
      return { right: true };
    }
    if (apart <= given) return { right: false, told: "That may be right: give more digits." };
    if (Math.abs(claim + exact) <= given + slack) return { right: false, told: "The size is right, the sign is not." };
    if (tempting !== undefined && Math.abs(claim - tempting) <= given) {
      return { right: false, told: "That is the gradient that comes in: times the local derivative, it goes on." };
    }
    return { right: false, told: "Not yet. Work the line above out once more." };
  }

  score() {
    return this.tries ? `${this.right} of ${this.tries} right` : "";
  }

  #expected({ kind, node, edge, user, position }) {
    const { engine, nodes } = this.story;
    if (kind === "forward") {
      const slopes = engine.localDerivatives[node];
      const slack = nodes[node].operands.reduce(
        (sum, operand, at) => sum + Math.abs(slopes[at]) * this.#rounding(engine.values[operand]),
        0,
      );
      return { exact: engine.values[node], slack };
    }
    const adjoint = engine.gradients[user];
    const local = engine.localDerivatives[user][position];
    const slack = Math.abs(adjoint) * this.#rounding(local) + Math.abs(local) * this.#rounding(adjoint);
    return { exact: engine.contributions[edge], slack, tempting: adjoint };
  }

  /** How far a number on the screen may be from the number itself. */
  #rounding(number) {
    const shown = typed(written(number, this.digits));
    return shown === undefined ? 0 : Math.abs(number - shown);
  }
}

/** Half a unit of the last digit of a typed number: 0.005 for "0.08". */
function halfUnit(text) {
  const [, decimals = "", exponent = "0"] =
    /^[^.,e]*(?:[.,](\d*))?(?:e(.*))?$/i.exec(text.trim().replace("−", "-")) ?? [];
  return 0.5 * 10 ** (Number(exponent.replace("−", "-")) - decimals.length);
}
