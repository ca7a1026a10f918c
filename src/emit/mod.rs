//! From layouts and documents to text, one file a format. Nothing here decides what a formula looks like.

pub mod arrays;
pub mod json;
pub mod latex;
pub mod markdown;
mod quotient;
pub mod text;
