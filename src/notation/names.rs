//! How a quantity is written: by the user's `show`, else by the shape of its name and the chosen notation.

use crate::expr::NameId;
use crate::network::{Network, Origin, Quantity, Show};
use crate::notation::form::FormReader;
use crate::notation::layout::{Face, Fence, Layout, LayoutId, Mark, Operator, Sheet};
use crate::notation::style::{LayerIndex, Notation, Style};
use crate::notation::unit::is_unit;
use crate::syntax::spelling::{GREEK, MARKS};

/// A name taken apart: `yhat2` is y, a hat, 2.
struct Parts<'a> {
    base: &'a str,
    mark: Option<Mark>,
    /// What stands after an underscore.
    sub: &'a str,
    /// The digits at the end.
    digits: &'a str,
}

/// The layout of a quantity's name.
pub(super) fn quantity(network: &Network, style: &Style, sheet: &mut Sheet, name: NameId) -> LayoutId {
    let quantity = network.quantity(name);
    if let Origin::Partial { .. } = quantity.origin {
        return partial(network, style, sheet, name);
    }
    if style.notation == Notation::Article
        && let Some(layout) = network.shows.iter().find_map(|show| shown(sheet, quantity, show))
    {
        return layout;
    }
    let parts = take_apart(&quantity.stem);
    let base = renamed(network, style, name, &parts);
    let is_bold = style.notation == Notation::Goodfellow && !quantity.shape.is_scalar();
    let body = base.unwrap_or_else(|| greek_for(network, parts.base).unwrap_or(parts.base));
    let body = word(sheet, body);
    let body = if is_bold { in_bold(sheet, body) } else { body };
    let symbol = match parts.mark {
        Some(mark) if base.is_none() => sheet.push(Layout::Accent { mark, body }),
        _ => body,
    };
    scripts(network, style, sheet, quantity, &parts, symbol)
}

/// ∂ⁿC/∂θ₂∂b₁ for a derivative that has become a quantity.
fn partial(network: &Network, style: &Style, sheet: &mut Sheet, name: NameId) -> LayoutId {
    let mut variables = Vec::new();
    let mut of = name;
    while let Origin::Partial { of: lower, by, .. } = network.quantity(of).origin {
        variables.push(by);
        of = lower;
    }
    derivative(network, style, sheet, of, &variables)
}

/// ∂C/∂θ₂, ∂²C/∂θ₂∂b₁, dy/dx. The variables are listed last first, as the derivatives were taken.
pub(super) fn derivative(
    network: &Network,
    style: &Style,
    sheet: &mut Sheet,
    of: NameId,
    variables: &[NameId],
) -> LayoutId {
    if let [by] = variables
        && (matches!(network.quantity(*by).origin, Origin::Partial { .. }) || is_of_formula(network, of, *by))
    {
        let d = differential(style, sheet);
        return split_derivative(network, style, sheet, d, of, *by);
    }
    let mut of = of;
    let mut all: Vec<NameId> = variables.to_vec();
    while let Origin::Partial { of: lower, by, .. } = network.quantity(of).origin {
        all.push(by);
        of = lower;
    }
    let d = differential(style, sheet);
    let top = match all.len() {
        1 => d,
        order => {
            let order = sheet.push(Layout::Number(order.to_string()));
            sheet.push(Layout::Script { base: d, sub: None, sup: Some(order), primes: 0 })
        }
    };
    let whole = quantity(network, style, sheet, of);
    let numerator = sheet.push(Layout::Row(vec![top, whole]));
    let mut row = Vec::new();
    for run in all.chunk_by(|a, b| a == b) {
        let variable = quantity(network, style, sheet, run[0]);
        row.push(d);
        row.push(match run.len() {
            1 => variable,
            times => raised(sheet, variable, times),
        });
    }
    let denominator = sheet.push(Layout::Row(row));
    sheet.push(Layout::Fraction { numerator, denominator })
}

/// ∇_{W} C: the gradient of a scalar, which has the shape of its variable.
pub(super) fn gradient(network: &Network, style: &Style, sheet: &mut Sheet, of: NameId, by: NameId) -> LayoutId {
    let base = sheet.push(Layout::Operator(Operator::Nabla));
    let sub = Some(quantity(network, style, sheet, by));
    let nabla = sheet.push(Layout::Script { base, sub, sup: None, primes: 0 });
    let of = quantity(network, style, sheet, of);
    sheet.push(Layout::Row(vec![nabla, of]))
}

