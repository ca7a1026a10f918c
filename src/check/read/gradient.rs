//! Gradients by their components: `\nabla C = (2x, 3y)`, `\nabla_w C = \begin{pmatrix} … \end{pmatrix}`.

use crate::check::claim::{Part, PartKind, Side};
use crate::check::form::Form;
use crate::diagnostic::Span;
use crate::expr::{Arena, ExprId, Factor, LabelsBuilder, NameId, NumberId, Selection};
use crate::network::Origin;
use crate::shape::Affine;
use crate::syntax::ast::Role;
use crate::syntax::latex::{Delimiter, ItemId, Kind, Relation, Tree};

use super::context::Context;
use super::lines::{Chain, Limit};
use super::side::{derivative_side, read_again};
use super::symbols::WrittenName;

/// A gradient with the components that each further side of its chain gives it.
#[derive(Clone, Debug)]
pub struct Gradient {
    /// What is differentiated.
    pub of: NameId,
    /// By what, as far as the formula says it: what may be meant, the likeliest first.
    pub variables: Vec<Vec<Component>>,
    /// Whether the formula says by what.
    pub said: bool,
    /// The components, side by side.
    pub sides: Vec<Vec<Vec<ItemId>>>,
}

/// What a component is the derivative by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Component {
    /// The quantity.
    pub by: NameId,
    /// The entry of that vector, from 1.
    pub entry: Option<usize>,
}

impl Gradient {
    /// The gradient that a chain gives by its components, if it does.
    pub fn of(context: &mut Context, tree: &Tree, chain: &Chain) -> Option<Gradient> {
        if chain.condition != Limit::Always || chain.links.iter().any(|link| *link != Relation::Equal) {
            return None;
        }
        let sides: Vec<Vec<Vec<ItemId>>> =
            chain.sides[1..].iter().map(|side| components(tree, side)).collect::<Option<_>>()?;
        let count = sides.first()?.len();
        if count < 2 || sides.iter().any(|side| side.len() != count) {
            return None;
        }
        let (sub, rest) = nabla(tree, &chain.sides[0])?;
        let of = quantity(context, tree, &rest[..1])?;
        let said = match (sub, arguments(tree, rest)) {
            (None, None) => None,
            (Some(items), _) | (None, Some(items)) => Some(listed(context, tree, &items, count)),
        };
        let variables = match &said {
            Some(said) => said.iter().cloned().collect(),
            None => unsaid(context, count),
        };
        (!variables.is_empty()).then(|| Gradient { of, variables, said: said.is_some(), sides })
    }
}

/// The subscript of a ∇ that begins a side, and what stands behind it.
fn nabla<'t>(tree: &Tree, side: &'t [ItemId]) -> Option<(Option<Vec<ItemId>>, &'t [ItemId])> {
    let (&first, rest) = side.split_first()?;
    let (base, sub) = match tree.kind(first) {
        Kind::Script { base: Some(base), sub, sup: None, primes: 0 } => (*base, *sub),
        _ => (first, None),
    };
    let is_nabla = match tree.kind(base) {
        Kind::Command(name) => &**name == "nabla",
        Kind::Symbol(sign) => *sign == '∇',
        _ => false,
    };
    let behind = rest.len() == 1 || rest.len() == 2 && matches!(tree.kind(rest[1]), Kind::Fence { .. });
    (is_nabla && behind).then(|| (sub.map(|sub| tree.row(sub).to_vec()), rest))
}

/// What stands in the brackets behind the name of a function: C(x, y).
fn arguments(tree: &Tree, rest: &[ItemId]) -> Option<Vec<ItemId>> {
    match tree.kind(*rest.get(1)?) {
        Kind::Fence { open: Delimiter::Round, body, .. } => Some(tree.row(*body).to_vec()),
        _ => None,
    }
}

/// The components in a bracket or in a matrix of one row or column, with or without a transpose.
fn components(tree: &Tree, side: &[ItemId]) -> Option<Vec<Vec<ItemId>>> {
    let [only] = side else { return None };
    let base = match tree.kind(*only) {
        Kind::Script { base: Some(base), sub: None, sup: Some(sup), primes: 0 } => {
            is_transpose(tree, tree.row(*sup)).then_some(*base)?
        }
        Kind::Script { .. } => return None,
        _ => *only,
    };
    match tree.kind(base) {
        Kind::Fence { open: Delimiter::Round | Delimiter::Square | Delimiter::Angle, body, .. } => {
            let items = tree.row(*body);
            if let [matrix] = items
                && matches!(tree.kind(*matrix), Kind::Environment { .. })
            {
                return components(tree, items);
            }
            let cut = |id: &ItemId| matches!(tree.kind(*id), Kind::Symbol(',' | ';'));
            let pieces: Vec<Vec<ItemId>> = items.split(cut).map(<[ItemId]>::to_vec).collect();
            pieces.iter().all(|piece| !piece.is_empty()).then_some(pieces)
        }
        Kind::Environment { name: "pmatrix" | "bmatrix" | "matrix" | "smallmatrix" | "array", rows } => {
            let cells: Vec<Vec<Vec<ItemId>>> = tree
                .rows(*rows)
                .map(|cells| cells.iter().map(|&cell| tree.row(cell).to_vec()).collect::<Vec<_>>())
                .filter(|cells| cells.iter().any(|cell| !cell.is_empty()))
                .collect();
            let line = cells.len() == 1 || cells.iter().all(|row| row.len() == 1);
            let pieces: Vec<Vec<ItemId>> = cells.into_iter().flatten().collect();
            (line && pieces.iter().all(|piece| !piece.is_empty())).then_some(pieces)
        }
        _ => None,
    }
}

