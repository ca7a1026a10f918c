//! The forms of `show`: `z^#`, `W_out`, `hat(y)`, `bold(hat(y))`, `\theta_#`, `a^[l](i)`, LaTeX in quotes.
//!
//! Takes the text of a form and what stands for `#`; gives its layout. A form that does not parse gives `None`.

use crate::diagnostic::Diagnostic;
use crate::network::{Network, Show};
use crate::notation::layout::{Face, Fence, Layout, LayoutId, Mark, Sheet};
use crate::notation::names::{shown, word};
use crate::notation::verbatim::{character, verbatim};

/// Words that put a mark above, or choose a face, with their argument in parentheses.
const MARKED: &[(&str, Mark)] =
    &[("hat", Mark::Hat), ("bar", Mark::Bar), ("tilde", Mark::Tilde), ("vec", Mark::Vector), ("dot", Mark::Dot)];
const FACED: &[(&str, Face)] = &[("bold", Face::Bold), ("cal", Face::Calligraphic)];

/// Reads one form.
pub(super) struct FormReader<'a> {
    rest: &'a str,
    /// What `#` stands for.
    index: &'a str,
    /// Letters of a pattern such as `s[t]`, and what they stand for.
    letters: &'a [(String, String)],
    depth: usize,
}

impl<'a> FormReader<'a> {
    pub(super) fn new(form: &'a str, index: &'a str, letters: &'a [(String, String)]) -> Self {
        FormReader { rest: form.trim(), index, letters, depth: 0 }
    }

    /// The layout of the whole form.
    pub(super) fn read(mut self, sheet: &mut Sheet) -> Option<LayoutId> {
        if let Some(latex) = self.rest.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            return verbatim(sheet, with_indices(latex, self.letters).replace('#', self.index));
        }
        let layout = self.scripted(sheet)?;
        self.rest.is_empty().then_some(layout)
    }

    fn scripted(&mut self, sheet: &mut Sheet) -> Option<LayoutId> {
        let base = self.base(sheet)?;
        let (mut sub, mut sup) = (None, None);
        loop {
            let slot = match self.rest.chars().next() {
                Some('_') => &mut sub,
                Some('^') => &mut sup,
                _ => break,
            };
            if slot.is_some() {
                return None;
            }
            self.rest = &self.rest[1..];
            *slot = Some(self.script(sheet)?);
        }
        if sub.is_none() && sup.is_none() {
            return Some(base);
        }
        Some(sheet.push(Layout::Script { base, sub, sup, primes: 0 }))
    }

    /// What stands in a script: pieces without white space, `#`, `(l)`, `[l]`, letters, digits.
    fn script(&mut self, sheet: &mut Sheet) -> Option<LayoutId> {
        let mut pieces = Vec::new();
        while let Some(next) = self.rest.chars().next() {
            let piece = match next {
                '(' | '[' => {
                    let close = if next == '(' { ')' } else { ']' };
                    let end = self.rest.find(close)?;
                    let inside = self.token(&self.rest[1..end]);
                    self.rest = &self.rest[end + 1..];
                    let body = word(sheet, &inside);
                    let fence = if next == '(' { Fence::Round } else { Fence::Square };
                    sheet.push(Layout::Fenced { fence, body })
                }
                '#' => {
                    self.rest = &self.rest[1..];
                    word(sheet, self.index)
                }
                _ => match self.command(sheet) {
                    Some(command) => command,
                    None => {
                        let token = self.take_word()?;
                        let token = self.token(&token);
                        word(sheet, &token)
                    }
                },
            };
            pieces.push(piece);
            if !matches!(self.rest.chars().next(), Some('(' | '[' | '#')) {
                break;
            }
        }
        match pieces.as_slice() {
            [] => None,
            [only] => Some(*only),
            _ => Some(sheet.push(Layout::Row(pieces))),
        }
    }

    fn base(&mut self, sheet: &mut Sheet) -> Option<LayoutId> {
        self.depth += 1;
        if self.depth > 8 {
            return None;
        }
        if let Some(command) = self.command(sheet) {
            return Some(command);
        }
        let token = self.take_word()?;
        let marked = MARKED.iter().find(|(name, _)| *name == token);
        let faced = FACED.iter().find(|(name, _)| *name == token);
        if self.rest.starts_with('(') && (marked.is_some() || faced.is_some()) {
            self.rest = &self.rest[1..];
            let body = self.scripted(sheet)?;
            self.rest = self.rest.strip_prefix(')')?;
            return match (marked, faced) {
                (Some((_, mark)), _) => Some(sheet.push(Layout::Accent { mark: *mark, body })),
                (_, Some((_, face))) => Some(reface(sheet, body, *face)),
                _ => None,
            };
        }
        Some(word(sheet, &token))
    }

    /// A command that LaTeX has a sign for: `\varepsilon`, `\ell`.
    fn command(&mut self, sheet: &mut Sheet) -> Option<LayoutId> {
        let name = self.rest.strip_prefix('\\')?;
        let length = name.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(name.len());
        let plain = character(&name[..length])?;
        let latex = self.rest[..=length].to_owned();
        self.rest = &name[length..];
        let plain = sheet.push(Layout::Symbol { text: plain.to_owned(), face: Face::Italic });
        Some(sheet.push(Layout::Verbatim { latex, plain: Some(plain) }))
    }

    /// A run of letters and digits, with a backslash before it if the user likes.
    fn take_word(&mut self) -> Option<String> {
        self.rest = self.rest.strip_prefix('\\').unwrap_or(self.rest);
        let length = self.rest.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(self.rest.len());
        let token = self.rest[..length].to_owned();
        self.rest = &self.rest[length..];
        (!token.is_empty()).then_some(token)
    }

    /// A letter of the pattern stands for its index.
    fn token(&self, token: &str) -> String {
        let bound = self.letters.iter().find(|(letter, _)| letter == token);
        bound.map_or_else(|| token.replace('#', self.index), |(_, value)| value.clone())
    }
}

