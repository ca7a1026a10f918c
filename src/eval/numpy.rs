//! Arrays of NumPy: .npy, and .npz, which holds several by name.
//!
//! Takes the bytes of a file; gives tensors. What a header claims is held against what the file has before room is made
//! for it.

use std::io::{Cursor, Read};

use crate::diagnostic::Diagnostic;
use crate::eval::Tensor;
use crate::eval::data::{MAX_RANK, Named, refused};

/// The most bytes that one member of an .npz archive may unpack to.
const MAX_UNPACKED: u64 = 2 << 30;

/// The most bytes of a header.
const MAX_HEADER: usize = 1 << 16;

/// Reads an array of NumPy.
///
/// # Errors
/// A broken or truncated file, a header that promises more than the file holds, entries that are no real numbers.
pub fn from_npy(bytes: &[u8]) -> Result<Tensor, Diagnostic> {
    let broken = |error: std::io::Error| refused(format!("this is no array of NumPy: {error}"));
    let (count, data_start) = claims(bytes)?;
    let file = npyz::NpyFile::new(bytes).map_err(broken)?;
    let shape: Option<Vec<usize>> = file.shape().iter().map(|&dim| usize::try_from(dim).ok()).collect();
    let size = file.dtype().num_bytes().filter(|&size| size > 0);
    let (Some(dims), Some(size)) = (shape, size) else {
        return Err(no_numbers(&file.dtype().descr()));
    };
    let there = bytes.len().saturating_sub(data_start);
    let expected = count.checked_mul(size);
    if expected.is_none_or(|expected| expected != there) {
        let shape: Vec<String> = dims.iter().map(usize::to_string).collect();
        let needed = expected.map_or_else(|| "more bytes than can be counted".to_owned(), |n| format!("{n} bytes"));
        let message = format!(
            "the header says {} entries, which take {needed}, but the file has {there} bytes of them",
            if shape.is_empty() { "1".to_owned() } else { shape.join(" × ") },
        );
        return Err(refused(message).hint("the file is cut short or damaged"));
    }
    let fortran = file.order() == npyz::Order::Fortran;
    let data = npy_numbers(file)?;
    let data = if fortran { row_major(&dims, &data) } else { data };
    Tensor::new(dims, data).ok_or_else(|| refused("the array has another number of entries than its shape says"))
}

/// How many entries a header claims, and where the data begin. The header is looked at before it
/// is parsed, because a forged one may be as long, as nested or as large as it likes.
fn claims(bytes: &[u8]) -> Result<(usize, usize), Diagnostic> {
    let no_array = || refused("this is no array of NumPy: its header is broken");
    let (start, length) = match bytes.get(6) {
        Some(1) => (10, bytes.get(8..10).map(|word| usize::from(u16::from_le_bytes([word[0], word[1]])))),
        _ => (12, bytes.get(8..12).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]) as usize)),
    };
    if !bytes.starts_with(b"\x93NUMPY") {
        return Err(refused("this is no array of NumPy"));
    }
    let end = length.filter(|&length| length <= MAX_HEADER).ok_or_else(no_array)? + start;
    let header = bytes.get(start..end).and_then(|header| std::str::from_utf8(header).ok()).ok_or_else(no_array)?;
    if header.matches(['(', '[', '{']).count() > MAX_RANK {
        return Err(no_array());
    }
    let shape = header.split_once("'shape'").and_then(|(_, rest)| rest.split(['(', ')']).nth(1)).unwrap_or_default();
    let dims = shape.split(',').map(str::trim).filter(|dim| !dim.is_empty());
    let too_large = || refused(format!("an array of shape ({shape}) is larger than any file"));
    let count = dims.filter_map(|dim| dim.parse::<usize>().ok()).try_fold(1usize, usize::checked_mul);
    Ok((count.ok_or_else(too_large)?, end))
}

fn no_numbers(descr: &str) -> Diagnostic {
    refused(format!("arrays of type {descr} cannot be read")).hint("save it as float64 or float32")
}

fn npy_numbers(file: npyz::NpyFile<&[u8]>) -> Result<Vec<f64>, Diagnostic> {
    let descr = file.dtype().descr();
    let broken = |error: std::io::Error| refused(format!("the array ends too early: {error}"));
    macro_rules! read {
        ($number:ty) => {
            file.into_vec::<$number>().map(|all| all.into_iter().map(|number| number as f64).collect()).map_err(broken)
        };
    }
    match descr.trim_matches('\'').trim_start_matches(['<', '>', '|', '=']) {
        "f8" => read!(f64),
        "f4" => read!(f32),
        "i8" => read!(i64),
        "i4" => read!(i32),
        "i2" => read!(i16),
        "i1" => read!(i8),
        "u8" => read!(u64),
        "u4" => read!(u32),
        "u2" => read!(u16),
        "u1" => read!(u8),
        "b1" => {
            let bits = file.into_vec::<bool>().map_err(broken)?;
            Ok(bits.into_iter().map(|bit| f64::from(u8::from(bit))).collect())
        }
        _ => Err(no_numbers(&descr)),
    }
}

/// Entries in row-major order, from column-major order.
fn row_major(dims: &[usize], data: &[f64]) -> Vec<f64> {
    let mut index = vec![0usize; dims.len()];
    let mut out = Vec::with_capacity(data.len());
    for _ in 0..data.len() {
        let mut place = 0;
        for (&at, &dim) in index.iter().zip(dims).rev() {
            place = place * dim + at;
        }
        out.extend(data.get(place));
        for (at, &dim) in index.iter_mut().zip(dims).rev() {
            *at += 1;
            if *at < dim {
                break;
            }
            *at = 0;
        }
    }
    out
}

/// Reads an archive of arrays of NumPy.
///
/// # Errors
/// As [`from_npy`], with the name of the member; also a member that unpacks to more than 2 GB.
pub fn from_npz(bytes: &[u8]) -> Result<Named, Diagnostic> {
    let broken = |error: zip::result::ZipError| refused(format!("this is no archive of arrays: {error}"));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut named = Vec::with_capacity(archive.len());
    for at in 0..archive.len() {
        let member = archive.by_index(at).map_err(broken)?;
        let name = member.name().trim_end_matches(".npy").to_owned();
        let mut unpacked = Vec::new();
        let read = member.take(MAX_UNPACKED + 1).read_to_end(&mut unpacked);
        read.map_err(|error| refused(format!("`{name}` cannot be unpacked: {error}")))?;
        if unpacked.len() as u64 > MAX_UNPACKED {
            return Err(refused(format!("`{name}` unpacks to more than 2 GB")));
        }
        let tensor = from_npy(&unpacked)
            .map_err(|error| Diagnostic { message: format!("`{name}`: {}", error.message), ..error })?;
        named.push((name, tensor));
    }
    Ok(named)
}
