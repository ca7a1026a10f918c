//! From the command line's options to a network, a request and values.

use std::io::Read;
use std::path::Path;

use chainrule::diagnostic::{Diagnostic, Source};
use chainrule::eval::{Values, files_in_list};
use chainrule::expr::NameId;
use chainrule::network::{FreeNames, Network, Origin, Quantity, read_network};
use chainrule::notation::check_shows;
use chainrule::syntax::ast::Role;
use chainrule::syntax::spelling::canonical;

use crate::cli::options::{PointOptions, SourceOptions};
use crate::cli::output::report;

/// Why a command ended without a result; what there was to say has been said.
#[derive(Clone, Copy, Debug)]
pub struct Stopped;

/// A network and the text that it came from.
pub struct Loaded {
    pub network: Network,
    pub source: Source,
    /// What is differentiated.
    pub of: Option<NameId>,
}

impl Loaded {
    /// What is differentiated; an error if nothing says so.
    pub fn cost(&self) -> Result<NameId, Stopped> {
        if let Some(of) = self.of {
            return Ok(of);
        }
        let error = Diagnostic::error("missing-cost", "nothing says what to differentiate");
        let outputs: Vec<String> =
            self.network.outputs.iter().take(12).map(|&name| format!("`{}`", self.network.spelling(name))).collect();
        let error = if outputs.is_empty() {
            error.hint("write an equation: `cost C = …`")
        } else {
            let list = outputs.join(", ");
            let first = self.network.spelling(self.network.outputs[0]);
            error.hint(format!("nothing uses {list}: write `cost` before one of them, or `--of {first}`"))
        };
        report(&self.source, &[error]);
        Err(Stopped)
    }

    /// The quantities of a `--wrt` list; all params if it is empty.
    pub fn variables(&self, wrt: &[String]) -> Result<Vec<NameId>, Stopped> {
        let mut names = Vec::new();
        for word in wrt.iter().map(|word| word.trim()).filter(|word| !word.is_empty()) {
            if word == "all" {
                names.extend(self.params());
                continue;
            }
            names.push(self.quantity("--wrt", word)?);
        }
        if wrt.is_empty() {
            names = self.default_variables()?;
        } else if names.is_empty() {
            let error = Diagnostic::error("nothing-to-derive", "--wrt names nothing to differentiate by");
            report(&self.source, &[error.hint("name a quantity, or leave --wrt out: every param is derived then")]);
            return Err(Stopped);
        }
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(*name));
        Ok(names)
    }

    /// The quantities of a mixed derivative: repetitions count.
    pub fn mixed(&self, wrt: &[String]) -> Result<Vec<NameId>, Stopped> {
        wrt.iter().map(|word| self.quantity("--wrt", word.trim())).collect()
    }

    fn params(&self) -> Vec<NameId> {
        self.leaves(|role| role == Role::Param)
    }

    fn leaves(&self, wanted: impl Fn(Role) -> bool) -> Vec<NameId> {
        let all = (0..self.network.quantities.len() as u32).map(NameId);
        all.filter(|&name| matches!(self.network.quantity(name).origin, Origin::Leaf(role) if wanted(role))).collect()
    }

    /// All params; a network without any is differentiated by its inputs.
    fn default_variables(&self) -> Result<Vec<NameId>, Stopped> {
        let params = self.params();
        let names = if params.is_empty() { self.leaves(|role| role != Role::Const) } else { params };
        if names.is_empty() {
            let error = Diagnostic::error("nothing-to-derive", "the network has no leaf to differentiate by");
            report(&self.source, &[error.hint("declare one: `param w = 1`")]);
            return Err(Stopped);
        }
        Ok(names)
    }

    fn quantity(&self, option: &str, word: &str) -> Result<NameId, Stopped> {
        find(&self.network, option, word).map_err(|error| {
            report(&Source::new(option, word), &[error]);
            Stopped
        })
    }

    /// The values of the file, then those of `--values`, then those of `--at`.
    pub fn values(&self, options: &PointOptions) -> Result<Values, Stopped> {
        let network = &self.network;
        let mut values = Values::of_network(network, options.point.as_deref()).map_err(|errors| {
            report(&self.source, &errors);
            Stopped
        })?;
        for item in &options.values {
            read_values(network, &mut values, item)?;
        }
        for list in &options.at {
            let (files, rest) = files_in_list(list);
            for (name, path) in &files {
                let known = find(network, "--at", name);
                known.map_err(|error| stop(&Source::new("--at", list.as_str()), error))?;
                read_file(network, &mut values, Some(name), path)?;
            }
            values.read_list(network, &rest).map_err(|errors| {
                report(&Source::new("--at", list.as_str()), &errors);
                Stopped
            })?;
        }
        Ok(values)
    }

    /// Whether any leaf has a value.
    pub fn has_values(&self, values: &Values) -> bool {
        self.leaves(|role| role != Role::Const).into_iter().any(|name| values.has(name))
    }
}

pub fn find(network: &Network, option: &str, word: &str) -> Result<NameId, Diagnostic> {
    network.find(word).ok_or_else(|| {
        let error = Diagnostic::error("unknown-name", format!("`{word}` of {option} is not defined"));
        if let Some(hint) = member_hint(network, word) {
            return error.hint(hint);
        }
        match network.nearest(word.split('[').next().unwrap_or(word)) {
            Some(known) => error.hint(format!("did you mean `{known}`?")),
            None => error,
        }
    })
}

