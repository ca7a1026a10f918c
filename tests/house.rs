//! The house: what ARCHITECTURE.md and README.md say is so.

#[path = "support/program.rs"]
mod program;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pretty_assertions::assert_eq;
use program::derive;

/// The modules in the order of `lib.rs`.
fn modules() -> Vec<String> {
    let text = fs::read_to_string("src/lib.rs").expect("lib.rs");
    let name = |line: &str| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned());
    text.lines().filter_map(name).collect()
}

/// All Rust files below a folder, or the one file of a module.
fn sources(module: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from("src").join(module)];
    let single = PathBuf::from("src").join(format!("{module}.rs"));
    files.extend(single.is_file().then_some(single));
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    files
}

/// The code of a file: without comments, so that links in documentation do not count.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file");
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<&str>>().join("\n")
}

/// The first names after each `crate::` of a text, also those in `crate::{a, b::c}`.
fn imports(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let word = |text: &str| text.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_owned);
        match rest.strip_prefix('{') {
            None => found.extend(word(rest)),
            Some(list) => found.extend(first_level(list).into_iter().filter_map(word)),
        }
    }
    found
}

/// The items of a braced list that ends with its own `}`.
fn first_level(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut items) = (0, 0, Vec::new());
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                items.push(&list[start..at]);
                return items;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    items
}

#[test]
fn the_reader_of_imports_sees_every_form() {
    let seen = imports("use crate::a::B;\nlet x = crate::c::d();\nuse crate::{e, f::{G, h::I}, j};");
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["a", "c", "e", "f", "j"]);
}

