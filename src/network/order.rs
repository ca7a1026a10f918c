//! Sorting the equations by what they use, and finding what nothing uses.

use crate::expr::{NameId, Postorder};
use crate::network::{Network, Origin};

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Entered,
    Done,
}

/// Puts every equation after those that it uses, else in the order of the file. There are no cycles.
pub(super) fn sort_equations(network: &mut Network) {
    let count = network.equations.len();
    let mut walk = Postorder::default();
    let mut nodes = Vec::new();
    let mut state = vec![State::New; count];
    let mut order: Vec<usize> = Vec::with_capacity(count);
    let mut uses: Vec<u32> = Vec::new();
    // Each frame: the equation, and where its uses begin on the shared stack of uses.
    let mut frames: Vec<(usize, usize)> = Vec::new();
    for root in 0..count {
        if state[root] != State::New {
            continue;
        }
        enter(network, root, &mut walk, &mut nodes, &mut uses, &mut frames, &mut state);
        while let Some(&(equation, base)) = frames.last() {
            if uses.len() == base {
                state[equation] = State::Done;
                order.push(equation);
                frames.pop();
                continue;
            }
            let Some(used) = uses.pop() else { break };
            match state[used as usize] {
                State::Done | State::Entered => {}
                State::New => {
                    enter(network, used as usize, &mut walk, &mut nodes, &mut uses, &mut frames, &mut state);
                }
            }
        }
    }
    let equations = order.iter().map(|&at| network.equations[at]).collect();
    network.equations = equations;
    for (at, equation) in network.equations.iter().enumerate() {
        network.quantities[equation.name.0 as usize].origin = Origin::Equation(at as u32);
    }
}

fn enter(
    network: &Network,
    equation: usize,
    walk: &mut Postorder,
    nodes: &mut Vec<crate::expr::ExprId>,
    uses: &mut Vec<u32>,
    frames: &mut Vec<(usize, usize)>,
    state: &mut [State],
) {
    state[equation] = State::Entered;
    frames.push((equation, uses.len()));
    walk.collect(&network.arena, &[network.equations[equation].value], nodes);
    for &node in nodes.iter().rev() {
        if let Some(name) = network.arena.as_name(node)
            && let Origin::Equation(used) = network.quantity(name).origin
        {
            uses.push(used);
        }
    }
}

/// Lists the quantities that nothing uses; the only one is the cost if none is marked.
pub(super) fn find_outputs(network: &mut Network) {
    let mut used = vec![false; network.quantities.len()];
    let mut walk = Postorder::default();
    let mut nodes = Vec::new();
    for equation in &network.equations {
        walk.collect(&network.arena, &[equation.value], &mut nodes);
        for name in nodes.iter().filter_map(|&node| network.arena.as_name(node)) {
            used[name.0 as usize] = true;
        }
    }
    let names = network.equations.iter().map(|equation| equation.name);
    network.outputs = names.filter(|name: &NameId| !used[name.0 as usize]).collect();
    if network.cost.is_none()
        && let [only] = network.outputs[..]
    {
        network.cost = Some(only);
    }
}
