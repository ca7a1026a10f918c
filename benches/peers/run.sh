#!/bin/sh
# The gradient of a 784-128-10 network here and in NumPy, JAX and PyTorch, in one run on one machine.
#
#   benches/peers/run.sh            # NumPy and JAX
#   benches/peers/run.sh torch      # and PyTorch (its wheel is large)
#
# The Python packages come from PyPI into an environment of their own: $PEERS, or target/peers.
set -eu
cd "$(dirname "$0")/../.."
PEERS=${PEERS:-target/peers}
[ -x "$PEERS/bin/python" ] || python3 -m venv "$PEERS"
"$PEERS/bin/pip" install -q numpy jax "$@"
# What slows them down unasked, were it set: OpenBLAS is to take the kernels for this machine.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
cargo bench --bench tensor -- gradient product
for threads in 1 2; do
  export OMP_NUM_THREADS=$threads OPENBLAS_NUM_THREADS=$threads MKL_NUM_THREADS=$threads
  if [ "$threads" = 1 ]; then eigen=false; else eigen=true; fi
  XLA_FLAGS="--xla_cpu_multi_thread_eigen=$eigen" "$PEERS/bin/python" benches/peers/tensor.py "$threads" "$@"
done