#[test]
fn a_module_imports_only_what_stands_before_it() {
    let modules = modules();
    assert!(modules.len() > 10, "lib.rs was not read: {modules:?}");
    let mut wrong = Vec::new();
    for (at, module) in modules.iter().enumerate() {
        let files = sources(module);
        assert!(!files.is_empty(), "no file for `{module}`");
        for path in files {
            for import in imports(&code(&path)) {
                match modules.iter().position(|known| *known == import) {
                    Some(other) if other <= at => {}
                    _ => wrong.push(format!("{} imports {import}", path.display())),
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_file_begins_with_what_it_is() {
    let all = modules().into_iter().chain(["cli".to_owned(), "lib".to_owned(), "main".to_owned()]);
    for path in all.flat_map(|module| sources(&module)) {
        let text = fs::read_to_string(&path).expect("a source file");
        assert!(text.starts_with("//! "), "{} does not begin with //!", path.display());
    }
}

#[test]
fn the_architecture_names_the_modules_that_exist() {
    let text = fs::read_to_string("ARCHITECTURE.md").expect("ARCHITECTURE.md");
    let (_, map) = text.split_once("## Module map").expect("a module map");
    let rows = map.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let named: Vec<String> = rows.map(str::to_owned).collect();
    assert_eq!(named, modules(), "the table of ARCHITECTURE.md and src/lib.rs");
    let mut exist: BTreeSet<String> = named.into_iter().collect();
    exist.extend(["cli", "lib", "main"].map(str::to_owned));
    let found = fs::read_dir("src").expect("src").map(|entry| entry.expect("an entry").path());
    let found: BTreeSet<String> = found.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    assert_eq!(found, exist, "src/ and what is known of it");
    for folder in text.split('`').filter_map(|word| word.strip_suffix('/')) {
        assert!(Path::new(folder).is_dir(), "ARCHITECTURE.md names `{folder}/`, which does not exist");
    }
}

/// The commands in the `sh` blocks of the README, without their comments.
fn commands() -> Vec<String> {
    let text = fs::read_to_string("README.md").expect("README.md");
    let mut commands = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            _ if inside => {
                let command = line.split(" # ").next().unwrap_or(line).trim();
                commands.extend((!command.is_empty()).then(|| command.to_owned()));
            }
            _ => {}
        }
    }
    commands
}

/// Words as a shell would cut them, with single quotes.
fn words(command: &str) -> Vec<String> {
    let pieces = command.split('\'').enumerate();
    let words = pieces.flat_map(|(at, piece)| match at % 2 {
        0 => piece.split_whitespace().map(str::to_owned).collect(),
        _ => vec![piece.to_owned()],
    });
    words.collect()
}

#[test]
fn the_commands_of_the_readme_work() {
    let commands = commands();
    assert_eq!(commands[0], "cargo run --release -- examples/article.net --wrt theta2");
    assert_eq!(commands[1], "cargo test");
    let mut run = 0;
    for command in &commands {
        let words = words(command);
        let arguments = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["derive", rest @ ..] => rest.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(),
            ["cargo", "run", "--release", "--", rest @ ..] => rest.iter().map(|word| (*word).to_owned()).collect(),
            ["cargo", ..] => continue,
            // What compares with other programs fetches them, what measures builds a release; it must be there.
            [script, ..] if script.starts_with("benches/") => {
                assert!(std::path::Path::new(script).is_file(), "{script} is missing");
                continue;
            }
            _ => panic!("not a command that a test can run: {command}"),
        };
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let result = derive(&arguments);
        assert_eq!(result.errors, "", "{command}");
        assert!(result.code == 0 && !result.output.is_empty(), "{command}: exit code {}", result.code);
        run += 1;
    }
    assert!(run >= 5, "only {run} commands were found");
}

#[test]
fn the_output_in_the_readme_is_what_is_printed() {
    let text = fs::read_to_string("README.md").expect("README.md");
    let printed = derive(&["examples/article.net", "--wrt", "theta2"]).output;
    let markdown = derive(&["examples/article.net", "--wrt", "theta2", "--markdown"]).output;
    let block = |fence: &str| -> Vec<String> {
        let blocks = text.split(fence).skip(1);
        blocks.map(|rest| rest.split("```").next().unwrap_or_default().to_owned()).collect()
    };
    let plain: Vec<String> = block("```text\n").into_iter().filter(|block| block.contains("∂C/∂ŷ")).collect();
    assert_eq!(plain.len(), 2);
    for line in plain.iter().flat_map(|block| block.lines()) {
        assert!(printed.lines().any(|other| other.trim() == line.trim()), "not printed: {line}");
    }
    let formulas = block("```math\n");
    assert_eq!(formulas.len(), 1);
    assert!(markdown.contains(&formulas[0]), "not printed: {}", formulas[0]);
    let network = fs::read_to_string("examples/article.net").expect("the example");
    let shown = block("```text\n").into_iter().find(|block| block.contains("cost C =")).expect("the network");
    assert!(network.ends_with(&shown), "README.md shows another examples/article.net");
}

#[test]
fn the_readme_names_the_examples_with_matrices() {
    let text = fs::read_to_string("README.md").expect("README.md");
    let line = text.lines().find(|line| line.starts_with("More in `examples/`: ")).expect("the list of examples");
    let named: BTreeSet<String> = line.split('`').skip(3).step_by(2).map(str::to_owned).collect();
    let mut found = BTreeSet::new();
    for entry in fs::read_dir("examples").expect("examples") {
        let path = entry.expect("an entry").path();
        let network = fs::read_to_string(&path).unwrap_or_default();
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        found.extend(
            (path.extension().is_some_and(|ending| ending == "net") && network.contains(" : [")).then_some(name),
        );
    }
    assert_eq!(named, found);
}

#[test]
fn the_examples_are_all_there() {
    for name in ["article", "article-relu", "logistic", "mlp", "residual", "rnn", "composite", "custom", "deep"] {
        assert!(Path::new("examples").join(format!("{name}.net")).is_file(), "examples/{name}.net");
    }
}

/// All names of fields in a JSON value.
fn fields(value: &serde_json::Value, found: &mut BTreeSet<String>) {
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        match value {
            serde_json::Value::Object(object) => {
                found.extend(object.keys().cloned());
                waiting.extend(object.values());
            }
            serde_json::Value::Array(items) => waiting.extend(items),
            _ => {}
        }
    }
}

#[test]
fn the_readme_names_every_field_of_the_json() {
    let readme = std::fs::read_to_string("README.md").expect("README.md");
    let runs: [&[&str]; 8] = [
        &["examples/custom.net", "--json", "--steps", "full"],
        &["examples/rnn.net", "--json", "--paths", "1"],
        &["examples/mlp-batch.net", "--json"],
        &["examples/softmax-regression.net", "--json"],
        &["eval", "examples/article-relu.net", "--json"],
        &["eval", "examples/mlp-batch.net", "--json"],
        &["descend", "examples/mlp.net", "--json", "--steps", "2"],
        &["functions", "--json"],
    ];
    let mut found = BTreeSet::new();
    for arguments in runs {
        let run = derive(arguments);
        fields(&serde_json::from_str(&run.output).expect("JSON"), &mut found);
    }
    let missing: Vec<&String> = found.iter().filter(|field| !readme.contains(&format!("`{field}`"))).collect();
    assert!(missing.is_empty(), "not in the README: {missing:?}");
}
