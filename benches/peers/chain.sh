#!/bin/sh
# All derivatives of a chain of n layers here and in SymPy, SymEngine and CasADi, in one run on one machine.
#
# The Python packages come from PyPI into an environment of their own: $PEERS, or target/peers.
set -eu
cd "$(dirname "$0")/../.."
PEERS=${PEERS:-target/peers}
[ -x "$PEERS/bin/python" ] || python3 -m venv "$PEERS"
"$PEERS/bin/pip" install -q sympy symengine casadi
cargo bench --bench stages -- chain
"$PEERS/bin/python" benches/peers/chain.py
