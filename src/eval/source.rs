//! A file of values: what its name says about its format and about the quantity that it holds.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Span};
use crate::eval::data::{self, Named, Table};
use crate::eval::point::{relocated, unknown};
use crate::eval::{Tensor, Values, numpy};
use crate::expr::NameId;
use crate::network::Network;

impl Values {
    /// Sets values from a file: `.csv`, `.npy`, `.npz`, `.safetensors`, else JSON. An array without a name is the value
    /// of `quantity`, or else of the quantity that the file is named after.
    ///
    /// # Errors
    /// What the format refuses, and values that do not fit the network.
    pub fn read_file(
        &mut self,
        network: &Network,
        path: &str,
        quantity: Option<&str>,
        bytes: &[u8],
    ) -> Result<(), Vec<Diagnostic>> {
        self.read_named_file(network, path, quantity, bytes).map_err(|errors| {
            // An error about a value as a whole has its place at the beginning of the file.
            let (placed, whole): (Vec<Diagnostic>, Vec<Diagnostic>) =
                errors.into_iter().partition(|error| !error.labels.is_empty());
            placed.into_iter().chain(relocated(network, whole, &[], Span::new(0, 0))).collect::<Vec<_>>()
        })?;
        self.settle_sizes(network).map_err(|errors| relocated(network, errors, &[], Span::new(0, 0)))
    }

    fn read_named_file(
        &mut self,
        network: &Network,
        path: &str,
        quantity: Option<&str>,
        bytes: &[u8],
    ) -> Result<(), Vec<Diagnostic>> {
        let one = |error: Diagnostic| vec![error];
        let (stem, extension) = stem_and_extension(path);
        let name = quantity.unwrap_or(stem);
        let named: Named = match extension {
            "npy" => vec![(name.to_owned(), numpy::from_npy(bytes).map_err(one)?)],
            "npz" => numpy::from_npz(bytes).map_err(one)?,
            "safetensors" => data::from_safetensors(bytes).map_err(one)?,
            "csv" | "tsv" => match data::from_csv(text(bytes)?).map_err(one)? {
                Table::Matrix(matrix) => vec![(name.to_owned(), self.fitted(network, name, matrix))],
                Table::Columns(columns) => self.columns(network, name, columns),
            },
            _ => return self.read_json_file(network, quantity, text(bytes)?),
        };
        let mut errors = Vec::new();
        let mut seen = BTreeSet::new();
        for (name, tensor) in named {
            if !seen.insert(name.clone()) {
                errors.push(Diagnostic::error("bad-value", format!("the file holds `{name}` twice")));
                continue;
            }
            let given = find(network, &name).and_then(|id| self.give_tensor(network, id, tensor));
            errors.extend(given.err());
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn read_json_file(&mut self, network: &Network, quantity: Option<&str>, text: &str) -> Result<(), Vec<Diagnostic>> {
        let Some(name) = quantity else { return self.read_json(network, text) };
        let value: serde_json::Value = serde_json::from_str(text)
            .map_err(|error| vec![Diagnostic::error("bad-value", format!("this is no JSON: {error}"))])?;
        let tensor = data::from_json(&value)
            .map_err(|reason| vec![Diagnostic::error("bad-value", format!("the value of `{name}`: {reason}"))])?;
        find(network, name).and_then(|id| self.give_tensor(network, id, tensor)).map_err(|error| vec![error])
    }

    /// A table with one column or one row may be a vector, one with one number a scalar.
    fn fitted(&self, network: &Network, name: &str, table: Tensor) -> Tensor {
        let rank = network.find(name).map(|id| network.arena.shapes().dims(network.quantity(id).shape).len());
        match (rank, table.dims.as_slice()) {
            (Some(1), &[1, count] | &[count, 1]) => Tensor { dims: vec![count], data: table.data },
            (Some(0), [1, 1]) => Tensor { dims: Vec::new(), data: table.data },
            _ => table,
        }
    }

    /// Columns that bear the names of quantities, or else one matrix whose columns have names of their own.
    fn columns(&self, network: &Network, name: &str, columns: Named) -> Named {
        if columns.iter().any(|(column, _)| network.find(column).is_some()) || network.find(name).is_none() {
            return columns;
        }
        let (rows, width) = (columns[0].1.data.len(), columns.len());
        let data = (0..rows).flat_map(|row| columns.iter().map(move |(_, column)| column.data[row])).collect();
        vec![(name.to_owned(), self.fitted(network, name, Tensor { dims: vec![rows, width], data }))]
    }
}

fn find(network: &Network, name: &str) -> Result<NameId, Diagnostic> {
    network.find(name).or_else(|| network.find(&name.replace('.', "_"))).ok_or_else(|| unknown(network, name)).map_err(
        |error| match error.hint {
            Some(_) => error,
            None => error.hint("the file holds a value of this name; `--values NAME=FILE` gives it another"),
        },
    )
}

fn text(bytes: &[u8]) -> Result<&str, Vec<Diagnostic>> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        vec![Diagnostic::error("not-utf8", "this is not UTF-8 text").at(Span::new(at, at), "")]
    })
}

fn stem_and_extension(path: &str) -> (&str, &str) {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    file.rsplit_once('.').unwrap_or((file, ""))
}
