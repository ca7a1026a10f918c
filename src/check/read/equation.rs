//! A chain of sides against a network: claims for each link, definitions, and what is neither.

use crate::check::claim::{Claim, Equality, Part, PartKind, Partial, Side};
use crate::check::form::Form;
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{ExprId, NameId, Reach};
use crate::network::Origin;
use crate::syntax::latex::{self, ItemId, Kind, Macros, Places, Relation, Tree};

use super::application::is_operator_of;
use super::condition::EXCLUDED;
use super::context::Context;
use super::convention::Convention;
use super::lines::{Chain, Limit};
use super::name::Meaning;
use super::parser::{Parser, Result};
use super::product::Misfit;
use super::script::{self, Unbound};
use super::symbols::{Spelling, WrittenName};
use super::tensor::settle;
use super::update;
use super::vocabulary::quotient_word;

/// How the reason ends when a formula defines a name in terms of what nothing knows.
pub const NO_QUANTITY: &str = "no quantity of the network";

/// Why a claim is skipped whose condition is not read.
const CONDITIONAL: &str = "it holds under a condition only";

/// The most values of general indices that are tried for one formula.
const MAX_BINDINGS: usize = 4_096;

/// What a chain turned out to be.
#[derive(Clone, Debug)]
pub enum Reading {
    /// Claims: for each value of its general indices, each link.
    Claims(Vec<Claim>),
    /// It defines names; further links of the chain are claims.
    Defined {
        /// What it defines, as written.
        name: String,
        /// What it claims beside.
        claims: Vec<Claim>,
    },
    /// No claim about the network, and why.
    Skipped(String),
    /// It cannot be read.
    Unread(Diagnostic),
}

/// All sides of a chain for one value of its general indices, with the slips that were mended in each.
struct Read {
    sides: Vec<(Side, Vec<crate::check::claim::Slip>)>,
    named: Vec<(NameId, Span)>,
    bound: Vec<(String, i64)>,
}

/// What one attempt at reading gave.
enum Attempt {
    Read(Read),
    /// General indices without a value.
    Free(Vec<String>),
    /// For these values of the general indices it claims nothing.
    Excluded,
}

/// Reads a chain; definitions become quantities of the context.
pub fn read_chain(context: &mut Context, tree: &Tree, chain: &Chain) -> Reading {
    if let Some(reason) = no_equation(chain) {
        return Reading::Skipped(reason.to_owned());
    }
    if chain.condition == Limit::Words {
        return Reading::Skipped(CONDITIONAL.to_owned());
    }
    if let Some(empty) = chain.sides.iter().position(Vec::is_empty) {
        let at = chain.sides.get(empty.wrapping_sub(1)).or(chain.sides.get(empty + 1)).and_then(|side| side.last());
        let span = at.map_or(Span::default(), |&id| tree.span(id));
        let error = Diagnostic::error("unreadable", "one side of this equation is missing").at(span, "");
        return Reading::Unread(error);
    }
    if update::is_update(context, tree, chain) {
        return Reading::Skipped("an update".to_owned());
    }
    if let Some(target) = Target::of(context, tree, chain) {
        return target.read(context, tree, chain);
    }
    let readings = match read_all(context, tree, chain) {
        Ok(readings) => readings,
        Err(error) if error.code == "condition" => return Reading::Skipped(CONDITIONAL.to_owned()),
        Err(error) => return read_identity(context, tree, chain).unwrap_or(Reading::Unread(error)),
    };
    if let Some(reason) = no_claim(context, &readings) {
        return Reading::Skipped(reason.to_owned());
    }
    Reading::Claims(readings.into_iter().flat_map(|read| claims(chain, read)).collect())
}

/// Why relations make no equation.
fn no_equation(chain: &Chain) -> Option<&'static str> {
    let is_link = |relation: &Relation| {
        matches!(relation, Relation::Equal | Relation::Equivalent | Relation::Approximate | Relation::Define)
    };
    match chain.links.iter().find(|link| !is_link(link)) {
        None if chain.links.is_empty() => Some("no equation"),
        None => None,
        Some(Relation::Gets) => Some("an assignment"),
        Some(Relation::Member) => Some("tells what set something is in"),
        Some(Relation::Similar) => Some("tells how something is distributed"),
        Some(Relation::Proportional) => Some("proportional, not equal"),
        Some(Relation::To) => Some("an arrow, no equation"),
        Some(_) => Some("an inequality"),
    }
}

