//! Sizes that a formula leaves unsaid, of I and of e₁, and rows that it names without the network: what fits is tried, and
//! counts where nothing else fits.

use crate::check::claim::PartId;
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::NameId;
use crate::shape::Dim;
use crate::syntax::latex::Kind;
use crate::syntax::spelling::MARKS;

use super::broadcast::ONE;
use super::context::Context;
use super::entry::ALL;
use super::fork::Fork;
use super::parser::{Parser, Result};
use super::script;
use super::symbols::{Spelling, WrittenName};

/// What a size is asked for: what stands at a place, or the rows of this name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Asked {
    /// The start and the end of the place.
    Place(u32, u32),
    /// The vectors x of x_i, or X of X_i.
    Rows(String),
}

/// The sizes that are tried where none is said.
#[derive(Clone, Debug, Default)]
pub struct Sizes {
    /// For what sizes were asked.
    pub asked: Vec<Asked>,
    /// What is tried now.
    pub tried: Vec<(Asked, Dim)>,
}

/// The most ways of giving sizes that are tried.
const MAX_CHOICES: usize = 300;

/// The sizes that may be meant where sizes were asked for; none if there are too many.
pub(super) fn size_choices(context: &Context, asked: &[Asked]) -> Vec<Vec<(Asked, Dim)>> {
    if asked.is_empty() {
        return Vec::new();
    }
    let mut asked = asked.to_vec();
    asked.sort_unstable();
    asked.dedup();
    let dims = context.all_dims();
    let count = u32::try_from(asked.len()).ok().and_then(|asked| dims.len().checked_pow(asked));
    if count.is_none_or(|count| count > MAX_CHOICES) {
        return Vec::new();
    }
    let mut choices: Vec<Vec<(Asked, Dim)>> = vec![Vec::new()];
    for one in asked {
        let longer = choices
            .iter()
            .flat_map(|choice| dims.iter().map(|&dim| choice.iter().cloned().chain([(one.clone(), dim)]).collect()));
        choices = longer.collect();
    }
    choices
}

impl Context {
    /// All sizes that axes of quantities have, without those of one entry.
    fn all_dims(&self) -> Vec<Dim> {
        let mut dims: Vec<Dim> = Vec::new();
        let shapes = self.network.arena.shapes();
        for at in 0..self.network.quantities.len() as u32 {
            for dim in self.dims_of(NameId(at)) {
                if dim != ONE && !dims.iter().any(|&known| shapes.same(known, dim)) {
                    dims.push(dim);
                }
            }
        }
        dims
    }

    /// The size that is tried; if none is, it is noted that one is asked for.
    fn size_for(&mut self, asked: Asked) -> Option<Dim> {
        let found = self.sizes.tried.iter().find(|known| known.0 == asked).map(|known| known.1);
        if found.is_none() {
            self.sizes.asked.push(asked);
        }
        found
    }

    /// The size that is tried for what stands at a place.
    pub(crate) fn size_at(&mut self, span: Span) -> Option<Dim> {
        self.size_for(Asked::Place(span.start, span.end))
    }
}

/// What is said of x_i where the network has a matrix X.
pub fn unnamed_rows(shown: &str, matrix: &str) -> Diagnostic {
    let error = Diagnostic::error("unreadable", format!("`{shown}` may be a row or a column of `{matrix}`"));
    let letter = shown.split('_').next_back().unwrap_or(shown);
    error.hint(row_hint(matrix, letter, shown))
}

/// How to say that a name is one of the rows of a matrix.
pub(super) fn row_hint(matrix: &str, letter: &str, shown: &str) -> String {
    format!("if it is a row of `{matrix}`, say so in a comment: `derive: show {matrix}[{letter}, :] as {shown}`")
}

/// Where x_i stands in X.
pub(super) struct Unnamed {
    /// X.
    pub matrix: NameId,
    /// The letters on the axes of X; nothing while it is not known which of them fits.
    pub places: Option<[String; 2]>,
    shown: String,
    large: String,
}

