//! `derive check`: verdicts on formulas that people wrote.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chainrule::check::bindings;
use chainrule::check::document::{Checked, Question, check, check_formula};
use chainrule::check::read::Context;
use chainrule::check::report::{File, Tally, github, json, junit, text};
use chainrule::diagnostic::{Diagnostic, Source};
use chainrule::network::{Network, read_network_to_check};
use chainrule::notation::check_shows;
use chainrule::notes::Format;

use crate::cli::load::{Stopped, find, read};
use crate::cli::options::CheckOptions;
use crate::cli::output::{colour, report, write};

/// The endings of documents that are looked for in folders.
const ENDINGS: &[&str] = &["md", "markdown", "qmd", "rmd", "tex", "latex", "ltx", "ipynb"];
/// The most files that one folder may hold.
const MAX_FILES: usize = 10_000;

/// The exit code where a formula is wrong, …
const WRONG: u8 = 1;
/// … and where a document cannot be read.
const UNREADABLE: u8 = 2;

pub fn run(options: &CheckOptions) -> Result<ExitCode, Stopped> {
    let contexts = contexts(options)?;
    let (files, unread) = match &options.claim {
        Some(claim) => (vec![one_formula(options, &contexts, claim)?], false),
        None => documents(options, &contexts)?,
    };
    let printed = match (options.json, options.github) {
        (true, _) => json(&files),
        (_, true) => github(&files),
        _ => text(&files, options.verbose, colour(None)),
    };
    write(&printed, None)?;
    if let Some(path) = &options.junit {
        write(&junit(&files), Some(path))?;
    }
    let code = Tally::of(&files).exit_code();
    Ok(ExitCode::from(if unread && code != WRONG { UNREADABLE } else { code }))
}

/// The networks of the command line with what `--map` binds.
fn contexts(options: &CheckOptions) -> Result<Vec<Context>, Stopped> {
    let mut contexts = Vec::new();
    for path in &options.net {
        let source = read(path)?;
        let (network, diagnostics) = network(&source);
        report(&source, &diagnostics);
        let mut context = Context::new(network.ok_or(Stopped)?);
        context.label = Some(path.display().to_string());
        contexts.push(context);
    }
    for text in &options.map {
        let stop = |error: Diagnostic| {
            report(&Source::new("--map", text.as_str()), &[error]);
            Stopped
        };
        let command = bindings::pairs(text).map_err(stop)?;
        let errors: Vec<Diagnostic> =
            contexts.iter_mut().filter_map(|context| bindings::apply(context, &command).err()).collect();
        // It is enough that one of the networks knows the name.
        if errors.len() == contexts.len()
            && let Some(error) = errors.into_iter().next()
        {
            return Err(stop(error));
        }
    }
    Ok(contexts)
}

fn network(source: &Source) -> (Option<Network>, Vec<Diagnostic>) {
    let (network, mut diagnostics) = read_network_to_check(&source.text);
    diagnostics.extend(network.iter().flat_map(check_shows));
    (network.filter(|_| !diagnostics.iter().any(Diagnostic::is_error)), diagnostics)
}

/// Checks the formula of `--claim`.
fn one_formula(options: &CheckOptions, contexts: &[Context], claim: &str) -> Result<File, Stopped> {
    let source = Source::new("--claim", claim);
    let layout = options.layout.as_deref();
    let (given, seed) = (options.given.as_slice(), None);
    if contexts.is_empty() {
        let error = Diagnostic::error("missing-network", "nothing says what network the formula is about");
        report(&source, &[error.hint("name its file with `--net`")]);
        return Err(Stopped);
    }
    if options.of.is_none() && options.wrt.is_none() {
        let checked = check_formula(&source, contexts, &Question { given, layout, seed, ..Question::default() });
        return Ok(File { source, checked });
    }
    let mut best: Option<Checked> = None;
    let mut unknown = None;
    for context in contexts {
        let name = |option: &str, word: &Option<String>| {
            word.as_deref().map(|word| find(&context.network, option, word.trim())).transpose()
        };
        match (name("--of", &options.of), name("--wrt", &options.wrt)) {
            (Ok(of), Ok(wrt)) => {
                let question = Question { given, of, wrt, layout, seed };
                let checked = check_formula(&source, std::slice::from_ref(context), &question);
                if best.as_ref().is_none_or(|best| checked.says_more_than(best)) {
                    best = Some(checked);
                }
            }
            (of, wrt) => unknown = unknown.or(of.err()).or(wrt.err()),
        }
    }
    match (best, unknown) {
        (Some(checked), _) => Ok(File { source, checked }),
        (None, error) => {
            report(&Source::new("--wrt", ""), &error.into_iter().collect::<Vec<_>>());
            Err(Stopped)
        }
    }
}

