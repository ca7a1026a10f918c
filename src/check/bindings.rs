//! Names that a document or the command line binds: `map J=C, h=a`, `show theta2 as \theta_2`.

use super::read::{Context, spelling_of_latex};
use crate::diagnostic::Diagnostic;
use crate::expr::NameId;
use crate::network::Origin;
use crate::notes::{Binding, Command};

/// Binds the names of a directive, `map` or `show`; any other one binds nothing.
///
/// # Errors
/// A name that no formula can have, and one that the network does not have.
pub fn apply(context: &mut Context, command: &Command) -> Result<(), Diagnostic> {
    match command {
        Command::Map(pairs) => pairs.iter().try_for_each(|pair| map(context, pair)),
        Command::Show(bindings) => bindings.iter().try_for_each(|binding| show(context, binding)),
        _ => Ok(()),
    }
}

/// The bindings in `J=C, h=a`: what formulas write, and what the network has.
///
/// # Errors
/// `bad-map` for a text of another form.
pub fn pairs(text: &str) -> Result<Command, Diagnostic> {
    let pair = |part: &str| {
        let (name, meaning) = part.split_once('=')?;
        let (name, meaning) = (name.trim().to_owned(), meaning.trim().to_owned());
        (!name.is_empty() && !meaning.is_empty()).then_some(Binding { name, meaning })
    };
    let pairs: Option<Vec<Binding>> = text.split(',').map(pair).collect();
    pairs.map(Command::Map).ok_or_else(|| {
        let error = Diagnostic::error("bad-map", format!("`{text}` binds no names"));
        error.hint("write the formula's name, `=`, and the network's name: `J=C, h=a`")
    })
}

/// Makes the left name mean what the right one means: a quantity, a family of them, or a function.
fn map(context: &mut Context, pair: &Binding) -> Result<(), Diagnostic> {
    let Some(from) = spelling_of_latex(without_condition(&pair.name)) else { return Err(no_name(&pair.name)) };
    let meaning = spelling_of_latex(&pair.meaning);
    let mut bound = false;
    let found = context.network.find(&pair.meaning);
    let found = found.or_else(|| match meaning.as_ref().map(|meaning| context.symbols.quantities(meaning)) {
        Some([only]) => Some(*only),
        _ => None,
    });
    if let Some(name) = found {
        context.symbols.rebind(from.clone(), name);
        bound = true;
    }
    if let Some(meaning) = meaning {
        if from.sub.is_empty() && from.sup.is_empty() && context.symbols.has_base(&meaning.base) {
            context.symbols.rename(&from.base, &meaning.base);
            bound = true;
        }
        if let Some(function) = context.symbols.function(&meaning) {
            context.symbols.bind_function(from, function);
            bound = true;
        }
    }
    if bound { Ok(()) } else { Err(unknown(context, &pair.meaning)) }
}

/// `p` of `p(w|c)`: the formula says again what it is a function of.
fn without_condition(name: &str) -> &str {
    match name.split_once('(') {
        Some((before, after))
            if after.trim_end().ends_with(')') && ["|", r"\mid", r"\vert"].iter().any(|bar| after.contains(bar)) =>
        {
            before.trim_end()
        }
        _ => name,
    }
}

/// Makes a form mean a quantity; `#` stands for digits or an index.
fn show(context: &mut Context, binding: &Binding) -> Result<(), Diagnostic> {
    let form = binding.meaning.trim_matches('"');
    if let Some((matrix, letter, of_rows)) = slice(&binding.name) {
        let Some(name) = context.network.find(matrix) else { return Err(unknown(context, matrix)) };
        let shape = context.network.quantity(name).shape;
        if context.network.arena.shapes().dims(shape).len() != 2 {
            return Err(Diagnostic::error("bad-map", format!("`{matrix}` is no matrix: it has no rows and columns")));
        }
        let added = spelling_of_latex(form).is_some_and(|form| context.symbols.add_slice(form, letter, name, of_rows));
        return if added { Ok(()) } else { Err(no_slice(form, letter)) };
    }
    let Some(stem) = binding.name.strip_suffix('#') else {
        let Some(name) = context.network.find(&binding.name) else { return Err(unknown(context, &binding.name)) };
        let Some(spelling) = spelling_of_latex(form) else { return Err(no_name(form)) };
        context.symbols.rebind(spelling, name);
        return Ok(());
    };
    let members = members(context, stem);
    if members.is_empty() {
        return Err(unknown(context, &binding.name));
    }
    for (name, index) in members {
        let Some(spelling) = spelling_of_latex(&form.replace('#', &index)) else { return Err(no_name(form)) };
        context.symbols.rebind(spelling, name);
    }
    Ok(())
}

/// The matrix and the letter of `X[i, :]`, a row, or `X[:, j]`, a column; whether it is a row.
fn slice(pattern: &str) -> Option<(&str, &str, bool)> {
    let (matrix, places) = pattern.strip_suffix(']')?.split_once('[')?;
    let (first, second) = places.split_once(',')?;
    match (first.trim(), second.trim()) {
        (":", letter) if letter != ":" => Some((matrix.trim(), letter, false)),
        (letter, ":") => Some((matrix.trim(), letter, true)),
        _ => None,
    }
}

fn no_slice(form: &str, letter: &str) -> Diagnostic {
    let error = Diagnostic::error("bad-map", format!("`{form}` cannot be the name of a row or a column"));
    error.hint(format!("write a letter with the index, `x_{letter}` or `x^{{({letter})}}`"))
}

/// The quantities `stem` with digits or one index, each with those.
fn members(context: &Context, stem: &str) -> Vec<(NameId, String)> {
    let network = &context.network;
    let all = (0..network.quantities.len() as u32).map(NameId);
    let member = |name: NameId| {
        let quantity = network.quantity(name);
        let rest = quantity.stem.strip_prefix(stem)?;
        let is_partial = matches!(quantity.origin, Origin::Partial { .. });
        let index = match quantity.indices.as_ref() {
            [] if !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()) => rest.to_owned(),
            [index] if rest.is_empty() => index.to_string(),
            _ => return None,
        };
        (!is_partial).then_some((name, index))
    };
    all.filter_map(member).collect()
}

fn no_name(text: &str) -> Diagnostic {
    Diagnostic::error("bad-map", format!("`{text}` cannot be the name of a quantity"))
}

fn unknown(context: &Context, name: &str) -> Diagnostic {
    let error = Diagnostic::error("unknown-name", format!("the network has no `{name}`"));
    match context.network.nearest(name) {
        Some(known) => error.hint(format!("did you mean `{known}`?")),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::without_condition;

    #[test]
    fn what_is_given_is_left_out_of_a_name() {
        let cases = [("p(w|c)", "p"), (r"p(w \mid c)", "p"), (r"\hat y(o|x)", r"\hat y"), ("f(x)", "f(x)"), ("p", "p")];
        for (name, expected) in cases {
            assert_eq!(without_condition(name), expected);
        }
    }
}
