//! What is wrong with a formula that has no value as it is written, or that no edit of the truth explains: edits of its
//! own text, each read and judged.
//!
//! Takes a side in LaTeX and the truth; gives the first edit with which the side is proved equal to the truth. So the
//! right formula is in the author's own hand.

mod atoms;
mod edits;
mod indices;
mod joints;
mod respell;
mod splices;
mod strokes;
mod written;

use atoms::TRANSPOSES;
pub(super) use atoms::with_size;
use edits::{Said, TextEdit, edits};
pub(super) use respell::{Explained, respelled};
use written::without_doubled;

use std::collections::VecDeque;

use super::claim::{Part, PartId, PartKind, Side};
use super::decide::{DecideOptions, decide};
use super::diagnose::{Kind, Trial, shown};
use super::judge::Diagnosis;
use super::read::{Context, read_again, spelling_of_latex, tree_of};
use super::verdict::Verdict;
use super::wording::printed;
use crate::diagnostic::Span;
use crate::expr::{Arena, ExprId, NameId};
use crate::network::Origin;
use crate::notation::Style;
use crate::syntax::latex::{Macros, Tree};

/// The most edits of one side that are read.
const MAX_EDITS: usize = 600;
/// The most edits that are handed to the checker.
const MAX_CONFIRMED: usize = 3;
/// The longest text that is edited, in bytes.
const MAX_LENGTH: usize = 2_000;

/// A side that is wrong, and what it should be.
pub(super) struct Wrong<'a> {
    /// Its text.
    pub text: &'a str,
    /// Where the text begins in the document.
    pub start: u32,
    /// The values of general indices.
    pub bound: &'a [(String, i64)],
    /// The first side of its chain.
    pub left: &'a Side,
    /// What it should be.
    pub truth: ExprId,
    /// The same for other values of the general indices.
    pub elsewhere: Vec<(Vec<(String, i64)>, ExprId)>,
    /// How a transpose is written.
    pub transpose: &'a str,
}

/// What was found out.
pub(super) struct Mended {
    /// What is wrong.
    pub diagnosis: Diagnosis,
    /// The text with the mistake mended.
    pub text: String,
}

/// The edit of the text with which a side is right.
pub(super) fn mend(context: &mut Context, wrong: &Wrong<'_>, options: &DecideOptions) -> Option<Mended> {
    if wrong.text.len() > MAX_LENGTH {
        return None;
    }
    let tree = parsed(context, wrong.text)?;
    let letters = context.letters.clone();
    let counted = counted(wrong.text, wrong.bound);
    let mut others = |name: &str| match neighbours(name, &counted) {
        general if !general.is_empty() => general,
        _ => confusions(context, name),
    };
    let free = free_letters(context);
    let mut edits = edits((&tree, wrong.text), wrong.transpose, &free, &mut others);
    if !context.has_tensors() {
        // Scalars have no shapes, and edits of the truth find names and factors.
        let of_strokes = [
            Kind::Sign,
            Kind::Bracket,
            Kind::InvertedFactor,
            Kind::MissingFactor,
            Kind::DoubledFactor,
            Kind::NotDifferentiated,
        ];
        edits.retain(|edit| of_strokes.contains(&edit.kind));
    }
    edits.truncate(MAX_EDITS);
    let mut trial = Trial::new(&mut context.network, wrong.truth);
    let spread = side(context, wrong.text, wrong.bound).map_or(0, |own| spreads(&own));
    let mut confirmed = 0;
    let mut found = None;
    let mut spreading: VecDeque<TextEdit> = VecDeque::new();
    let mut edits = edits.into_iter();
    // What spreads a vector is tried when nothing else is right.
    while let Some((edit, is_last)) =
        edits.next().map(|edit| (edit, false)).or_else(|| spreading.pop_front().map(|edit| (edit, true)))
    {
        let text = edit.made(wrong.text);
        context.letters.clone_from(&letters);
        let Some(side) = side(context, &text, wrong.bound) else { continue };
        let fits = side.form().same(wrong.left.form(), context.network.arena.shapes());
        if !fits || has_idle_derivative(&side) || !trial.is_near(&mut context.network, side.expr) {
            continue;
        }
        if !is_last && spreads(&side) > spread {
            let is_sign = matches!(edit.said, Said::Entrywise | Said::Shifted(_));
            spreading.extend((!is_sign).then_some(edit));
            continue;
        }
        confirmed += 1;
        let is_right =
            matches!(decide(&mut context.network, side.expr, wrong.truth, &options.bare()), Verdict::Right(_));
        context.letters.clone_from(&letters);
        if is_right && is_right_elsewhere(context, wrong, &text, options) {
            context.letters.clone_from(&letters);
            let diagnosis = told(context, wrong, &edit, &side, &text);
            found = Some(Mended { diagnosis, text: tidy(&text) });
            break;
        }
        if confirmed == MAX_CONFIRMED {
            break;
        }
    }
    context.letters = letters;
    found
}

