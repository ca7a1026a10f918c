//! What is taken where a case distinction of the user's own changes its branch.

use rustc_hash::FxHashSet;

use crate::calculus::Rule;
use crate::expr::{ExprId, Node, subexpressions};
use crate::narrate::own::Stage;
use crate::narrate::phrases::{place_words, text};
use crate::narrate::story::Story;
use crate::network::Network;
use crate::notation::Typesetter;
use crate::notation::document::Inline;
use crate::notation::layout::{Sheet, same};

/// The most places that are named.
const MAX_PLACES: usize = 4;

/// "Where the two sides of a condition are equal (z is 0), that of the branch which is chosen there is taken."
pub(super) fn sentence(
    story: &Story,
    network: &Network,
    setter: &mut Typesetter<'_>,
    sheet: &mut Sheet,
) -> Option<Vec<Inline>> {
    let mut places: Vec<Vec<Inline>> = Vec::new();
    for condition in conditions(story, network) {
        places.push(border(setter, sheet, condition));
    }
    let mut seen = FxHashSet::default();
    for function in story.own.iter().map(|partial| partial.0).filter(|&function| seen.insert(function)) {
        let Some(stage) = Stage::new(network, function) else { continue };
        let mut setter = Typesetter::new(&stage.network, setter.style());
        let call = setter.expr(sheet, stage.call);
        for id in subexpressions(&stage.network.arena, stage.definition) {
            if matches!(stage.network.arena.node(id), Node::If { .. }) {
                let mut place = border(&mut setter, sheet, id);
                place.extend([text(" in "), Inline::Math(call)]);
                places.push(place);
            }
        }
    }
    if places.is_empty() {
        return None;
    }
    let mut said: Vec<Vec<Inline>> = Vec::new();
    for place in places {
        if !said.iter().any(|other| reads_alike(sheet, other, &place)) {
            said.push(place);
        }
    }
    let places = said;
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

/// Whether two phrases read alike.
fn reads_alike(sheet: &Sheet, a: &[Inline], b: &[Inline]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|pair| match pair {
            (Inline::Math(a), Inline::Math(b)) => same(sheet, *a, *b),
            (a, b) => a == b,
        })
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

/// Where the two sides are equal: "z is 0".
fn border(setter: &mut Typesetter<'_>, sheet: &mut Sheet, condition: ExprId) -> Vec<Inline> {
    match setter.network().arena.node(condition) {
        Node::If { parts, .. } => place_words(setter, sheet, [parts[0], parts[1]]),
        _ => Vec::new(),
    }
}
