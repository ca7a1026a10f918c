//! Claims in the network language: `dC/dW = 2*(A@x - b).T @ A`, with all its operators, reductions and shapes.
//!
//! `cut` finds the sides and their derivatives, `tree` makes parts of what the network's own reader gives.

mod cut;
mod tree;

use crate::check::claim::{Claim, Equality, PartKind, Side};
use crate::check::form::Form;
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{ExprId, NameId, Operand};
use crate::network::{Network, Origin, Outer};
use crate::shape::Dim;
use crate::syntax::ast::{Ast, AstId, AstNode, Symbol};
use crate::syntax::latex::{self, Macros, Places};

use super::context::Context;
use super::equation::wrt;
use super::parser::Result;
use super::side::{derivative_side, read_side};

/// A chain of equalities of which at least one side is in the network language.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// The text.
    text: String,
    sides: Vec<Written>,
    /// Whether it has signs that LaTeX lacks.
    pub strict: bool,
}

/// A side as it is written.
#[derive(Clone, Debug)]
enum Written {
    /// In LaTeX, from this byte on.
    Latex(String, usize),
    /// In the network language, from this byte on.
    Plain { ast: Box<Ast>, id: AstId, slopes: Vec<Slope>, start: usize },
}

/// A derivative in a side: `dC/dW`, or `dW` for that of the cost.
#[derive(Clone, Debug)]
struct Slope {
    /// The name that stands for it in the tree.
    symbol: Symbol,
    of: NameId,
    by: NameId,
    /// Whether only `dW` is written.
    short: bool,
    /// Whether brackets follow that pick entries of it.
    indexed: bool,
}

/// Cuts a text into sides; nothing if none of them is in the network language, an error if one with its signs cannot be
/// parsed.
pub fn sentence(network: &Network, text: &str, of: Option<NameId>) -> Option<Result<Sentence>> {
    cut::sentence(network, text, of)
}

impl Sentence {
    /// How many sides it has.
    pub fn sides(&self) -> usize {
        self.sides.len()
    }

    /// The name that stands alone on the left, with its place.
    pub fn left_name(&self) -> Option<(String, Span)> {
        let Some(Written::Plain { ast, id, start, slopes }) = self.sides.first() else { return None };
        let AstNode::Name(symbol) = *ast.node(*id) else { return None };
        let is_slope = slopes.iter().any(|slope| slope.symbol == symbol);
        (!is_slope).then(|| (ast.text(symbol).to_owned(), shifted(ast.span(*id), *start)))
    }

    /// The same without its first side.
    pub fn rest(&self) -> Sentence {
        Sentence { sides: self.sides[1..].to_vec(), ..self.clone() }
    }

    /// Whether it may speak of differentials: `dz = W @ dx`, where what is on the left follows from what is on the right.
    pub fn may_be_forward(&self, context: &mut Context) -> bool {
        let short = |side: &Written| match side {
            Written::Plain { slopes, .. } => slopes.iter().filter(|slope| slope.short).map(|slope| slope.by).collect(),
            Written::Latex(..) => Vec::new(),
        };
        let mut sides = self.sides.iter().map(short);
        let left: Vec<NameId> = sides.next().unwrap_or_default();
        let right: Vec<NameId> = sides.flatten().collect();
        let zero = crate::expr::Arena::ZERO;
        left.iter().any(|&of| right.is_empty() || right.iter().any(|&by| context.partial(of, by) != zero))
            && left.iter().any(|&of| context.network.definition(of).is_some())
    }

    /// All sides as one chain of claims, derivatives in the layout of now.
    ///
    /// # Errors
    /// What cannot be read; code `shape` where shapes do not fit.
    pub fn claims(&self, context: &mut Context, outer: Outer) -> Result<Vec<Claim>> {
        let mut sides = Vec::with_capacity(self.sides.len());
        for written in &self.sides {
            sides.push(self.side(context, written, outer)?);
        }
        let pairs = sides.windows(2).enumerate();
        pairs.map(|(link, pair)| claim(context, link, [&pair[0], &pair[1]])).collect()
    }

    /// A right side alone as the derivative that it should be.
    ///
    /// # Errors
    /// As for claims.
    pub fn derivative(&self, context: &mut Context, of: NameId, by: NameId, outer: Outer) -> Result<Vec<Claim>> {
        let [only] = self.sides.as_slice() else {
            return Err(Diagnostic::error("unreadable", "a right side alone is wanted, not an equation"));
        };
        let right = self.side(context, only, outer)?;
        let mut left = derivative_side(context, of, by, right.span());
        stand(context, &mut left);
        Ok(vec![claim(context, 0, [&left, &right])?])
    }

    /// The value of its only side.
    ///
    /// # Errors
    /// As for claims.
    pub fn value(&self, context: &mut Context, outer: Outer) -> Result<Side> {
        let Some(first) = self.sides.first() else {
            return Err(Diagnostic::error("unreadable", "one side of this equation is missing"));
        };
        self.side(context, first, outer)
    }

