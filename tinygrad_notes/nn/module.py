"""`Module`: anything with parameters, and what it says of many samples at once."""

from __future__ import annotations

from typing import Any

from tinygrad_notes.value import Value


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
        from tinygrad_notes.nn.prediction import outputs_of  # loads NumPy, as do those below

        return outputs_of(self, X)

    def predict_proba(self, X: Any) -> Any:
        """The probability of each class, of shape (samples, classes): of a softmax, sigmoid or linear last layer.

        The outputs of a linear layer count as logits. One output gives two columns, for the classes 0 and 1.
        """
        from tinygrad_notes.nn.prediction import probabilities_of

        return probabilities_of(self, X)

    def predict_classes(self, X: Any, *, threshold: float | None = None) -> Any:
        """The class of each sample, a whole number from 0, of shape (samples,): the place of its largest output.

        One output means class 1 above `threshold`: by default 0.5 after a sigmoid, else 0.
        """
        from tinygrad_notes.nn.prediction import predicted_classes

        return predicted_classes(self, X, threshold)
