//! What a text defines: a name on the left side that the network lacks becomes a quantity.

use crate::check::claim::Claim;
use crate::check::form::Form;
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{ExprId, NameId};
use crate::syntax::latex::{self, ItemId, Kind, Tree};

use super::application::is_operator_of;
use super::attempt::{Attempt, attempt, bindings, is_last, is_quantity};
use super::condition::EXCLUDED;
use super::context::Context;
use super::convention::Convention;
use super::equation::{CONDITIONAL, NO_QUANTITY, Reading, claims};
use super::lines::{Chain, Limit};
use super::meaning::Meaning;
use super::parser::{Parser, Result};
use super::program::product_word;
use super::reduction::is_reduction;
use super::script::{self, Unbound};
use super::symbols::{Spelling, WrittenName};
use super::update;
use super::vocabulary::quotient_word;

/// A name on the left side that nothing defines yet.
pub(super) struct Target {
    written: WrittenName,
    shown: String,
}

impl Target {
    /// The name that a chain defines, if its left side is one that the network lacks.
    pub fn of(context: &mut Context, tree: &Tree, chain: &Chain) -> Option<Target> {
        let items = chain.sides.first()?;
        let written = match items.as_slice() {
            [only] => WrittenName::of(tree, *only)?,
            [name, fence] if matches!(tree.kind(*fence), Kind::Fence { .. }) => WrittenName::of(tree, *name)?,
            _ => return None,
        };
        let span = tree.span(items[0]);
        if is_operator_of(context, tree, &written) || update::is_power_of_e(context, tree, &written) {
            return None;
        }
        let mut parser = Parser::new(context, tree, &[]);
        let known = parser.meaning(&written, span, items.len() > 1).is_ok();
        if parser.is_line_of_matrix(&written) {
            return None;
        }
        let is_word = quotient_word(&written.base).is_some()
            || (written.base == "vec" || is_reduction(&written.base) || product_word(&written.base).is_some())
                && context.has_tensors();
        let is_function = is_word && items.len() > 1;
        let base_known =
            known || is_function || context.symbols.has_base(&written.base) && !context.is_defined_base(&written.base);
        let base_known = base_known && !(written.sub.is_some() && names_only_a_size(context, &written.base));
        if base_known && !(known && context.is_defined_base(&written.base)) || written.primes > 0 {
            return None;
        }
        if known && items.len() == 1 && Parser::new(context, tree, &[]).fixed(&written, span) {
            return None;
        }
        let shown = written.base.clone();
        Some(Target { written, shown })
    }

    pub fn read(self, context: &mut Context, tree: &Tree, chain: &Chain) -> Reading {
        let name = self.shown.clone();
        if chain.sides[0].len() > 1 {
            return Reading::Skipped(format!("defines the function {name}"));
        }
        let known = self.is_defined(context);
        let readings = match self.define(context, tree, chain) {
            Ok(claims) => claims,
            // What is defined by things that the network does not know is not about the network.
            Err(error) if matches!(error.code, "unknown-name" | "unreadable") && !known => {
                return Reading::Skipped(format!("defines {name}, which is {NO_QUANTITY}"));
            }
            Err(error) if error.code == "condition" => return Reading::Skipped(CONDITIONAL.to_owned()),
            Err(error) => return Reading::Unread(error),
        };
        Reading::Defined { name, claims: readings }
    }

    /// Makes the name a quantity for each value of the general indices; gives the claims of what was known already.
    fn define(&self, context: &mut Context, tree: &Tree, chain: &Chain) -> Result<Vec<Claim>> {
        let mut first_error = None;
        context.bracketed.clear();
        let free = match attempt(context, tree, (&chain.sides[1..], &Limit::Always), &[]) {
            // δ_k = (a_k − t_k) of quantities that are called so: k is a part of the name.
            Ok(Attempt::Read(_)) => Vec::new(),
            Ok(Attempt::Excluded) => self.letters(context, tree),
            Ok(Attempt::Free(mut free)) => {
                free.extend(self.letters(context, tree));
                free
            }
            // δ^l may stand on the right side too, where nothing defines it yet.
            Err(error) if self.letters(context, tree).is_empty() => return Err(error),
            Err(error) => {
                first_error = Some(error);
                self.layer_letters(context, tree)
            }
        };
        let mut free: Vec<String> = free;
        let entries = std::mem::take(&mut context.entries);
        free.retain(|letter| !entries.contains(letter));
        free.sort();
        free.dedup();
        let span = chain.span(tree);
        let mut waiting = bindings(context, &free, span)?;
        // From the last layer to the first, until nothing more can be defined.
        waiting.reverse();
        // δ^L is the one of the last layer.
        let last_only = free.iter().any(|letter| is_last(letter));
        let own = Chain { sides: chain.sides[..2].to_vec(), links: chain.links[..1].to_vec(), ..chain.clone() };
        let (mut whole, mut parted) = (true, false);
        let mut claimed = Vec::new();
        let mut any = false;
        loop {
            let mut left = Vec::new();
            let before = waiting.len();
            for bound in waiting {
                let part = if whole { chain } else { &own };
                match self.define_one(context, tree, part, &bound) {
                    Ok(mut claims) if last_only => {
                        claimed.append(&mut claims);
                        return Ok(claimed);
                    }
                    Ok(mut claims) => {
                        any |= whole;
                        claimed.append(&mut claims);
                        if !whole {
                            left.push(bound);
                        }
                    }
                    Err(error) if error.code == "shape" => return Err(error),
                    Err(error) => {
                        first_error = first_error.or(Some(error));
                        left.push(bound);
                    }
                }
            }
            if whole && !parted && left.len() == before && chain.sides.len() > 2 {
                // δ^l = ∂C/∂z^l = (what stands on δ^{l+1}): the first side defines it for the last layer too.
                (whole, parted, waiting) = (false, true, left);
                continue;
            }
            if !whole {
                (whole, waiting) = (true, left);
                continue;
            }
            if left.is_empty() || left.len() == before {
                return match first_error {
                    Some(error) if !any => Err(error),
                    _ => Ok(claimed),
                };
            }
            waiting = left;
        }
    }