/// A letter or a word in bold.
fn in_bold(sheet: &mut Sheet, id: LayoutId) -> LayoutId {
    match sheet.get(id).clone() {
        Layout::Symbol { text, face: Face::Italic | Face::Upright } => {
            sheet.push(Layout::Symbol { text, face: Face::Bold })
        }
        _ => id,
    }
}

/// The error term of a quantity: δ with the scripts of its name, δ₂ for z₂; with the whole name below if that is wanted
/// or the name has no scripts.
pub(super) fn error(network: &Network, style: &Style, sheet: &mut Sheet, by: NameId, whole: bool) -> LayoutId {
    let dims = network.arena.shapes().dims(network.quantity(by).shape);
    let is_matrix = dims.iter().filter(|&&size| !is_unit(size)).count() == 2;
    let text = if is_matrix { "Δ" } else { "δ" }.to_owned();
    let base = sheet.push(Layout::Symbol { text, face: Face::Italic });
    let name = quantity(network, style, sheet, by);
    match sheet.get(name).clone() {
        Layout::Script { sub, sup, primes, .. } if !whole => sheet.push(Layout::Script { base, sub, sup, primes }),
        _ => sheet.push(Layout::Script { base, sub: Some(name), sup: None, primes: 0 }),
    }
}

/// ∂, or d where there is one variable only.
pub(super) fn differential(style: &Style, sheet: &mut Sheet) -> LayoutId {
    sheet.push(Layout::Operator(if style.ordinary { Operator::Differential } else { Operator::Partial }))
}

/// Whether ∂of/∂by, with `of` a derivative and `by` a quantity on the way, depends on how the formula of that derivative
/// is written: ∂(∂C/∂w)/∂p, which is not ∂²C/∂p∂w.
pub(super) fn is_of_formula(network: &Network, of: NameId, by: NameId) -> bool {
    matches!(network.quantity(of).origin, Origin::Partial { .. })
        && matches!(network.quantity(by).origin, Origin::Equation(_))
        && network.has_tensors()
}

/// ∂⁺of/∂by: the derivative inside one equation.
pub(super) fn direct_derivative(
    network: &Network,
    style: &Style,
    sheet: &mut Sheet,
    of: NameId,
    by: NameId,
) -> LayoutId {
    let sign = direct_sign(style, sheet);
    split_derivative(network, style, sheet, sign, of, by)
}

/// ∂⁺.
pub(super) fn direct_sign(style: &Style, sheet: &mut Sheet) -> LayoutId {
    let base = differential(style, sheet);
    let plus = Some(sheet.push(Layout::Symbol { text: "+".to_owned(), face: Face::Italic }));
    sheet.push(Layout::Script { base, sub: None, sup: plus, primes: 0 })
}

/// `sign`of/∂by, where what is a derivative itself stands in parentheses: ∂(∂C/∂w)/∂(∂C/∂z).
fn split_derivative(
    network: &Network,
    style: &Style,
    sheet: &mut Sheet,
    sign: LayoutId,
    of: NameId,
    by: NameId,
) -> LayoutId {
    let d = differential(style, sheet);
    let [numerator, denominator] = [(sign, of), (d, by)].map(|(sign, name)| {
        let layout = quantity(network, style, sheet, name);
        let part = slashed(sheet, layout);
        sheet.push(Layout::Row(vec![sign, part]))
    });
    sheet.push(Layout::Fraction { numerator, denominator })
}

/// (∂C/∂w) on one line for a fraction.
pub(super) fn slashed(sheet: &mut Sheet, layout: LayoutId) -> LayoutId {
    let Layout::Fraction { numerator, denominator } = *sheet.get(layout) else { return layout };
    let slash = sheet.push(Layout::Text("/".to_owned()));
    let body = sheet.push(Layout::Row(vec![numerator, slash, denominator]));
    sheet.push(Layout::Fenced { fence: Fence::Round, body })
}

/// A name to a power inside the denominator of a derivative: ∂θ₂², (∂)(z³)².
fn raised(sheet: &mut Sheet, variable: LayoutId, times: usize) -> LayoutId {
    let power = sheet.push(Layout::Number(times.to_string()));
    match sheet.get(variable).clone() {
        Layout::Script { base, sub, sup: None, primes: 0 } => {
            sheet.push(Layout::Script { base, sub, sup: Some(power), primes: 0 })
        }
        Layout::Script { .. } => {
            let base = sheet.push(Layout::Fenced { fence: Fence::Round, body: variable });
            sheet.push(Layout::Script { base, sub: None, sup: Some(power), primes: 0 })
        }
        _ => sheet.push(Layout::Script { base: variable, sub: None, sup: Some(power), primes: 0 }),
    }
}

