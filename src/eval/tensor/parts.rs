//! Work in parts: the rows of a batch go through the steps some at a time, so that what they need stays in the cache.
//!
//! Takes a graph; says which nodes are computed row by row, which are sums over the rows, to which each part adds its
//! own, and how many rows a part has. A network trained on a batch is read from memory once so, not once for each of
//! its products.

use std::collections::BTreeSet;

use crate::eval::tensor::graph::{Graph, Kind, NodeId, View};

/// About how many numbers the widest rows of a part hold.
pub(super) const PART: usize = 1 << 16;

/// A part has at least so many rows: each part visits the sums anew, and begins every loop.
const FEWEST_ROWS: usize = 64;

/// The rows of all parts but the last are a multiple of this, for the sake of the matrix products.
const BLOCK: usize = 16;

/// At so many sizes it is tried whether they are that of a batch.
const TRIED: usize = 8;

/// For a sum, the matrix product that is added to its other term where that lies.
pub(super) type Term<'a> = &'a dyn Fn(NodeId) -> Option<(NodeId, View)>;

/// When a node is computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// Before the parts, which may read it.
    Before,
    /// Part by part; the rows are its first axis.
    Rows,
    /// Part by part, the sum over the rows, which are this axis of the space.
    Gathered(usize),
    /// When all parts are done.
    After,
}

impl Role {
    pub(super) fn in_parts(self) -> bool {
        matches!(self, Role::Rows | Role::Gathered(_))
    }
}

/// How a graph is worked on in parts.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) roles: Vec<Role>,
    /// How many rows a part has.
    pub(super) rows: usize,
    /// How many parts have so many rows.
    pub(super) times: usize,
    /// The rows that are left for the last.
    pub(super) rest: usize,
}

impl Parts {
    /// The parts for the batch with the most multiplications in its matrix products, if it is large enough for more than
    /// one part of about `part` numbers and `fewest` rows.
    pub(super) fn plan(graph: &Graph, term: Term<'_>, part: usize, fewest: usize) -> Option<Parts> {
        let mut sizes = BTreeSet::new();
        for node in &graph.nodes {
            if let Kind::Matmul { over, .. } = &node.kind {
                sizes.extend(node.dims.first().into_iter().chain(over.first()).filter(|&&size| size >= 2 * fewest));
            }
        }
        let tried = sizes.into_iter().rev().take(TRIED).map(|size| {
            let roles = roles(graph, term, size);
            (work(graph, &roles), size, roles)
        });
        let (work, size, roles) = tried.max_by(|a, b| a.0.total_cmp(&b.0))?;
        let is_row = |at: &usize| roles[*at] == Role::Rows || graph.nodes[*at].dims.first() == Some(&size);
        let widest = (0..graph.nodes.len()).filter(is_row).map(|at| graph.nodes[at].count() / size).max()?;
        let most = (part / widest.max(1)).max(fewest);
        let parts = size.div_ceil(most);
        if work == 0.0 || parts < 2 {
            return None;
        }
        let block = BLOCK.min(fewest);
        let rows = (size / parts / block * block).max(fewest);
        Some(Parts { roles, rows, times: size / rows, rest: size % rows })
    }

    /// As [`Parts::plan`] with the sizes that suit a machine of today.
    pub(super) fn usual(graph: &Graph, term: Term<'_>) -> Option<Parts> {
        Parts::plan(graph, term, PART, FEWEST_ROWS)
    }

    pub(super) fn role(&self, node: NodeId) -> Role {
        self.roles[node.0 as usize]
    }

    /// The graph as a part of `rows` rows sees it.
    pub(super) fn graph(&self, graph: &Graph, rows: usize) -> Graph {
        let mut part = graph.unshared();
        for (node, &role) in part.nodes.iter_mut().zip(&self.roles) {
            let rank = node.dims.len();
            match (role, &mut node.kind) {
                (Role::Rows, _) => node.dims[0] = rows,
                (Role::Gathered(along), Kind::Sum { over, .. } | Kind::Matmul { over, .. }) => {
                    over[along - rank] = rows
                }
                _ => {}
            }
        }
        part
    }
}

/// The multiplications of the matrix products that are done in parts; 0 if nothing is gathered, which no part reads
/// twice.
fn work(graph: &Graph, roles: &[Role]) -> f64 {
    let mut work = 0.0;
    let mut gathers = false;
    for (node, role) in graph.nodes.iter().zip(roles).filter(|(_, role)| role.in_parts()) {
        if let Kind::Matmul { over, .. } = &node.kind {
            work += node.dims.iter().chain(over).map(|&size| size as f64).product::<f64>();
            gathers |= *role != Role::Rows;
        }
    }
    if gathers { work } else { 0.0 }
}

