//! Documents and what is found in them, one line an entry.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::{Command, Display, Entry, Format, Notes, Request, read};
use crate::diagnostic::Source;

fn notes(text: &str, format: Format) -> Notes {
    read(&Source::new("notes", text), format)
}

fn shown(text: &str, format: Format) -> Vec<String> {
    let notes = notes(text, format);
    let mut out: Vec<String> = notes.entries.iter().map(entry).collect();
    out.extend(notes.diagnostics.iter().map(|d| format!("{}: {}", d.code, &text[d.labels[0].span.range()])));
    out
}

fn entry(entry: &Entry) -> String {
    match entry {
        Entry::Formula(formula) => {
            let display = if formula.display == Display::Display { "D" } else { "I" };
            let request = match formula.request {
                Request::Check => "",
                Request::Ignore => " ignore",
                Request::ExpectWrong => " wrong",
            };
            let cell = formula.cell.map_or(String::new(), |cell| format!(" cell {cell}"));
            format!("{display}{}:{}{cell}{request} {}", formula.line, formula.column, formula.latex.trim())
        }
        Entry::Directive(directive) => match &directive.command {
            Command::Map(pairs) => {
                pairs.iter().map(|pair| format!("{}={}", pair.name, pair.meaning)).collect::<Vec<_>>().join("|")
            }
            other => format!("{other:?}"),
        },
        Entry::Network(network) => format!("net {:?}", network.text),
    }
}

#[track_caller]
fn check(format: Format, text: &str, expected: &[&str]) {
    assert_eq!(shown(text, format), expected, "{text}");
}

#[track_caller]
fn markdown(text: &str, expected: &[&str]) {
    check(Format::Markdown, text, expected);
}

#[track_caller]
fn tex(text: &str, expected: &[&str]) {
    check(Format::Tex, text, expected);
}

#[test]
fn markdown_delimiters() {
    markdown("a $x=1$ b $$y$$ c \\(z\\) d \\[w\\]", &["I1:3 x=1", "D1:11 y", "I1:19 z", "D1:27 w"]);
    markdown("$`a_b`$, then $x$ and `$y$`", &["I1:1 a_b", "I1:15 x"]);
    markdown("```math\na = b\n```\n\n~~~python\n$x$\n~~~\n\n    $indented$\n", &["D1:1 a = b"]);
    markdown("$$\na\n+ b\n- c\n= d\n$$", &["D1:1 a\n+ b\n- c\n= d"]);
    markdown("$$\na\n\n+ b\n$$\n\n$x$", &["D1:1 a\n\n+ b", "I7:1 x"]);
    markdown("\\begin{align}\na &= b\n\\end{align}", &["D1:1 \\begin{align}\na &= b\n\\end{align}"]);
    markdown("\\\\( a\\_1 \\\\) and \\\\[ b \\\\\\\\ c \\\\]", &["I1:1 a_1", "D1:18 b \\\\ c"]);
    markdown("> $$\n> a\n> > b\n> $$\n", &["D1:3 a\n> b"]);
    markdown("- item $a$\n- other\n\n  $$b\n  = c$$", &["I1:8 a", "D4:3 b\n  = c"]);
    markdown(
        "é $a$\n\n# head $b$\n\n| $c$ | d |\n|---|---|\n| $e$ | $f$ |",
        &["I1:3 a", "I3:8 b", "I5:3 c", "I7:3 e", "I7:9 f"],
    );
}

#[test]
fn markdown_prose_is_no_formula() {
    markdown("It costs $5 and $6, or 5 $.", &[]);
    markdown("It costs $5 and $x$ is \\$6.", &["I1:17 x"]);
    markdown("$a \\text{ if $b$ } c$", &["I1:1 a \\text{ if $b$ } c"]);
    markdown("$x^{2$ is", &["I1:1 x^{2"]);
    markdown("$20,000 and USD$30,000", &[]);
    markdown("escaped \\$a\\$ and $ a $", &[]);
    markdown("- pay $5\n- get a$", &[]);
    markdown("[a](http://x/$a$) <http://y/$b$> ![$c$](d$e$)", &["I1:36 c"]);
    markdown("<!-- $a$ -->\n\n<img src=\"$b$\">\n\n<center>$c$</center>\n", &["I5:9 c"]);
    markdown("---\ntitle: $a$\n---\n\n$b$", &["I5:1 b"]);
    markdown("open $$ a and more\n\n$b$", &["I3:1 b", "unclosed-math: $$"]);
}

