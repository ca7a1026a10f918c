//! Entries at fixed places: `x_4`, `W_{12}`, `W_{1,2}`, `W_{1j}`, counted from 1.

use crate::expr::NameId;
use crate::syntax::latex::{ItemId, Kind};

use super::broadcast::ONE;
use super::entry::ALL;
use super::parser::Parser;

impl Parser<'_> {
    /// The indices that items are for a quantity of this rank, numbers among them; nothing if no number is.
    pub fn numbered(&self, items: &[ItemId], rank: usize) -> Option<Vec<String>> {
        let pieces: Vec<String> = items
            .split(|&id| *self.kind(id) == Kind::Symbol(','))
            .map(|piece| match piece {
                [all] if *self.kind(*all) == Kind::Symbol(':') => Some(ALL.to_owned()),
                piece => self.index_text(piece).filter(|text| text.chars().all(char::is_alphanumeric)),
            })
            .collect::<Option<_>>()?;
        let has_number = pieces.iter().any(|piece| piece.bytes().any(|byte| byte.is_ascii_digit()));
        let indices: Vec<String> = match pieces.as_slice() {
            // W₁₂ without a comma: each sign is an index.
            [only] if rank > 1 => only.chars().map(String::from).collect(),
            several => several.iter().all(|piece| is_index(piece)).then(|| several.to_vec())?,
        };
        let comma = pieces.len() > 1;
        (has_number && indices.len() == rank && (comma || !self.has_numbered_names())).then_some(indices)
    }

    /// μ_i of a μ whose other axis has one entry: with the place on that axis.
    pub fn with_kept_axis(&self, name: NameId, indices: Vec<String>) -> Option<Vec<String>> {
        let [only] = <[String; 1]>::try_from(indices).ok()?;
        match self.dims_of(name)[..] {
            [_, ONE] => Some(vec![only, "1".to_owned()]),
            [ONE, _] => Some(vec!["1".to_owned(), only]),
            _ => None,
        }
    }

    /// Whether the network numbers some of its names, so that a number may be that of a layer.
    pub fn has_numbered_names(&self) -> bool {
        let network = &self.context.network;
        let all = (0..network.quantities.len() as u32).map(NameId);
        let mut known = all.filter(|&name| !self.context.is_definition(name) || network.definition(name).is_some());
        known.any(|name| {
            let quantity = network.quantity(name);
            !quantity.indices.is_empty() || quantity.stem.ends_with(|sign: char| sign.is_ascii_digit())
        })
    }
}

/// Whether a text is one letter or one number.
fn is_index(text: &str) -> bool {
    text.chars().count() == 1 || is_number(text)
}

/// Whether a text is a number.
pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
