"""The gradient of a 784-128-10 network (ReLU, softmax, cross-entropy) in NumPy, JAX and PyTorch: GFLOP/s of the matrix products.

tensor.py THREADS [torch]      started by run.sh, which sets the numbers of threads before the libraries are loaded
"""
import statistics
import sys
import time

import numpy as np

THREADS = int(sys.argv[1])
INPUTS, HIDDEN, CLASSES = 784, 128, 10


def measure(name, run, operations, seconds=2.0):
    """Runs for some time; prints the best and the median rate."""
    run()
    run()
    times, start = [], time.perf_counter()
    while len(times) < 5 or (time.perf_counter() - start < seconds and len(times) < 500):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    best, median = (operations / value / 1e9 for value in (min(times), statistics.median(times)))
    print(f"{name:32} {THREADS} threads   best {best:7.1f}   median {median:7.1f} GFLOP/s", flush=True)


def network(batch, dtype):
    random = np.random.default_rng(1)
    x = random.standard_normal((batch, INPUTS)).astype(dtype)
    y = np.eye(CLASSES, dtype=dtype)[random.integers(0, CLASSES, batch)]
    w1 = (random.standard_normal((INPUTS, HIDDEN)) / 28).astype(dtype)
    w2 = (random.standard_normal((HIDDEN, CLASSES)) / 11).astype(dtype)
    return x, y, w1, np.zeros(HIDDEN, dtype), w2, np.zeros(CLASSES, dtype)


def by_hand(x, y, w1, b1, w2, b2):
    z = x @ w1 + b1
    a = np.maximum(z, 0)
    o = a @ w2 + b2
    o -= o.max(1, keepdims=True)
    e = np.exp(o)
    s = e.sum(1, keepdims=True)
    cost = -np.mean(np.sum(y * (o - np.log(s)), axis=1))
    d = (e / s - y) / len(x)
    g = d @ w2.T
    g *= z > 0
    return cost, x.T @ g, g.sum(0), a.T @ d, d.sum(0)


def with_jax(arrays, dtype):
    import jax
    import jax.numpy as jnp

    if dtype == "float64":
        jax.config.update("jax_enable_x64", True)

    def loss(parameters, x, y):
        w1, b1, w2, b2 = parameters
        return -jnp.mean(jnp.sum(y * jax.nn.log_softmax(jax.nn.relu(x @ w1 + b1) @ w2 + b2), 1))

    gradient = jax.jit(jax.value_and_grad(loss))
    x, y, *parameters = (jnp.asarray(array) for array in arrays)
    return lambda: jax.block_until_ready(gradient(parameters, x, y))


def with_torch(arrays):
    import torch

    torch.set_num_threads(THREADS)
    x, y, *parameters = (torch.from_numpy(array) for array in arrays)
    parameters = [parameter.requires_grad_() for parameter in parameters]

    def run():
        w1, b1, w2, b2 = parameters
        logits = torch.relu(x @ w1 + b1) @ w2 + b2
        cost = -(y * torch.log_softmax(logits, 1)).sum(1).mean()
        return torch.autograd.grad(cost, parameters)

    return run


def main():
    for dtype in ("float32", "float64"):
        square = np.random.default_rng(0).standard_normal((2048, 2048)).astype(dtype)
        measure(f"NumPy product 2048 {dtype}", lambda: square @ square, 2 * 2048**3)
        for batch in (64, 1024):
            operations = batch * (4 * INPUTS * HIDDEN + 6 * HIDDEN * CLASSES)
            arrays = network(batch, dtype)
            measure(f"NumPy by hand {batch} {dtype}", lambda: by_hand(*arrays), operations)
            measure(f"JAX {batch} {dtype}", with_jax(arrays, dtype), operations)
            if "torch" in sys.argv:
                measure(f"PyTorch {batch} {dtype}", with_torch(arrays), operations)


main()