#[test]
fn markdown_directives() {
    markdown("<!-- derive: ignore -->\n$a$ $b$", &["I2:1 ignore a", "I2:5 b"]);
    markdown(
        "<!-- derive: net=my net.txt -->\n\n<!-- derive: map J=C, h = a -->\n",
        &["Net(\"my net.txt\")", "J=C|h=a"],
    );
    markdown("text <!-- derive: expect wrong --> $a$", &["I1:36 wrong a"]);
    markdown(
        "<!-- derive:\nlayout=row\nshow theta2 as \\theta_2\nmapp a=b\n-->",
        &[
            "Layout(\"row\")",
            "Show([Binding { name: \"theta2\", meaning: \"\\\\theta_2\" }])",
            "unknown-directive: mapp a=b",
        ],
    );
    markdown("`<!-- derive: ignore -->` $a$", &["I1:27 a"]);
    markdown("<!-- derive: ignore -->", &["idle-directive: ignore"]);
    markdown("```net\na = b\nc = d\n```\n", &["net \"a = b\\nc = d\\n\""]);
    markdown("> ```net\n> a = b\n> c = d\n> ```\n", &["net \"a = b\\nc = d\\n\""]);
}

#[test]
fn tex_documents() {
    tex("$a$ $$b$$ \\(c\\) \\[d\\] \\$5", &["I1:1 a", "D1:5 b", "I1:11 c", "D1:17 d"]);
    tex("% $a$\n$b % c$\n d$", &["I2:1 b % c$\n d"]);
    tex("\\begin{equation*}a\\end{equation*}", &["D1:1 \\begin{equation*}a\\end{equation*}"]);
    tex("\\begin{verbatim}$a$\\end{verbatim}\\verb|$b$| $c$", &["I1:45 c"]);
    tex("\\newcommand{\\x}{$y$}\n\\begin{document}$a$\\end{document} $b$", &["I2:17 a"]);
    tex("a \\\\[4pt] b $c$", &["I1:13 c"]);
    tex(
        "% derive: net=a.txt\n% derive: ignore\n$a$\n%% derive: expect wrong\n$b$",
        &["Net(\"a.txt\")", "I3:1 ignore a", "I5:1 wrong b"],
    );
    tex("% derive: begin net\n% a = b\n%   c = d\n% derive: end\n$x$", &["net \"a = b\\n  c = d\\n\"", "I5:1 x"]);
    tex("% derive: begin net\n% a = b", &["unclosed-network: % derive: begin net"]);
    tex("\\begin{align} a", &["unclosed-math: \\begin{align}"]);
}

#[test]
fn macros_hold_from_their_place_on() {
    let text = "$\\pd$ \\newcommand{\\pd}[2]{\\frac{#1}{#2}} $\\pd{a}{b}$";
    for format in [Format::Markdown, Format::Tex] {
        let notes = notes(text, format);
        assert_eq!(notes.macros.names().collect::<Vec<_>>(), ["pd"]);
        let trees: Vec<String> = formulas(&notes)
            .map(|formula| {
                format!("{:?}", formula.read(&notes.macros).map(|tree| tree.kind(tree.row(tree.root())[0]).clone()))
            })
            .collect();
        assert_eq!(trees.len(), 2);
        assert!(trees[0].contains("Command"), "{trees:?}");
        assert!(trees[1].contains("Fraction"), "{trees:?}");
    }
}

fn formulas(notes: &Notes) -> impl Iterator<Item = &super::Formula> {
    notes.entries.iter().filter_map(|entry| match entry {
        Entry::Formula(formula) => Some(formula),
        _ => None,
    })
}

#[test]
fn notebooks() {
    let text = r#"{"cells": [
 {"cell_type": "code", "source": ["$no$"]},
 {"cell_type": "markdown", "metadata": {}, "source": [
  "some é \u00e9 text\n",
  "$$\\frac{a}{b$$ and $c$"
 ]},
 {"cell_type": "markdown", "source": "one \"string\" $d$"}
]}"#;
    let notes = notes(text, Format::Notebook);
    let found: Vec<String> = notes.entries.iter().map(entry).collect();
    assert_eq!(found, ["D5:4 cell 2 \\frac{a}{b", "I5:24 cell 2 c", "I7:54 cell 3 d"]);
    let error = formulas(&notes).next().and_then(|formula| formula.read(&notes.macros).err()).expect("an error");
    assert_eq!(&text[error.labels[0].span.range()], "{");
    assert_eq!(text[..error.labels[0].span.start as usize].chars().last(), Some('}'));
    assert_eq!(super::read(&Source::new("n", "{"), Format::Notebook).diagnostics[0].code, "malformed-notebook");
}