/// LaTeX with the letters of the pattern, where they stand by themselves, replaced by their indices: `W^Q_h` at h = 2 is
/// `W^Q_2`.
fn with_indices(latex: &str, letters: &[(String, String)]) -> String {
    let mut out = String::with_capacity(latex.len());
    let mut rest = latex;
    while let Some(first) = rest.chars().next() {
        let is_command = first == '\\';
        let start = if is_command { 1 } else { 0 };
        let word = rest[start..].find(|letter: char| !letter.is_alphabetic()).unwrap_or(rest.len() - start);
        let length = if word == 0 { first.len_utf8() } else { start + word };
        let token = &rest[..length];
        let bound = letters.iter().find(|(letter, _)| letter == token);
        out.push_str(bound.map_or(token, |(_, value)| value.as_str()));
        rest = &rest[length..];
    }
    out
}

/// Sets the letters of a symbol in another face; marks stay above.
fn reface(sheet: &mut Sheet, body: LayoutId, face: Face) -> LayoutId {
    match sheet.get(body).clone() {
        Layout::Symbol { text, .. } => sheet.push(Layout::Symbol { text, face }),
        Layout::Accent { mark, body } => {
            let body = reface(sheet, body, face);
            sheet.push(Layout::Accent { mark, body })
        }
        Layout::Script { base, sub, sup, primes } => {
            let base = reface(sheet, base, face);
            sheet.push(Layout::Script { base, sub, sup, primes })
        }
        _ => body,
    }
}

/// The quantity and the indices of a pattern for rows or columns, `X[i, :]`: a letter for an axis, `None` for `:`.
pub(super) fn row_pattern(show: &Show) -> Option<(&str, Vec<Option<&str>>)> {
    let (stem, inside) = show.stem.split_once('[')?;
    let axes: Vec<Option<&str>> =
        inside.strip_suffix(']')?.split(',').map(|axis| Some(axis.trim()).filter(|axis| *axis != ":")).collect();
    (axes.contains(&None) && axes.iter().any(Option::is_some)).then_some((stem, axes))
}

/// A name for the rows or columns of a quantity: `show X[i, :] as x_i`.
#[derive(Clone, Debug)]
pub struct RowName {
    /// The stem of the quantity.
    pub stem: String,
    /// A letter for each axis, nothing for the one that is left.
    pub axes: Vec<Option<String>>,
    /// The name, with the letters as the pattern has them.
    pub layout: LayoutId,
}