/// Whether a text that is right is so for the other values of the general indices that it can be read for.
fn is_right_elsewhere(context: &mut Context, wrong: &Wrong<'_>, text: &str, options: &DecideOptions) -> bool {
    wrong.elsewhere.iter().all(|(bound, truth)| {
        let Some(side) = side(context, text, bound) else { return true };
        matches!(decide(&mut context.network, side.expr, *truth, &options.bare()), Verdict::Right(_))
    })
}

/// How often a vector is spread over the rows or columns of a matrix: NumPy does so, a person who writes ⊙ does not.
fn spreads(side: &Side) -> usize {
    let axes = |id: &PartId| side.part(*id).form.dims().len();
    let is_spread = |part: &&Part| {
        let axes: Vec<usize> = part.children.iter().map(axes).collect();
        let is_product = matches!(part.kind, PartKind::Product | PartKind::Contraction(_));
        is_product && part.form.is_matrix() && axes.contains(&1) && axes.contains(&2)
    };
    side.parts.iter().filter(is_spread).count()
}

/// Whether a symbol of a derivative stands in a side that nobody would write: ∂C/∂C, and ∂z/∂C, which is 0.
fn has_idle_derivative(side: &Side) -> bool {
    let is_idle = |part: &Part| match &part.kind {
        PartKind::Derivative { of, by, .. } => part.expr == Arena::ZERO || by.contains(of),
        _ => false,
    };
    side.parts.iter().any(is_idle)
}

/// The letters of the entry that a left side is.
fn free_letters(context: &Context) -> Vec<char> {
    context.letters.iter().filter_map(|(letter, _)| letter.chars().next()).collect()
}

fn parsed(context: &Context, text: &str) -> Option<Tree> {
    tree_of(context, text, 0, &Macros::default()).ok()
}

fn side(context: &mut Context, text: &str, bound: &[(String, i64)]) -> Option<Side> {
    let tree = parsed(context, text)?;
    let items = tree.row(tree.root()).to_vec();
    read_again(context, &tree, &items, bound).map(|read| read.0)
}

/// What an author may have meant instead of a name.
fn confusions(context: &Context, name: &str) -> Vec<(Kind, String)> {
    let Some(spelling) = spelling_of_latex(name) else { return Vec::new() };
    let &[own] = context.symbols.quantities(&spelling) else { return Vec::new() };
    let network = &context.network;
    let others = strangers(context, own);
    let number = |name: NameId| {
        let quantity = network.quantity(name);
        let stem = quantity.stem.trim_end_matches(|letter: char| letter.is_ascii_digit());
        match quantity.indices.last() {
            Some(index) => Some((stem.to_owned(), index.to_string())),
            None => Some((stem.to_owned(), quantity.stem[stem.len()..].to_owned())).filter(|split| !split.1.is_empty()),
        }
    };
    let Some((stem, digits)) = number(own) else { return others };
    let all = (0..network.quantities.len() as u32).map(NameId).filter(|&other| other != own);
    let siblings = all.filter_map(|other| number(other).filter(|split| split.0 == stem).map(|split| (other, split.1)));
    let written = |(other, number): (NameId, String)| match name.matches(digits.as_str()).count() {
        1 => name.replacen(digits.as_str(), &number, 1),
        _ => printed(network, other),
    };
    let siblings: Vec<(Kind, String)> = siblings.map(|sibling| (Kind::OtherLayer, written(sibling))).collect();
    let strangers = others.into_iter().filter(|other| siblings.iter().all(|sibling| sibling.1 != other.1));
    siblings.iter().cloned().chain(strangers).collect()
}