#[test]
fn hostile_documents_end() {
    let pieces = [
        "$$ a\n",
        "$a ",
        "\\[ ",
        "\\begin{align} ",
        "\\( ",
        "`",
        "<!-- ",
        "\\def",
        "\\newcommand{",
        "<a ",
        "[",
        "> ",
        "\\verb{",
        "$`",
        "$$\n",
        "%",
        "* ",
    ];
    for piece in pieces {
        let text = piece.repeat(200_000 / piece.len());
        for format in [Format::Markdown, Format::Tex, Format::Notebook] {
            // A reader that is not linear in the text does not come to this line.
            let found = notes(&text, format);
            assert!(found.entries.len() <= text.len(), "{piece:?} as {format:?}");
        }
    }
}

const PIECES: &[&str] = &[
    "$",
    "$$",
    "a",
    " ",
    "\n",
    "\n\n",
    "`",
    "```",
    "```math\n",
    "```net\n",
    "\\[",
    "\\]",
    "\\(",
    "\\)",
    "\\\\(",
    "\\\\)",
    "> ",
    "- ",
    "<!-- derive: ",
    "-->",
    "ignore",
    "map a=b",
    "é",
    "%",
    "% derive: begin net\n",
    "% derive: end\n",
    "\\",
    "[",
    "](",
    ")",
    "<b",
    ">",
    "\\newcommand",
    "{\\x}",
    "{b}",
    "\\def\\y#1{#1}",
    "\\begin{align}",
    "\\end{align}",
    "\\begin{verbatim}",
    "\\verb|",
    "\\begin{document}",
    "\\end{document}",
    "|",
    "\\y",
    "\r\n",
    "    ",
    "\t",
    "_",
];

proptest! {
    #[test]
    fn never_panics(text in any::<String>()) {
        spans_hold(&text)?;
    }

    #[test]
    fn never_panics_on_likely_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        let text = pieces.concat();
        spans_hold(&text)?;
        let cell = serde_json::json!({"cells": [{"cell_type": "markdown", "source": [text, text]}]});
        spans_hold(&cell.to_string())?;
    }
}

fn spans_hold(text: &str) -> Result<(), TestCaseError> {
    let source = Source::new("notes", text);
    for format in [Format::Markdown, Format::Tex, Format::Notebook] {
        let notes = read(&source, format);
        let mut spans: Vec<_> =
            notes.diagnostics.iter().flat_map(|d| d.labels.iter().map(|label| label.span)).collect();
        for formula in formulas(&notes) {
            prop_assert_eq!((formula.line, formula.column), source.position(formula.span.start));
            spans.push(formula.span);
            match formula.read(&notes.macros) {
                Ok(tree) => spans.extend(tree.items().iter().map(|item| item.span)),
                Err(error) => spans.extend(error.labels.iter().map(|label| label.span)),
            }
        }
        for span in spans {
            prop_assert!(text.get(span.range()).is_some(), "{span:?} as {format:?} in {text:?}");
        }
    }
    Ok(())
}

#[test]
fn formulas_of_a_typical_article_read() {
    let text = r"# Title

$$\frac{\partial C}{\partial \theta_{1} },\frac{\partial C}{\partial b_{1} }$$

$$ \frac{\mathrm{d} a}{\mathrm{d} x} = \frac{\mathrm{d} a}{\mathrm{d} b} * \frac{\mathrm{d} b}{\mathrm{d} c}$$ 

$$\frac{\mathrm{d}a }{\mathrm{d} x}a(b(c(d(e(f(g(x)))))))$$
";
    let notes = notes(text, Format::Markdown);
    assert_eq!(formulas(&notes).count(), 3);
    for formula in formulas(&notes) {
        assert!(formula.read(&notes.macros).is_ok(), "{}", formula.latex);
    }
}
