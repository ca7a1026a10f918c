//! Edits of single strokes of a text: a sign, an exponent, a bracket, what stands above and below a line, one name for
//! another.

use super::atoms::{Atom, Joint, inner};
use super::edits::{Said, TextEdit};
use crate::check::diagnose::Kind as Mistake;
use crate::diagnostic::Span;
use crate::syntax::latex::{ItemId, Kind, Tree};

/// The signs between terms, each in turn the other one.
pub fn signs(tree: &Tree, found: &mut Vec<TextEdit>) {
    for row in inner(tree) {
        let items = tree.row(row);
        for (at, &id) in items.iter().enumerate() {
            let other = match tree.kind(id) {
                Kind::Symbol('+') => "-",
                Kind::Symbol('-' | '−') => "+",
                _ => continue,
            };
            let term: Vec<ItemId> =
                items[at + 1..].iter().copied().take_while(|&item| is_inside(tree.kind(item))).collect();
            let span = tree.span(id);
            let said = match term.as_slice() {
                [first, .., last] => Said::SignOf(tree.span(*first).to(tree.span(*last))),
                [only] => Said::SignOf(tree.span(*only)),
                [] => Said::Sign,
            };
            found.push(TextEdit { pieces: vec![(span, other.to_owned())], kind: Mistake::Sign, span, said });
        }
    }
}

/// Whether an item belongs to the term that it stands in.
fn is_inside(kind: &Kind) -> bool {
    !matches!(kind, Kind::Symbol('+' | '-' | '−') | Kind::Relation(_) | Kind::Break | Kind::Align)
}

/// Exponents of brackets moved inside to the last factor, and brackets taken away.
pub fn brackets(tree: &Tree, text: &str, found: &mut Vec<TextEdit>) {
    for item in tree.items() {
        match item.kind {
            Kind::Script { base: Some(base), sub: None, sup: Some(_), .. } => {
                let Kind::Fence { body, .. } = tree.kind(base) else { continue };
                let (Some(&last), base) = (tree.row(*body).last(), tree.span(base)) else { continue };
                let Some(power) = text.get(base.end as usize..item.span.end as usize) else { continue };
                let (end, own) = (tree.span(last).end, Span { start: base.end, end: item.span.end });
                let pieces = vec![(Span { start: end, end }, power.to_owned()), (own, String::new())];
                found.push(TextEdit {
                    pieces,
                    kind: Mistake::Bracket,
                    span: item.span,
                    said: Said::Misplaced(item.span),
                });
            }
            Kind::Fence { body, .. } => {
                let Some(inner) = tree.row_span(body) else { continue };
                let [open, close] = [(item.span.start, inner.start), (inner.end, item.span.end)];
                let gone = |(start, end)| (Span { start, end }, " ".to_owned());
                let pieces = vec![gone(open), gone(close)];
                found.push(TextEdit {
                    pieces,
                    kind: Mistake::Bracket,
                    span: item.span,
                    said: Said::Misplaced(item.span),
                });
            }
            _ => {}
        }
    }
}

/// A square that is missing or too much.
pub fn squares(tree: &Tree, text: &str, rows: &[Vec<Atom>], found: &mut Vec<TextEdit>) {
    for item in tree.items() {
        let Kind::Script { base: Some(base), sub: None, sup: Some(sup), .. } = item.kind else { continue };
        let is_two = matches!(tree.row(sup), [only] if text.get(tree.span(*only).range()) == Some("2"));
        if is_two {
            let base = tree.span(base);
            let pieces = vec![(Span { start: base.end, end: item.span.end }, String::new())];
            let said = Said::Square(base, false);
            found.push(TextEdit { pieces, kind: Mistake::DoubledFactor, span: item.span, said });
        }
    }
    for atom in rows.iter().flatten().filter(|atom| atom.is_open) {
        let end = Span { start: atom.span.end, end: atom.span.end };
        let said = Said::Square(atom.span, true);
        let pieces = vec![(end, "^2".to_owned())];
        found.push(TextEdit { pieces, kind: Mistake::MissingFactor, span: atom.span, said });
    }
}

