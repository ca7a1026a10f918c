//! Gradients by their components, each judged by itself: `\nabla C = (2x, 3y)`.

use super::claim::{Claim, Equality, Partial};
use super::decide::Details;
use super::judge::{Judge, Judgement, weaker};
use super::layouts::Read;
use super::read::{Chain, Component, Gradient, component_side, read_side};
use super::verdict::Ground;
use crate::expr::Reach;
use crate::syntax::latex::{ItemId, Kind, Tree};

/// Of more components the order is not varied.
const MAX_VARIED: usize = 4;

impl Judge {
    /// Judges a gradient whose components are written; nothing for any other chain. Where it is not said by what it is
    /// taken it is wrong only if it is so by all that may be meant, in every order.
    pub(super) fn by_components(
        &mut self,
        (tree, chain): (&Tree, &Chain),
        source: &str,
        layout: Option<&str>,
    ) -> Option<Read> {
        let gradient = Gradient::of(&mut self.context, tree, chain)?;
        let mut first = None;
        for variables in &gradient.variables {
            let details = if first.is_none() { self.options.details } else { Details::OfRight };
            let found =
                self.with_details(details, |judge| judge.in_components(&gradient, variables, tree, (source, layout)));
            let is_right = matches!(found, Judgement::Right { .. });
            if is_right || first.is_none() {
                first = Some(found);
            }
            if is_right {
                break;
            }
        }
        let found = first?;
        if gradient.said || !matches!(found, Judgement::Wrong(_)) {
            return Some(Read::Judged(found));
        }
        let other =
            self.with_details(Details::OfRight, |judge| judge.in_another_order(&gradient, tree, (source, layout)));
        Some(Read::Judged(other.unwrap_or(found)))
    }

    /// What a gradient is that is right with its variables in another order, which it does not say.
    fn in_another_order(
        &mut self,
        gradient: &Gradient,
        tree: &Tree,
        written: (&str, Option<&str>),
    ) -> Option<Judgement> {
        for variables in gradient.variables.iter().filter(|variables| variables.len() <= MAX_VARIED) {
            for order in orders(variables.len()) {
                let varied: Vec<Component> = order.iter().map(|&at| variables[at]).collect();
                let found = self.in_components(gradient, &varied, tree, written);
                if let Judgement::Right { ground, mut notes } = found {
                    let names: Vec<String> = varied.iter().map(|&component| self.variable(component)).collect();
                    let names = names.join(", ");
                    if says_its_order(gradient, tree) {
                        notes.push(format!("by {names}, in this order"));
                        return Some(Judgement::Right { ground, notes });
                    }
                    let reason =
                        format!("it is the gradient by {names} in this order, and the formula does not say by what");
                    return Some(Judgement::Undecided(reason));
                }
            }
        }
        None
    }

    /// Judges each component as the derivative by its variable.
    fn in_components(
        &mut self,
        gradient: &Gradient,
        variables: &[Component],
        tree: &Tree,
        (source, layout): (&str, Option<&str>),
    ) -> Judgement {
        let (mut ground, mut all) = (Ground::Proved, Vec::new());
        let mut open = None;
        for side in &gradient.sides {
            for (at, (items, &component)) in side.iter().zip(variables).enumerate() {
                let found = self.judge_side(source, layout, &mut |context| {
                    let span = tree.span(items[0]).to(tree.span(items[items.len() - 1]));
                    context.letters.clear();
                    let right = read_side(context, tree, items, false)?;
                    let left = component_side(context, gradient.of, component, span);
                    let whole = component.entry.is_none();
                    let wrt = whole.then_some(Partial { of: gradient.of, by: component.by, reach: Reach::Total });
                    let (relation, bound, slips, names) = (Equality::Exact, Vec::new(), Vec::new(), Vec::new());
                    Ok(Claim { left, right, relation, span, wrt, bound, slips, link: 0, names })
                });
                match found {
                    Judgement::Right { ground: own, notes } => {
                        ground = weaker(ground, own);
                        all.extend(notes);
                    }
                    Judgement::Wrong(mut mistake) => {
                        let variable = self.variable(component);
                        mistake.notes.insert(0, format!("it is component {}, the derivative by {variable}", at + 1));
                        return Judgement::Wrong(mistake);
                    }
                    other => open = open.or(Some(other)),
                }
            }
        }
        all.dedup();
        open.unwrap_or(Judgement::Right { ground, notes: all })
    }

    /// The variable of a component in words.
    fn variable(&self, component: Component) -> String {
        let name = self.context.network.spelling(component.by);
        match component.entry {
            Some(entry) => format!("{name}[{entry}]"),
            None => name,
        }
    }
}

/// Whether each component is written as a derivative, so that the formula itself says by what it is.
fn says_its_order(gradient: &Gradient, tree: &Tree) -> bool {
    let is_derivative = |items: &Vec<ItemId>| match items.as_slice() {
        [only] => matches!(tree.kind(*only), Kind::Fraction { .. }),
        _ => false,
    };
    gradient.sides.first().is_some_and(|side| side.iter().all(is_derivative))
}

/// All orders of so many things but the given one.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..count {
        all = all
            .iter()
            .flat_map(|order| {
                let further = (0..count).filter(|at| !order.contains(at));
                further.map(|at| [order.as_slice(), &[at]].concat()).collect::<Vec<_>>()
            })
            .collect();
    }
    all.retain(|order| order.windows(2).any(|pair| pair[0] > pair[1]));
    all
}