/// Checks documents, those of folders in the order of their names; and whether some of them cannot be read.
fn documents(options: &CheckOptions, contexts: &[Context]) -> Result<(Vec<File>, bool), Stopped> {
    let mut files = Vec::new();
    let mut unread = false;
    for path in &options.files {
        for path in expand(path)? {
            let Ok(source) = read(&path) else {
                unread = true;
                continue;
            };
            let format = match path.as_os_str() == "-" {
                true => format_of_text(&source.text),
                false => Format::of(&path.to_string_lossy()),
            };
            let checked = document(&source, &path, format, (contexts, options.layout.as_deref()));
            files.push(File { source, checked });
        }
    }
    if files.is_empty() && unread { Err(Stopped) } else { Ok((files, unread)) }
}

/// The format of a text without a name: JSON is a notebook, a document class LaTeX.
fn format_of_text(text: &str) -> Format {
    match text.trim_start() {
        text if text.starts_with('{') && text.contains("\"cells\"") => Format::Notebook,
        text if text.contains("\\documentclass") || text.contains("\\begin{document}") => Format::Tex,
        _ => Format::Markdown,
    }
}

fn document(source: &Source, path: &Path, format: Format, (contexts, layout): (&[Context], Option<&str>)) -> Checked {
    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
    let mut load = |name: &str| {
        let path = folder.join(name);
        let unreadable = |error: &dyn std::fmt::Display| {
            let message = format!("the network `{}` cannot be read: {error}", path.display());
            Diagnostic::error("unreadable", message).hint("the path is relative to the document")
        };
        if !super::load::ends(&path) {
            return Err(unreadable(&"it is no file"));
        }
        let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&error.kind()))?;
        let (network, diagnostics) = network(&Source::new(path.display().to_string(), text));
        let first = diagnostics.into_iter().find(Diagnostic::is_error);
        network.ok_or_else(|| unreadable(&first.map_or_else(|| "it is no network".to_owned(), |error| error.message)))
    };
    check(source, format, (contexts, layout), None, &mut load)
}

/// The documents of a folder and its folders; a file is itself.
fn expand(path: &Path) -> Result<Vec<PathBuf>, Stopped> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut found = Vec::new();
    let mut folders = vec![path.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| {
            let message = format!("the folder `{}` cannot be read: {}", folder.display(), error.kind());
            report(&Source::new(folder.display().to_string(), ""), &[Diagnostic::error("unreadable", message)]);
            Stopped
        })?;
        for entry in entries.filter_map(Result::ok) {
            let path = entry.path();
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            let kind = entry.file_type();
            if hidden || kind.as_ref().is_ok_and(std::fs::FileType::is_symlink) {
                continue;
            }
            let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
            if kind.as_ref().is_ok_and(|kind| kind.is_dir()) {
                folders.push(path);
            } else if kind.is_ok_and(|kind| kind.is_file())
                && ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
            {
                found.push(path);
            }
        }
        if found.len() > MAX_FILES {
            let message = format!("the folder holds more than {MAX_FILES} documents");
            report(&Source::new(path.display().to_string(), ""), &[Diagnostic::error("too-many-files", message)]);
            return Err(Stopped);
        }
    }
    found.sort();
    if found.is_empty() {
        let error = Diagnostic::error("no-documents", format!("no document stands in `{}`", path.display()));
        let hint = format!("looked for files ending in .{}", ENDINGS.join(", ."));
        report(&Source::new(path.display().to_string(), ""), &[error.hint(hint)]);
        return Err(Stopped);
    }
    Ok(found)
}