/// What to write for a member of a family, when `word` is the name of the family, or `w1` is meant to be `w[1]`.
fn member_hint(network: &Network, word: &str) -> Option<String> {
    let member = |stem: &str| {
        let mut members = network.quantities.iter().filter(|known| *known.stem == *stem && !known.indices.is_empty());
        let indices = |known: &Quantity| {
            let words: Vec<String> = known.indices.iter().map(i64::to_string).collect();
            words.join(", ")
        };
        members.next().map(|first| (indices(first), members.next_back().map(indices)))
    };
    let stem = canonical(word.split('[').next().unwrap_or(word).trim());
    if let Some((first, last)) = member(&stem) {
        let last = last.map_or_else(String::new, |last| format!(" … `{stem}[{last}]`"));
        return Some(format!("`{stem}` is a family: write `{stem}[{first}]`{last}"));
    }
    let letters = stem.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let digits = &stem[letters.len()..];
    let name = format!("{letters}[{digits}]");
    (!digits.is_empty() && network.find(&name).is_some()).then(|| format!("did you mean `{name}`?"))
}

/// Loads a network.
pub fn load(options: &SourceOptions) -> Result<Loaded, Stopped> {
    let (source, free_names) = match &options.file {
        Some(path) => (read(path)?, FreeNames::Refused),
        None => (Source::new("<expression>", options.expressions.join("\n")), FreeNames::Parameters),
    };
    let (network, mut diagnostics) = read_network(&source.text, free_names);
    diagnostics.extend(network.iter().flat_map(check_shows));
    report(&source, &diagnostics);
    let network = network.filter(|_| !diagnostics.iter().any(Diagnostic::is_error)).ok_or(Stopped)?;
    let of = match &options.of {
        None => network.cost,
        Some(word) => Some(find(&network, "--of", word).map_err(|error| {
            report(&source, &[error]);
            Stopped
        })?),
    };
    Ok(Loaded { network, source, of })
}

/// Reads a file of values: `FILE`, or `NAME=FILE` for one quantity.
fn read_values(network: &Network, values: &mut Values, item: &str) -> Result<(), Stopped> {
    match item.split_once('=') {
        Some((name, path)) if network.find(name).is_some() => read_file(network, values, Some(name), path),
        Some((name, path)) if !Path::new(item).exists() && Path::new(path).exists() => {
            let known = find(network, "--values", name);
            Err(known.map_or_else(|error| stop(&Source::new("--values", item), error), |_| Stopped))
        }
        _ => read_file(network, values, None, item),
    }
}

fn read_file(network: &Network, values: &mut Values, quantity: Option<&str>, path: &str) -> Result<(), Stopped> {
    let (name, bytes) = read_bytes(Path::new(path))?;
    values.read_file(network, &name, quantity, &bytes).map_err(|errors| {
        let is_binary =
            [".npy", ".npz", ".safetensors"].iter().any(|ending| path.to_ascii_lowercase().ends_with(ending));
        let text = if is_binary { String::new() } else { String::from_utf8_lossy(&bytes).into_owned() };
        report(&Source::new(name.as_str(), text), &errors);
        Stopped
    })
}

/// Shows an error about a text.
fn stop(source: &Source, error: Diagnostic) -> Stopped {
    report(source, &[error]);
    Stopped
}

/// Whether reading a path ends by itself: a pipe that the shell has opened for this program ends, a named one may wait for
/// ever, and a device may never end.
pub fn ends(path: &Path) -> bool {
    let opened = ["/dev/fd", "/proc/self/fd", "/dev/stdin", "/dev/null"].iter().any(|known| path.starts_with(known));
    opened || std::fs::metadata(path).map_or(true, |found| found.is_file() || found.is_dir())
}

/// Reads a file, or standard input for `-`, with its name for messages.
fn read_bytes(path: &Path) -> Result<(String, Vec<u8>), Stopped> {
    let standard_input = path.as_os_str() == "-";
    let name = if standard_input { "<stdin>".to_owned() } else { path.display().to_string() };
    let bytes = if standard_input {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else if ends(path) {
        std::fs::read(path)
    } else {
        Err(std::io::Error::other("it is no file, and reading it may never end; `-` reads standard input"))
    };
    let bytes = bytes.map_err(|error| {
        let (code, message) = match error.kind() {
            std::io::ErrorKind::NotFound => ("no-such-file", format!("there is no file `{name}`")),
            _ => ("unreadable", format!("`{name}` cannot be read: {error}")),
        };
        let hint = if std::path::Path::new(&name).extension().is_none() && name.contains(['=', '(']) {
            "an expression follows `-e`"
        } else {
            "give the path of a network file, or `-` for standard input"
        };
        report(&Source::new(name.as_str(), ""), &[Diagnostic::error(code, message).hint(hint)]);
        Stopped
    })?;
    Ok((name, bytes))
}

/// Reads a text file, or standard input for `-`; a byte order mark is no part of the text.
pub fn read(path: &Path) -> Result<Source, Stopped> {
    let (name, mut bytes) = read_bytes(path)?;
    if bytes.starts_with("\u{feff}".as_bytes()) {
        bytes.drain(.."\u{feff}".len());
    }
    String::from_utf8(bytes).map(|text| Source::new(name.as_str(), text)).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
        let span = chainrule::diagnostic::Span::new(at, at + 3);
        let error = Diagnostic::error("not-utf8", "this is not UTF-8 text").at(span, "");
        report(&Source::new(name.as_str(), text), &[error.hint("save the file as UTF-8")]);
        Stopped
    })
}