/// How long a sentence about expressions may be before one about pieces of the text is better.
pub(super) const LONG: usize = 110;

/// The same where the sentence tells the shapes of the factors too.
pub(super) const LONG_OF_SHAPES: usize = 200;

/// Whether symbols of derivatives stand in a side: a sentence about values would not know them.
fn speaks_of_derivatives(side: &Side) -> bool {
    side.parts.iter().any(|part| matches!(part.kind, PartKind::Derivative { .. }))
}

/// The most names that are tried in the place of one.
const MAX_STRANGERS: usize = 12;

/// The other names with as many axes.
fn strangers(context: &Context, own: NameId) -> Vec<(Kind, String)> {
    let network = &context.network;
    let all = (0..network.quantities.len() as u32).map(NameId).filter(|&other| other != own);
    let is_like = |other: &NameId| {
        let quantity = network.quantity(*other);
        let is_plain = !matches!(quantity.origin, Origin::Partial { .. } | Origin::Size);
        is_plain && context.dims_of(*other).len() == context.dims_of(own).len()
    };
    let written = |other: NameId| (Kind::WrongVariable, printed(network, other));
    all.filter(is_like).take(MAX_STRANGERS).map(written).collect()
}

/// The general indices of a formula, and the letters that its sums count.
fn counted(text: &str, bound: &[(String, i64)]) -> Vec<(String, i64)> {
    let mut found = bound.to_vec();
    for rest in text.split("\\sum").skip(1) {
        let letter = rest.trim_start_matches(['\\', '_', '{', ' ']).chars().next();
        let letter = letter.filter(char::is_ascii_lowercase).map(String::from);
        found.extend(letter.map(|letter| (letter, 0)));
    }
    found
}

/// A text without the spaces, the sign and the brackets that an edit may leave.
fn tidy(text: &str) -> String {
    without_doubled(text.trim().trim_start_matches('+').trim_start().replace("  ", " ").replace(") ^", ")^"))
}

/// A name with a general index one lower or higher.
fn neighbours(name: &str, bound: &[(String, i64)]) -> Vec<(Kind, String)> {
    let mut found = Vec::new();
    for (letter, _) in bound {
        let forms = [letter.clone(), format!("{{{letter}-1}}"), format!("{{{letter}+1}}")];
        for before in ["^", "_"] {
            let plain = [format!("{before}{letter}"), format!("{before}{{{letter}}}")];
            let written = plain.into_iter().chain(forms[1..].iter().map(|form| format!("{before}{form}")));
            for own in written.filter(|own| name.contains(own.as_str())) {
                let others = forms.iter().map(|form| name.replacen(own.as_str(), &format!("{before}{form}"), 1));
                found.extend(others.filter(|other| other != name).map(|other| (Kind::OtherLayer, other)));
            }
        }
    }
    found
}

