"""All 2n derivatives of chain(n) in SymPy, SymEngine and CasADi: seconds to derive, and to print one of them.

chain.py                       started by chain.sh

chain(n): a0 = x, z_i = θ_i a_(i-1) + b_i, a_i = σ(z_i), C = (a_n − y)². "as written": C as one expression, one call of
diff for each parameter, as a user does. "by hand": names for z_i and a_i, and the chain rule written out by the user.
CasADi derives by its reverse sweep. A case that would take longer than about a minute is left out.
"""
import time

import casadi
import symengine
import sympy
from symengine.lib.symengine_wrapper import latex as symengine_latex

REPEATS = 3


def best(run):
    """The least time of some runs, and the last result."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        result = run()
        times.append(time.perf_counter() - start)
        if times[0] > 5:
            break
    return min(times), result


def show(peer, form, n, stage, seconds):
    print(f"{peer:10} {form:11} n = {n:<6} {stage:8} {seconds * 1e3:12.3f} ms", flush=True)


def sigmoid(exp, z):
    return 1 / (1 + exp(-z))


def symbols(make, n):
    names = ["x", "y"] + [f"{stem}{i}" for i in range(1, n + 1) for stem in ("theta", "b")]
    return {name: make(name) for name in names}


def written(make, exp, n):
    """The cost as one expression, and the parameters."""
    at = symbols(make, n)
    a = at["x"]
    for i in range(1, n + 1):
        a = sigmoid(exp, at[f"theta{i}"] * a + at[f"b{i}"])
    params = [at[f"{stem}{i}"] for i in range(1, n + 1) for stem in ("theta", "b")]
    return (a - at["y"]) ** 2, params


def by_hand(system, n):
    """The derivatives as products of names for the intermediate derivatives, each local one by the system's diff."""
    at = symbols(system.Symbol, n)
    name = lambda stem, i: system.Symbol(f"{stem}{i}")
    a = [at["x"]] + [name("a", i) for i in range(1, n + 1)]
    up = ((a[n] - at["y"]) ** 2).diff(a[n])
    equations, gradients = [], []
    for i in range(n, 0, -1):
        z, value = name("z", i), at[f"theta{i}"] * a[i - 1] + at[f"b{i}"]
        equations.append((name("dz", i), up * sigmoid(system.exp, z).diff(z)))
        gradients += [name("dz", i) * value.diff(at[f"{stem}{i}"]) for stem in ("theta", "b")]
        up = name("dz", i) * value.diff(a[i - 1]) if i > 1 else up
    return equations, gradients


def algebra(peer, system, latex, lengths_written, lengths_by_hand):
    for n in lengths_written:
        cost, params = written(system.Symbol, system.exp, n)
        seconds, gradients = best(lambda: [cost.diff(param) for param in params])
        show(peer, "as written", n, "derive", seconds)
        show(peer, "as written", n, "LaTeX", best(lambda: latex(gradients[0]))[0])
    for n in lengths_by_hand:
        show(peer, "by hand", n, "derive", best(lambda: by_hand(system, n))[0])


def reverse_sweep(lengths):
    for n in lengths:
        build, (cost, params) = best(lambda: written(casadi.SX.sym, casadi.exp, n))
        show("CasADi", "sweep", n, "build", build)
        variables = casadi.vertcat(*params)
        show("CasADi", "sweep", n, "derive", best(lambda: casadi.gradient(cost, variables))[0])


algebra("SymPy", sympy, sympy.latex, (3, 10, 30), (10, 100, 1000))
algebra("SymEngine", symengine, symengine_latex, (3, 10, 30, 100), (10, 100, 1000, 10000))
reverse_sweep((10, 100, 1000, 10000))
