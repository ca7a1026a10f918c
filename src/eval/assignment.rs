//! Values that are written by hand: `x=0.5, w=[1, 2/3], W[1,2]=-1`.
//!
//! Takes a list of assignments; gives values, or diagnostics with their places in the list.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::diagnostic::{Diagnostic, Span};
use crate::eval::point::{relocated, unknown};
use crate::eval::{Tensor, Values};
use crate::expr::NameId;
use crate::network::Network;
use crate::rational::Rational;

/// What the name of a file of values ends in.
const FILE_ENDINGS: [&str; 6] = [".npy", ".npz", ".csv", ".tsv", ".json", ".safetensors"];

/// Splits `W=weights.npy, x=0.5` into the names with their files, and the list with white space instead of them.
pub fn files_in_list(text: &str) -> (Vec<(String, String)>, String) {
    let (mut files, mut rest) = (Vec::new(), text.to_owned());
    for span in items(text) {
        let item = &text[span.range()];
        let Some((name, path)) = item.split_once('=').map(|(name, path)| (name.trim(), path.trim())) else { continue };
        if FILE_ENDINGS.iter().any(|ending| path.to_ascii_lowercase().ends_with(ending)) {
            files.push((name.to_owned(), path.to_owned()));
            rest.replace_range(span.range(), &" ".repeat(item.len()));
        }
    }
    (files, rest)
}

impl Values {
    /// Sets values from `x=0.5, theta1=4/5`; spans of the diagnostics are places in `text`.
    ///
    /// # Errors
    /// All that is wrong with it at once: a name or index that is not known, no number, a value that does not fit
    /// the shape. Nothing is set then.
    pub fn read_list(&mut self, network: &Network, text: &str) -> Result<(), Vec<Diagnostic>> {
        let (mut errors, mut places) = (Vec::new(), Vec::new());
        let mut changed: BTreeMap<NameId, (Tensor, Span)> = BTreeMap::new();
        for span in items(text) {
            let item = &text[span.range()];
            let Some((name, value)) = item.split_once('=').map(|(name, value)| (name.trim(), value.trim())) else {
                let error = Diagnostic::error("bad-value", format!("`{item}` is no assignment")).at(span, "");
                errors.push(error.hint("write `name=value`"));
                continue;
            };
            let outcome = match element(network, name) {
                Some((id, place)) => self.change_entry(network, (id, &place), name, value, &mut changed, span),
                None => self.read_item(network, name, value),
            };
            let known = network.find(name).or_else(|| element(network, name).map(|(id, _)| id));
            places.extend(known.map(|id| (id, span)));
            errors.extend(outcome.err().map(|error| error.at(span, "")));
        }
        // Only all changes together make a row that sums to 1.
        for (id, (tensor, span)) in changed {
            errors.extend(self.give_tensor(network, id, tensor).err().map(|error| error.at(span, "")));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let whole = Span::new(0, text.len());
        self.settle_sizes(network).map_err(|errors| relocated(network, errors, &places, whole))
    }

    fn read_item(&mut self, network: &Network, name: &str, value: &str) -> Result<(), Diagnostic> {
        if value.starts_with('[') {
            let json = decimal_list(value).and_then(|list| serde_json::from_str(&list).ok()).ok_or_else(|| {
                Diagnostic::error("bad-value", format!("`{}` is no list of numbers", short(value)))
                    .hint("write a list such as `[1, 2.5]` or `[[1, 0], [0, 1]]`")
            })?;
            return self.give_json(network, name, None, &json);
        }
        let number = number(value)?;
        let id = network.find(name).ok_or_else(|| unknown(network, name))?;
        self.give_to(network, id, number)
    }

    /// Sets one entry of a tensor whose other entries have values.
    fn change_entry(
        &self,
        network: &Network,
        (id, place): (NameId, &[i64]),
        name: &str,
        value: &str,
        changed: &mut BTreeMap<NameId, (Tensor, Span)>,
        span: Span,
    ) -> Result<(), Diagnostic> {
        let number = number(value)?;
        let (tensor, _) = match changed.entry(id) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let tensor = self.tensor(network, id).ok_or_else(|| {
                    let whole = network.spelling(id);
                    let message =
                        format!("`{name}` alone cannot have a value: the other entries of `{whole}` have none");
                    Diagnostic::error("missing-value", message)
                        .hint(format!("give `{whole}` a value first, such as `{whole}=0` where its sizes are known"))
                })?;
                entry.insert((tensor, span))
            }
        };
        match offset(&tensor.dims, place) {
            Some(at) => tensor.data[at] = number,
            None => {
                let sizes: Vec<String> = tensor.dims.iter().map(usize::to_string).collect();
                let message = format!("`{name}` is no entry of `{}`", network.spelling(id));
                let hint = format!("its sizes are {}, and each index runs from 1", sizes.join(" × "));
                return Err(Diagnostic::error("bad-range", message).hint(hint));
            }
        }
        Ok(())
    }
}