fn is_transpose(tree: &Tree, items: &[ItemId]) -> bool {
    let [only] = items else { return false };
    match tree.kind(*only) {
        Kind::Letter('T' | 't') | Kind::Symbol('⊤') => true,
        Kind::Command(name) => matches!(&**name, "top" | "intercal" | "transpose" | "T"),
        Kind::Accent { body, .. } => is_transpose(tree, tree.row(*body)),
        Kind::Group(body) => is_transpose(tree, tree.row(*body)),
        Kind::Text(text) => text.trim() == "T",
        _ => false,
    }
}

/// The quantity that items name.
fn quantity(context: &mut Context, tree: &Tree, items: &[ItemId]) -> Option<NameId> {
    context.letters.clear();
    let (side, _) = read_again(context, tree, items, &[])?;
    match side.part(side.root()).kind {
        PartKind::Name(name) => Some(name),
        _ => None,
    }
}

/// The variables that a subscript lists: x, y, or the entries of a vector w, or w₁, w₂ for w.
fn listed(context: &mut Context, tree: &Tree, items: &[ItemId], count: usize) -> Option<Vec<Component>> {
    let items = match items {
        [only] => match tree.kind(*only) {
            Kind::Fence { body, .. } | Kind::Group(body) => tree.row(*body),
            _ => items,
        },
        _ => items,
    };
    let pieces: Vec<&[ItemId]> = items.split(|id| *tree.kind(*id) == Kind::Symbol(',')).collect();
    if let [only] = pieces.as_slice() {
        return match quantity(context, tree, only) {
            Some(name) => entries(context, name, count),
            None => family(context, tree, only, count),
        };
    }
    let whole: Option<Vec<Component>> =
        pieces.into_iter().map(|piece| Some(Component { by: quantity(context, tree, piece)?, entry: None })).collect();
    whole.filter(|whole| whole.len() == count)
}

/// The entries of a vector of so many.
fn entries(context: &Context, name: NameId, count: usize) -> Option<Vec<Component>> {
    let [dim] = context.dims_of(name)[..] else { return None };
    let length = context.network.arena.shapes().known(dim).and_then(|length| usize::try_from(length).ok());
    (length == Some(count)).then(|| (1..=count).map(|entry| Component { by: name, entry: Some(entry) }).collect())
}

/// The quantities w₁, w₂, …, where only w is named.
fn family(context: &Context, tree: &Tree, items: &[ItemId], count: usize) -> Option<Vec<Component>> {
    let [only] = items else { return None };
    let written = WrittenName::of(tree, *only).filter(|name| name.sub.is_none() && name.sup.is_none())?;
    let network = &context.network;
    let mut members: Vec<(i64, NameId)> = Vec::new();
    for name in (0..context.own_names() as u32).map(NameId) {
        let quantity = network.quantity(name);
        let number = match quantity.indices.as_ref() {
            [] => quantity.stem.strip_prefix(written.base.as_str()).and_then(|digits| digits.parse().ok()),
            [index] if *quantity.stem == *written.base => Some(*index),
            _ => None,
        };
        members.extend(number.map(|number| (number, name)));
    }
    members.sort_unstable();
    let components = members.into_iter().map(|(_, by)| Component { by, entry: None });
    Some(components.collect::<Vec<_>>()).filter(|members| members.len() == count)
}

/// What a gradient may be taken by that does not say it: the parameters, the inputs, all leaves; so many of them.
fn unsaid(context: &Context, count: usize) -> Vec<Vec<Component>> {
    let all = |wanted: &dyn Fn(Role) -> bool| -> Vec<NameId> {
        let is_wanted = |name: &NameId| match context.network.quantity(*name).origin {
            Origin::Leaf(role) => wanted(role),
            _ => false,
        };
        (0..context.own_names() as u32).map(NameId).filter(is_wanted).collect()
    };
    let mut found: Vec<Vec<Component>> = Vec::new();
    let groups = [
        all(&|role| role == Role::Param),
        all(&|role| role == Role::Input),
        all(&|role| matches!(role, Role::Param | Role::Input)),
        all(&|_| true),
    ];
    for group in groups {
        let components = match group.as_slice() {
            [only] => entries(context, *only, count),
            _ => Some(group.iter().map(|&by| Component { by, entry: None }).collect::<Vec<_>>()),
        };
        if let Some(components) = components.filter(|components| components.len() == count)
            && !found.contains(&components)
        {
            found.push(components);
        }
    }
    found
}

/// The side that a component should be equal to.
pub fn component_side(context: &mut Context, of: NameId, component: Component, span: Span) -> Side {
    let Some(entry) = component.entry else { return derivative_side(context, of, component.by, span) };
    let whole = context.partial(of, component.by);
    let expr = picked(&mut context.network.arena, whole, entry);
    let kind = PartKind::Made;
    Side { expr, direct: None, parts: vec![Part { kind, children: Vec::new(), span, expr, form: Form::SCALAR }] }
}

/// An entry of a vector.
fn picked(arena: &mut Arena, vector: ExprId, entry: usize) -> ExprId {
    let [dim] = arena.dims(vector)[..] else { return vector };
    let pick = Selection { coefficients: vec![1], offset: Affine::constant(-(entry as i64)) };
    let pick = arena.selection(pick, &[dim]);
    let mut builder = LabelsBuilder::default();
    let label = builder.label(dim);
    builder.factor(&[label]).factor(&[label]);
    let factors = [Factor::plain(vector), Factor::plain(pick)];
    arena.contraction(NumberId::ONE, &factors, &builder.out(&[]))
}
