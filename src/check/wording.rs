//! The right formula in the author's own notation: the names as the formula writes them, σ′ as it writes σ′.

use super::claim::{Claim, Part, PartKind, Side};
use super::diagnose::{names_in, replace_all};
use super::primes::{primed, primed_links};
use super::read::{Context, spelling_of_latex};
use crate::calculus::{Deltas, Derivation, Goal, NameUse, Request, Shape, Sigma, Simplifier};
use crate::emit::latex;
use crate::expr::{ExprId, NameId, Node, OrdersId, Reach};
use crate::network::{Network, Origin, Show};
use crate::notation::layout::{Layout, Operator, Sheet};
use crate::notation::{Style, Times, Typesetter};

/// How many paths are written as a sum of products.
const MAX_PATHS: usize = 6;

/// The highest order of a derivative that is written anew.
const MAX_ORDER: usize = 3;

/// The formula that the first side of a chain should be equal to; nothing if it is neither a derivative nor a quantity
/// with an equation.
pub(super) fn correct(context: &mut Context, first: &Claim, claim: &Claim, source: &str) -> Option<String> {
    if !context.reading.is_usual() {
        return None;
    }
    // The copy is what is changed: what is kept of the network stays with it.
    let kept = context.has_tensors().then(|| {
        let copy = context.network.clone();
        std::mem::replace(&mut context.network, copy)
    });
    let correct = worded(context, first, claim, source);
    if let Some(kept) = kept {
        context.network = kept;
    }
    correct
}

fn worded(context: &mut Context, first: &Claim, claim: &Claim, source: &str) -> Option<String> {
    let left = &first.left.part(first.left.root()).kind;
    let right = match left {
        PartKind::Derivative { of, by, .. } if by.len() <= MAX_ORDER => {
            derived(context, claim, (*of, by), hand_text(claim, source))?
        }
        PartKind::Name(name) => Written::Expression(context.network.definition(*name)?.value),
        _ => return None,
    };
    let known = context.network.shows.len();
    let shows = author_shows(context, &first.names, source);
    context.network.shows.splice(0..0, shows);
    let own = context.own_names();
    let right = match right {
        Written::Expression(value) if context.has_tensors() => {
            Written::Expression(in_author_names(&mut context.network, value, own, &first.names))
        }
        other => other,
    };
    let letters = letters(context, first);
    let written = set(&context.network, (left, &letters), &right, author_style(claim, source));
    let added = context.network.shows.len() - known;
    context.network.shows.drain(..added);
    let written = written.map(|latex| with_author_symbols(context, latex, claim, source));
    written.map(|latex| with_author_signs(latex, claim, source))
}

/// A formula with the symbols of derivatives that the author uses: dS for ∂L/∂S.
fn with_author_symbols(context: &Context, latex: String, claim: &Claim, source: &str) -> String {
    let mut latex = latex;
    for part in &claim.right.parts {
        let PartKind::Derivative { of, by, .. } = &part.kind else { continue };
        let text = source.get(part.span.range()).unwrap_or_default().trim();
        // dS, but neither a fraction nor what has a transpose above it.
        if by.len() != 1 || text.is_empty() || text.contains("frac") || text.contains('^') {
            continue;
        }
        let mut sheet = Sheet::default();
        let symbol =
            Typesetter::new(&context.network, author_style(claim, source)).higher_derivative(&mut sheet, *of, by);
        let symbol = latex::formula(&sheet, symbol);
        let Some((left, right)) = latex.split_once(" = ") else { continue };
        latex = format!("{left} = {}", right.replace(&symbol, &format!("{text} ")));
    }
    latex.trim_end().to_owned()
}

/// How the author of a claim writes.
pub(super) struct Hand<'a> {
    /// The first claim of its chain.
    pub first: &'a Claim,
    /// The claim.
    pub claim: &'a Claim,
    /// The document.
    pub source: &'a str,
}

