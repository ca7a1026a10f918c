//! Links whose derivative is 0: which they are, and what is said of the paths over them.
//!
//! A step such as sign(wx) depends on w, but its derivative is 0 wherever it exists: such a link is in no sweep. Other
//! links turn out to be 0 when they are simplified.

use rustc_hash::FxHashSet;

use crate::calculus::{PathProduct, Sweep};
use crate::expr::{Arena, NameId, subexpressions};
use crate::narrate::phrases::text;
use crate::network::Network;
use crate::notation::Typesetter;
use crate::notation::document::Inline;
use crate::notation::layout::{Layout, Operator, Sheet};

/// A quantity and one that its equation mentions.
type Link = (NameId, NameId);

/// The most links that are named.
const MAX_NAMED: usize = 4;

/// The links of a network whose derivative is 0 in form.
#[derive(Debug, Default)]
pub(super) struct Steps {
    links: Vec<Link>,
}

impl Steps {
    /// Finds them among the equations that the differentiated quantity depends on.
    pub(super) fn of(network: &Network, sweep: &Sweep) -> Steps {
        let mut links = Vec::new();
        for equation in &network.equations {
            let on_the_way = equation.name == sweep.of() || sweep.users(equation.name).next().is_some();
            if !on_the_way {
                continue;
            }
            let row = sweep.row(equation.name);
            let parts = subexpressions(&network.arena, equation.value);
            let named = parts.into_iter().filter_map(|part| network.arena.as_name(part));
            let missing = named.filter(|&by| row.iter().all(|partial| partial.by != by));
            links.extend(missing.map(|by| (equation.name, by)));
        }
        Steps { links }
    }

    /// Those that lie on a way down to `by`.
    pub(super) fn towards(&self, network: &Network, by: NameId) -> Vec<Link> {
        if self.links.is_empty() {
            return Vec::new();
        }
        let below = dependents(network, by);
        self.links.iter().copied().filter(|link| link.1 == by || below.contains(&link.1)).collect()
    }
}

/// The quantities that depend on `by` in some way.
fn dependents(network: &Network, by: NameId) -> FxHashSet<NameId> {
    let mut found = FxHashSet::default();
    for equation in &network.equations {
        let parts = subexpressions(&network.arena, equation.value);
        let mut named = parts.into_iter().filter_map(|part| network.arena.as_name(part));
        if named.any(|name| name == by || found.contains(&name)) {
            found.insert(equation.name);
        }
    }
    found
}

/// The links of products that turned out to be 0, each once.
pub(super) fn vanished(terms: &[PathProduct]) -> Vec<Link> {
    let mut found = Vec::new();
    for term in terms {
        let zeros = term.links.iter().zip(&term.values).filter(|(_, value)| **value == Arena::ZERO);
        for (link, _) in zeros {
            if !found.contains(&(link.of, link.by)) {
                found.push((link.of, link.by));
            }
        }
    }
    found
}

/// "∂s/∂w = 0, ∂t/∂w = 0"; nothing where there are none.
pub(super) fn equations(setter: &mut Typesetter<'_>, sheet: &mut Sheet, links: &[Link]) -> Vec<Inline> {
    let mut said = Vec::new();
    for (at, &(of, by)) in links.iter().take(MAX_NAMED).enumerate() {
        let symbol = setter.derivative(sheet, of, by);
        let equals = sheet.push(Layout::Operator(Operator::Equals));
        let zero = sheet.push(Layout::Number("0".to_owned()));
        said.extend((at > 0).then(|| text(", ")));
        said.push(Inline::Math(sheet.push(Layout::Row(vec![symbol, equals, zero]))));
    }
    said.extend((links.len() > MAX_NAMED).then(|| text(", …")));
    said
}

/// "Since ∂s/∂w = 0, the path over it gives nothing."
pub(super) fn sentence(setter: &mut Typesetter<'_>, sheet: &mut Sheet, links: &[Link], is_step: bool) -> Vec<Inline> {
    let mut sentence = vec![text("Since ")];
    sentence.extend(equations(setter, sheet, links));
    let exists = if is_step { " wherever it exists" } else { "" };
    sentence.push(text(match links.len() {
        1 => format!("{exists}, the paths over this link give nothing."),
        _ => format!("{exists}, the paths over these links give nothing."),
    }));
    sentence
}