/// The roles of all nodes for a batch of `size` rows.
fn roles(graph: &Graph, term: Term<'_>, size: usize) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::with_capacity(graph.nodes.len());
    for (at, node) in graph.nodes.iter().enumerate() {
        let of = |node: NodeId| roles[node.0 as usize];
        let operands = node.operands();
        let has_rows = operands.iter().any(|&node| of(node) == Role::Rows);
        let waits = operands.iter().any(|&node| matches!(of(node), Role::Gathered(_) | Role::After));
        // Rows that are computed in parts follow the axis with their first axis, and no other does.
        let follows = |view: &View, along: usize| {
            let meets = view.axes.iter().filter(|&&axis| axis == along).count();
            of(view.node) != Role::Rows || (meets == 1 && view.axes[0] == along)
        };
        let by_rows = |views: &[&View]| node.dims.first() == Some(&size) && views.iter().all(|view| follows(view, 0));
        // Of the axes that a matrix product sums, which it takes for one, the first.
        let gathered = |views: &[&View], over: &[usize], first_only: bool| {
            let rank = node.dims.len();
            let axes = over.iter().enumerate().take(if first_only { 1 } else { over.len() });
            let mut axes = axes.filter(|(_, other)| **other == size).map(|(at, _)| rank + at);
            axes.find(|&along| has_rows && views.iter().all(|view| follows(view, along)))
        };
        let otherwise = if has_rows { Role::After } else { Role::Before };
        let role = match &node.kind {
            Kind::Input(_) | Kind::Constant(_) | Kind::Count => Role::Before,
            Kind::Map { .. } if waits => match term(NodeId(at as u32)) {
                Some((product, other)) if of(other.node) == Role::Before => match of(product) {
                    Role::Gathered(along) => Role::Gathered(along),
                    _ => Role::After,
                },
                _ => Role::After,
            },
            _ if waits => Role::After,
            Kind::Map { operands, .. } => {
                if by_rows(&operands.iter().collect::<Vec<_>>()) {
                    Role::Rows
                } else {
                    otherwise
                }
            }
            Kind::Sum { of, over } => match gathered(&[of], over, false) {
                _ if by_rows(&[of]) => Role::Rows,
                Some(along) => Role::Gathered(along),
                None => otherwise,
            },
            Kind::Matmul { left, right, over, .. } => match gathered(&[left, right], over, true) {
                _ if by_rows(&[left, right]) => Role::Rows,
                Some(along) => Role::Gathered(along),
                None => otherwise,
            },
            Kind::Rows { of, .. } => {
                let dims = &graph.get(*of).dims;
                if dims.len() > 1 && dims[0] == size { Role::Rows } else { otherwise }
            }
            Kind::Link { .. } | Kind::Square { .. } | Kind::Pick { .. } => otherwise,
        };
        roles.push(role);
    }
    roles
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::Parts;
    use crate::calculus::{Deltas, Derivation, Goal, Request, Sigma};
    use crate::eval::tensor::schedule::Plan;
    use crate::eval::{Compiler, Root, Sizes, TensorProgram};
    use crate::network::{FreeNames, read_network};

    const NETWORKS: [(&str, &str, &[&str]); 9] = [
        (
            "a classifier on a batch, with a penalty",
            "input X : [23, 5]
             target Y : [23, 3]
             param W1 : [5, 4], b1 : [4], W2 : [4, 3], b2 : [3]
             a1 = relu(X @ W1 + b1)
             cost C = -mean(sum(Y*log_softmax(a1 @ W2 + b2), axis=1)) + sum(W1^2)/2 + sum(W2^2)/2",
            &["W1", "b1", "W2", "b2", "X"],
        ),
        (
            "samples in columns",
            "input X : [5, 24]
             target Y : [3, 24]
             param W : [3, 5]
             cost C = sqnorm(tanh(W @ X) - Y)/2",
            &["W", "X"],
        ),
        (
            "batch norm: the rows need the sums over the rows",
            "input X : [32, 5]
             target Y : [32, 3]
             param W : [5, 3], g : [3], h : [3], V : [3, 3]
             cost C = sum((batch_norm(X @ W, g, h) @ V - Y)^2)",
            &["W", "g", "h", "V", "X"],
        ),
        (
            "every sample meets every other",
            "input X : [16, 5]
             param Q : [5, 4], K : [5, 4], V : [5, 4]
             cost C = sqnorm(softmax((X @ Q) @ (X @ K).T / 2, axis=1) @ (X @ V))",
            &["Q", "K", "V", "X"],
        ),
        (
            "a batch as large as a layer",
            "input X : [16, 16]
             target Y : [16, 16]
             param W : [16, 16], V : [16, 16]
             cost C = sqnorm(relu(X @ sigma(W)) @ V - Y) + sum(X.T @ Y)",
            &["W", "V", "X"],
        ),
        (
            "one path beside another, a weight for both",
            "input X : [37, 6]
             target y : [37]
             param W : [6, 6], w : [6]
             H = tanh(X @ W) @ W + X
             cost C = sum(softplus(-y*(H @ w)))/37",
            &["W", "w", "X"],
        ),
        (
            "a gate, rows that are left over one by one, a sum of numbers apart",
            "input X : [25, 4]
             target y : [25]
             param W : [4, 3], V : [4, 3], w : [3], c
             H = sigma(X @ W) * tanh(X @ V)
             cost C = sum(softplus(H @ w)) + sum((H @ w - c*y)^2)",
            &["W", "V", "w", "c", "X"],
        ),
        (
            "sequences: rows of rows",
            "input X : [12, 3, 4]
             param W : [4, 5], v : [5]
             cost C = sum(softplus(relu(X @ W) @ v))",
            &["W", "v", "X"],
        ),
        (
            "the rows themselves are asked for, and what is between",
            "input X : [18, 4]
             param W : [4, 4]
             A = tanh(X @ W)
             B = A @ A.T @ X
             cost C = sqnorm(A @ W) + sum(B)",
            &["W", "X", "A"],
        ),
    ];

    const PLANS: [(Plan, &str); 3] = [
        (|graph, term| Parts::plan(graph, term, 16, 4), "four rows"),
        (|graph, term| Parts::plan(graph, term, 1, 1), "one row"),
        (|graph, term| Parts::plan(graph, term, 40, 5), "five rows, and more where they are narrow"),
    ];

    /// The cost and its derivatives, each a list of numbers.
    fn values(program: &TensorProgram) -> Vec<Vec<f64>> {
        let mut workspace = program.workspace::<f64>();
        for at in 0..program.inputs().len() {
            for (entry, value) in program.input_mut(&mut workspace, at).iter_mut().enumerate() {
                *value = ((entry * 7919 + at * 31) % 2003) as f64 / 1001.0 - 1.0;
            }
        }
        // Twice: a run must not depend on what the one before it left.
        program.run(&mut workspace);
        program.run(&mut workspace);
        (0..program.outputs().len()).map(|at| program.output(&workspace, at).to_vec()).collect()
    }

    #[test]
    fn in_parts_the_numbers_are_what_they_are_as_a_whole() {
        let mut divided = Vec::new();
        for (title, text, by) in NETWORKS {
            let mut network = read_network(text, FreeNames::Refused).0.expect(title);
            let cost = network.cost.expect("C");
            let by: Vec<_> = by.iter().map(|name| vec![network.find(name).expect("a name")]).collect();
            let request = Request {
                of: cost,
                by,
                max_paths: 6,
                sigma: Sigma::Activation,
                goal: Goal::Textbook,
                deltas: Deltas::Named,
            };
            let derivation = Derivation::new(&mut network, &request);
            let mut roots = vec![Root::Quantity(cost)];
            roots.extend(derivation.gradients.iter().map(|gradient| Root::Expression(gradient.simplified)));
            let of = network.name_expr(cost);
            let deltas = derivation.deltas(cost).iter();
            let symbols: Vec<_> = deltas.map(|delta| (network.arena.derivative(of, delta.by), delta.value)).collect();
            let compiler = Compiler::new(&network);
            let compiler = symbols.iter().fold(compiler, |compiler, &(symbol, value)| compiler.symbol(symbol, value));
            let sizes = Sizes::declared(&network);
            let whole = compiler.tensor_program(&roots, &sizes, false, |_, _| None).expect(title);
            let expected = values(&whole);
            for (plan, rows) in PLANS {
                for threads in [1, 2, 3, 64] {
                    let in_parts = compiler.tensor_program(&roots, &sizes, false, plan).expect(title).threads(threads);
                    let case = format!("{title}, {rows}, {threads} threads");
                    assert_eq!(in_parts.product_operations(), whole.product_operations(), "{case}");
                    for (at, (own, other)) in values(&in_parts).iter().zip(&expected).enumerate() {
                        assert_eq!(own.len(), other.len(), "{case}");
                        let largest = other.iter().fold(1.0, |largest: f64, value| largest.max(value.abs()));
                        for (own, other) in own.iter().zip(other) {
                            let near = (own - other).abs() <= 1e-12 * largest;
                            assert!(near, "{case}, output {at}: {own} for {other}");
                        }
                    }
                    divided.push((title, in_parts.repeated.is_some()));
                }
            }
        }
        // Where every row needs all rows first, nothing is divided; that the others are shows that parts ran.
        let mut whole: Vec<&str> = divided.iter().filter(|(_, parts)| !parts).map(|(title, _)| *title).collect();
        whole.dedup();
        assert_eq!(whole, ["batch norm: the rows need the sums over the rows", "every sample meets every other"]);
    }
}
