//! Where numbers of tensors go wrong: overflow, division by zero, arguments outside a domain, kinks, with the entry.
//!
//! Takes a program compiled with everything kept, after a run; gives each trouble once an operation, where it begins.

use std::collections::BTreeSet;

use crate::eval::tensor::graph::{Kind, MapOperation, NodeId, SquareFunction, View, strides};
use crate::eval::tensor::program::Instruction;
use crate::eval::tensor::{TensorProgram, Workspace, unravel};
use crate::eval::trouble::{Closeness, ROUNDING, STEP, Trouble, TroubleKind};
use crate::function::{Domain, FunctionRef};
use crate::network::Network;

/// The troubles after a run of a program that keeps everything.
pub fn tensor_troubles(network: &Network, program: &TensorProgram, workspace: &Workspace<f64>) -> Vec<Trouble> {
    let finder = Finder { network, program, workspace };
    let begin = |step: &Instruction| Some((step.to, finder.trouble(step.to)?));
    let mut begun: Vec<(NodeId, Trouble)> = program.instructions.iter().filter_map(begin).collect();
    if !begun.is_empty() {
        let readers = finder.readers();
        begun.retain(|(node, _)| finder.is_taken(*node, &readers));
    }
    let mut found: Vec<Trouble> = begun.into_iter().map(|(_, trouble)| trouble).collect();
    found.extend(program.kinks.iter().filter_map(|kink| {
        let zeros = program.data(workspace, kink.zero);
        let size = finder.size(kink.zero);
        let finite = zeros.iter().enumerate().filter(|(_, value)| value.is_finite());
        let (at, &value) = finite.min_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))?;
        let closeness = match value.abs() {
            distance if distance <= ROUNDING * size(at) => Closeness::On,
            distance if distance <= STEP * size(at) => Closeness::Near,
            _ => return None,
        };
        let kind = TroubleKind::Kink { function: kink.name, convention: kink.convention, closeness };
        let entry = unravel(at, &program.graph.get(kink.zero).dims);
        Some(Trouble { kind, source: kink.source, value, operands: Vec::new(), entry })
    }));
    found
}

struct Finder<'a> {
    network: &'a Network,
    program: &'a TensorProgram,
    workspace: &'a Workspace<f64>,
}