    /// A definition of entries, `\delta_j = …`: the value of the whole, its axes in the order of the letters on the name,
    /// and what stands below the name beside them.
    fn of_entries(
        &self,
        context: &mut Context,
        tree: &Tree,
        (value, form): (ExprId, Form),
        bound: &[(String, i64)],
    ) -> Option<(ExprId, String)> {
        let known: Vec<String> = (0..)
            .zip(&context.letters)
            .filter(|(bit, _)| form.indices >> bit & 1 == 1)
            .map(|(_, known)| known.0.clone())
            .collect();
        let items = tree.row(self.written.sub?);
        let parser = Parser::new(context, tree, bound);
        let split = (0..items.len()).find_map(|split| {
            let letters = parser.letters_of(&items[split..])?;
            let same = letters.len() == known.len() && letters.iter().all(|letter| known.contains(letter));
            same.then_some((split, letters))
        });
        let (split, letters) = split?;
        let before = match &items[..split] {
            [rest @ .., comma] if *tree.kind(*comma) == Kind::Symbol(',') => rest,
            before => before,
        };
        let sub = script::read_items(tree, before, &parser.values(false)).map_or(String::new(), |script| script.text);
        let order: Option<Vec<usize>> =
            letters.iter().map(|letter| known.iter().position(|known| known == letter)).collect();
        let is_whole = form.is_single();
        let order = order.filter(|_| is_whole)?;
        Some((context.network.arena.permute(value, &order), sub))
    }

    fn is_defined(&self, context: &Context) -> bool {
        context.symbols.has_base(&self.written.base)
    }

    /// The general indices of the name itself; of `\delta_{z,j}` the z is none, where it names a vector, and of `\delta_s`
    /// the s is none, where it names a quantity.
    fn letters(&self, context: &mut Context, tree: &Tree) -> Vec<String> {
        let items = self.written.sub.map_or(&[][..], |sub| tree.row(sub));
        let listed = items.get(1).is_some_and(|&id| *tree.kind(id) == Kind::Symbol(','));
        let parser = Parser::new(context, tree, &[]);
        let named = items.first().filter(|_| listed).and_then(|&first| parser.letters_of(&[first]));
        let named = named.filter(|letters| letters.iter().all(|letter| parser.names_tensor(letter)));
        let alone = |letter: &String| items.len() == 1 && is_quantity(parser.context, letter);
        let rows = [self.written.sub, self.written.sup].into_iter().flatten();
        rows.filter_map(|row| script::read(tree, row, &Unbound))
            .flat_map(|script| script.free)
            .filter(|letter| script::Indices::value(&parser.values(false), letter).is_none())
            .filter(|letter| is_index(letter) && !alone(letter))
            .filter(|letter| !named.as_ref().is_some_and(|named| named.contains(letter)))
            .collect()
    }

    /// The general indices of the name, those of entries left out: of \delta_j^{(l)} the l, where there are vectors.
    fn layer_letters(&self, context: &mut Context, tree: &Tree) -> Vec<String> {
        let (Some(_), Some(sup), true) = (self.written.sub, self.written.sup, context.has_tensors()) else {
            return self.letters(context, tree);
        };
        let above = script::read(tree, sup, &Unbound).map_or_else(Vec::new, |script| script.free);
        let parser = Parser::new(context, tree, &[]);
        let has_value = |letter: &str| script::Indices::value(&parser.values(false), letter).is_some();
        above.into_iter().filter(|letter| is_index(letter) && !has_value(letter)).collect()
    }