/// The names for rows and columns that the `show` statements of a network give.
pub fn row_names(network: &Network, sheet: &mut Sheet) -> Vec<RowName> {
    let name = |show: &Show| {
        let (stem, axes) = row_pattern(show)?;
        let letters =
            axes.iter().flatten().map(|letter| ((*letter).to_owned(), (*letter).to_owned())).collect::<Vec<_>>();
        let layout = FormReader::new(&show.form, "", &letters).read(sheet)?;
        let axes = axes.into_iter().map(|axis| axis.map(str::to_owned)).collect();
        Some(RowName { stem: stem.to_owned(), axes, layout })
    };
    network.shows.iter().filter_map(name).collect()
}

/// Whether a pattern for rows or columns is about a quantity with as many axes.
fn is_about_rows(network: &Network, show: &Show) -> bool {
    let Some((stem, axes)) = row_pattern(show) else { return false };
    network.quantities.iter().any(|quantity| {
        *quantity.stem == *stem
            && quantity.indices.is_empty()
            && network.arena.shapes().dims(quantity.shape).len() == axes.len()
    })
}

/// Checks the forms of all `show` statements.
pub fn check_shows(network: &Network) -> Vec<Diagnostic> {
    let mut sheet = Sheet::default();
    let mut errors = Vec::new();
    for show in &network.shows {
        let letters: Vec<(String, String)> = match show.stem.split_once('[') {
            Some((_, inside)) => {
                let names = inside.trim_end_matches(']').split(',').map(|letter| letter.trim().to_owned());
                names.map(|letter| (letter, "1".to_owned())).collect()
            }
            None => Vec::new(),
        };
        if FormReader::new(&show.form, "1", &letters).read(&mut sheet).is_none() {
            let error = Diagnostic::error("bad-show", format!("`{}` is no form for a name", show.form));
            let hint = "a form is like `z^#`, `W_out`, `hat(y)`, `bold(x)`, `\\theta_#`, or LaTeX in quotes";
            errors.push(error.at(show.form_span, "").hint(hint));
        } else if show.form.contains('#') && !show.numbered && letters.is_empty() {
            let error = Diagnostic::error("bad-show", "the form has a `#`, but the pattern has none");
            errors.push(error.at(show.form_span, "").hint(format!("write `show {}# as {}`", show.stem, show.form)));
        } else if is_about_rows(network, show) {
            continue;
        } else if !network.quantities.iter().any(|quantity| shown(&mut sheet, quantity, show).is_some()) {
            let warning = Diagnostic::warning("bad-show", format!("there is no quantity `{}` to show", show.stem));
            errors.push(warning.at(show.form_span, ""));
        }
    }
    errors
}

/// Whether LaTeX is one letter with a subscript at most, `h_2`, `\hat{y}_{ij}`, so that a power may stand above it.
pub(super) fn takes_power(latex: &str) -> bool {
    let (base, sub) = latex.trim().split_once('_').unwrap_or((latex.trim(), "0"));
    let is_letter = match base.strip_prefix('\\') {
        None => base.chars().count() == 1 && base.chars().all(char::is_alphabetic),
        // `\theta`, `\hat y`, `\mathbf{x}`
        Some(command) => {
            let argument = command.trim_start_matches(|sign: char| sign.is_ascii_alphabetic());
            argument.len() < command.len() && argument.trim_matches(['{', '}', ' ']).chars().count() <= 1
        }
    };
    let sub = sub.strip_prefix('{').and_then(|sub| sub.strip_suffix('}')).unwrap_or(sub);
    is_letter && !sub.is_empty() && sub.chars().all(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::takes_power;

    #[test]
    fn a_power_may_stand_above_one_letter() {
        for latex in ["h", "h_2", r"\theta_{12}", r"\hat y", r"\mathbf{x}_i"] {
            assert!(takes_power(latex), "{latex}");
        }
        for latex in ["z^3", "ab", "a + b", r"\hat{ab}", "h_", "h_2'", r"\mathrm{net}_1", r"x_{i,j}\odot y", ""] {
            assert!(!takes_power(latex), "{latex}");
        }
    }
}