impl Parser<'_> {
    /// x_i as a row or a column of X, where nothing is called x, or X_i, and only one of them fits.
    pub fn unnamed_row(&mut self, written: &WrittenName, span: Span) -> Result<Option<PartId>> {
        let Some(found) = self.unnamed_place(written) else { return Ok(None) };
        let Some(places) = &found.places else { return self.unfitting(&found, span).map(Some) };
        let above = written.sup.map_or(&[][..], |sup| self.row(sup));
        let (power, marks) = self.marks_of(above);
        let part = self.quantity_part(found.matrix, span)?;
        let part = self.slice(part, places, span)?;
        let part = self.power(part, power, span)?;
        self.marked(part, marks, span).map(Some)
    }

    /// Notes that either a row or a column may be meant.
    pub fn unfitting(&mut self, found: &Unnamed, span: Span) -> Result<PartId> {
        self.misfit(unnamed_rows(&found.shown, &found.large).at(span, ""), span, &[])
    }

    /// The matrix X of x_i or X_i, with the letters on its axes.
    pub fn unnamed_place(&mut self, written: &WrittenName) -> Option<Unnamed> {
        let own = self.line_of_matrix(written);
        let is_own = own.is_some();
        let (matrix, letter, key) = own.or_else(|| self.line_of_capital(written))?;
        let [rows, columns] = <[Dim; 2]>::try_from(self.dims_of(matrix)).ok()?;
        let square = self.context.network.arena.shapes().same(rows, columns);
        let size = if square { None } else { self.context.size_for(Asked::Rows(key.clone())) };
        let shown = format!("{key}_{letter}");
        let is_alone = written.sub.is_some_and(|sub| self.row(sub).len() == 1);
        let unsure = !is_own || is_alone && self.may_count_names(&letter);
        let shapes = self.context.network.arena.shapes();
        let is_row = match size {
            Some(size) if shapes.same(size, columns) => Some(true),
            Some(size) if shapes.same(size, rows) => Some(false),
            None if square => self.second(Fork::Line, Span::default()).map(|second| !second),
            _ => None,
        };
        let all = || ALL.to_owned();
        let places = is_row.map(|is_row| if is_row { [letter, all()] } else { [all(), letter] });
        let large = self.context.network.spelling(matrix).to_string();
        if places.is_some() && unsure {
            self.context.guessed = Some((shown.clone(), large.clone()));
        }
        Some(Unnamed { matrix, places, shown, large })
    }

    /// Whether W_t may be the W of a step or a layer: where the network counts names, and no sum says that the letter is
    /// one of an axis.
    fn may_count_names(&self, letter: &str) -> bool {
        let network = &self.context.network;
        let has_families = network.quantities.iter().any(|quantity| !quantity.indices.is_empty());
        has_families || self.has_numbered_names() && !self.summed.iter().any(|summed| summed == letter)
    }

    /// Whether a name is X_i of a matrix X.
    pub fn is_line_of_matrix(&self, written: &WrittenName) -> bool {
        self.line_of_matrix(written).is_some()
    }

    /// The matrix Δ of Δ_i, D₂ of D_{2,i}, the letter, and the name without the letter; nothing where the letter may be
    /// a layer or another part of the name.
    fn line_of_matrix(&self, written: &WrittenName) -> Option<(NameId, String, String)> {
        let items = self.row(written.sub?);
        let (last, before) = items.split_last()?;
        let [letter] = <[String; 1]>::try_from(self.letters_of(&[*last])?).ok()?;
        let before = match before {
            [] if self.context.symbols.is_numbered(&written.base) => return None,
            [] => "",
            [rest @ .., comma] if *self.kind(*comma) == Kind::Symbol(',') => {
                &script::read_items(self.tree, rest, &self.values(false))?.text
            }
            _ => return None,
        };
        let above = self.without_transpose(written.sup.map_or(&[][..], |sup| self.row(sup)));
        let is_square = matches!(above, [two] if matches!(self.kind(*two), Kind::Digits(_)));
        let is_plain = written.primes == 0 && !self.in_letters && letter != ALL;
        let is_plain = is_plain && (above.is_empty() || is_square && !before.is_empty());
        let spelling = Spelling::new(written.base.as_str(), before, "");
        let &[matrix] = self.context.symbols.quantities(&spelling) else { return None };
        let key = if before.is_empty() { written.base.clone() } else { format!("{}_{before}", written.base) };
        (is_plain && self.dims_of(matrix).len() == 2).then_some((matrix, letter, key))
    }

    /// The matrix X of x_i, X̂ of x̂_i, where nothing is called x.
    fn line_of_capital(&self, written: &WrittenName) -> Option<(NameId, String, String)> {
        let (small, sub) = (written.base.chars().next()?, written.sub?);
        let (letter, mark) = written.base.split_at(small.len_utf8());
        // Beside a quantity x, x̂_i belongs to that x.
        let is_marked = MARKS.iter().any(|(_, known)| *known == mark) && !self.context.symbols.has_base(letter);
        if !mark.is_empty() && !is_marked {
            return None;
        }
        let large = format!("{}{mark}", small.to_ascii_uppercase());
        let &[matrix] = self.context.symbols.quantities(&Spelling::new(large.as_str(), "", "")) else { return None };
        let [letter] = <[String; 1]>::try_from(self.letters_of(self.row(sub))?).ok()?;
        let above = self.without_transpose(written.sup.map_or(&[][..], |sup| self.row(sup)));
        let plain = small.is_ascii_lowercase() && written.primes == 0 && !self.in_letters && letter != ALL;
        let named = !above.is_empty() || self.context.symbols.has_base(&written.base);
        (plain && !named).then_some((matrix, letter, written.base.clone()))
    }
}