/// Why an equation that can be read claims nothing.
fn no_claim(context: &Context, readings: &[Read]) -> Option<&'static str> {
    let first = readings.first()?;
    if readings.iter().all(|read| read.named.is_empty()) {
        return Some("names nothing of the network");
    }
    let [(left, _), (right, _)] = first.sides.as_slice() else { return None };
    let PartKind::Name(name) = left.part(left.root()).kind else { return None };
    let is_leaf = matches!(context.network.quantity(name).origin, Origin::Leaf(_) | Origin::Size);
    let names_in = |side: &Side| -> Vec<NameId> {
        let name = |part: &Part| match part.kind {
            PartKind::Name(name) => Some(name),
            _ => None,
        };
        side.parts.iter().filter_map(name).collect()
    };
    let right_names = names_in(right);
    if is_leaf && right_names.is_empty() && right.derivatives().next().is_none() {
        return Some("gives a value");
    }
    (is_leaf && right_names.contains(&name)).then_some("an update")
}

/// The claims of a chain, link by link.
fn claims(chain: &Chain, read: Read) -> Vec<Claim> {
    let pairs = read.sides.windows(2).zip(&chain.links).enumerate();
    pairs
        .filter_map(|(link, (pair, relation))| {
            let [(left, left_slips), (right, right_slips)] = pair else { return None };
            Some(Claim {
                left: left.clone(),
                right: right.clone(),
                relation: if *relation == Relation::Approximate { Equality::Approximate } else { Equality::Exact },
                span: left.span().to(right.span()),
                wrt: wrt(left),
                bound: read.bound.clone(),
                slips: left_slips.iter().chain(right_slips).cloned().collect(),
                link,
                names: read.named.clone(),
            })
        })
        .collect()
}

/// The derivative that a side is.
fn wrt(side: &Side) -> Option<Partial> {
    match &side.part(side.root()).kind {
        PartKind::Derivative { of, by, reach, .. } => match by.as_slice() {
            [by] => Some(Partial { of: *of, by: *by, reach: *reach }),
            _ => None,
        },
        _ => None,
    }
}