/// The layout that a `show` gives a quantity, if it is about it.
pub(super) fn shown(sheet: &mut Sheet, quantity: &Quantity, show: &Show) -> Option<LayoutId> {
    let (stem, letters) = match show.stem.split_once('[') {
        Some((stem, rest)) => (stem, rest.trim_end_matches(']')),
        None => (show.stem.as_str(), ""),
    };
    let indices: Vec<String> = quantity.indices.iter().map(i64::to_string).collect();
    if !letters.is_empty() {
        let letters: Vec<&str> = letters.split(',').map(str::trim).collect();
        if *stem != *quantity.stem || letters.len() != indices.len() {
            return None;
        }
        let bound: Vec<(String, String)> = letters.iter().map(|letter| (*letter).to_owned()).zip(indices).collect();
        return FormReader::new(&show.form, "", &bound).read(sheet);
    }
    if !show.numbered {
        let whole = indices.is_empty() && *stem == *quantity.stem;
        return whole.then(|| FormReader::new(&show.form, "", &[]).read(sheet)).flatten();
    }
    let rest = quantity.stem.strip_prefix(stem)?;
    let digits = rest.bytes().all(|byte| byte.is_ascii_digit());
    match (rest.is_empty(), indices.is_empty()) {
        (false, true) if digits => FormReader::new(&show.form, rest, &[]).read(sheet),
        (true, false) => FormReader::new(&show.form, &indices.join(","), &[]).read(sheet),
        _ => None,
    }
}

fn take_apart(stem: &str) -> Parts<'_> {
    let (head, sub) = match stem.split_once('_') {
        Some((head, sub)) if !head.is_empty() && !sub.is_empty() => (head, sub),
        _ => (stem, ""),
    };
    let letters = head.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let (letters, digits) = if letters.is_empty() { (head, "") } else { (letters, &head[letters.len()..]) };
    for ((_, suffix), mark) in MARKS.iter().zip(MARK_KINDS) {
        if let Some(base) = letters.strip_suffix(suffix)
            && is_letter(base)
        {
            return Parts { base, mark: Some(mark), sub, digits };
        }
    }
    Parts { base: letters, mark: None, sub, digits }
}

/// The marks in the order of [`MARKS`].
const MARK_KINDS: [Mark; 6] = [Mark::Hat, Mark::Bar, Mark::Bar, Mark::Tilde, Mark::Vector, Mark::Dot];

/// Whether a base is written as one letter: one character, or the name of a Greek one.
fn is_letter(base: &str) -> bool {
    base.chars().count() == 1 || GREEK.iter().any(|(_, name)| *name == base)
}

/// The stem that the notation uses in place of the user's, unless another quantity has it.
fn renamed(network: &Network, style: &Style, name: NameId, parts: &Parts<'_>) -> Option<&'static str> {
    let cost_only = |book: &str| book == "C" || book == "J";
    let (_, book) = style.renames().iter().find(|(own, _)| *own == parts.base && parts.mark.is_none())?;
    let taken = network.quantities.iter().any(|quantity| take_apart(&quantity.stem).base == *book);
    let fits = !cost_only(book) || network.cost == Some(name);
    (fits && !taken).then_some(*book)
}

/// Short names that are always greek letters in print, unless the letter is another quantity: `lambda` is a keyword
/// where many networks come from.
fn greek_for(network: &Network, base: &str) -> Option<&'static str> {
    let (_, greek) = [("lam", "lambda"), ("eps", "epsilon")].into_iter().find(|(short, _)| *short == base)?;
    let taken = network.quantities.iter().any(|other| other.stem.starts_with(greek));
    (!taken).then_some(greek)
}

/// A base with its mark: θ, ŷ, an upright word.
fn symbol(sheet: &mut Sheet, base: &str, mark: Option<Mark>) -> LayoutId {
    let body = word(sheet, base);
    match mark {
        Some(mark) => sheet.push(Layout::Accent { mark, body }),
        None => body,
    }
}

/// A letter in italics, the Greek letter of a name, a number, or an upright word.
pub(super) fn word(sheet: &mut Sheet, text: &str) -> LayoutId {
    if let Some((letter, _)) = GREEK.iter().find(|(_, name)| *name == text) {
        return sheet.push(Layout::Symbol { text: letter.to_string(), face: Face::Italic });
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return sheet.push(Layout::Number(text.to_owned()));
    }
    let face = if text.chars().count() == 1 { Face::Italic } else { Face::Upright };
    sheet.push(Layout::Symbol { text: text.to_owned(), face })
}

