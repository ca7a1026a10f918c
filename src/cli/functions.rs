//! `derive functions` and `derive explain`: the function table.

use std::process::ExitCode;

use chainrule::diagnostic::{Diagnostic, Source};
use chainrule::emit::json;
use chainrule::function::table;
use chainrule::narrate::{explain, function_table};
use chainrule::syntax::spelling::{canonical, nearest};

use crate::cli::load::Stopped;
use crate::cli::options::OutputOptions;
use crate::cli::output::{Format, colour, format, render_document, report, write};

pub fn list(as_json: bool) -> Result<ExitCode, Stopped> {
    let text = if as_json { json::functions() } else { render_document(&function_table(), Format::Text, colour(None)) };
    write(&text, None)?;
    Ok(ExitCode::SUCCESS)
}

pub fn show(name: &str, options: &OutputOptions) -> Result<ExitCode, Stopped> {
    let format = format(options)?;
    let spelling = canonical(name);
    let known = table().find(|entry| entry.name == spelling || entry.aliases.contains(&spelling.as_ref()));
    let Some(entry) = known else {
        let error = Diagnostic::error("unknown-function", format!("there is no function `{name}` in the table"));
        let names = table().flat_map(|entry| std::iter::once(entry.name).chain(entry.aliases.iter().copied()));
        let hint = match nearest(&spelling, names) {
            Some(known) => format!("did you mean `{known}`?"),
            None => "`derive functions` lists them".to_owned(),
        };
        report(&Source::new("explain", name), &[error.hint(hint)]);
        return Err(Stopped);
    };
    let output = options.output.as_deref();
    let text = match format {
        Format::Json => json::function(entry),
        _ => render_document(&explain(entry), format, colour(output)),
    };
    write(&text, output)?;
    Ok(ExitCode::SUCCESS)
}