/// Reads all sides with these values of the general indices.
fn attempt(
    context: &mut Context,
    tree: &Tree,
    (sides, limit): (&[Vec<ItemId>], &Limit),
    bound: &[(String, i64)],
) -> Result<Attempt> {
    let mut read = Vec::with_capacity(sides.len());
    let mut free = Vec::new();
    let mut named = Vec::new();
    context.letters.clear();
    let mut failed = None;
    let (mut misfit, mut loosened) = (None, false);
    let mut entries = Vec::new();
    for items in sides {
        let mut parser = Parser::new(context, tree, bound);
        let side = parser.limited_side(items, limit);
        free.append(&mut parser.free);
        entries.append(&mut parser.free_entries);
        named.append(&mut parser.named);
        let slips = std::mem::take(&mut parser.slips);
        loosened |= parser.loosened;
        misfit = misfit.or(parser.misfits.into_iter().next());
        match side {
            Ok(side) => read.push((side, slips)),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    context.loosened |= loosened;
    entries.extend(context.letters.iter().map(|known| known.0.clone()).filter(|letter| !letter.is_empty()));
    context.entries = entries;
    if failed.is_none()
        && free.is_empty()
        && let Some(misfit) = misfit
    {
        let misfit = Misfit { bound: bound.to_vec(), ..misfit };
        failed = Some(misfit.error.clone());
        context.misfit = context.misfit.take().or(Some(misfit));
    }
    match failed {
        Some(error) if error.code == EXCLUDED => Ok(Attempt::Excluded),
        Some(error) => Err(error),
        None if free.is_empty() => {
            settle(context, read.iter_mut().map(|(side, _)| side).collect())?;
            Ok(Attempt::Read(Read { sides: read, named, bound: bound.to_vec() }))
        }
        None => {
            free.sort();
            free.dedup();
            Ok(Attempt::Free(free))
        }
    }
}

/// Reads all sides, for each value of their general indices that fits.
fn read_all(context: &mut Context, tree: &Tree, chain: &Chain) -> Result<Vec<Read>> {
    let (sides, limit) = (&chain.sides, &chain.condition);
    let free = match attempt(context, tree, (sides, limit), &[])? {
        Attempt::Read(read) => return Ok(vec![read]),
        Attempt::Excluded => return Err(Diagnostic::error("condition", "this condition never holds")),
        Attempt::Free(free) => free,
    };
    let span = sides.iter().flatten().next().map_or(Span::default(), |&id| tree.span(id));
    let mut readings = Vec::new();
    let mut first_error = None;
    for bound in bindings(context, &free, span)? {
        match attempt(context, tree, (sides, limit), &bound) {
            Ok(Attempt::Read(read)) => readings.push(read),
            Ok(Attempt::Free(_) | Attempt::Excluded) => {}
            // What does not fit for one layer is wrong, whatever the others say.
            Err(error) if matches!(error.code, "shape" | "ambiguous") => return Err(error),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    match (readings.is_empty(), first_error) {
        (false, _) => Ok(readings),
        (true, error) => {
            let message = format!("no value of `{}` fits the names of the network", free.join("`, `"));
            let place = error.and_then(|error| error.labels.first().map(|label| label.span)).unwrap_or(span);
            Err(Diagnostic::error("unknown-name", message).at(place, "not for any value of the index"))
        }
    }
}

/// All values that general indices may have.
fn bindings(context: &Context, letters: &[String], span: Span) -> Result<Vec<Vec<(String, i64)>>> {
    if let Some(letter) = letters.iter().find(|letter| is_quantity(context, letter)) {
        let message = format!("`{letter}` is a quantity of the network: this may be an index or a derivative by it");
        let hint = format!("write a derivative as `\\partial_{letter}`, or name the index by another letter");
        return Err(Diagnostic::error("ambiguous", message).at(span, "").hint(hint));
    }
    let (low, high) = context.symbols.numbers().unwrap_or((1, 1));
    let (low, high) = (low.saturating_sub(1), high.saturating_add(1));
    let count = usize::try_from(high - low + 1).unwrap_or(usize::MAX);
    let total = letters.iter().try_fold(1_usize, |total, _| total.checked_mul(count));
    if total.is_none_or(|total| total > MAX_BINDINGS) {
        let message = format!("the general indices `{}` have too many values to try", letters.join("`, `"));
        return Err(Diagnostic::error("unreadable", message).at(span, "").hint("write the formula for one layer"));
    }
    let mut all: Vec<Vec<(String, i64)>> = vec![Vec::new()];
    for letter in letters {
        let with = |bound: &Vec<(String, i64)>| {
            let bound = bound.clone();
            (low..=high).map(move |value| bound.iter().cloned().chain([(letter.clone(), value)]).collect())
        };
        all = all.iter().flat_map(with).collect();
    }
    Ok(all)
}

/// Whether a letter is what the network calls a quantity, other than a size.
fn is_quantity(context: &Context, letter: &str) -> bool {
    let named = context.symbols.quantities(&super::Spelling::new(letter, "", ""));
    named.iter().any(|&name| context.network.quantity(name).origin != Origin::Size)
}

/// An identity between functions in letters that are no names of the network, such as σ′(z) = σ(z)(1 − σ(z)).
fn read_identity(context: &mut Context, tree: &Tree, chain: &Chain) -> Option<Reading> {
    let own = context.network.quantities.len();
    let read = read_in_letters(context, tree, chain, false)?;
    let of_network = read.named.iter().any(|(name, _)| (name.0 as usize) < own);
    let calls = |side: &Side| side.parts.iter().any(|part| matches!(part.kind, PartKind::Call { .. }));
    if of_network || !calls(&read.sides[0].0) || read.sides.iter().any(|(_, slips)| !slips.is_empty()) {
        return None;
    }
    Some(Reading::Claims(claims(chain, Read { named: Vec::new(), ..read })))
}

/// A chain that begins with a function of letters, or its derivative, as a formula about the function: all names in it
/// stand for any number, whatever the network calls so. Of use where it holds.
pub fn read_formal(context: &mut Context, tree: &Tree, chain: &Chain) -> Option<Vec<Claim>> {
    if no_equation(chain).is_some() || chain.condition != Limit::Always || chain.sides.iter().any(Vec::is_empty) {
        return None;
    }
    let read = read_in_letters(context, tree, chain, true)?;
    let left = &read.sides[0].0;
    let mut root = left.part(left.root());
    if let (PartKind::Differential { .. }, [inner]) = (&root.kind, root.children.as_slice()) {
        root = left.part(*inner);
    }
    let of_names = |part: &Part| part.children.iter().all(|&child| matches!(left.part(child).kind, PartKind::Name(_)));
    let is_call = matches!(root.kind, PartKind::Call { .. }) && of_names(root);
    is_call.then(|| claims(chain, Read { named: Vec::new(), ..read }))
}

/// All sides with letters that stand for any number: those that the network lacks, or all.
fn read_in_letters(context: &mut Context, tree: &Tree, chain: &Chain, formal: bool) -> Option<Read> {
    let (mut sides, mut named, mut letters) = (Vec::new(), Vec::new(), Vec::new());
    for items in &chain.sides {
        let mut parser = Parser::new(context, tree, &[]);
        (parser.letters, parser.formal) = (Some(letters), formal);
        let side = parser.side(items);
        let slips = std::mem::take(&mut parser.slips);
        letters = parser.letters.take().unwrap_or_default();
        named.append(&mut parser.named);
        if !parser.free.is_empty() {
            return None;
        }
        sides.push((side.ok()?, slips));
    }
    Some(Read { sides, named, bound: Vec::new() })
}

/// A name on the left side that nothing defines yet.
struct Target {
    written: WrittenName,
    shown: String,
}

impl Target {
    /// The name that a chain defines, if its left side is one that the network lacks.
    fn of(context: &mut Context, tree: &Tree, chain: &Chain) -> Option<Target> {
        let items = chain.sides.first()?;
        let written = match items.as_slice() {
            [only] => WrittenName::of(tree, *only)?,
            [name, fence] if matches!(tree.kind(*fence), Kind::Fence { .. }) => WrittenName::of(tree, *name)?,
            _ => return None,
        };
        let span = tree.span(items[0]);
        if is_operator_of(context, &written) || update::is_power_of_e(context, tree, &written) {
            return None;
        }
        let mut parser = Parser::new(context, tree, &[]);
        let known = parser.meaning(&written, span, items.len() > 1).is_ok();
        let is_function = quotient_word(&written.base).is_some() && items.len() > 1;
        let base_known =
            known || is_function || context.symbols.has_base(&written.base) && !context.is_defined_base(&written.base);
        if base_known && !(known && context.is_defined_base(&written.base)) || written.primes > 0 {
            return None;
        }
        if known && items.len() == 1 && Parser::new(context, tree, &[]).fixed(&written, span) {
            return None;
        }
        let shown = written.base.clone();
        Some(Target { written, shown })
    }

    fn read(self, context: &mut Context, tree: &Tree, chain: &Chain) -> Reading {
        let name = self.shown.clone();
        if chain.sides[0].len() > 1 {
            return Reading::Skipped(format!("defines the function {name}"));
        }
        let readings = match self.define(context, tree, chain) {
            Ok(claims) => claims,
            // What is defined by things that the network does not know is not about the network.
            Err(error) if error.code == "unknown-name" || error.code == "unreadable" => {
                return Reading::Skipped(format!("defines {name}, which is {NO_QUANTITY}"));
            }
            Err(error) if error.code == "condition" => return Reading::Skipped(CONDITIONAL.to_owned()),
            Err(error) => return Reading::Unread(error),
        };
        Reading::Defined { name, claims: readings }
    }

    /// Makes the name a quantity for each value of the general indices; gives the claims of what was known already.
    fn define(&self, context: &mut Context, tree: &Tree, chain: &Chain) -> Result<Vec<Claim>> {
        let free = match attempt(context, tree, (&chain.sides[1..], &Limit::Always), &[]) {
            Ok(Attempt::Read(_) | Attempt::Excluded) => self.letters(context, tree),
            Ok(Attempt::Free(mut free)) => {
                free.extend(self.letters(context, tree));
                free
            }
            // δ^l may stand on the right side too, where nothing defines it yet.
            Err(error) if self.letters(context, tree).is_empty() => return Err(error),
            Err(_) => self.letters(context, tree),
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
        let mut claimed = Vec::new();
        let mut first_error = None;
        loop {
            let mut left = Vec::new();
            let before = waiting.len();
            for bound in waiting {
                match self.define_one(context, tree, chain, &bound) {
                    Ok(mut claims) => claimed.append(&mut claims),
                    Err(error) if error.code == "shape" => return Err(error),
                    Err(error) => {
                        first_error = first_error.or(Some(error));
                        left.push(bound);
                    }
                }
            }
            if left.is_empty() || left.len() == before {
                return match first_error {
                    Some(error) if left.len() == before && claimed.is_empty() && !self.is_defined(context) => {
                        Err(error)
                    }
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

    /// The general indices of the name itself; of `\delta_{z,j}` the z is none, where it names a vector.
    fn letters(&self, context: &mut Context, tree: &Tree) -> Vec<String> {
        let items = self.written.sub.map_or(&[][..], |sub| tree.row(sub));
        let listed = items.get(1).is_some_and(|&id| *tree.kind(id) == Kind::Symbol(','));
        let parser = Parser::new(context, tree, &[]);
        let named = items.first().filter(|_| listed).and_then(|&first| parser.letters_of(&[first]));
        let named = named.filter(|letters| letters.iter().all(|letter| parser.names_tensor(letter)));
        let rows = [self.written.sub, self.written.sup].into_iter().flatten();
        rows.filter_map(|row| script::read(tree, row, &Unbound))
            .flat_map(|script| script.free)
            .filter(|letter| is_index(letter) && !named.as_ref().is_some_and(|named| named.contains(letter)))
            .collect()
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

/// Whether a letter is one that people use for a layer, a time or an entry.
fn is_index(letter: &str) -> bool {
    matches!(letter, "i" | "j" | "k" | "l" | "m" | "n" | "t" | "s" | "L" | "T" | "N")
}

impl Parser<'_> {
    /// Whether a name means a quantity now, with all its indices.
    fn fixed(&mut self, written: &WrittenName, span: Span) -> bool {
        let meaning = self.meaning(written, span, false);
        matches!(meaning, Ok(Meaning::Quantity(_, power) | Meaning::Entry(_, _, power)) if power.is_empty())
    }

    /// A name with the values of its indices put in.
    fn spelling(&self, written: &WrittenName) -> Spelling {
        let text = |row: Option<latex::Row>| {
            let items = row.map(|row| self.without_transpose(self.tree.row(row)));
            items
                .and_then(|items| script::read_items(self.tree, items, &self.values(false)))
                .map_or(String::new(), |s| s.text)
        };
        Spelling::new(written.base.as_str(), text(written.sub), text(written.sup))
    }
}

/// Reads one expression. With `letters`, names that the network lacks become letters that stand for any number.
pub fn read_expression(context: &mut Context, text: &str, letters: bool) -> Result<Side> {
    let tree = latex::read(text, &Places::at(0), &Macros::default())?;
    read_side(context, &tree, tree.row(tree.root()), letters.then_some(&mut Vec::new()))
}

/// Reads expressions in which the same letters mean the same; the error says which of them cannot be read.
pub fn read_expressions(context: &mut Context, texts: &[&str]) -> std::result::Result<Vec<Side>, (usize, Diagnostic)> {
    let mut letters = Vec::new();
    let read = |(at, text): (usize, &&str)| {
        let tree = latex::read(text, &Places::at(0), &Macros::default()).map_err(|error| (at, error))?;
        read_side(context, &tree, tree.row(tree.root()), Some(&mut letters)).map_err(|error| (at, error))
    };
    texts.iter().enumerate().map(read).collect()
}

/// Reads one side of a chain for certain values of its general indices; nothing if it cannot be read. Also gives the
/// quantities that it names.
pub fn read_again(
    context: &mut Context,
    tree: &Tree,
    items: &[ItemId],
    bound: &[(String, i64)],
) -> Option<(Side, Vec<(NameId, Span)>)> {
    let mut parser = Parser::new(context, tree, bound);
    let side = parser.side(items).ok()?;
    let complete = parser.free.is_empty() && parser.misfits.is_empty() && parser.slips.is_empty();
    complete.then(|| (side, std::mem::take(&mut parser.named)))
}

/// Reads items as one side.
pub fn read_side(
    context: &mut Context,
    tree: &Tree,
    items: &[ItemId],
    letters: Option<&mut Vec<(Spelling, NameId)>>,
) -> Result<Side> {
    let mut parser = Parser::new(context, tree, &[]);
    parser.letters = letters.as_ref().map(|letters| (*letters).clone());
    let side = parser.side(items)?;
    if let (Some(known), Some(found)) = (letters, parser.letters.take()) {
        *known = found;
    }
    if let Some(misfit) = parser.misfits.into_iter().next().filter(|_| parser.free.is_empty()) {
        let error = misfit.error.clone();
        context.misfit = context.misfit.take().or(Some(misfit));
        return Err(error);
    }
    if let Some(slip) = parser.slips.first() {
        return Err(Diagnostic::error("malformed-derivative", slip.message.clone()).at(slip.span, ""));
    }
    match parser.free.first() {
        None => Ok(side),
        Some(letter) => {
            let error = Diagnostic::error("unknown-name", format!("the index `{letter}` has no value here"));
            Err(error.at(side.span(), "").hint("write a number"))
        }
    }
}

/// The side that is a derivative of the network, for a right side that stands alone.
pub fn derivative_side(context: &mut Context, of: NameId, by: NameId, span: Span) -> Side {
    let (of_dims, by_dims) = (context.dims_of(of), context.dims_of(by));
    let natural = context.partial(of, by);
    let expr = context.laid_out(natural, [of_dims.len(), by_dims.len()]);
    let form = context.reading.form_of(&of_dims, &by_dims);
    let kind = PartKind::Derivative { of, by: vec![by], reach: Reach::Total, direct: None };
    Side { expr, direct: None, parts: vec![Part { kind, children: Vec::new(), span, expr, form }] }
}
