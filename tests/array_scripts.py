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


def gaussian_process(log_length, log_noise):
    """The likelihood of a Gaussian process, by a Cholesky decomposition written out."""
    x, y = X[:, 0], X[:, 1]
    K = np.exp(-0.5 * ((x[:, None] - x[None, :]) / np.exp(log_length)) ** 2) + np.exp(log_noise) * np.eye(len(x))
    L = np.zeros_like(K)
    for i in range(len(x)):
        for j in range(i + 1):
            rest = K[i, j] - np.dot(L[i, :j], L[j, :j])
            L[i, j] = np.sqrt(rest) if i == j else rest / L[j, j]
    z = np.zeros_like(K[0])
    for i in range(len(x)):
        z[i] = (y[i] - np.dot(L[i, :i], z[:i])) / L[i, i]
    return 0.5 * np.dot(z, z) + np.sum(np.log(np.diag(L)))


def adam_by_hand(start):
    w, m, v = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for t in range(1, 6):
        g = 2 * X.T @ (X @ w - SIGNS) / len(X)
        m *= 0.9
        m += 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        w -= 0.05 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return np.mean((X @ w - SIGNS) ** 2)


def two_layers_with_batch_normalization(W1, gamma, beta, W2):
    h = X @ W1
    h -= np.mean(h, axis=0, keepdims=True)
    h /= np.sqrt(np.mean(h**2, axis=0, keepdims=True) + 1e-5)
    scores = np.maximum(gamma * h + beta, 0.01 * (gamma * h + beta)) @ W2
    scores -= scores.max(axis=1, keepdims=True)
    p = np.exp(scores)
    p /= p.sum(axis=1, keepdims=True)
    return -np.log(p[range(len(LABELS)), LABELS]).mean()


def variational_autoencoder(We, Wd):
    mean, log_variance = np.split(X @ We, 2, axis=1)
    z = mean + np.exp(0.5 * log_variance) * np.linspace(-1, 1, mean.size).reshape(mean.shape)
    logits = z @ Wd
    likelihood = np.sum(np.where(X > 0, logits, 0) - np.logaddexp(0, logits))
    divergence = -0.5 * np.sum(1 + log_variance - mean**2 - np.exp(log_variance))
    return (divergence - likelihood) / len(X)


def gated_recurrent_unit(Wz, Wr, Wh):
    h = np.zeros((1, 2))
    for x in X:
        both = np.concatenate([x[None, :], h], axis=1)
        z, r = 1 / (1 + np.exp(-both @ Wz)), 1 / (1 + np.exp(-both @ Wr))
        candidate = np.tanh(np.hstack([x[None, :], r * h]) @ Wh)
        h = (1 - z) * h + z * candidate
    return np.einsum("ij,ij->", h, h)


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
    gaussian_process: (numbers(1), numbers(1)),
    adam_by_hand: (numbers(4),),
    two_layers_with_batch_normalization: (numbers(4, 3), numbers(3), numbers(3), numbers(3, 3)),
    variational_autoencoder: (numbers(4, 4), numbers(2, 4)),
    gated_recurrent_unit: (numbers(6, 2), numbers(6, 2), numbers(6, 2)),
}
"""Each script, and the numbers of its parameters."""
