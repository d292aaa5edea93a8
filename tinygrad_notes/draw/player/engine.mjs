/**
 * A computation graph in numbers: values by the forward pass, gradients by the reverse pass.
 *
 * The twin of passes.py. It knows no operation: `rules` are read from the table that Python wrote.
 */
export class Engine {
  /**
   * @param nodes in topological order, operands before the nodes that use them, the root last; each has `data`,
   *   `operands` (indices) and, unless it is a leaf, the name of its `rule`; `constant` for a plain number.
   * @param rules by name: `value(…operands)` and `derivatives(…operands, out)`; where they have them, the
   *   columns `picks` and `overflows` of the table.
   */
  constructor(nodes, rules) {
    this.nodes = nodes;
    this.rules = nodes.map((node) => node.rule && known(rules, node.rule));
    this.values = Float64Array.from(nodes, (node) => Number(node.data));
    this.gradients = new Float64Array(nodes.length);
    this.localDerivatives = nodes.map(() => []);
    this.edges = edgesInReverseOrder(nodes);
    this.contributions = new Float64Array(this.edges.length); // adjoint · local derivative, edge by edge
    this.sums = new Float64Array(this.edges.length); // the operand's gradient once this edge has arrived
    this.recompute();
  }

  get root() {
    return this.nodes.length - 1;
  }

  /** Give leaf `i` another number; everything that follows from it is worked out anew. */
  setLeaf(i, number) {
    if (this.rules[i]) throw new Error(`node ${i} is computed from others: change one of its leaves`);
    this.values[i] = number;
    this.recompute();
  }

  recompute() {
    this.#forwardPass();
    this.#reversePass();
  }

  #forwardPass() {
    this.nodes.forEach((node, i) => {
      const rule = this.rules[i];
      if (!rule) return;
      const numbers = node.operands.map((operand) => this.values[operand]);
      this.values[i] = rule.value(...numbers);
      this.localDerivatives[i] = rule.derivatives(...numbers, this.values[i]);
    });
  }

  /** The chain rule: by the time a node is reached, every node that uses it has handed it its share. */
  #reversePass() {
    this.gradients.fill(0);
    this.gradients[this.root] = 1;
    const reached = new Set([this.root]); // what is not picked does not matter: no share of a gradient reaches it
    const beyond = new Set(); // whose gradient stands for a finite number too large for a float
    this.edges.forEach(({ user, operand, position }, e) => {
      const picked = reached.has(user) && !this.#isStructuralZero(user, position);
      if (picked) reached.add(operand);
      const isBeyond = picked && (beyond.has(user) || this.#isTooLarge(user, position));
      const share = picked ? product(this.gradients[user], this.localDerivatives[user][position], isBeyond) : 0;
      if (isBeyond && isInfinite(share)) beyond.add(operand);
      this.contributions[e] = share;
      this.gradients[operand] += share;
      this.sums[e] = this.gradients[operand];
    });
  }

  #isStructuralZero(user, position) {
    return this.localDerivatives[user][position] === 0 && (this.rules[user].picks ?? []).includes(position);
  }

  /** Whether a local derivative stands for a finite number too large for a float, and not for a pole. */
  #isTooLarge(user, position) {
    const overflowed = this.rules[user].overflows && isInfinite(this.values[user]);
    return overflowed && this.values[this.nodes[user].operands[0]] !== 0 && isInfinite(this.localDerivatives[user][position]);
  }
}

/** a · b; 0 where one is 0 and the other infinite, if the infinity only stands for a number too large for a float. */
function product(a, b, isBeyond) {
  const isLost = isBeyond && ((a === 0 && isInfinite(b)) || (b === 0 && isInfinite(a)));
  return isLost ? 0 : a * b;
}

function isInfinite(number) {
  return Math.abs(number) === Infinity;
}

function known(rules, name) {
  if (!Object.hasOwn(rules, name)) throw new Error(`no rule is named ${name}`);
  return rules[name];
}

/** Every edge to a node that is differentiated, in the order in which the reverse pass takes them. */
function edgesInReverseOrder(nodes) {
  const edges = [];
  for (let user = nodes.length - 1; user >= 0; user -= 1) {
    nodes[user].operands.forEach((operand, position) => {
      if (!nodes[operand].constant) edges.push({ user, operand, position });
    });
  }
  return edges;
}
