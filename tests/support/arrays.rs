//! Files of arrays as other programs store them, byte by byte.

#![allow(dead_code, reason = "each test file uses a part")]

use std::io::Write;

pub fn floats(data: &[f64]) -> Vec<u8> {
    data.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// An array of NumPy as it is stored.
pub fn npy(shape: &str, data: &[f64]) -> Vec<u8> {
    npy_of("<f8", "False", shape, data)
}

/// One whose header says what it is told to.
pub fn npy_of(descr: &str, fortran: &str, shape: &str, data: &[f64]) -> Vec<u8> {
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    [b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes(), &floats(data)].concat()
}

/// An archive of arrays.
pub fn npz(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a member");
        archive.write_all(bytes).expect("bytes");
    }
    archive.finish().expect("an archive").into_inner()
}

/// A file of tensors with this header.
pub fn safetensors_of(header: &[u8], data: &[f64]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header, &floats(data)].concat()
}