    fn define_one(
        &self,
        context: &mut Context,
        tree: &Tree,
        chain: &Chain,
        bound: &[(String, i64)],
    ) -> Result<Vec<Claim>> {
        let span = tree.span(chain.sides[0][0]);
        let mut parser = Parser::new(context, tree, bound);
        if parser.fixed(&self.written, span) {
            return match attempt(context, tree, (&chain.sides, &chain.condition), bound)? {
                Attempt::Read(read) => Ok(claims(chain, read)),
                Attempt::Free(_) | Attempt::Excluded => Ok(Vec::new()),
            };
        }
        match parser.limit(&chain.condition) {
            Ok(None) => {}
            Ok(Some(_)) => return Err(Diagnostic::error("condition", "this defines something here and there only")),
            Err(error) if error.code == EXCLUDED => return Ok(Vec::new()),
            Err(error) => return Err(error),
        }
        let mut spelling = parser.spelling(&self.written);
        let read = match attempt(context, tree, (&chain.sides[1..], &Limit::Always), bound)? {
            Attempt::Read(read) => read,
            Attempt::Free(_) | Attempt::Excluded => {
                return Err(Diagnostic::error("unreadable", "an index has no value").at(span, ""));
            }
        };
        if read.named.is_empty() {
            return Err(Diagnostic::error("unreadable", "names nothing of the network").at(span, ""));
        }
        let form = read.sides[0].0.form();
        let mut value = read.sides[0].0.expr;
        if form.indices != 0 {
            (value, spelling.sub) = self.of_entries(context, tree, (value, form), bound).ok_or_else(|| {
                Diagnostic::error("unreadable", "the indices of this definition do not fit its right side").at(span, "")
            })?;
        }
        let name = context.define(&spelling, value, span);
        context.symbols.add(&context.network, name);
        context.symbols.bind(spelling.clone(), name);
        context.mark_defined(&spelling.base);
        if form.indices == 0 {
            under_others(context, tree, &chain.sides[1..2], bound, name);
        }
        let rest = Chain { sides: chain.sides[1..].to_vec(), links: chain.links[1..].to_vec(), ..Chain::default() };
        Ok(claims(&rest, read))
    }
}

/// Whether a chain gives a name to something.
pub fn defines(context: &mut Context, tree: &Tree, chain: &Chain) -> bool {
    Target::of(context, tree, chain).is_some()
}

/// Notes what a definition is under each convention: the same value standing another way, its transpose, or nothing.
fn under_others(context: &mut Context, tree: &Tree, side: &[Vec<ItemId>], bound: &[(String, i64)], name: NameId) {
    if !context.has_tensors() {
        return;
    }
    let own = context.reading;
    let (misfit, loosened) = (context.misfit.take(), context.loosened);
    let Some(value) = context.network.definition(name).map(|equation| equation.value) else { return };
    let itself = context.network.name_expr(name);
    for convention in Convention::all(None).iter().flat_map(|&convention| [convention, convention.loosely()]) {
        context.reading = convention;
        let read = match attempt(context, tree, (side, &Limit::Always), bound) {
            Ok(Attempt::Read(read)) => read.sides.into_iter().next().map(|(side, _)| (side.expr, side.form())),
            _ => None,
        };
        let stands = read.and_then(|(expr, form)| {
            let arena = &mut context.network.arena;
            if expr == value {
                return Some((itself, form));
            }
            let is_matrix = arena.dims(value).len() == 2;
            let turned = is_matrix && arena.permute(value, &[1, 0]) == expr;
            turned.then(|| (arena.permute(itself, &[1, 0]), form))
        });
        context.stand(name, convention, stands);
    }
    context.reading = own;
    (context.misfit, context.loosened) = (misfit, loosened);
}

/// Whether nothing has this base but a size: the D of D₂.
fn names_only_a_size(context: &Context, base: &str) -> bool {
    context.has_size(base) && !context.symbols.is_numbered(base)
}

/// Whether a letter is one that people use for a layer, a time or an entry.
fn is_index(letter: &str) -> bool {
    matches!(letter, "i" | "j" | "k" | "l" | "m" | "n" | "t" | "s" | "L" | "T" | "N")
}

impl Parser<'_> {
    /// Whether a name means a quantity now, with all its indices.
    fn fixed(&mut self, written: &WrittenName, span: Span) -> bool {
        let meaning = self.meaning(written, span, false);
        matches!(meaning, Ok(Meaning::Quantity(_, power) | Meaning::Entry(_, _, power) | Meaning::Slice(_, _, power)) if power.is_empty())
    }

    /// A name with the values of its indices put in.
    pub fn spelling(&self, written: &WrittenName) -> Spelling {
        let text = |row: Option<latex::Row>| {
            let items = row.map(|row| self.without_transpose(self.tree.row(row)));
            items
                .and_then(|items| script::read_items(self.tree, items, &self.values(false)))
                .map_or(String::new(), |s| s.text)
        };
        Spelling::new(written.base.as_str(), text(written.sub), text(written.sup))
    }
}
