"""Names as other pages spell them: read where that is clear, else asked about."""

import pytest

from tinygrad_notes import MLP, mark, work_through
from tinygrad_notes.nn.activations import standard_name
from tinygrad_notes.nn.losses import loss_named
from tinygrad_notes.worked.claims import ClaimError
from tinygrad_notes.worked.names import canonical_name

NETWORK = MLP.from_weights([[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6]]], [[0.1, 0.1], [0.2]], activation="sigmoid")
SHEET = work_through(NETWORK, [1.0, 0.5], [1.0])


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("z^{(1)}", "z1"), ("a^[2]", "a2"), ("z^{[1]}", "z1"), ("∂L/∂W^{(1)}", "dC/dW1"), ("δ^{(2)}", "delta2"),
        ("E_total", "C"), ("Etotal", "C"), ("∂E_total/∂w5", "dC/dW5"), ("dLtot/db1", "dC/db1"),
        ("f'(net1)", "slope1"), ("σ(net_2)", "a2"),
    ],
)  # fmt: skip
def test_further_spellings_are_read(spelling: str, name: str) -> None:
    assert canonical_name(spelling) == name


@pytest.mark.parametrize(
    ("spelling", "told"),
    [
        ("dz1", "did you mean 'delta1'"), ("da1", "did you mean 'dC/da1'"), ("dw2", "did you mean 'dC/dW2'"),
        ("grad_W1", "did you mean 'dC/dW1'"), ("∇b1", "did you mean 'dC/db1'"), ("W2.grad", "did you mean 'dC/dW2'"),
        ("dC/dh1", "did you mean 'dC/da1'"), ("dC/dŷ", "did you mean 'dC/da2'"), ("dL/dout", "did you mean 'dC/da2'"),
        ("new_W1", "did you mean 'W1_new'"), ("updated w2", "did you mean 'W2_new'"), ("p", "did you mean 'a2'"),
        ("H1", "did you mean 'a1'"), ("hidden1", "did you mean 'a1'"),
        ("W1", "'W1' is given"), ("x", "'x' is given"), ("w1[0,1]", "'W1[0,1]' is given"),
        ("z1[5]", "there are z1[0] to z1[1]"), ("dC/dW1[2,0]", "there are dC/dW1[0,0] to dC/dW1[1,1]"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_asked_about(spelling: str, told: str) -> None:
    with pytest.raises(ClaimError) as caught:
        mark(SHEET, {spelling: "0.5"})
    assert told in caught.value.reason


def test_further_names_of_functions_are_known() -> None:
    names = {
        "sigm": "sigmoid", "Unipolar sigmoid": "sigmoid", "BipolarSigmoid": "bipolar_sigmoid", "rectifier": "relu",
        "Hyperbolic tangent": "tanh", "LogSigmoid": "log_sigmoid",
    }  # fmt: skip
    assert {name: standard_name(name) for name in names} == names
    losses = {"MSELoss": "mean_squared_error", "BCELoss": "binary_cross_entropy", "CrossEntropyLoss": "cross_entropy",
              "logloss": "binary_cross_entropy", "sum of squared errors": "squared_error"}  # fmt: skip
    assert {name: loss_named(name).name for name in losses} == losses
