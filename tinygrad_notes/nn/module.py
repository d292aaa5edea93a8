"""`Module`: anything with parameters, and what it says of many samples at once.

`Exchanging` is how a network comes in and goes out: what `MLP` has of arrays, PyTorch and scikit-learn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from tinygrad_notes.value import Value

if TYPE_CHECKING:
    from tinygrad_notes.exchange.networks import LayerArrays
    from tinygrad_notes.nn.network import MLP


class Module:
    """Anything with parameters."""

    def parameters(self) -> list[Value]:
        """Every Value that training may change, in a fixed order."""
        return []

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0, as before each training step."""
        for parameter in self.parameters():
            parameter.grad = 0.0

    def _input_count(self) -> int | None:
        """How many numbers a sample has, where the module says so."""
        return None

    def predict(self, X: Any) -> Any:
        """The outputs of many samples at once, as plain numbers.

        Args:
            X: of shape (samples, inputs).

        Returns:
            An array of shape (samples, outputs), or (samples,) for one output.

        Example:
            >>> from tinygrad_notes import MLP
            >>> MLP.from_weights([[[2.0]]], [[1.0]], activation="linear").predict([[0.0], [3.0]])
            array([1., 7.])
        """
        from tinygrad_notes.nn.metrics import outputs_of  # loads NumPy, as do those below

        return outputs_of(self, X)

    def predict_proba(self, X: Any) -> Any:
        """The probability of each class, of shape (samples, classes): of a softmax, sigmoid or linear last layer.

        The outputs of a linear layer count as logits. One output gives two columns, for the classes 0 and 1.
        """
        from tinygrad_notes.nn.metrics import probabilities_of

        return probabilities_of(self, X)

    def predict_classes(self, X: Any, *, threshold: float | None = None) -> Any:
        """The class of each sample, a whole number from 0, of shape (samples,): the place of its largest output.

        One output means class 1 above `threshold`: by default 0.5 after a sigmoid, else 0.
        """
        from tinygrad_notes.nn.metrics import predicted_classes

        return predicted_classes(self, X, threshold)


class Exchanging:
    """The part of `MLP` that reads and writes the networks of other libraries. Numbers stay what they are, exactly."""

    layers: list[Any]
    convention: str
    from_weights: ClassVar[Callable[..., MLP]]

    def to_arrays(self) -> dict[str, Any]:
        """The weights and biases as NumPy arrays: {"W1": …, "b1": …, "W2": …, "activation": …, "convention": …}.

        Matrices are written in the network's convention: W1 has shape (neurons, inputs) for "W@x". The last two
        entries are arrays of text; "activation" is left out where a layer's activation is a function without a name.
        All can be kept by `numpy.savez(path, **network.to_arrays())` and read again without pickle.

        Example:
            >>> from tinygrad_notes import MLP
            >>> network = MLP(3, [4, 1], activation="tanh", seed=1)
            >>> arrays = network.to_arrays()
            >>> arrays["W1"].shape, arrays["b2"].shape, arrays["activation"].tolist()
            ((4, 3), (1,), ['tanh', 'tanh'])
            >>> twin = MLP.from_arrays(arrays)
            >>> [p.data for p in twin.parameters()] == [p.data for p in network.parameters()]
            True
        """
        from tinygrad_notes.exchange.networks import to_arrays

        return to_arrays(self._layer_arrays(), self.convention)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any], *, activation: Any = None) -> MLP:
        """The network of `to_arrays`: W1, b1, W2, … with a bias left out where a layer has none.

        `activation` is as for `MLP`, and needed where `arrays` has no entry of that name.

        Raises ArgumentValueError, a ValueError, where an array is missing or shapes do not fit.
        """
        from tinygrad_notes.exchange.networks import from_arrays

        return cls.from_weights(**from_arrays(arrays, activation))

    def to_torch(self) -> Any:
        """The network as a `torch.nn.Sequential` of Linear layers and activations, in float64.

        Its state dict is `network.to_torch().state_dict()`. Raises ExchangeError, a ValueError, for an activation that
        `torch.nn` does not have, and ImportError where PyTorch is not installed.

        Example:
            >>> from tinygrad_notes import MLP
            >>> network = MLP(2, [3, 1], activation="tanh", seed=1)
            >>> network.to_torch()  # doctest: +SKIP
            Sequential(
              (0): Linear(in_features=2, out_features=3, bias=True)
              (1): Tanh()
              (2): Linear(in_features=3, out_features=1, bias=True)
              (3): Tanh()
            )
        """
        from tinygrad_notes.exchange.torch_networks import to_torch

        return to_torch(self._layer_arrays())

    @classmethod
    def from_torch(cls, source: Any, *, activation: Any = None) -> MLP:
        """The network of a `torch.nn.Sequential`, or of any module's state dict of Linear layers.

        A state dict says no activations: give them as for `MLP`. Raises ExchangeError, a ValueError, for a module that
        an `MLP` cannot be.

        Example:
            >>> import numpy as np
            >>> from tinygrad_notes import MLP
            >>> state = {"fc.weight": np.array([[0.5, -1.0]]), "fc.bias": np.array([0.25])}  # or module.state_dict()
            >>> MLP.from_torch(state, activation="sigmoid")([2.0, 1.25]).data
            0.5
        """
        from tinygrad_notes.exchange.torch_networks import from_torch

        return cls.from_weights(**from_torch(source, activation))

    def to_sklearn(self, classes: Sequence[Any] | None = None) -> Any:
        """The network as a fitted estimator of scikit-learn, which predicts and can be trained on.

        A linear last layer makes an MLPRegressor; a sigmoid or a softmax an MLPClassifier, whose `classes` are in
        ascending order (0, 1, … if left out). A layer without biases gets zeros. Raises ExchangeError, a ValueError,
        for activations that scikit-learn's networks do not have, and ImportError where it is not installed.

        Example:
            >>> from tinygrad_notes import MLP
            >>> network = MLP(2, [3, 1], activation=["tanh", "sigmoid"], seed=1)
            >>> network.to_sklearn(["no", "yes"]).predict([[0.5, -1.0]])  # doctest: +SKIP
            array(['yes'], dtype='<U3')
        """
        from tinygrad_notes.exchange.networks import to_sklearn

        return to_sklearn(self._layer_arrays(), classes)

    @classmethod
    def from_sklearn(cls, estimator: Any) -> MLP:
        """The network of a fitted MLPClassifier or MLPRegressor; its outputs are the probabilities, or the predictions.

        Raises ExchangeError, a ValueError, where the estimator is another one or not fitted.
        """
        from tinygrad_notes.exchange.networks import from_sklearn

        return cls.from_weights(**from_sklearn(estimator))

    def _layer_arrays(self) -> list[LayerArrays]:
        import numpy as np

        from tinygrad_notes.exchange.networks import LayerArrays

        found = []
        for layer in self.layers:
            biases = [neuron.b for neuron in layer.neurons]
            weights = np.array([[weight.data for weight in neuron.w] for neuron in layer.neurons])
            numbers = None if None in biases else np.array([bias.data for bias in biases])
            found.append(LayerArrays(weights, numbers, layer.activation))
        return found
