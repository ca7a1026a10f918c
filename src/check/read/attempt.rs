//! All sides of a chain at once, for each value of its general indices that fits.

use crate::check::claim::Side;
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::NameId;
use crate::network::Origin;
use crate::syntax::latex::{ItemId, Tree};

use super::condition::EXCLUDED;
use super::context::Context;
use super::fork::Fork;
use super::lines::{Chain, Limit};
use super::parser::{Parser, Result};
use super::product::Misfit;
use super::settle::settle;
use super::shift::asks_again;
use super::sizes::{Asked, Sizes, size_choices};
use super::stack::{COUNTED, has_stack};

/// The most values of general indices that are tried for one formula.
const MAX_BINDINGS: usize = 4_096;

/// All sides of a chain for one value of its general indices, with the slips that were mended in each.
pub(super) struct Read {
    pub sides: Vec<(Side, Vec<crate::check::claim::Slip>)>,
    pub named: Vec<(NameId, Span)>,
    pub bound: Vec<(String, i64)>,
}

/// How often the sides of a chain are read while that tells more of their letters.
const MAX_PASSES: usize = 4;

/// What one attempt at reading gave.
pub(super) enum Attempt {
    Read(Read),
    /// General indices without a value.
    Free(Vec<String>),
    /// For these values of the general indices it claims nothing.
    Excluded,
}

/// Reads all sides with these values of the general indices, and with the only sizes that fit where I or e₁ stand of
/// which no size is said.
pub(super) fn attempt(
    context: &mut Context,
    tree: &Tree,
    what: (&[Vec<ItemId>], &Limit),
    bound: &[(String, i64)],
) -> Result<Attempt> {
    context.sizes = Sizes::default();
    let misfit = context.misfit.take();
    let plain = attempt_at_sizes(context, tree, what, bound);
    let asked = std::mem::take(&mut context.sizes.asked);
    let choices = size_choices(context, &asked);
    if choices.is_empty() || matches!(plain, Ok(Attempt::Read(_))) {
        context.misfit = misfit.or(context.misfit.take());
        return plain;
    }
    let first_misfit = context.misfit.take();
    let (mut fitting, mut counted) = (Vec::new(), None);
    for choice in choices {
        context.sizes.tried = choice;
        context.misfit = None;
        let found = attempt_at_sizes(context, tree, what, bound);
        if matches!(&found, Ok(Attempt::Read(read)) if fit_together(context, read)) {
            fitting.push(std::mem::take(&mut context.sizes.tried));
        } else if let Err(error) = found {
            counted = counted.or(Some(error).filter(|error| error.code == COUNTED));
        }
    }
    context.sizes = Sizes::default();
    match fitting.as_slice() {
        [only] => {
            context.sizes.tried.clone_from(only);
            context.misfit = misfit;
            attempt_at_sizes(context, tree, what, bound)
        }
        // Rows or columns, where both fit.
        [rows, columns] if asked.iter().all(|asked| matches!(asked, Asked::Rows(_))) => {
            context.misfit = misfit.or(first_misfit);
            let Some(second) = context.second(Fork::Line, Span::default()) else { return plain };
            context.misfit = None;
            context.sizes.tried.clone_from(if second { columns } else { rows });
            attempt_at_sizes(context, tree, what, bound)
        }
        several => {
            context.misfit = misfit.or(first_misfit);
            counted.filter(|_| several.is_empty()).map_or(plain, Err)
        }
    }
}

/// Whether the sides of a chain have one form.
fn fit_together(context: &Context, read: &Read) -> bool {
    let shapes = context.network.arena.shapes();
    let forms: Vec<_> = read.sides.iter().map(|(side, _)| side.form()).collect();
    forms.windows(2).all(|pair| pair[0].same(pair[1], shapes))
}

/// Reads all sides with these values of the general indices.
fn attempt_at_sizes(
    context: &mut Context,
    tree: &Tree,
    what: (&[Vec<ItemId>], &Limit),
    bound: &[(String, i64)],
) -> Result<Attempt> {
    context.letters.clear();
    context.variation.begin();
    if context.reading.differentials {
        let first = attempt_with_letters(context, tree, what, bound)?;
        if !matches!(first, Attempt::Read(_)) {
            return Ok(first);
        }
        if !context.vary() {
            return Err(Diagnostic::error("unreadable", "a differential stands on one side only"));
        }
    }
    context.stacked = context.has_tensors() && has_stack(tree, what.0);
    let mut passes = 0;
    loop {
        context.paired.clear();
        context.tentative.clear();
        context.diagonal.clear();
        let found = attempt_with_letters(context, tree, what, bound);
        passes += 1;
        // A later side may say how far an index runs, and which letters of a condition stand outside of its sum.
        let asks = matches!(&found, Err(error) if asks_again(error));
        let known = context.letters.iter().any(|known| !known.0.is_empty());
        let outside = context.paired.iter().any(|letter| context.range_of(letter).is_some());
        if passes < MAX_PASSES && (asks && known || outside) {
            continue;
        }
        return found.map_err(|error| match asks_again(&error) {
            true => Diagnostic { code: "unreadable", ..error },
            false => error,
        });
    }
}