impl Hand<'_> {
    /// An expression as the author writes it; nothing where he writes entries of it.
    pub fn piece(&self, context: &mut Context, expr: ExprId) -> Option<String> {
        let Hand { first, claim, source } = *self;
        let dims = context.network.arena.dims(expr).len();
        if dims > 2 || dims > 0 && first.left.form().indices != 0 {
            return None;
        }
        let hand = hand_text(claim, source);
        let primes = ["'(", "'\\left", "'\\big", "\\prime"].iter().any(|sign| hand.contains(sign));
        let kept = primes.then(|| {
            let copy = context.network.clone();
            std::mem::replace(&mut context.network, copy)
        });
        let has_tensors = context.has_tensors();
        let network = &mut context.network;
        let expr = match has_tensors {
            true => Simplifier::new(network, Goal::Textbook, NameUse::Fold).simplify(network, expr),
            false => expr,
        };
        let expr = match (primes, has_tensors) {
            (true, true) => primed(&mut context.network, expr),
            (true, false) => primed_links(&mut context.network, expr),
            _ => expr,
        };
        let known = context.network.shows.len();
        let shows = author_shows(context, &first.names, source);
        context.network.shows.splice(0..0, shows);
        let mut sheet = Sheet::default();
        let layout = Typesetter::new(&context.network, author_style(claim, source)).expr(&mut sheet, expr);
        let piece = latex::formula(&sheet, layout);
        match kept {
            Some(kept) => context.network = kept,
            None => {
                let added = context.network.shows.len() - known;
                context.network.shows.drain(..added);
            }
        }
        Some(with_author_signs(piece, claim, source))
    }
}

/// A formula without the names that the author does not use, where what they stand for is in names that he does use.
fn in_author_names(
    network: &mut Network,
    value: ExprId,
    own: usize,
    used: &[(NameId, crate::diagnostic::Span)],
) -> ExprId {
    // What the text defines is known to its readers, unless it is the whole formula.
    let is_defined = |name: NameId| name.0 as usize >= own;
    let is_used = |name: NameId| used.iter().any(|own| own.0 == name);
    let whole = network.arena.as_name(value);
    let mut value = value;
    if let Some(name) = whole.filter(|&name| is_defined(name))
        && let Some(equation) = network.definition(name).copied()
    {
        // What the text defines as this very derivative is worked out as a person writes it.
        value = Simplifier::new(network, Goal::Textbook, NameUse::Keep).simplify(network, equation.value);
    }
    for at in (0..network.equations.len()).rev() {
        let equation = network.equations[at];
        if is_defined(equation.name) && whole != Some(equation.name) {
            continue;
        }
        if is_used(equation.name) || network.arena.shape(equation.value) != network.quantity(equation.name).shape {
            continue;
        }
        // An activation is known by its name.
        if matches!(network.arena.node(equation.value), Node::Call { .. }) {
            continue;
        }
        let inner = names_in(network, &[equation.value]);
        let is_size = |name: &NameId| network.quantity(*name).origin == Origin::Size;
        if inner.is_empty() || !inner.iter().all(|name| is_used(*name) || is_defined(*name) || is_size(name)) {
            continue;
        }
        let name = network.name_expr(equation.name);
        value = replace_all(&mut network.arena, value, |_, id| (id == name).then_some(equation.value));
    }
    value
}

/// What stands right of the first sign of equality.
fn hand_text<'s>(claim: &Claim, source: &'s str) -> &'s str {
    let text = source.get(claim.span.range()).unwrap_or_default();
    text.split_once(['=', '&']).map_or(text, |(_, right)| right)
}

/// The letters of the entry that the left side is, one for each axis.
fn letters(context: &Context, first: &Claim) -> Vec<char> {
    let set = first.left.form().indices;
    let chosen = (0..).zip(&context.letters).filter(|(bit, _)| set >> bit & 1 == 1);
    chosen.filter_map(|(_, (letter, _))| letter.chars().next()).collect()
}

/// A formula with the transposes, the ⊙ and the diag of the author.
fn with_author_signs(latex: String, claim: &Claim, source: &str) -> String {
    let text = source.get(claim.span.range()).unwrap_or_default();
    let mut latex = if text.contains("_{") || !text.contains('_') { latex } else { without_braces(&latex) };
    let transpose = transpose_of(text);
    if transpose != "{\\top}" {
        latex = latex.replace("^{\\top}", &format!("^{transpose} ")).trim_end().to_owned();
        latex = latex.replace(" )", ")").replace(" \\right", "\\right").replace(" }", "}").replace("  ", " ");
        latex = latex.replace(" \\,", "\\,");
    }
    let others = [("\\odot", "\\circ"), ("\\mathrm{diag}", "\\operatorname{diag}"), ("\\mathbf{1}", "\\mathbb{1}")];
    for (own, other) in others {
        if !text.contains(own) && text.contains(other) {
            latex = latex.replace(own, other);
        }
    }
    // An operator name brings its own space.
    latex.replace("\\,\\operatorname", " \\operatorname").replace("  ", " ")
}

/// How a text writes transposes, without the `^`.
pub(super) fn transpose_of(text: &str) -> &'static str {
    let signs = ["\\top", "{\\mathsf T}", "{\\mathsf{T}}", "\\intercal", "{T}", "T", "\\mathsf{T}"];
    signs.into_iter().find(|sign| text.contains(&format!("^{sign}"))).unwrap_or("{\\top}")
}

