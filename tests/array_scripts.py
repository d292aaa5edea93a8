"""Array code as courses and tutorials write it: plain NumPy, without a word of this package.

Each script takes its parameters as arrays and returns its loss, one number.
"""

import numpy as np

rng = np.random.default_rng(7)
X = rng.normal(size=(6, 4))
LABELS = np.array([0, 2, 1, 1, 0, 2])
SIGNS = np.array([1.0, -1.0, -1.0, 1.0, 1.0, -1.0])


def numbers(*shape):
    return 0.5 * rng.normal(size=shape)


def two_layers_with_softmax_loss(W1, b1, W2, b2):
    reg, N = 0.05, X.shape[0]
    hidden = np.maximum(0, X.dot(W1) + b1)
    scores = hidden.dot(W2) + b2
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    Z = np.sum(np.exp(shifted), axis=1, keepdims=True)
    log_probs = shifted - np.log(Z)
    loss = -np.sum(log_probs[np.arange(N), LABELS]) / N
    loss += 0.5 * reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
    return loss


def multiclass_hinge_loss(W):
    scores = X @ W
    correct = scores[np.arange(len(LABELS)), LABELS]
    margins = np.maximum(0, scores - correct[:, np.newaxis] + 1.0)
    margins[np.arange(len(LABELS)), LABELS] = 0
    return np.sum(margins) / len(LABELS) + 1e-3 * np.sum(W**2)


def batch_normalization(W, gamma, beta):
    x = X @ W
    mu = x.mean(axis=0)
    var = np.var(x, axis=0)
    x_hat = (x - mu) / np.sqrt(var + 1e-5)
    out = gamma * x_hat + beta
    running = np.zeros(3) * 0.9 + 0.1 * np.ones(3)
    return np.sum(out**3 * running)


def layer_normalization_and_dropout(W, gamma):
    mask = (np.random.default_rng(3).random((6, 3)) < 0.7) / 0.7
    x = np.dot(X, W)
    x = x - np.mean(x, axis=1, keepdims=True)
    x /= np.std(x, axis=1, keepdims=True) + 1e-3
    out = gamma * x
    out *= mask
    return (np.tanh(out) ** 2).sum()


def recurrent_network(Wx, Wh, b):
    h = np.zeros((2, 3))
    states = []
    for t in range(3):
        h = np.tanh(X[2 * t : 2 * t + 2].dot(Wx) + h.dot(Wh) + b)
        states.append(h)
    return np.mean(np.stack(states, axis=1) ** 2)


def lstm_step(Wx, Wh, b):
    H = 2
    a = X[:3] @ Wx + np.ones((3, H)) @ Wh + b
    i, f, o, g = np.split(a, 4, axis=1)

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    cell = sigmoid(f) * 0.5 + sigmoid(i) * np.tanh(g)
    return np.sum(sigmoid(o) * np.tanh(cell))


def convolution_by_windows(w, b):
    x = X.reshape(2, 1, 3, 4)
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="constant")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2, 2), axis=(2, 3))
    out = np.einsum("nchwij,fcij->nfhw", windows, w) + b[None, :, None, None]
    pooled = out[:, :, :4, :4].reshape(2, 2, 2, 2, 2, 2).max(axis=(3, 5))
    return np.sum(np.where(pooled > 0, pooled, 0.01 * pooled))


def attention(Wq, Wk, Wv):
    Q, K, V = X @ Wq, X @ Wk, X @ Wv
    scores = Q @ K.T / np.sqrt(K.shape[-1])
    mask = np.triu(np.ones((6, 6)), k=1)
    scores = np.where(mask == 1, -1e9, scores)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return np.linalg.norm(weights @ V)


def logistic_regression(weights):
    predictions = 0.5 * (np.tanh(np.dot(X, weights)) + 1)
    targets = SIGNS > 0
    likelihood = predictions * targets + (1 - predictions) * (1 - targets)
    return -np.sum(np.log(likelihood))


def gaussian_mixture(means, log_scales, logits):
    log_shares = logits - np.logaddexp.reduce(logits)
    z = (X[:, :1] - means) / np.exp(log_scales)
    log_density = -0.5 * z**2 - log_scales - 0.5 * np.log(2 * np.pi)
    return -np.mean(np.logaddexp.reduce(log_density + log_shares, axis=1))


def neural_network_by_layers(W1, b1, W2, b2):
    inputs = X
    for W, b in [(W1, b1), (W2, b2)]:
        outputs = np.dot(inputs, W) + b
        inputs = np.tanh(outputs)
    log_probs = outputs - np.log(np.sum(np.exp(outputs), axis=1))[:, None]
    one_hot = (LABELS[:, None] == np.arange(3)[None, :]).astype(float)
    penalty = sum(np.dot(p.ravel(), p.ravel()) for p in (W1, b1, W2, b2))
    return -np.sum(log_probs * one_hot) + 0.1 * penalty


def taylor_series_of_sine(x):
    current, answer, k = x, x, 1
    while np.max(np.abs(current)) > 1e-9:
        current = -current * x**2 / ((2 * k + 1) * (2 * k))
        answer = answer + current
        k += 1
    return np.sum(answer**2)


def word_vectors(W):
    words = np.array([[0, 1, 1], [2, 0, 3]])
    vectors = W[words]
    context = vectors.mean(axis=1)
    similarity = context @ W.T / (np.linalg.norm(context, axis=1, keepdims=True) * np.linalg.norm(W, axis=1))
    return np.sum(np.clip(similarity, -0.9, 0.9))


def heat_on_a_rod(start):
    u = start.copy()
    for _ in range(8):
        u[1:-1] += 0.2 * (u[2:] - 2 * u[1:-1] + u[:-2])
    return np.sum((u - np.linspace(0, 1, len(u))) ** 2)


SCRIPTS = {
    two_layers_with_softmax_loss: (numbers(4, 5), numbers(5), numbers(5, 3), numbers(3)),
    multiclass_hinge_loss: (numbers(4, 3),),
    batch_normalization: (numbers(4, 3), numbers(3), numbers(3)),
    layer_normalization_and_dropout: (numbers(4, 3), numbers(3)),
    recurrent_network: (numbers(4, 3), numbers(3, 3), numbers(3)),
    lstm_step: (numbers(4, 8), numbers(2, 8), numbers(8)),
    convolution_by_windows: (numbers(2, 1, 2, 2), numbers(2)),
    attention: (numbers(4, 2), numbers(4, 2), numbers(4, 3)),
    logistic_regression: (numbers(4),),
    gaussian_mixture: (numbers(3), numbers(3), numbers(3)),
    neural_network_by_layers: (numbers(4, 5), numbers(5), numbers(5, 3), numbers(3)),
    taylor_series_of_sine: (numbers(4),),
    word_vectors: (numbers(4, 3),),
    heat_on_a_rod: (numbers(7),),
}
"""Each script, and the numbers of its parameters."""
