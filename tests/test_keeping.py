"""Graphs and parameters as JSON: what is written comes back, what is damaged is refused."""

import json
import math
import random

import pytest
from test_copying import chain, facts

from tinygrad_notes import MLP, Neuron, Value, functions
from tinygrad_notes.keeping import DamagedFileError, graph_from_json, graph_to_json, load_graph, save_graph
from tinygrad_notes.nn.parameters import load_parameters, save_parameters
from tinygrad_notes.operations import define, undefine


def graph() -> Value:
    x, w = Value(0.1, "x"), Value(-2.0, "w <\\n>")
    y = functions.sum([x * w, (x + 1).log(), functions.where(x > 0, x, math.inf), w.sqrt(), w])
    y.backward()
    return y


def test_a_graph_comes_back_with_every_fact(tmp_path) -> None:
    y = graph()
    x = y.operands[0].operands[0]
    y2, x2 = load_graph(save_graph([y, x], tmp_path / "graph.json"))
    assert repr(facts(y2)) == repr(facts(y))  # as text, for nan is not equal to itself
    assert y2.operands[0].operands[0] is x2


def test_the_file_is_strict_json_without_nan(tmp_path) -> None:
    path = save_graph(graph(), tmp_path / "graph.json")
    content = json.loads(path.read_text(), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert "nan" in content["data"]


def test_depth_has_no_limit(tmp_path) -> None:
    y = chain(20_000)
    assert facts(load_graph(save_graph(y, tmp_path / "deep.json"))[0]) == facts(y)


@pytest.mark.slow
def test_a_million_nodes_deep(tmp_path) -> None:
    y = chain(1_000_000)
    (twin,) = load_graph(save_graph(y, tmp_path / "deep.json"))
    assert facts(twin) == facts(y)


def test_a_loaded_graph_can_be_differentiated_on() -> None:
    x = Value(3.0)
    (y,) = graph_from_json(graph_to_json(x * x))
    (y * y).backward()
    assert y.operands[0].grad == 108.0


def test_nothing_is_overwritten_unless_asked(tmp_path) -> None:
    path = save_graph(Value(1.0), tmp_path / "graph.json")
    with pytest.raises(FileExistsError, match="choose another name, or pass overwrite=True"):
        save_graph(Value(2.0), path)
    assert load_graph(path)[0].data == 1.0
    assert load_graph(save_graph(Value(2.0), path, overwrite=True))[0].data == 2.0


DAMAGE = {
    "another format": ({"format": "other"}, "it does not say 'format': 'tinygrad_notes graph'"),
    "a later version": ({"version": 2}, "it has version 2, and this program reads version 1"),
    "an unknown operation": ({"operations": ["launch"]}, "no operation is named 'launch'; one of your own must be"),
    "operations that are none": ({"operations": [["add"]]}, "no operation is named"),
    "a missing list": ({"operands": None}, "'operands' is not a list"),
    "a short list": ({"grad": []}, "'grad' has 0 entries for 3 nodes"),
    "a number that is text": ({"data": ["1.0", 2.0, 3.0]}, "'1.0' is not a number"),
    "a number beyond floats": ({"data": [10**400, 2.0, 3.0]}, "too large for a float"),
    "a number that is true": ({"data": [True, 2.0, 3.0]}, "True is not a number"),
    "an operand that comes later": ({"operands": [0, 2]}, "2 is no possible operand"),
    "an operand below 0": ({"operands": [0, -1]}, "-1 is no possible operand"),
    "an operand that is no number": ({"operands": [0, 0.5]}, "0.5 is no possible operand"),
    "too few operands": ({"operand_counts": [0, 0, 1]}, "node 2 cannot have 1 operands"),
    "a pair without its other half": ({"operations": ["weighted_sum"]}, "node 2 cannot have 2 operands"),
    "a leaf with operands": ({"operation": [-1, -1, -1]}, "node 2 cannot have 2 operands"),
    "operands left over": (
        {"operands": [0, 1, 1], "local_derivatives": [1, 1, 1]},
        "more operands than the nodes take",
    ),
    "a derivative missing": ({"local_derivatives": [1.0]}, "there are 1 local derivatives for 2 operands"),
    "a root that is not there": ({"roots": [3]}, "3 is no possible root"),
    "an operation code that is not there": ({"operation": [-1, -1, 1]}, "1 is no possible operation"),
    "labels that are none": ({"labels": {"0": 5}}, "5 is no label"),
    "labels in a list": ({"labels": []}, "'labels' is not an object"),
}


@pytest.mark.parametrize(("change", "message"), DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_graph_is_refused_with_its_reason(change, message) -> None:
    content = graph_to_json(Value(1.0) + Value(2.0))
    graph_from_json(content)
    with pytest.raises(DamagedFileError, match=message):
        graph_from_json({**content, **change})


NO_GRAPHS = ["", "{", '{"format": "tin', "[" * 100_000, "null", "[]", "\x00", '"text"', "5", "1" * 5_000]


@pytest.mark.parametrize("text", NO_GRAPHS, ids=range(len(NO_GRAPHS)))
def test_what_is_no_graph_at_all_is_refused(tmp_path, text: str) -> None:
    path = tmp_path / "graph.json"
    path.write_text(text)
    with pytest.raises(DamagedFileError, match=r"graph\.json is damaged"):
        load_graph(path)


def test_a_file_cut_or_changed_anywhere_loads_whole_or_is_refused(tmp_path) -> None:
    path = save_graph(graph(), tmp_path / "graph.json")
    whole = path.read_bytes()
    draw = random.Random(0)
    for _ in range(300):
        at = draw.randrange(len(whole))
        broken = whole[:at] if draw.random() < 0.5 else whole[:at] + bytes([draw.randrange(256)]) + whole[at + 1 :]
        path.write_bytes(broken)
        try:
            (root,) = load_graph(path)
        except DamagedFileError:
            continue
        assert len(facts(root)) <= len(facts(graph()))


def test_operations_of_ones_own_are_found_by_name() -> None:
    define("twice", 1, "2·{0}", lambda m: (lambda a: 2.0 * a, lambda a, out: (2.0,)))
    content = graph_to_json(functions.twice(Value(3.0)))
    assert graph_from_json(content)[0].local_derivatives == (2.0,)
    undefine("twice")
    with pytest.raises(DamagedFileError, match="one of your own must be defined before loading"):
        graph_from_json(content)


# Parameters of networks.


def network(seed: int = 1, sizes: tuple[int, ...] = (3, 2)) -> MLP:
    return MLP(2, sizes, seed=seed)


def numbers(module) -> list[float]:
    return [parameter.data for parameter in module.parameters()]


def test_parameters_come_back_exactly(tmp_path) -> None:
    saved, other = network(1), network(2)
    load_parameters(other, save_parameters(saved, tmp_path / "network.json"))
    assert numbers(other) == numbers(saved)


def test_the_file_shows_matrices(tmp_path) -> None:
    net = MLP.from_weights([[[0.1, 0.2], [0.3, 0.4]]], [[0.5, math.nan]])
    content = json.loads(save_parameters(net, tmp_path / "network.json").read_text())
    assert content["parameters"] == {"W1": [[0.1, 0.2], [0.3, 0.4]], "b1": [0.5, "nan"]}


def test_parameters_without_labels_are_kept_in_order(tmp_path) -> None:
    saved, other = Neuron(3, seed=1), Neuron(3, seed=2)
    load_parameters(other, save_parameters(saved, tmp_path / "neuron.json"))
    assert numbers(other) == numbers(saved)


WRONG = {
    "another shape": (network(sizes=(4, 2)), r"W1 has the shape \(4, 2\) in .* and \(3, 2\) in the network: build"),
    "another depth": (
        network(sizes=(3, 2, 1)),
        "holds W1, b1, W2, b2, W3, b3, but the network's parameters are W1, b1, W2",
    ),
    "no biases": (MLP(2, [3, 2], bias=False), "holds W1, W2, but the network's parameters are W1, b1"),
}


@pytest.mark.parametrize(("saved", "message"), WRONG.values(), ids=WRONG)
def test_parameters_of_another_network_are_refused_and_nothing_changes(tmp_path, saved, message) -> None:
    net = network()
    before = numbers(net)
    with pytest.raises(DamagedFileError, match=message):
        load_parameters(net, save_parameters(saved, tmp_path / "other.json"))
    assert numbers(net) == before


def parameters_file(**change) -> str:
    tables = {"W1": [[0, 1], [2, 3], [4, 5]], "b1": [0, 1, 2], "W2": [[1, 2, 3], [4, 5, 6]], "b2": [1, 2]}
    content = {"format": "tinygrad_notes parameters", "version": 1, "parameters": {**tables, **change}}
    return json.dumps(content)


DAMAGED_PARAMETERS = {
    "cut": (parameters_file()[:-20], "it is not whole JSON"),
    "a number that is text": (parameters_file(b2=[1, "x"]), "'x' is not a number"),
    "null": (parameters_file(b2=[1, None]), "None is not a number"),
    "ragged": (parameters_file(W1=[[0, 1], [2], [4, 5]]), "W1 has the shape"),
    "a number for a matrix": (parameters_file(W1=5), "W1 has the shape"),
    "nested without end": (parameters_file().replace("[1, 2]", "[" * 500 + "1" + "]" * 500), "b2 has the shape"),
    "no tables": ('{"format": "tinygrad_notes parameters", "version": 1, "parameters": []}', "holds nothing, but"),
    "a graph": (
        '{"format": "tinygrad_notes graph", "version": 1}',
        "does not say 'format': 'tinygrad_notes parameters'",
    ),
}


@pytest.mark.parametrize(("text", "message"), DAMAGED_PARAMETERS.values(), ids=DAMAGED_PARAMETERS)
def test_damaged_parameters_are_refused_and_nothing_changes(tmp_path, text: str, message: str) -> None:
    path = tmp_path / "network.json"
    path.write_text(text)
    net = network()
    before = numbers(net)
    with pytest.raises(DamagedFileError, match=message):
        load_parameters(net, path)
    assert numbers(net) == before
    path.write_text(parameters_file())
    load_parameters(net, path)
    assert numbers(net)[:3] == [0.0, 1.0, 0.0]  # W1[0,0], W1[0,1], b1[0]


def test_parameters_are_not_overwritten_unless_asked(tmp_path) -> None:
    path = save_parameters(network(1), tmp_path / "network.json")
    with pytest.raises(FileExistsError):
        save_parameters(network(2), path)
    save_parameters(network(2), path, overwrite=True)
    assert [entry.name for entry in tmp_path.iterdir()] == ["network.json"]


def test_two_parameters_of_one_label_are_refused(tmp_path) -> None:
    net = network()
    net.parameters()[1].label = net.parameters()[0].label
    with pytest.raises(ValueError, match=r"two parameters are labeled 'W1\[0,0\]'"):
        save_parameters(net, tmp_path / "network.json")
