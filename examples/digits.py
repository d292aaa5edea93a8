"""Handwritten digits: scikit-learn's 1,797 pictures with whole numbers as classes, trained in six lines.

python examples/digits.py
"""

from sklearn.datasets import load_digits

from tinygrad_notes import MLP, fit

X, y = load_digits(return_X_y=True)  # pictures of 8 × 8 pixels from 0 to 16, and the digit in each
network = MLP(64, [32, 10], activation=["relu", "linear"], seed=0)
history = fit(network, X[:1257] / 16, y[:1257], loss="cross_entropy", epochs=30)
right = (network.predict_classes(X[1257:] / 16) == y[1257:]).mean()
print(f"loss {history['loss'][-1]:.3f}; of 540 unseen pictures {right:.1%} right")