/// What is said of an edit that is right.
fn told(context: &Context, wrong: &Wrong<'_>, edit: &TextEdit, side: &Side, text: &str) -> Diagnosis {
    let quoted = |span: &Span| plain(context, wrong.text.get(span.range()).unwrap_or_default());
    let whole = shown(&context.network, Style::default(), side.expr);
    let message = match &edit.said {
        Said::Transpose(span, true) => format!("{} must be transposed", quoted(span)),
        Said::Transpose(span, false) => format!("{} must not be transposed", bare(&quoted(span))),
        Said::Moved(from, to) => format!("the transpose is on {} and belongs on {}", quoted(from), quoted(to)),
        Said::Order(first, second) => {
            format!("{} and {} stand in an order whose shapes do not fit", quoted(first), quoted(second))
        }
        Said::Doubled(span) => format!("the factor {} stands once too often", quoted(span)),
        Said::Bracket(span) => format!("the bracket around {} is missing", quoted(span)),
        Said::IndicesOf(first, second, span) => {
            format!("the indices {first} and {second} of {} are swapped", quoted(span))
        }
        Said::Index(span, mended) => format!("{} stands where `{mended}` belongs", quoted(span)),
        Said::SurplusSum(span) => format!("the sum {} must not be there", quoted(span)),
        Said::OtherAxis(letter, span, mended) => {
            format!("the sum over {letter} counts the wrong index: {} stands where `{mended}` belongs", quoted(span))
        }
        Said::Axis(own, other) => format!("the sum is over the wrong axis: axis {other}, not {own}"),
        Said::Missing(factor) => format!("the factor `{factor}` is missing"),
        Said::Shifted(span) => format!("⊙ is in the wrong place: it belongs before {}", quoted(span)),
        Said::Diagonal(span) => format!("{} must be a diagonal matrix", quoted(span)),
        Said::Surplus(span) => format!("the factor {} must not be there", quoted(span)),
        Said::Product => "⊙ stands where a matrix product belongs".to_owned(),
        Said::Entrywise => "a matrix product stands where ⊙ belongs".to_owned(),
        Said::Name(own, name) => {
            format!("{} of another layer stands where {} belongs", plain(context, own), plain(context, name))
        }
        Said::Indices(first, second) => format!("the indices {first} and {second} are swapped"),
        Said::Sign => "a sign is wrong".to_owned(),
        Said::SignOf(span) => format!("the sign of {} is wrong", quoted(span)),
        Said::Misplaced(span) => format!("the bracket {} is in the wrong place", quoted(span)),
        Said::Square(span, true) => format!("{} must be squared", quoted(span)),
        Said::Square(span, false) => format!("{} must not be squared", quoted(span)),
        Said::Inverted(span) => format!("{} stands upside down", quoted(span)),
        Said::Exchanged(first, second) => {
            format!("{} and {} stand in each other's place", plain(context, first), plain(context, second))
        }
        Said::Mistaken(own, name) => format!("{} stands where {} belongs", plain(context, own), plain(context, name)),
    };
    // What the author wrote short is not written out.
    let is_short =
        side.form().indices == 0 && text.len() <= 200 && whole.chars().count() <= LONG && !speaks_of_derivatives(side);
    let message = if is_short { format!("{message}: {whole}") } else { message };
    let place = |at: u32| at.saturating_add(wrong.start);
    let span = Span { start: place(edit.span.start), end: place(edit.span.end) };
    Diagnosis { kind: edit.kind.name(), message, span }
}

/// A name without the transpose with which it is said.
fn bare(text: &str) -> &str {
    text.strip_suffix('ᵀ').unwrap_or(text)
}

/// A piece of LaTeX as it is said in a sentence: a name of the network in its own letters.
fn plain(context: &Context, text: &str) -> String {
    let name = spelling_of_latex(text).and_then(|spelling| match context.symbols.quantities(&spelling) {
        &[only] => Some(only),
        _ => None,
    });
    let transposed = || {
        TRANSPOSES.iter().find_map(|sign| {
            let text = text.trim();
            text.strip_suffix(&format!("^{sign}")).or_else(|| text.strip_suffix(&format!("^{{{sign}}}")))
        })
    };
    match (name, transposed()) {
        (Some(name), _) => super::diagnose::shown_name(&context.network, Style::default(), name),
        (None, Some(bare)) if !bare.contains('^') => {
            let bare = plain(context, bare);
            if bare.starts_with('`') { format!("`{}`", text.trim()) } else { format!("{bare}ᵀ") }
        }
        _ => format!("`{}`", text.trim()),
    }
}
