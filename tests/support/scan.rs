//! Patterns in printed formulas that a reader would correct by hand.

/// What is ugly in a line of a format, said in a word.
pub fn blemishes(line: &str, is_latex: bool) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let line = line.trim().trim_end_matches("\\\\[4pt]").trim_end_matches("\\\\").trim();
    let line = line.split(" && ").next().unwrap_or(line).trim_end();
    let (line, times) = if is_latex {
        (line.replace("\\left(", "(").replace("\\right)", ")"), "\\cdot ")
    } else {
        // A remark at the end, and the space before it.
        (line.split("   (").next().unwrap_or(line).trim_end().replace('−', "-"), "· ")
    };
    let plain: &[&str] = &[
        "+ -",
        "- -",
        "--",
        "\\cdot \\cdot",
        "· ·",
        "∗ ∗",
        "* *",
        " ,",
        "()",
        "-(-",
        "}{1}",
        "\\,\\,",
        "= =",
        "\\cdot +",
        "· +",
        "\\sqrt{1}",
        "+ +",
        "- +",
        "\\cdot -",
        "· -",
        "(+",
    ];
    found.extend(plain.iter().filter(|pattern| line.contains(**pattern)).map(|pattern| (*pattern).to_owned()));
    for (pattern, what) in
        [(format!("1 {times}"), "a needless 1"), ("0 + ".to_owned(), "0 +"), (format!("0 {times}"), "0 times")]
    {
        if line.match_indices(&pattern).any(|(at, _)| begins_number(&line[..at])) {
            found.push(what.to_owned());
        }
    }
    let last: [(String, &str); 4] = [
        (format!("{times}1"), "times 1"),
        (format!("{times}0"), "times 0"),
        ("+ 0".to_owned(), "+ 0"),
        ("/1".to_owned(), "over 1"),
    ];
    for (pattern, what) in last {
        let is_whole = |at: usize| {
            !line[at + pattern.len()..].starts_with(|next: char| next.is_ascii_digit() || next == '.' || next == '/')
        };
        // A row of a table of values, or a condition, has no sum.
        if line.match_indices(&pattern).any(|(at, _)| is_whole(at)) {
            found.push(what.to_owned());
        }
    }
    if line.ends_with(['+', '-', '·', '∗', '*', '=', ',']) || line.ends_with("\\cdot") {
        found.push("a sign at the end".to_owned());
    }
    let inside = line.trim_start_matches('&').trim_start();
    if is_latex && inside.contains("  ") {
        found.push("doubled spaces".to_owned());
    }
    found.extend(brackets(&line));
    found
}

/// Whether what stands before a digit does not go on to it as a number, an index or a power.
fn begins_number(before: &str) -> bool {
    let last = before.chars().next_back();
    !last.is_some_and(|last| {
        last.is_alphanumeric() || matches!(last, '.' | '_' | '^' | '{' | '}' | '/' | ')' | '₀'..='₉' | '⁰'..='⁹')
    })
}

/// Brackets that do not fit, and pairs that stand one in the other with nothing between.
fn brackets(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let escaped = |at: usize| line[..at].ends_with('\\');
    for (at, sign) in line.char_indices().filter(|&(at, _)| !escaped(at)) {
        match sign {
            '(' | '{' => open.push((sign, at)),
            ')' | '}' => match open.pop() {
                Some((before, start)) if (before == '(') == (sign == ')') => {
                    if sign == ')' {
                        pairs.push((start, at));
                    }
                }
                _ => found.push(format!("unbalanced {sign}")),
            },
            _ => {}
        }
    }
    if let Some((sign, _)) = open.first() {
        found.push(format!("unbalanced {sign}"));
    }
    for window in pairs.windows(2) {
        let (inner, outer) = (window[0], window[1]);
        if outer.0 + 1 == inner.0 && inner.1 + 1 == outer.1 {
            found.push("doubled parentheses".to_owned());
        }
    }
    found
}