/// Fractions, and vectors on both sides of ⊘, upside down.
pub fn upside_down(tree: &Tree, text: &str, rows: &[Vec<Atom>], found: &mut Vec<TextEdit>) {
    let written = |span: Span| text.get(span.range()).unwrap_or_default().to_owned();
    for item in tree.items() {
        let Kind::Fraction { over, under } = item.kind else { continue };
        let (Some(above), Some(below)) = (tree.row_span(over), tree.row_span(under)) else { continue };
        let pieces = vec![(above, written(below)), (below, written(above))];
        found.push(TextEdit {
            pieces,
            kind: Mistake::InvertedFactor,
            span: item.span,
            said: Said::Inverted(item.span),
        });
    }
    for pair in rows.iter().flat_map(|row| row.windows(2)) {
        let [left, right] = pair else { continue };
        let between = text.get(left.span.end as usize..right.span.start as usize).unwrap_or_default().trim();
        if right.before == Joint::Other && matches!(between, "\\oslash" | "/") {
            let span = left.span.to(right.span);
            let pieces = vec![(left.span, written(right.span)), (right.span, written(left.span))];
            found.push(TextEdit { pieces, kind: Mistake::InvertedFactor, span, said: Said::Inverted(span) });
        }
    }
}

/// A second derivative for a first one, and the reverse.
pub fn orders(tree: &Tree, text: &str, found: &mut Vec<TextEdit>) {
    let written = |span: Span| text.get(span.range()).unwrap_or_default();
    for item in tree.items() {
        let Kind::Fraction { over, under } = item.kind else { continue };
        let (Some(above), Some(below)) = (tree.row_span(over), tree.row_span(under)) else { continue };
        let [of, by] = [above, below].map(|span| written(span).strip_prefix("\\partial"));
        let (Some(of), Some(by)) = (of, by.filter(|by| !by.contains("\\partial"))) else { continue };
        let second = ["^2", "^{2}"].iter().find_map(|power| Some((of.strip_prefix(power)?, by.strip_suffix(power)?)));
        let other = match second {
            Some((of, by)) => [format!("\\partial{of}"), format!("\\partial{by}")],
            None if of.starts_with('^') || by.contains('^') => continue,
            None => [format!("\\partial^2{of}"), format!("\\partial{by}^2")],
        };
        let own = written(item.span).to_owned();
        let [above_piece, below_piece] = other;
        let pieces = vec![(above, above_piece), (below, below_piece)];
        let mut edit = TextEdit { pieces, kind: Mistake::NotDifferentiated, span: item.span, said: Said::Sign };
        edit.said = Said::Mistaken(own, edit.made_in(text, item.span));
        found.push(edit);
    }
}

/// Two names in each other's place, wherever they stand.
pub fn exchanged(rows: &[Vec<Atom>], transpose: &str, found: &mut Vec<TextEdit>) {
    let atoms: Vec<&Atom> = rows.iter().flatten().collect();
    let mut names: Vec<&str> = atoms.iter().map(|atom| atom.bare.as_str()).filter(|bare| is_name(bare)).collect();
    names.sort_unstable();
    names.dedup();
    names.truncate(MAX_NAMES);
    for (at, &first) in names.iter().enumerate() {
        for &second in &names[at + 1..] {
            let piece = |atom: &&Atom| {
                let other = match atom.bare.as_str() {
                    bare if bare == first => second,
                    bare if bare == second => first,
                    _ => return None,
                };
                let text = if atom.transposed { format!("{other}^{transpose}") } else { other.to_owned() };
                Some((atom.span, text))
            };
            let mut pieces: Vec<(Span, String)> = atoms.iter().filter_map(piece).collect();
            pieces.sort_by_key(|piece| piece.0.start);
            let Some(span) = pieces.iter().map(|piece| piece.0).reduce(|a, b| a.to(b)) else { continue };
            let said = Said::Exchanged(first.to_owned(), second.to_owned());
            found.push(TextEdit { pieces, kind: Mistake::WrongVariable, span, said });
        }
    }
}

/// The most names that are exchanged.
const MAX_NAMES: usize = 8;

/// Whether a piece of text is a name and no bracket or call.
fn is_name(bare: &str) -> bool {
    !bare.contains(['(', ')', '[', ']', ' ']) && !bare.contains("frac") && bare.len() <= 12
}