/// `a_1` for `a_{1}`.
pub(super) fn without_braces(latex: &str) -> String {
    let mut out = String::with_capacity(latex.len());
    let mut rest = latex;
    while let Some(at) = rest.find("_{") {
        let mut inner = rest[at + 2..].chars();
        let single = inner.next().filter(|letter| letter.is_ascii_alphanumeric() && inner.next() == Some('}'));
        match single {
            Some(letter) => {
                out.push_str(&rest[..at + 1]);
                out.push(letter);
                rest = &rest[at + 4..];
            }
            None => {
                out.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
            }
        }
    }
    out + rest
}

/// The right side.
enum Written {
    Expression(ExprId),
    /// A product of links.
    Chain(Vec<ExprId>),
}

/// The derivative as the author writes it: as a chain of links where the hand formula is one, else worked.
fn derived(context: &mut Context, claim: &Claim, (of, by): (NameId, &[NameId]), hand: &str) -> Option<Written> {
    let primes = ["'(", "'\\left", "'\\big", "\\prime"].iter().any(|sign| hand.contains(sign));
    let primes = has_primes(&claim.right) || context.has_tensors() && primes;
    // Where there are tensors σ′ comes at the end, so that the δ's of the text are found in the formula.
    let sigma = if primes && !context.has_tensors() { Sigma::Prime } else { Sigma::Activation };
    let in_symbols = ["\\partial", "\\nabla", "\\frac{d"].iter().any(|sign| hand.contains(sign))
        || claim.right.parts.iter().any(|part| matches!(part.kind, PartKind::Derivative { .. }));
    let deltas = if in_symbols || !context.has_tensors() { Deltas::Named } else { Deltas::Written };
    let by = by.iter().rev().copied().collect();
    let request = Request { of, by: vec![by], max_paths: MAX_PATHS, sigma, goal: Goal::Textbook, deltas };
    let derivation = Derivation::new(&mut context.network, &request);
    let gradient = derivation.gradients.last()?;
    if let Shape::Products(paths) = &gradient.shape
        && paths.len() == 1
        && is_chain(&claim.right)
    {
        return Some(Written::Chain(paths[0].symbols.clone()));
    }
    let simplified = gradient.simplified;
    if primes && context.has_tensors() {
        return Some(Written::Expression(primed(&mut context.network, simplified)));
    }
    Some(Written::Expression(simplified))
}

/// Whether a side is a product of derivative symbols only.
fn is_chain(side: &Side) -> bool {
    let is_link = |part: &Part| matches!(part.kind, PartKind::Derivative { .. } | PartKind::Product);
    side.parts.iter().all(is_link) && side.derivatives().count() > 1
}

/// ∂ or d, and the sign between factors, as the formula has them.
fn author_style(claim: &Claim, source: &str) -> Style {
    let text = source.get(claim.span.range()).unwrap_or_default();
    let times = match (text.contains('*'), text.contains("\\cdot")) {
        (true, _) => Times::Star,
        (_, true) => Times::Dot,
        _ => Times::None,
    };
    let signs = ["\\mathrm{d}", "\\mathrm d", "\\frac{d", "\\dfrac{d", "{\\rm d", "d/d"];
    let ordinary = !text.contains("partial") && signs.iter().any(|sign| text.contains(sign));
    Style { times, ordinary, ..Style::default() }
}

/// Both sides; with letters, those of one entry.
fn set(network: &Network, (left, letters): (&PartKind, &[char]), right: &Written, style: Style) -> Option<String> {
    let mut sheet = Sheet::default();
    let mut typesetter = Typesetter::new(network, style);
    let axes = |names: &[NameId]| -> usize {
        names.iter().map(|&name| network.arena.shapes().dims(network.quantity(name).shape).len()).sum()
    };
    // What has no form in matrices is written in letters on both sides.
    let letters = match (left, right) {
        (PartKind::Derivative { of, by, .. }, Written::Expression(value))
            if by.len() == 1 && letters.is_empty() && !typesetter.has_matrix_form(&mut sheet, *value) =>
        {
            typesetter.letters_of(&[*of, by[0]])
        }
        _ => letters.to_vec(),
    };
    let letters = letters.as_slice();
    let mut lettered = false;
    let mut row = vec![match left {
        PartKind::Derivative { of, by, .. } if by.len() == 1 && !letters.is_empty() => {
            if axes(&[*of, by[0]]) != letters.len() {
                return None;
            }
            lettered = true;
            typesetter.derivative_entry(&mut sheet, *of, by[0], Reach::Total, letters)
        }
        PartKind::Derivative { of, by, .. } => {
            let by: Vec<NameId> = by.iter().rev().copied().collect();
            typesetter.higher_derivative(&mut sheet, *of, &by)
        }
        PartKind::Name(name) => typesetter.name(&mut sheet, *name),
        _ => return None,
    }];
    row.push(sheet.push(Layout::Operator(Operator::Equals)));
    if let Written::Expression(value) = right
        && !lettered
        && network.arena.dims(*value).len() > 2
    {
        // It would be written in letters that stand on the right side only.
        return None;
    }
    match right {
        Written::Expression(value) if lettered => row.push(typesetter.component(&mut sheet, *value, letters)),
        Written::Expression(value) => row.push(typesetter.expr(&mut sheet, *value)),
        Written::Chain(links) => row.push(typesetter.chain(&mut sheet, links)),
    }
    let row = sheet.push(Layout::Row(row));
    Some(latex::formula(&sheet, row))
}

