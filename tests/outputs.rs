//! What every command promises about its outputs: JSON with a schema and a version, Markdown for the host that is named,
//! files in the format of their ending.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::derive;

const ARTICLE: &str = "examples/article.net";

#[test]
fn json_of_every_command_has_a_schema_that_the_readme_documents() {
    let readme = std::fs::read_to_string("README.md").expect("the README");
    let commands: [(&[&str], &str); 7] = [
        (&[ARTICLE, "--json"], "derive.derivation"),
        (&["eval", ARTICLE, "--json"], "derive.evaluation"),
        (&["descend", ARTICLE, "--json"], "derive.descent"),
        (&["functions", "--json"], "derive.functions"),
        (&["explain", "sigmoid", "--json"], "derive.functions"),
        (&["equal", "x", "2*x", "--json"], "derive.equality"),
        (&["check", "examples/notes/backprop.md", "--net", ARTICLE, "--json"], "derive.check"),
    ];
    for (arguments, schema) in commands {
        let run = derive(arguments);
        let value: serde_json::Value = serde_json::from_str(&run.output).expect("JSON");
        assert_eq!(value["schema"], schema, "{arguments:?}");
        assert!(value["version"].as_u64().is_some_and(|version| version > 0), "{arguments:?}");
        assert!(readme.contains(&format!("`{schema}`")), "{schema} is in the README");
        for field in value.as_object().expect("an object").keys() {
            assert!(readme.contains(&format!("`{field}`")), "{field} of {schema} is in the README");
        }
    }
}

/// What is written to a file of this ending.
fn written(arguments: &[&str], ending: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(format!("out.{ending}"));
    let path = path.to_str().expect("a path");
    let run = derive(&[arguments, &["-o", path]].concat());
    assert_eq!((run.output.as_str(), run.errors.as_str()), ("", ""), "{arguments:?}");
    std::fs::read_to_string(path).expect("the file")
}

#[test]
fn a_host_asks_for_markdown() {
    let by_flag = |host: &str| derive(&[ARTICLE, "--markdown", "--host", host]).output;
    for (host, marker) in [("github", "```math"), ("obsidian", "$$"), ("quarto", "{#eq-"), ("mdbook", "\\\\[")] {
        let expected = by_flag(host);
        assert!(expected.contains(marker), "{host}: {expected}");
        assert_eq!(derive(&[ARTICLE, "--host", host]).output, expected);
        for ending in ["md", "markdown", "qmd", "txt"] {
            assert_eq!(written(&[ARTICLE, "--host", host], ending), expected, "{host} {ending}");
        }
    }
    assert_eq!(written(&[ARTICLE], "qmd"), by_flag("quarto"));
    assert_eq!(written(&[ARTICLE], "md"), by_flag("github"));
}

#[test]
fn a_host_beside_another_format_is_refused() {
    for other in [&["--latex"][..], &["--json"], &["-o", "out.tex"], &["-o", "out.json"]] {
        let run = derive(&[&[ARTICLE, "--host", "obsidian"], other].concat());
        assert_eq!((run.code, run.output.as_str()), (2, ""), "{other:?}");
        assert!(run.errors.contains("--host"), "{other:?}: {}", run.errors);
    }
}

#[test]
fn numbers_are_written_in_the_format_of_the_ending_too() {
    for command in ["eval", "descend"] {
        assert!(written(&[command, ARTICLE], "md").contains("| ---"), "{command}");
        let latex = written(&[command, ARTICLE], "tex");
        assert!(latex.is_ascii() && latex.contains("\\end{document}"), "{command}: {latex}");
        assert!(written(&[command, ARTICLE], "json").contains("\"schema\""), "{command}");
        assert!(written(&[command, ARTICLE], "txt").contains('─'), "{command}");
        let run = derive(&[command, ARTICLE, "-o", "out.pdf"]);
        assert_eq!((run.code, run.errors.contains("no format is known")), (2, true), "{command}: {}", run.errors);
    }
}
