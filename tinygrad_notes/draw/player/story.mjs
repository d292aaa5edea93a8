import { Engine } from "./engine.mjs";

/**
 * A graph's passes as steps: the leaves, then every node forward, then the seed, then every edge backward.
 *
 * It answers what is known once a step has been taken. Numbers live in the engine; a changed leaf changes the
 * numbers of the story, never its course.
 */
export class Story {
  constructor({ nodes, formulas }, rules) {
    this.nodes = nodes;
    this.formulas = formulas;
    this.engine = new Engine(nodes, rules);
    this.steps = stepsOf(nodes, this.engine.edges);
    this.seedStep = this.steps.findIndex((step) => step.kind === "seed");
    this.computedAt = nodes.map((node) => (node.rule ? undefined : 0));
    this.steps.forEach((step, s) => {
      if (step.kind === "forward") this.computedAt[step.node] = s;
    });
    this.edgesInto = nodes.map(() => []); // which edges bring a node its gradient, in order of arrival
    this.engine.edges.forEach(({ operand }, e) => this.edgesInto[operand].push(e));
    this.pathCounts = countPaths(nodes, this.engine.edges);
  }

  get root() {
    return this.engine.root;
  }

  get last() {
    return this.steps.length - 1;
  }

  name(i) {
    return this.nodes[i].name;
  }

  isLeaf(i) {
    return !this.nodes[i].rule && !this.nodes[i].constant;
  }

  stepOfEdge(e) {
    return this.seedStep + 1 + e;
  }

  /** Whether node `i` has its value after step `s`. */
  isComputed(i, s) {
    return this.computedAt[i] <= s;
  }

  /** The edges that have brought node `i` its share of the gradient by step `s`. */
  arrived(i, s) {
    return this.edgesInto[i].filter((e) => this.stepOfEdge(e) <= s);
  }

  /** The gradient that has come together in node `i` by step `s`; undefined before any has. */
  gradientSoFar(i, s) {
    if (i === this.root) return s >= this.seedStep ? 1 : undefined;
    const edge = this.arrived(i, s).at(-1);
    return edge === undefined ? undefined : this.engine.sums[edge];
  }

  /** Whether all of node `i`'s gradient is there. */
  isComplete(i, s) {
    if (i === this.root) return s >= this.seedStep;
    return this.edgesInto[i].length > 0 && this.stepOfEdge(this.edgesInto[i].at(-1)) <= s;
  }

  /** How many of the paths from the root to node `i` have arrived by step `s`, and how many there are. */
  paths(i, s) {
    const through = (edges) => edges.reduce((sum, e) => sum + this.pathCounts[this.engine.edges[e].user], 0);
    return { arrived: through(this.arrived(i, s)), all: this.pathCounts[i] };
  }

  /** Every path from the root down to node `i` as a list of edges; undefined if there are more than `most`. */
  pathsTo(i, most) {
    if (this.pathCounts[i] > most) return undefined;
    if (i === this.root) return [[]];
    return this.edgesInto[i].flatMap((e) => this.pathsTo(this.engine.edges[e].user, most).map((path) => [...path, e]));
  }

  /** Every edge on some path from the root to node `i`. */
  edgesAbove(i) {
    const edges = new Set();
    const todo = [i];
    for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
      for (const e of this.edgesInto[node]) {
        if (edges.has(e)) continue;
        edges.add(e);
        todo.push(this.engine.edges[e].user);
      }
    }
    return edges;
  }
}

function stepsOf(nodes, edges) {
  const forward = nodes.flatMap((node, i) => (node.rule ? [{ kind: "forward", node: i }] : []));
  const backward = edges.map((edge, e) => ({ kind: "backward", edge: e, ...edge }));
  return [{ kind: "start" }, ...forward, { kind: "seed", node: nodes.length - 1 }, ...backward];
}

/** How many paths lead from the root to each node; beyond 2⁵³ a count is a good estimate. */
function countPaths(nodes, edges) {
  const counts = new Array(nodes.length).fill(0);
  counts[nodes.length - 1] = 1;
  for (const { user, operand } of edges) counts[operand] += counts[user];
  return counts;
}