impl Finder<'_> {
    fn data(&self, node: NodeId) -> &[f64] {
        self.program.data(self.workspace, node)
    }

    /// For each entry of what is 0 at a kink, how large what was compared is.
    fn size(&self, zero: NodeId) -> impl Fn(usize) -> f64 + '_ {
        let node = self.program.graph.get(zero);
        move |at| {
            let own = self.data(zero).get(at).map_or(0.0, |value| value.abs());
            match &node.kind {
                Kind::Map { operation: MapOperation::Add | MapOperation::Subtract, operands } => {
                    let values = operands.iter().map(|view| self.operand(view, &node.dims, at).abs());
                    values.fold(own, f64::max)
                }
                Kind::Matmul { left, right, .. } => {
                    let largest = |view: &View| self.data(view.node).iter().fold(0.0, |m: f64, v| m.max(v.abs()));
                    own.max(largest(left) * largest(right))
                }
                _ => own,
            }
        }
    }

    /// The entry of an operand that goes into entry number `at` of a result over the same space.
    fn operand(&self, view: &View, dims: &[usize], at: usize) -> f64 {
        let strides = strides(&self.program.graph, view, dims.len());
        let place: usize = unravel(at, dims).iter().zip(strides).map(|(index, stride)| index * stride).sum();
        self.data(view.node)[place]
    }

    /// For each node the nodes that are computed from it.
    fn readers(&self) -> Vec<Vec<NodeId>> {
        let mut readers = vec![Vec::new(); self.program.graph.nodes.len()];
        for step in &self.program.instructions {
            for operand in self.program.graph.get(step.to).operands() {
                readers[operand.0 as usize].push(step.to);
            }
        }
        readers
    }

    fn is_finite(&self, node: NodeId) -> bool {
        self.data(node).iter().all(|value| value.is_finite())
    }

    /// Whether numbers that are not finite go anywhere but into branches that no case distinction takes.
    fn is_taken(&self, from: NodeId, readers: &[Vec<NodeId>]) -> bool {
        let (mut open, mut seen) = (vec![from], BTreeSet::from([from]));
        while let Some(node) = open.pop() {
            if readers[node.0 as usize].is_empty() || self.program.outputs().iter().any(|port| port.node == node) {
                return true;
            }
            for &reader in &readers[node.0 as usize] {
                match &self.program.graph.get(reader).kind {
                    Kind::Map { operation: MapOperation::Select(_), operands } => {
                        let compared = operands[..2].iter().any(|view| view.node == node);
                        if compared || !self.is_finite(reader) {
                            return true;
                        }
                    }
                    Kind::Map { .. } if !self.is_finite(reader) => {
                        if seen.insert(reader) {
                            open.push(reader);
                        }
                    }
                    _ => return true,
                }
            }
        }
        false
    }

    /// The first entry that is not finite though all that it is computed from is.
    fn trouble(&self, to: NodeId) -> Option<Trouble> {
        let node = self.program.graph.get(to);
        let values = self.data(to);
        let (at, operands) = match &node.kind {
            Kind::Map { operands, .. } => {
                let bad = values.iter().enumerate().filter(|(_, value)| !value.is_finite());
                let begins = bad.map(|(at, _)| {
                    let from = operands.iter().map(|view| self.operand(view, &node.dims, at));
                    (at, from.collect::<Vec<f64>>())
                });
                let mut begins = begins.filter(|(_, operands)| operands.iter().all(|operand| operand.is_finite()));
                begins.next()?
            }
            _ => {
                let at = values.iter().position(|value| !value.is_finite())?;
                let all_finite = |of: &NodeId| self.data(*of).iter().all(|value| value.is_finite());
                if !node.operands().iter().all(all_finite) {
                    return None;
                }
                (at, Vec::new())
            }
        };
        let kind = self.classify(&node.kind, &operands, values[at]);
        Some(Trouble { kind, source: node.source, value: values[at], operands, entry: unravel(at, &node.dims) })
    }

    fn classify(&self, kind: &Kind, operands: &[f64], value: f64) -> TroubleKind {
        let domain = |domain: Domain, function: &'static str| {
            (!domain.contains(operands)).then(|| TroubleKind::Domain { function, condition: domain.condition() })
        };
        let named = match kind {
            Kind::Map { operation: MapOperation::Divide, .. } if operands.get(1) == Some(&0.0) => {
                Some(TroubleKind::DivisionByZero)
            }
            Kind::Map { operation: MapOperation::Power(exponent), .. } if *exponent < 0 && operands[0] == 0.0 => {
                Some(TroubleKind::DivisionByZero)
            }
            Kind::Map { operation: MapOperation::Root, .. } if operands[0] < 0.0 => {
                Some(TroubleKind::Domain { function: "sqrt", condition: Domain::NonNegative.condition() })
            }
            Kind::Map { operation: MapOperation::Unary(function) | MapOperation::Binary(function), .. } => {
                match self.network.functions.get(*function) {
                    FunctionRef::Table(entry) => domain(entry.domain, entry.name),
                    FunctionRef::User(_) => None,
                }
            }
            Kind::Square { function: SquareFunction::Inverse, .. } => {
                Some(TroubleKind::Domain { function: "inv", condition: "the matrix must not be singular" })
            }
            Kind::Square { function: SquareFunction::LogDeterminant, .. } => {
                Some(TroubleKind::Domain { function: "logdet", condition: "the determinant must be positive" })
            }
            _ => None,
        };
        match named {
            Some(kind) => kind,
            None if value.is_nan() => TroubleKind::NotANumber,
            None => TroubleKind::Overflow,
        }
    }
}
