//! Printing: results to standard output or a file, messages to standard error, colours on terminals only.

use std::io::Write;
use std::path::Path;

use chainrule::diagnostic::{Colour, Diagnostic, Source, render};
use chainrule::emit::markdown::Host;
use chainrule::emit::{latex, markdown, text};
use chainrule::notation::document::Document;
use chainrule::notation::{Notation, Orientation, Style, TensorForm, Times};

use crate::cli::load::Stopped;
use crate::cli::options::{FormName, HostName, LayoutName, NotationName, OutputOptions, TimesSign};

/// What is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    Text,
    Latex,
    Standalone,
    Markdown(Host),
    Json,
}

/// Shows diagnostics on standard error.
pub fn report(source: &Source, diagnostics: &[Diagnostic]) {
    if !diagnostics.is_empty() {
        let shown = render(source, diagnostics, Colour::Ansi);
        let _ = write!(anstream::stderr().lock(), "{shown}");
    }
}

/// The format that the flags or the ending of the output file ask for.
pub fn format(options: &OutputOptions) -> Result<Format, Stopped> {
    let host = options.host.map(|host| match host {
        HostName::Github => Host::Github,
        HostName::Obsidian => Host::Obsidian,
        HostName::Quarto => Host::Quarto,
        HostName::Mdbook => Host::Mdbook,
    });
    if options.latex {
        return Ok(if options.standalone { Format::Standalone } else { Format::Latex });
    }
    if options.json {
        return Ok(Format::Json);
    }
    let by_ending = match options.markdown {
        true => Some(Format::Markdown(Host::Github)),
        false => format_of_ending(options.output.as_deref())?,
    };
    match (host, by_ending) {
        // A host says that Markdown is wanted, whatever a text file is called.
        (Some(host), None | Some(Format::Text | Format::Markdown(_))) => Ok(Format::Markdown(host)),
        (Some(_), Some(_)) => {
            let error = Diagnostic::error("host-without-markdown", "--host is about Markdown, the file is none");
            let hint = "leave --host out, write to a file that ends in .md, or say --markdown";
            report(&Source::new("--host", ""), &[error.hint(hint)]);
            Err(Stopped)
        }
        (None, by_ending) => Ok(by_ending.unwrap_or(Format::Text)),
    }
}

/// The format that the ending of a file asks for; nothing where there is no file or no ending.
pub fn format_of_ending(output: Option<&Path>) -> Result<Option<Format>, Stopped> {
    let ending = output.and_then(Path::extension).map(|ending| ending.to_string_lossy().to_lowercase());
    Ok(Some(match ending.as_deref() {
        None => return Ok(None),
        Some("tex") => Format::Standalone,
        Some("qmd") => Format::Markdown(Host::Quarto),
        Some("md" | "markdown") => Format::Markdown(Host::Github),
        Some("json") => Format::Json,
        Some("txt") => Format::Text,
        Some(other) => {
            let error = Diagnostic::error("unknown-format", format!("no format is known for the ending `.{other}`"));
            let hint = "the endings are .tex, .md, .qmd, .json and .txt; a flag such as --latex takes any file";
            report(&Source::new("--output", ""), &[error.hint(hint)]);
            return Err(Stopped);
        }
    }))
}

/// The notation that the flags ask for.
pub fn style(options: &OutputOptions) -> Style {
    Style {
        notation: match options.notation {
            NotationName::Article => Notation::Article,
            NotationName::Nielsen => Notation::Nielsen,
            NotationName::ThreeBlueOneBrown => Notation::ThreeBlueOneBrown,
            NotationName::Goodfellow => Notation::Goodfellow,
        },
        times: match options.times {
            TimesSign::Dot => Times::Dot,
            TimesSign::Star => Times::Star,
            TimesSign::None => Times::None,
        },
        ordinary: false,
        form: match options.form {
            FormName::Matrix => TensorForm::Matrix,
            FormName::Index => TensorForm::Index,
            FormName::Both => TensorForm::Both,
        },
        orientation: match options.layout {
            Some(LayoutName::Mixed) => Orientation::Mixed,
            Some(LayoutName::Numerator) => Orientation::Numerator,
            Some(LayoutName::Denominator) => Orientation::Denominator,
            // The parameter first: only so do the shapes of the factors fit.
            None if options.notation == NotationName::ThreeBlueOneBrown => Orientation::Denominator,
            None => Orientation::Mixed,
        },
        shapes: options.shapes,
    }
}

/// A document in a format other than JSON.
pub fn render_document(document: &Document, format: Format, colour: Colour) -> String {
    match format {
        Format::Latex => latex::fragment(document),
        Format::Standalone => latex::standalone(document),
        Format::Markdown(host) => markdown::document(document, host),
        Format::Text | Format::Json => text::document(document, colour),
    }
}

/// Colours only for a person at a terminal; files get none.
pub fn colour(output: Option<&Path>) -> Colour {
    match output {
        Some(path) if path.as_os_str() != "-" => Colour::Never,
        _ => Colour::Ansi,
    }
}

/// Writes a result to standard output, or to a file that is complete or not there.
pub fn write(text: &str, output: Option<&Path>) -> Result<(), Stopped> {
    match output {
        Some(path) if path.as_os_str() != "-" => write_file(text, path).map_err(|error| {
            // The error itself would name the file beside the target that is written first.
            let reason = match error.kind() {
                std::io::ErrorKind::NotFound => "its folder does not exist".to_owned(),
                kind => kind.to_string(),
            };
            let message = format!("`{}` cannot be written: {reason}", path.display());
            report(&Source::new("--output", ""), &[Diagnostic::error("unwritable", message)]);
            Stopped
        }),
        _ => match anstream::stdout().lock().write_all(text.as_bytes()) {
            // A reader that has seen enough, such as `head`, is no error.
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                let message = format!("standard output cannot be written: {}", error.kind());
                report(&Source::new("--output", ""), &[Diagnostic::error("unwritable", message)]);
                Err(Stopped)
            }
            _ => Ok(()),
        },
    }
}

/// Writes beside the file and renames, so that no half-written file is ever seen. What is no file, such as `/dev/null`
/// or a pipe, is written to and stays what it is.
fn write_file(text: &str, path: &Path) -> std::io::Result<()> {
    if std::fs::metadata(path).is_ok_and(|known| !known.is_file()) {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(text.as_bytes());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".derive-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    let mode = std::fs::metadata(path).map(|old| old.permissions());
    let stored = file.persist(path).map_err(|error| error.error)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = mode.unwrap_or_else(|_| std::fs::Permissions::from_mode(0o644));
        stored.set_permissions(mode)?;
    }
    #[cfg(not(unix))]
    let _ = (mode, stored);
    Ok(())
}