/// A tensor and the indices of one of its entries, if that is what a name such as `W[1,2]` says.
fn element(network: &Network, name: &str) -> Option<(NameId, Vec<i64>)> {
    if network.find(name).is_some() {
        return None;
    }
    let (base, indices) = name.strip_suffix(']')?.rsplit_once('[')?;
    let id = network.find(base.trim())?;
    let place = indices.split(',').map(|index| index.trim().parse().ok()).collect::<Option<Vec<i64>>>()?;
    (!network.quantity(id).shape.is_scalar()).then_some((id, place))
}

/// Where an entry stands in the row-major list of entries, its indices counted from 1.
fn offset(dims: &[usize], place: &[i64]) -> Option<usize> {
    if dims.len() != place.len() {
        return None;
    }
    dims.iter().zip(place).try_fold(0, |offset, (&dim, &index)| {
        let index = usize::try_from(index).ok()?.checked_sub(1)?;
        (index < dim).then_some(offset * dim + index)
    })
}

/// The items of a comma list without the white space around them; commas in brackets do not count.
fn items(text: &str) -> Vec<Span> {
    let (mut spans, mut start, mut depth) = (Vec::new(), 0, 0i32);
    let ends = text.char_indices().chain(std::iter::once((text.len(), ',')));
    for (at, character) in ends {
        match character {
            '[' | '(' => depth += 1,
            ']' | ')' => depth -= 1,
            ',' | ';' if depth <= 0 || at == text.len() => {
                let item = &text[start..at];
                let lead = item.len() - item.trim_start().len();
                if !item.trim().is_empty() {
                    spans.push(Span::new(start + lead, start + lead + item.trim().len()));
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    spans
}

/// A list in brackets with each number as a decimal one.
fn decimal_list(text: &str) -> Option<String> {
    let mut list = String::with_capacity(text.len());
    let mut start = 0;
    for (at, mark) in text.match_indices(['[', ']', ',']) {
        let entry = text[start..at].trim();
        if !entry.is_empty() {
            list.push_str(&format!("{:e}", parse_number(entry)?));
        }
        list.push_str(mark);
        start = at + 1;
    }
    text[start..].trim().is_empty().then_some(list)
}

/// The beginning of a text that may be long.
fn short(text: &str) -> String {
    let head: String = text.chars().take(40).collect();
    if head.len() < text.len() { head + "…" } else { head }
}

fn number(value: &str) -> Result<f64, Diagnostic> {
    parse_number(value).ok_or_else(|| {
        Diagnostic::error("bad-value", format!("`{}` is no number", short(value)))
            .hint("write a number such as `0.5`, `-1e-3` or `2/3`")
    })
}

/// A decimal literal or a quotient of two, with a sign.
fn parse_number(text: &str) -> Option<f64> {
    let (negative, digits) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let value = match digits.split_once('/') {
        Some((above, below)) => Rational::parse(above.trim())?.mul(&Rational::parse(below.trim())?.recip()?)?,
        None => Rational::parse(digits.trim())?,
    };
    let value = value.to_f64();
    Some(if negative { -value } else { value })
}
