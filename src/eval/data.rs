//! Values from files: JSON, CSV and .safetensors.
//!
//! Takes the bytes of a file; gives names and tensors. What the names mean is told in [`Values`](crate::eval::Values).

use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use crate::diagnostic::{Diagnostic, Span};
use crate::eval::Tensor;

/// The most axes of a value.
pub(super) const MAX_RANK: usize = 16;

/// Names with their values.
pub type Named = Vec<(String, Tensor)>;

pub(super) fn refused(message: impl Into<String>) -> Diagnostic {
    Diagnostic::error("bad-value", message)
}

/// A number or nested arrays of numbers, all rows of one length.
///
/// # Errors
/// In words, what is no number or no array of equal rows.
pub fn from_json(value: &serde_json::Value) -> Result<Tensor, String> {
    let mut dims = Vec::new();
    let mut first = value;
    while let serde_json::Value::Array(items) = first {
        if dims.len() == MAX_RANK {
            return Err(format!("it has more than {MAX_RANK} axes"));
        }
        dims.push(items.len());
        match items.first() {
            Some(item) => first = item,
            None => return Err("it has an empty list".to_owned()),
        }
    }
    let mut level: Vec<&serde_json::Value> = vec![value];
    for (axis, &dim) in dims.iter().enumerate() {
        let mut next = Vec::with_capacity(level.len().saturating_mul(dim));
        for item in level {
            match item {
                serde_json::Value::Array(items) if items.len() == dim => next.extend(items),
                serde_json::Value::Array(items) => {
                    return Err(format!("the lists along axis {axis} have {dim} and {} entries", items.len()));
                }
                other => return Err(format!("{other} stands where a list of {dim} is expected")),
            }
        }
        level = next;
    }
    let numbers: Result<Vec<f64>, String> =
        level.into_iter().map(|item| item.as_f64().ok_or_else(|| format!("it is no number: {item}"))).collect();
    Ok(Tensor { dims, data: numbers? })
}

/// A table of numbers; with a header its columns have names.
#[derive(Clone, PartialEq, Debug)]
pub enum Table {
    /// No header: a matrix.
    Matrix(Tensor),
    /// Columns by name.
    Columns(Named),
}

/// Reads comma-separated values; tabs and semicolons separate as well.
///
/// # Errors
/// Rows of different lengths, and cells that are no numbers, with their place in the text.
pub fn from_csv(text: &str) -> Result<Table, Diagnostic> {
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t'].into_iter().find(|&byte| first.as_bytes().contains(&byte)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let (mut header, mut data, mut rows, mut columns) = (None, Vec::new(), 0, 0);
    for record in reader.records() {
        let record = record.map_err(|error| refused(format!("this is no CSV: {error}")))?;
        let line = record.position().map_or(0, csv::Position::line);
        if rows == 0 && header.is_none() && record.iter().all(|cell| cell.parse::<f64>().is_err()) {
            header = Some(record.iter().map(str::to_owned).collect::<Vec<String>>());
            columns = record.len();
            continue;
        }
        if rows == 0 && header.is_none() {
            columns = record.len();
        }
        if record.len() != columns {
            let error = refused(format!("line {line} has {} numbers, and those before it {columns}", record.len()));
            return Err(error.at(line_span(text, line), ""));
        }
        for (at, cell) in record.iter().enumerate() {
            let number: f64 = cell.parse().map_err(|_| {
                let cell: String = cell.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect();
                let what = if cell.is_empty() { "there is nothing".to_owned() } else { format!("`{cell}`") };
                let is = if cell.is_empty() { "where a number is expected" } else { "is no number" };
                refused(format!("{what} in line {line}, column {} {is}", at + 1)).at(line_span(text, line), "")
            })?;
            data.push(number);
        }
        rows += 1;
    }
    if rows == 0 {
        return Err(refused("there are no numbers in this file"));
    }
    let Some(header) = header else { return Ok(Table::Matrix(Tensor { dims: vec![rows, columns], data })) };
    let column = |at: usize| data.iter().copied().skip(at).step_by(columns).collect::<Vec<f64>>();
    let named = header.into_iter().enumerate().map(|(at, name)| (name, Tensor { dims: vec![rows], data: column(at) }));
    Ok(Table::Columns(named.collect()))
}

/// Where a line stands, counted from 1.
fn line_span(text: &str, line: u64) -> Span {
    let before = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
    let start: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
    let end = text[start..].find(['\n', '\r']).map_or(text.len(), |length| start + length);
    Span::new(start, end)
}

/// Reads a file of tensors.
///
/// # Errors
/// A broken file, and types of entries that are no numbers.
pub fn from_safetensors(bytes: &[u8]) -> Result<Named, Diagnostic> {
    let file =
        SafeTensors::deserialize(bytes).map_err(|error| refused(format!("this is no file of safetensors: {error}")))?;
    let mut views = file.tensors();
    views.sort_by(|a, b| a.0.cmp(&b.0));
    views.into_iter().map(|(name, view)| Ok((name.clone(), tensor_of(&name, &view)?))).collect()
}

fn tensor_of(name: &str, view: &TensorView<'_>) -> Result<Tensor, Diagnostic> {
    let bytes = view.data();
    macro_rules! read {
        ($number:ty, $size:literal) => {
            bytes
                .chunks_exact($size)
                .map(|chunk| {
                    let mut word = [0u8; $size];
                    word.copy_from_slice(chunk);
                    <$number>::from_le_bytes(word) as f64
                })
                .collect()
        };
    }
    let halves = |decode: fn(u16) -> f64| {
        bytes.chunks_exact(2).map(|chunk| decode(u16::from_le_bytes([chunk[0], chunk[1]]))).collect()
    };
    let data: Vec<f64> = match view.dtype() {
        Dtype::F64 => read!(f64, 8),
        Dtype::F32 => read!(f32, 4),
        Dtype::F16 => halves(half),
        Dtype::BF16 => halves(|bits| f64::from(f32::from_bits(u32::from(bits) << 16))),
        Dtype::I64 => read!(i64, 8),
        Dtype::I32 => read!(i32, 4),
        Dtype::I16 => read!(i16, 2),
        Dtype::I8 => read!(i8, 1),
        Dtype::U64 => read!(u64, 8),
        Dtype::U32 => read!(u32, 4),
        Dtype::U16 => read!(u16, 2),
        Dtype::U8 | Dtype::BOOL => read!(u8, 1),
        other => return Err(refused(format!("`{name}` has the type {other:?}, which cannot be read"))),
    };
    Tensor::new(view.shape().to_vec(), data).ok_or_else(|| refused(format!("`{name}` has the wrong number of bytes")))
}

/// A number of IEEE 754's binary16.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    match exponent {
        0 => sign * fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => f64::NAN,
        _ => sign * (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}