/// The same, with the letters that are known already.
fn attempt_with_letters(
    context: &mut Context,
    tree: &Tree,
    (sides, limit): (&[Vec<ItemId>], &Limit),
    bound: &[(String, i64)],
) -> Result<Attempt> {
    let mut read = Vec::with_capacity(sides.len());
    let mut free = Vec::new();
    let mut named = Vec::new();
    let mut failed = None;
    let (mut misfit, mut asked, mut loosened) = (None, None, false);
    let mut entries = Vec::new();
    for (at, items) in sides.iter().enumerate() {
        context.variation.begin_side();
        let mut parser = Parser::new(context, tree, bound);
        parser.is_left = at == 0;
        let side = parser.limited_side(items, limit);
        free.append(&mut parser.free);
        entries.append(&mut parser.free_entries);
        named.append(&mut parser.named);
        let slips = std::mem::take(&mut parser.slips);
        loosened |= parser.loosened;
        let (again, other): (Vec<Misfit>, Vec<Misfit>) =
            parser.misfits.into_iter().partition(|misfit| asks_again(&misfit.error));
        asked = asked.or(again.into_iter().next());
        misfit = misfit.or(other.into_iter().next());
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
        && let Some(misfit) = asked.or(misfit)
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

/// Whether there are several readings, and the value of a general index changes nothing.
fn says_the_same(readings: &[Read]) -> bool {
    let exprs = |read: &Read| read.sides.iter().map(|(side, _)| side.expr).collect::<Vec<_>>();
    readings.len() > 1 && readings.windows(2).all(|pair| exprs(&pair[0]) == exprs(&pair[1]))
}

/// Reads all sides, for each value of their general indices that fits.
pub(super) fn read_all(context: &mut Context, tree: &Tree, chain: &Chain) -> Result<Vec<Read>> {
    let (sides, limit) = (&chain.sides, &chain.condition);
    context.bracketed.clear();
    context.counting.clear();
    let free = match attempt(context, tree, (sides, limit), &[])? {
        Attempt::Read(read) => return Ok(vec![read]),
        Attempt::Excluded => return Err(Diagnostic::error("condition", "this condition never holds")),
        Attempt::Free(free) => free,
    };
    let span = sides.iter().flatten().next().map_or(Span::default(), |&id| tree.span(id));
    let mut readings = Vec::new();
    let mut first_error: Option<Diagnostic> = None;
    let mut misfit = None;
    for bound in bindings(context, &free, span)? {
        match attempt(context, tree, (sides, limit), &bound) {
            Ok(Attempt::Read(read)) => {
                readings.push(read);
                misfit = None;
            }
            Ok(Attempt::Free(_) | Attempt::Excluded) => {}
            // An L that is not declared is the last layer, whatever there is in the others.
            Err(error) if error.code == "shape" && free.iter().any(|letter| is_last(letter)) => {
                misfit = Some((error, context.misfit.take()));
            }
            // What does not fit for one layer is wrong, whatever the others say.
            Err(error) if matches!(error.code, "shape" | "ambiguous") => return Err(error),
            // A name that there is not for one layer says less than what cannot be read for another.
            Err(error) if error.code != "unknown-name" || first_error.is_none() => first_error = Some(error),
            Err(_) => {}
        }
    }
    if let Some((error, place)) = misfit {
        if readings.is_empty() {
            context.misfit = place;
            return Err(error);
        }
        let error = Diagnostic::error("ambiguous", format!("what `{}` stands for is not declared", free.join("`, `")));
        return Err(error.at(span, "").hint(format!("say `dim {} = …` in the network", free.join(" = …, "))));
    }
    if says_the_same(&readings) {
        // The letter stands under a sum only.
        readings.truncate(1);
        readings[0].bound.clear();
    }
    match (readings.is_empty(), first_error) {
        (false, _) => Ok(readings),
        (true, Some(error)) if error.code != "unknown-name" => Err(error),
        (true, error) => {
            let message = format!("no value of `{}` fits the names of the network", free.join("`, `"));
            let place = error.and_then(|error| error.labels.first().map(|label| label.span)).unwrap_or(span);
            Err(Diagnostic::error("unknown-name", message).at(place, "not for any value of the index"))
        }
    }
}

/// All values that general indices may have.
pub(super) fn bindings(context: &Context, letters: &[String], span: Span) -> Result<Vec<Vec<(String, i64)>>> {
    let is_open = |letter: &&String| is_quantity(context, letter) && !context.bracketed.contains(letter);
    if let Some(letter) = letters.iter().find(is_open) {
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

/// Whether a letter is one for the last layer or time.
pub(super) fn is_last(letter: &str) -> bool {
    letter.chars().all(char::is_uppercase)
}

/// Whether a letter is what the network calls a quantity, other than a size.
pub(super) fn is_quantity(context: &Context, letter: &str) -> bool {
    let named = context.symbols.quantities(&super::Spelling::new(letter, "", ""));
    named.iter().any(|&name| context.network.quantity(name).origin != Origin::Size)
}