/// Puts digits, indices and subscripts where they belong.
fn scripts(
    network: &Network,
    style: &Style,
    sheet: &mut Sheet,
    quantity: &Quantity,
    parts: &Parts<'_>,
    base: LayoutId,
) -> LayoutId {
    let mut below: Vec<LayoutId> = Vec::new();
    let mut above = None;
    if !parts.sub.is_empty() {
        below.push(subscript(sheet, parts.sub));
    }
    let layer = (!quantity.indices.is_empty()).then(|| quantity.indices.iter().map(i64::to_string).collect::<Vec<_>>());
    // Where c is a quantity, c⁰ would be a power of it.
    let how = match style.layer_index() {
        LayerIndex::Bare if has_base(network, quantity) => LayerIndex::Default,
        how => how,
    };
    if !parts.digits.is_empty() {
        let single = parts.digits.len() == 1 && layer.is_none() && parts.sub.is_empty();
        match how {
            LayerIndex::Default => below.push(sheet.push(Layout::Number(parts.digits.to_owned()))),
            _ if !single => below.push(sheet.push(Layout::Number(parts.digits.to_owned()))),
            how => above = Some(layer_index(sheet, parts.digits, how)),
        }
    }
    if let Some(indices) = layer {
        let how = match how {
            LayerIndex::Default => LayerIndex::Parenthesised,
            how => how,
        };
        above = Some(layer_index(sheet, &indices.join(","), how));
    }
    let is_cost = network.cost.is_some_and(|cost| std::ptr::eq(network.quantity(cost), quantity));
    if style.notation == Notation::ThreeBlueOneBrown && is_cost && below.is_empty() && above.is_none() {
        below.push(sheet.push(Layout::Number("0".to_owned())));
    }
    let sub = match below.as_slice() {
        [] => None,
        [only] => Some(*only),
        _ => Some(sheet.push(Layout::Row(below))),
    };
    if sub.is_none() && above.is_none() {
        return base;
    }
    sheet.push(Layout::Script { base, sub, sup: above, primes: 0 })
}

/// Whether the name of a quantity without its digits, or without its indices, is that of another.
fn has_base(network: &Network, quantity: &Quantity) -> bool {
    let base = match quantity.indices.is_empty() {
        true => quantity.stem.trim_end_matches(|letter: char| letter.is_ascii_digit()),
        false => &quantity.stem,
    };
    let is_base = |other: &Quantity| other.indices.is_empty() && *other.stem == *base;
    base.len() < quantity.stem.len() + quantity.indices.len() && network.quantities.iter().any(is_base)
}

fn layer_index(sheet: &mut Sheet, index: &str, how: LayerIndex) -> LayoutId {
    let body = word(sheet, index);
    match how {
        LayerIndex::Parenthesised => sheet.push(Layout::Fenced { fence: Fence::Round, body }),
        _ => body,
    }
}

/// A subscript after an underscore: a letter in italics, a number, a word upright, several joined by commas.
fn subscript(sheet: &mut Sheet, text: &str) -> LayoutId {
    let mut row = Vec::new();
    for (at, part) in text.split('_').filter(|part| !part.is_empty()).enumerate() {
        if at > 0 {
            row.push(sheet.push(Layout::Operator(Operator::Comma)));
        }
        row.push(word(sheet, part));
    }
    match row.as_slice() {
        [only] => *only,
        _ => sheet.push(Layout::Row(row)),
    }
}

/// A name that is no quantity, such as that of a function: a letter with its digits below, or an upright word.
pub(super) fn free_name(sheet: &mut Sheet, name: &str) -> LayoutId {
    let parts = take_apart(name);
    let base = symbol(sheet, parts.base, parts.mark);
    let mut below: Vec<LayoutId> = Vec::new();
    if !parts.sub.is_empty() {
        below.push(subscript(sheet, parts.sub));
    }
    if !parts.digits.is_empty() {
        below.push(sheet.push(Layout::Number(parts.digits.to_owned())));
    }
    match below.as_slice() {
        [] => base,
        [only] => sheet.push(Layout::Script { base, sub: Some(*only), sup: None, primes: 0 }),
        _ => {
            let sub = Some(sheet.push(Layout::Row(below)));
            sheet.push(Layout::Script { base, sub, sup: None, primes: 0 })
        }
    }
}
