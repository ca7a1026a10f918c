//! What is taken where a case distinction of the user's own changes its branch.

use rustc_hash::FxHashSet;

use crate::calculus::Rule;
use crate::expr::{ExprId, Node, subexpressions};
use crate::narrate::own::Stage;
use crate::narrate::phrases::text;
use crate::narrate::story::Story;
use crate::network::Network;
use crate::notation::Typesetter;
use crate::notation::document::Inline;
use crate::notation::layout::{Layout, LayoutId, Operator, Sheet};

/// The most places that are named.
const MAX_PLACES: usize = 4;

/// "Where the two sides of a condition are equal (z = 0), that of the branch that holds there is taken."
pub(super) fn sentence(
    story: &Story,
    network: &Network,
    setter: &mut Typesetter<'_>,
    sheet: &mut Sheet,
) -> Option<Vec<Inline>> {
    let mut places: Vec<Vec<Inline>> = Vec::new();
    for condition in conditions(story, network) {
        places.push(vec![Inline::Math(border(setter, sheet, condition))]);
    }
    let mut seen = FxHashSet::default();
    for function in story.own.iter().map(|partial| partial.0).filter(|&function| seen.insert(function)) {
        let Some(stage) = Stage::new(network, function) else { continue };
        let mut setter = Typesetter::new(&stage.network, setter.style());
        let call = setter.expr(sheet, stage.call);
        for id in subexpressions(&stage.network.arena, stage.definition) {
            if matches!(stage.network.arena.node(id), Node::If { .. }) {
                let place = border(&mut setter, sheet, id);
                places.push(vec![Inline::Math(place), text(" in "), Inline::Math(call)]);
            }
        }
    }
    if places.is_empty() {
        return None;
    }
    let left_out = places.len() > MAX_PLACES;
    let mut sentence = vec![text("Where the two sides of a condition are equal (")];
    for (at, place) in places.into_iter().take(MAX_PLACES).enumerate() {
        sentence.extend((at > 0).then(|| text(", ")));
        sentence.extend(place);
    }
    sentence.extend(left_out.then(|| text(", …")));
    sentence
        .push(text("), there may be no derivative; that of the branch which is chosen there is taken, by convention."));
    Some(sentence)
}

/// The case distinctions of scalars that were differentiated, each once.
fn conditions(story: &Story, network: &Network) -> Vec<ExprId> {
    let mut found = Vec::new();
    for link in &story.locals {
        let Some(worked) = story.worked.get(&(link.of, link.by)) else { continue };
        for &(rule, expr) in worked.lines.iter().flat_map(|line| &line.rules) {
            let is_new = rule == Rule::Piecewise && network.arena.shape(expr).is_scalar() && !found.contains(&expr);
            found.extend(is_new.then_some(expr));
        }
    }
    found
}

/// Where the two sides are equal: z = 0.
fn border(setter: &mut Typesetter<'_>, sheet: &mut Sheet, condition: ExprId) -> LayoutId {
    let parts = match setter.network().arena.node(condition) {
        Node::If { parts, .. } => [parts[0], parts[1]],
        _ => [condition; 2],
    };
    let [left, right] = parts.map(|side| setter.expr(sheet, side));
    let equals = sheet.push(Layout::Operator(Operator::Equals));
    sheet.push(Layout::Row(vec![left, equals, right]))
}