    fn side(&self, context: &mut Context, written: &Written, outer: Outer) -> Result<Side> {
        match written {
            Written::Latex(text, start) => {
                let tree = latex::read(text, &Places::at(*start), &Macros::default())?;
                let mut side = read_side(context, &tree, tree.row(tree.root()), false)?;
                stand(context, &mut side);
                Ok(side)
            }
            Written::Plain { ast, id, slopes, start } => {
                let given = self.slopes(context, slopes, Span::new(*start, *start + ast.source.len()));
                let knows: Vec<bool> =
                    (0..context.network.quantities.len() as u32).map(|at| can_be_named(context, NameId(at))).collect();
                let knows = |name: NameId| knows.get(name.0 as usize).copied().unwrap_or(false);
                let lowered = context
                    .network
                    .lower_expression((ast, *id), &given, outer, knows)
                    .map_err(|errors| self.first_error(ast, errors, *start))?;
                Ok(tree::side(context, (ast, *start), &lowered, slopes))
            }
        }
    }

    /// What the derivatives of a side are.
    fn slopes(&self, context: &mut Context, slopes: &[Slope], span: Span) -> Vec<(Symbol, ExprId)> {
        let value = |slope: &Slope| match slope.indexed {
            true => (slope.symbol, context.partial(slope.of, slope.by)),
            false => (slope.symbol, derivative_side(context, slope.of, slope.by, span).expr),
        };
        slopes.iter().map(value).collect()
    }

    /// The first error, with its places in the whole text and the derivatives as they are written.
    fn first_error(&self, ast: &Ast, errors: Vec<Diagnostic>, start: usize) -> Diagnostic {
        let first = errors.into_iter().find(Diagnostic::is_error);
        let mut error = first.unwrap_or_else(|| Diagnostic::error("unreadable", "this has no value"));
        let text = &self.text[start..];
        error.message = cut::as_written(&error.message, &ast.source, text);
        error.hint = error.hint.as_deref().map(|hint| cut::as_written(hint, &ast.source, text));
        for label in &mut error.labels {
            label.span = shifted(label.span, start);
        }
        error
    }
}

/// Quantities that a text can name: none that stands for any number, no derivative.
fn can_be_named(context: &Context, name: NameId) -> bool {
    !context.is_letter(name) && !matches!(context.network.quantity(name).origin, Origin::Partial { .. })
}

fn shifted(span: Span, start: usize) -> Span {
    Span::new(span.start as usize + start, span.end as usize + start)
}

/// Gives a side the rows and columns that values of the network language have: vectors stand neither way.
fn stand(context: &Context, side: &mut Side) {
    let form = Form::of(context.network.arena.dims(side.expr), false);
    if let Some(last) = side.parts.last_mut() {
        last.form = form;
    }
}

/// Two sides as a claim; axes of size 1 count for nothing.
fn claim(context: &mut Context, link: usize, sides: [&Side; 2]) -> Result<Claim> {
    let [mut left, mut right] = sides.map(Side::clone);
    let dims = |context: &Context, side: &Side| context.network.arena.dims(side.expr).to_vec();
    let (l, r) = (dims(context, &left), dims(context, &right));
    let shapes = context.network.arena.shapes();
    let alike = l.len() == r.len() && l.iter().zip(&r).all(|(&a, &b)| shapes.same(a, b));
    if !alike {
        squeeze(context, &mut left);
        squeeze(context, &mut right);
        let (l, r) = (dims(context, &left), dims(context, &right));
        if l.len().max(r.len()) > 2 && l != r && !l.is_empty() && !r.is_empty() {
            let words =
                [&l, &r].map(|dims| dims.iter().map(|&dim| context.size_text(dim)).collect::<Vec<_>>().join(", "));
            let message = format!("the left side is [{}], the right side [{}]", words[0], words[1]);
            return Err(Diagnostic::error("shape", message).at(right.span(), ""));
        }
    }
    let names = [&left, &right].into_iter().flat_map(|side| &side.parts);
    let names = names.filter_map(|part| match part.kind {
        PartKind::Name(name) => Some((name, part.span)),
        _ => None,
    });
    Ok(Claim {
        names: names.collect(),
        relation: Equality::Exact,
        span: left.span().to(right.span()),
        wrt: wrt(&left),
        bound: Vec::new(),
        slips: Vec::new(),
        link,
        left,
        right,
    })
}

/// Takes the axes of size 1 away.
fn squeeze(context: &mut Context, side: &mut Side) {
    let dims = context.network.arena.dims(side.expr).to_vec();
    let single: Vec<usize> = (0..dims.len()).filter(|&axis| dims[axis] == Dim::Known(1)).collect();
    if single.is_empty() {
        return;
    }
    side.expr = context.network.arena.sum_over(side.expr, &single);
    let (span, expr) = (side.span(), side.expr);
    let root = side.root();
    let form = Form::of(context.network.arena.dims(expr), false);
    side.parts.push(crate::check::claim::Part { kind: PartKind::Made, children: vec![root], span, expr, form });
}

/// The axes of an operand that its expression has.
fn real_axes(operand: &Operand) -> usize {
    operand.real_dims().len()
}