/// Whether a side writes σ′ with a prime.
fn has_primes(side: &Side) -> bool {
    side.parts.iter().any(|part| matches!(part.kind, PartKind::Call { orders, .. } if orders != OrdersId::NONE))
}

/// How the author writes the names of the network: each as it stands in the formula, its relatives in the same way.
fn author_shows(context: &Context, names: &[(NameId, crate::diagnostic::Span)], source: &str) -> Vec<Show> {
    let network = &context.network;
    let mut exact: Vec<Show> = Vec::new();
    let mut families: Vec<Show> = Vec::new();
    for (name, span) in names {
        let text = source.get(span.range()).map(without_transpose);
        let text = text.as_deref().and_then(|text| without_power(context, *name, text));
        let Some(text) = text.filter(|text| spelling_of_latex(text).is_some()) else { continue };
        let Some(quantity) = network.quantities.get(name.0 as usize) else { continue };
        let show = |stem: &str, numbered: bool, form: &str| Show {
            stem: stem.to_owned(),
            numbered,
            form: format!("\"{form}\""),
            form_span: *span,
        };
        let digits = match quantity.indices.as_ref() {
            [] => quantity.stem.trim_start_matches(|sign: char| !sign.is_ascii_digit()).to_owned(),
            [index] => index.to_string(),
            _ => continue,
        };
        let stem = if quantity.indices.is_empty() {
            quantity.stem.strip_suffix(digits.as_str())
        } else {
            Some(&*quantity.stem)
        };
        // `x_{s-1}` is how one layer calls another, W2 how a program writes a name.
        let is_typed =
            text.ends_with(|sign: char| sign.is_ascii_digit()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        if is_typed || text.contains(['#', '"', '\n', '-', '+']) || text == printed(network, *name) {
            continue;
        }
        if digits.is_empty() {
            exact.push(show(&quantity.stem, false, text));
        } else if let Some(stem) = stem.filter(|stem| !stem.is_empty())
            && text.matches(digits.as_str()).count() == 1
            && digits.bytes().all(|digit| digit.is_ascii_digit())
        {
            families.push(show(stem, true, &text.replacen(digits.as_str(), "#", 1)));
        }
    }
    exact.extend(families);
    exact
}

/// What an author wrote, without the power that may stand above the name.
fn without_power<'s>(context: &Context, name: NameId, text: &'s str) -> Option<&'s str> {
    let names = |text: &str| {
        let spelling = spelling_of_latex(text)?;
        Some(context.symbols.quantities(&spelling).contains(&name))
    };
    let whole = names(text)?;
    let below = text.rsplit_once('^').map(|(below, _)| below.trim_end());
    below.filter(|below| !whole && names(below) == Some(true)).or(Some(text))
}

/// A name without the transpose above it.
fn without_transpose(text: &str) -> String {
    const SIGNS: [&str; 6] = ["\\mathsf{T}", "\\mathsf T", "\\mathrm{T}", "\\intercal", "\\top", "T"];
    let text = text.trim_end().trim_end_matches('\'');
    for sign in SIGNS {
        for whole in [format!("^{sign}"), format!("^{{{sign}}}"), format!("^{{-{sign}}}")] {
            if let Some(bare) = text.strip_suffix(whole.as_str()) {
                return bare.to_owned();
            }
        }
    }
    match text.rfind("\\top") {
        Some(at) => format!("{}{}", &text[..at], &text[at + 4..]),
        None => text.to_owned(),
    }
}

/// A name as the network itself writes it.
pub(super) fn printed(network: &Network, name: NameId) -> String {
    let mut sheet = Sheet::default();
    let layout = Typesetter::new(network, Style::default()).name(&mut sheet, name);
    latex::formula(&sheet, layout)
}
