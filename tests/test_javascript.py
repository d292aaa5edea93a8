"""The table in JavaScript, run under Node, against the table in Python."""

from __future__ import annotations

import itertools
import json
import math
import random
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from picked_cases import CASES

from tinygrad_notes import Value, functions
from tinygrad_notes.draw.player import player
from tinygrad_notes.number_systems import floats, javascript
from tinygrad_notes.operations import CONSTANT, TABLE, Operation, define, operation, undefine
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import apply, constant, link

ROWS = [row for row in TABLE.values() if row is not CONSTANT]
ULPS = 4
# V8's own functions (a port of fdlibm) and the C library behind Python's math are each off by an ulp now and then.
# The slopes of atan2 divide by two lengths, and erfc, which JavaScript has not, is within 2.5 here and 3.4 there.
ULPS_WHERE_LIBRARIES_DIFFER = dict.fromkeys(["atan2", "erfc"], 8)
# These cross zero as a difference of larger terms: what is lost there is counted in ulps of the largest operand.
CANCELLING = {"gelu", "silu", "logsumexp"}


def arities(row: Operation) -> list[int]:
    if row.arity:
        return [row.arity]
    return {"dot": [2, 6], "weighted_sum": [3, 7]}.get(row.name, [1, 2, 5])


USES = [(row, arity) for row in ROWS for arity in arities(row)]


def as_json(number: float) -> float | str:
    return number if math.isfinite(number) else {"inf": "Infinity", "-inf": "-Infinity"}.get(str(number), "NaN")


def run_in_node(tmp_path: Path, body: str, data: Any, uses: Iterable[tuple[Operation, int]] = USES) -> Any:
    """What the JavaScript `body`, a function of `data`, the `rules` in use and `Engine`, returns."""
    node = shutil.which("node")
    assert node, "these tests need node on the PATH (Debian: apt-get install nodejs)"
    (tmp_path / "floats.mjs").write_text(javascript.number_system())
    (tmp_path / "table.mjs").write_text(javascript.written_table(uses))
    (tmp_path / "engine.mjs").write_text((files("tinygrad_notes.draw.player") / "engine.mjs").read_text())
    (tmp_path / "data.json").write_text(json.dumps(data, allow_nan=False))
    (tmp_path / "main.mjs").write_text(
        'import { floats } from "./floats.mjs";\n'
        'import { readTable } from "./table.mjs";\n'
        'import { Engine } from "./engine.mjs";\n'
        'import { readFileSync } from "node:fs";\n'
        'const data = JSON.parse(readFileSync("data.json"));\n'
        "const plain = (x) => (Number.isFinite(x) && !Object.is(x, -0) ? x : Object.is(x, -0) ? '-0' : String(x));\n"
        f"const body = ({{ data, rules, Engine, plain }}) => {{ {body} }};\n"
        "console.log(JSON.stringify(body({ data, rules: readTable(floats), Engine, plain })));\n"
    )
    done = subprocess.run([node, "main.mjs"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def ulps_apart(a: float, b: float, size: float = 0.0) -> float:
    if a == b or (math.isnan(a) and math.isnan(b)):
        return 0.0
    if not (math.isfinite(a) and math.isfinite(b)):
        return math.inf
    return abs(a - b) / math.ulp(max(abs(a), abs(b), size))


def assert_agrees(row: Operation, operands: Sequence[float], theirs: Sequence[float]) -> None:
    """Python's value and derivatives at `operands` are those of JavaScript."""
    value, derivatives = row.read(floats)
    out, *slopes = theirs
    allowed = ULPS_WHERE_LIBRARIES_DIFFER.get(row.name, ULPS)
    size = max(map(abs, operands)) if row.name in CANCELLING else 0.0
    for ours, other in zip([value(*operands), *derivatives(*operands, out)], [out, *slopes], strict=True):
        assert ulps_apart(ours, other, size) <= allowed, (row.name, operands, ours, other)


EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -3.0, 1e-300, -1e-300, 1e300, -1e300, math.inf, -math.inf, math.nan]


@pytest.mark.extras
def test_every_row_gives_pythons_value_and_derivatives_at_ordinary_and_extreme_operands(tmp_path: Path) -> None:
    draw = random.Random(1)
    cases = []
    for row, arity in USES:
        if arity <= 2:
            extreme = list(itertools.product(EDGES, repeat=arity))
        else:
            extreme = [tuple(draw.choices(EDGES, k=arity)) for _ in range(200)]
        ordinary = [tuple(draw.uniform(-4.0, 4.0) for _ in range(arity)) for _ in range(100)]
        cases += [(row, operands) for operands in extreme + ordinary]
    data = [[javascript.key(row, len(operands)), [*map(as_json, operands)]] for row, operands in cases]
    results = run_in_node(
        tmp_path,
        """return data.map(([name, operands]) => {
             const numbers = operands.map(Number), out = rules[name].value(...numbers);
             return [out, ...rules[name].derivatives(...numbers, out)].map(plain);
           });""",
        data,
    )
    for (row, operands), theirs in zip(cases, results, strict=True):
        assert_agrees(row, operands, [*map(float, theirs)])


def random_graph(seed: int) -> Value:
    """A dozen random operations over five leaves and a constant, most of them of moderate size."""
    draw = random.Random(seed)
    nodes = [*(Value(draw.uniform(-2.0, 2.0)) for _ in range(5)), constant(draw.uniform(0.5, 2.0))]
    for _ in range(12):
        for _attempt in range(4):
            row, arity = draw.choice(USES)
            node = apply(row, tuple(draw.choice(nodes) for _ in range(arity)))
            if abs(node.data) < 100.0:
                break
        nodes.append(node)
    used = {id(operand) for node in nodes for operand in node.operands}
    return apply(operation("sum"), tuple(node for node in nodes if id(node) not in used))


def plain_graph(root: Value) -> list[dict[str, Any]]:
    order = topological_order(root)
    place = {node: i for i, node in enumerate(order)}
    return [
        {
            "data": as_json(node.data),
            "operands": [place[operand] for operand in node.operands],
            "rule": javascript.key(node.operation, len(node.operands)) if node.operands and node.operation else None,
            "constant": node.operation is CONSTANT,
        }
        for node in order
    ]


@pytest.mark.extras
def test_a_thousand_random_graphs_have_pythons_values_and_gradients(tmp_path: Path) -> None:
    """As a whole to 1e-12, where rounding has piled up along the graph. Then to the ulp: each JavaScript node against
    Python's rule at the operands that JavaScript had there, and the reverse pass, being sums of products in the same
    order, exactly."""
    roots = [random_graph(seed) for seed in range(1000)]
    results = run_in_node(
        tmp_path,
        """return data.map((nodes) => {
             const engine = new Engine(nodes, rules);
             return { values: Array.from(engine.values, plain), gradients: Array.from(engine.gradients, plain),
                      slopes: engine.localDerivatives.map((row) => row.map(plain)) };
           });""",
        [plain_graph(root) for root in roots],
        [*USES, *((root.operation, len(root.operands)) for root in roots if root.operation)],
    )
    for root, theirs in zip(roots, results, strict=True):
        order = topological_order(root)
        root.backward()
        for node, number, gradient in zip(order, theirs["values"], theirs["gradients"], strict=True):
            if node.operation is not CONSTANT:
                assert float(number) == pytest.approx(node.data, rel=1e-12, nan_ok=True)
                assert float(gradient) == pytest.approx(node.grad, rel=1e-12, nan_ok=True)
            node.grad = 0.0
        place = {node: i for i, node in enumerate(order)}
        numbers = [float(number) for number in theirs["values"]]
        for node, number, slopes in zip(order, numbers, theirs["slopes"], strict=True):
            if not node.operands or node.operation is None:
                assert number == node.data
                continue
            slopes = [*map(float, slopes)]
            assert_agrees(node.operation, [numbers[place[operand]] for operand in node.operands], [number, *slopes])
            link(node, node.operands, node.operation.structural(tuple(slopes)))
        root.backward()
        for node, gradient in zip(order, map(float, theirs["gradients"]), strict=True):
            if node.operation is not CONSTANT:
                assert ulps_apart(node.grad, gradient) == 0.0


@pytest.mark.extras
def test_what_is_not_picked_does_not_matter(tmp_path: Path) -> None:
    cases = [*CASES, (lambda x: functions.exp(800.0 + x * x), 0.0, 0.0)]
    roots = [f(Value(at, "x")) for f, at, _ in cases]
    orders = [topological_order(root) for root in roots]
    uses = {(node.operation, len(node.operands)) for order in orders for node in order if node.operands}
    found = run_in_node(
        tmp_path,
        "return data.map((nodes) => Array.from(new Engine(nodes, rules).gradients, plain));",
        [plain_graph(root) for root in roots],
        [(row, arity) for row, arity in uses if row],
    )
    for order, gradients, (_, _, slope) in zip(orders, found, cases, strict=True):
        (place,) = [i for i, node in enumerate(order) if node.label == "x"]
        assert float(gradients[place]) == pytest.approx(slope, rel=1e-15)


def test_a_row_added_by_a_user_is_written_too() -> None:
    row = define("bump", 1, "bump({0})", lambda m: (lambda a: m.exp(-a * a), lambda a, out: (-2.0 * a * out,)))
    try:
        assert javascript.written_rule(row, 1) == (
            "{\n  value: (x0) => m.exp((-x0) * x0),\n  derivatives: (x0, out) => [((-2.0) * x0) * out],\n}"
        )
    finally:
        undefine("bump")


def test_a_rule_that_branches_in_python_is_refused_with_a_remedy() -> None:
    row = define("ramp", 1, "ramp({0})", lambda m: (lambda a: a if a > 0 else 0.0, lambda a, out: (1.0,)))
    try:
        with pytest.raises(TypeError, match=r"the rule of 'ramp' cannot be read over symbols .* m\.where\(m\.less"):
            javascript.written_rule(row, 1)
    finally:
        undefine("ramp")


def test_a_product_of_many_is_written_in_a_length_proportional_to_its_operands() -> None:
    lengths = [len(javascript.written_rule(operation("product"), arity)) for arity in (100, 200)]
    assert lengths[1] < 2.2 * lengths[0]


def test_constants_of_rules_keep_every_digit() -> None:
    assert repr(math.log(2.0)) in javascript.written_rule(operation("exp2"), 1)


PLAYER = files("tinygrad_notes.draw.player")


@pytest.mark.extras
def test_every_script_of_the_player_is_javascript_by_itself_and_joined(tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node
    (tmp_path / "joined.js").write_text(player.script(USES), encoding="utf-8")
    scripts = [tmp_path / "joined.js", *(Path(str(PLAYER / f"{name}.mjs")) for name in player.MODULES)]
    for script in scripts:
        done = subprocess.run([node, "--check", script], capture_output=True, text=True, check=False)
        assert done.stderr == ""


def test_every_script_of_the_player_is_on_its_page() -> None:
    names = {Path(file.name).stem for file in PLAYER.iterdir() if file.name.endswith(".mjs")}
    assert names == set(player.MODULES)
