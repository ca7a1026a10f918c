//! The document of a derivation.

mod errors;
mod paths;
mod result;
mod values;

use rustc_hash::FxHashSet;

use crate::calculus::{Gradient, LocalPartial, Shape};
use crate::eval::Values;
use crate::expr::{ExprId, NameId, Node, Reach, subexpressions};
use crate::function::{FunctionRef, Kink};
use crate::narrate::explain::function_blocks;
use crate::narrate::phrases::{equation, text};
use crate::narrate::story::{Depth, Story, is_told};
use crate::narrate::vanishing::Steps;
use crate::narrate::{kinks, network as listing, own, tensors, track, worked};
use crate::network::{Network, Origin};
use crate::notation::document::{Block, Document, Inline};
use crate::notation::layout::{LayoutId, same};
use crate::notation::{Style, Typesetter};

/// Above so many links in all, several derivatives are told by the main track alone.
const MAX_LINKS: usize = 600;

/// A derivation written down: the document of `derive NETWORK --wrt …`. `values` are those of the leaves.
pub fn document(network: &Network, story: &Story, style: Style, values: Option<&Values>) -> Document {
    let setter = Typesetter::new(network, style);
    let tensors = network.has_tensors();
    let steps = match story.derivation.sweeps.first() {
        Some(sweep) if !tensors => Steps::of(network, sweep),
        _ => Steps::default(),
    };
    let mut writer = Writer { network, story, setter, document: Document::default(), tensors, steps };
    writer.name_errors();
    match story.depth {
        Depth::Chain => writer.chains_only(),
        Depth::Local | Depth::Full => writer.whole(values),
    }
    writer.document
}

struct Writer<'a> {
    network: &'a Network,
    story: &'a Story,
    setter: Typesetter<'a>,
    document: Document,
    /// Whether there is a quantity that is no scalar.
    tensors: bool,
    /// The links whose derivative is 0 in form.
    steps: Steps,
}

impl<'a> Writer<'a> {
    fn push(&mut self, block: Block) {
        self.document.blocks.push(block);
    }

    fn heading(&mut self, level: u8, words: &str) {
        self.push(Block::Heading { level, text: vec![text(words)] });
    }

    fn say(&mut self, sentence: Vec<Inline>) {
        self.push(Block::Paragraph(sentence));
    }

    fn derivative(&mut self, of: NameId, by: NameId) -> LayoutId {
        self.setter.derivative(&mut self.document.sheet, of, by)
    }

    fn expr(&mut self, expr: ExprId) -> LayoutId {
        self.setter.expr(&mut self.document.sheet, expr)
    }

    /// The adjoints that are used again get letters.
    fn name_errors(&mut self) {
        let mut signs = Vec::new();
        for adjoints in &self.story.derivation.adjoints {
            signs.extend(adjoints.deltas().iter().map(|delta| (delta.of, delta.by)));
            for delta in adjoints.deltas() {
                self.setter.note_value(adjoints.shown(delta.by), delta.value);
            }
        }
        signs.extend(self.story.errors.iter().filter(|row| row.is_named).map(|row| (row.of, row.by)));
        self.setter.name_errors(&mut self.document.sheet, &signs);
        for adjoints in &self.story.derivation.adjoints {
            let of = adjoints.of();
            let Some(sweep) = self.story.derivation.sweep(of) else { continue };
            for equation in &self.network.equations {
                let mut users = sweep.users(equation.name).peekable();
                if users.peek().is_some() && users.all(|user| user.of == of) {
                    self.setter.note_direct(of, equation.name);
                }
            }
        }
    }

    /// The chains as symbols and nothing else.
    fn chains_only(&mut self) {
        let story = self.story;
        if story.derivation.by_track() {
            self.main_track();
            return;
        }
        for gradient in &story.derivation.gradients {
            match &gradient.shape {
                Shape::Independent | Shape::Itself => self.trivial(gradient),
                Shape::Products(terms) => {
                    let lines = self.symbols(gradient, terms);
                    let id = Some(self.label(gradient, "chain"));
                    self.push(Block::Equations { lines, id });
                }
                Shape::Recursion(rows) => {
                    let lines =
                        track::lines(self.network, &mut self.setter, &mut self.document.sheet, gradient.of, rows);
                    let id = Some(self.label(gradient, "chain"));
                    self.push(Block::Equations { lines, id });
                }
            }
        }
    }

    fn whole(&mut self, values: Option<&Values>) {
        self.title();
        self.heading(2, "The network");
        let style = self.setter.style();
        let definitions = own::definitions(self.network, style, &mut self.document.sheet);
        if !definitions.is_empty() {
            let lines = definitions.into_iter().map(|(left, right)| equation(Some(left), right, Vec::new())).collect();
            self.push(Block::Equations { lines, id: None });
        }
        let equations = listing::equations(self.network, &mut self.setter, &mut self.document.sheet);
        self.document.blocks.extend(equations);
        if let Some(sentence) = own::abstract_sentence(&mut self.setter, &mut self.document.sheet) {
            self.say(sentence);
        }
        let story = self.story;
        let single = story.derivation.gradients.len() == 1;
        if self.tensors {
            let sentence = tensors::layout_sentence(self.setter.style());
            self.say(sentence);
        }
        self.direct_sign();
        let has_track = !story.track.is_empty() || !story.errors.is_empty();
        if has_track && !self.tensors {
            self.main_track();
        }
        let links: usize = story.derivation.gradients.iter().map(link_count).sum();
        let told = single || links <= MAX_LINKS && !story.derivation.by_track();
        if told {
            self.chains();
        }
        if !story.locals.is_empty() {
            self.heading(2, "Each link");
            let blocks = match story.depth {
                Depth::Full => worked::every_rule(story, &mut self.setter, &mut self.document.sheet),
                _ => worked::one_line_each(story, &mut self.setter, &mut self.document.sheet),
            };
            self.document.blocks.extend(blocks);
            let sheet = &mut self.document.sheet;
            if let Some(sentence) = kinks::sentence(story, self.network, &mut self.setter, sheet) {
                self.say(sentence);
            }
        }
        self.functions();
        if self.tensors {
            self.adjoints();
        }
        if told || self.tensors {
            self.results();
        }
        if let Some(values) = values {
            self.numbers(values);
        }
    }

    fn title(&mut self) {
        let gradients = &self.story.derivation.gradients;
        let mut title = Vec::new();
        if let [only] = gradients.as_slice() {
            let symbol = self.derivative(only.of, only.by);
            title.extend([text("The derivative "), Inline::Math(symbol)]);
        } else {
            let of = gradients.first().map(|gradient| gradient.of);
            title.push(text("The gradient of "));
            if let Some(of) = of {
                title.push(Inline::Math(self.setter.name(&mut self.document.sheet, of)));
            }
        }
        self.push(Block::Heading { level: 1, text: title });
    }

    /// The adjoints of intermediate quantities once, then the derivatives that branch off.
    fn main_track(&mut self) {
        let story = self.story;
        if !story.errors.is_empty() {
            return self.error_terms();
        }
        let targets: FxHashSet<NameId> = story.derivation.gradients.iter().map(|gradient| gradient.by).collect();
        let of = story.derivation.gradients[0].of;
        let is_leaf = |name: NameId| matches!(self.network.quantity(name).origin, Origin::Leaf(_));
        let (branches, main): (Vec<_>, Vec<_>) =
            story.track.iter().partition(|row| targets.contains(&row.by) && is_leaf(row.by));
        let sheet = &mut self.document.sheet;
        let main = track::lines(self.network, &mut self.setter, sheet, of, main);
        let branches = track::lines(self.network, &mut self.setter, sheet, of, branches);
        if let Some(block) = track::block(main) {
            self.heading(2, "The main track");
            let from = match Some(of) == self.network.cost {
                true => text("the cost"),
                false => Inline::Math(self.setter.name(&mut self.document.sheet, of)),
            };
            let end = text(", each derivative is found once, from the one before:");
            self.say(vec![text("Backwards from "), from, end]);
            self.push(block);
        }
        if let Some(block) = track::block(branches) {
            self.heading(2, "Branching off");
            self.push(block);
        }
    }

    /// What ∂⁺ means, where it is used.
    fn direct_sign(&mut self) {
        let story = self.story;
        let reach = |link: LocalPartial| self.setter.link_reach(link.of, link.by, story.derivation.reach(link));
        let is_direct = |&link: &LocalPartial| reach(link) == Reach::Direct;
        if !story.locals.iter().any(is_direct) && !self.works_with_direct_signs() {
            return;
        }
        let sheet = &mut self.document.sheet;
        let total = self.setter.sign(sheet, Reach::Total);
        let direct = self.setter.sign(sheet, Reach::Direct);
        self.say(vec![
            text("Here "),
            Inline::Math(total),
            text(" counts every way from one quantity to another, "),
            Inline::Math(direct),
            text(" only the direct one: the derivative inside one equation, its other names held fixed."),
        ]);
    }

    /// Whether a worked line holds ∂⁺: a quantity that is held fixed, though it depends on the variable.
    fn works_with_direct_signs(&self) -> bool {
        let (story, arena) = (self.story, &self.network.arena);
        let is_direct = |part| matches!(arena.node(part), Node::Derivative { reach: Reach::Direct, .. });
        story.depth == Depth::Full
            && story
                .worked
                .values()
                .flat_map(|worked| &worked.lines)
                .any(|line| subexpressions(arena, line.expr).into_iter().any(is_direct))
    }

    /// The functions whose derivatives were used: their derivation once, and what is taken at their kinks.
    fn functions(&mut self) {
        let story = self.story;
        let mut blocks = Vec::new();
        let mut functions = story.functions.clone();
        if story.depth == Depth::Full {
            let (style, sheet) = (self.setter.style(), &mut self.document.sheet);
            blocks = own::derivations(self.network, style, sheet, &story.own, &mut functions);
        }
        for function in functions {
            let FunctionRef::Table(entry) = self.network.functions.get(function) else { continue };
            if !entry.ties.is_empty() {
                blocks.push(Block::Paragraph(vec![text(entry.ties)]));
            } else if is_told(entry) && (story.depth == Depth::Full || entry.kinks.iter().any(Kink::is_filled)) {
                blocks.extend(function_blocks(&mut self.document.sheet, entry, story.depth));
            }
        }
        if !blocks.is_empty() {
            self.heading(2, "The functions");
            self.document.blocks.extend(blocks);
        }
    }

    /// The adjoints on the way from each quantity that is differentiated, each once.
    fn adjoints(&mut self) {
        let story = self.story;
        for adjoints in &story.derivation.adjoints {
            let of = adjoints.of();
            let targets: Vec<NameId> = story
                .derivation
                .gradients
                .iter()
                .filter(|gradient| gradient.of == of)
                .map(|gradient| gradient.by)
                .collect();
            let Some(sweep) = story.derivation.sweep(of) else { continue };
            let mut on_the_way = vec![false; self.network.quantities.len()];
            let mut known = FxHashSet::default();
            for &target in &targets {
                let above = sweep.ancestors_outside(target, &known);
                above.iter().for_each(|name| on_the_way[name.0 as usize] = true);
                known.extend(above);
            }
            let wanted: FxHashSet<NameId> = targets.into_iter().collect();
            let equations = self.network.equations.iter().rev().map(|equation| equation.name);
            let names: Vec<NameId> = equations
                .filter(|name| *name != of && on_the_way[name.0 as usize] && !wanted.contains(name))
                // What the links have said already.
                .filter(|&name| !self.setter.is_direct(of, name))
                .collect();
            let sheet = &mut self.document.sheet;
            let shapes = self.setter.style().shapes;
            let lines = tensors::adjoint_lines(&mut self.setter, sheet, (adjoints, &story.assumed), &names, shapes);
            if lines.is_empty() {
                continue;
            }
            self.heading(2, "The product so far");
            if !adjoints.deltas().is_empty() {
                let sentence = tensors::error_sentence(&mut self.document.sheet);
                self.say(sentence);
            }
            self.push(Block::Equations { lines, id: None });
        }
    }

    /// Whether two layouts print alike.
    fn looks_like(&self, a: LayoutId, b: LayoutId) -> bool {
        let sheet = &self.document.sheet;
        same(sheet, a, b)
    }

    /// An identifier for references: `eq-C-theta2-chain`.
    fn label(&self, gradient: &Gradient, what: &str) -> String {
        let spelling = format!("{}-{}", self.network.spelling(gradient.of), self.network.spelling(gradient.by));
        let plain: String =
            spelling.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
        format!("eq-{}-{what}", plain.trim_matches('-'))
    }
}

fn link_count(gradient: &Gradient) -> usize {
    match &gradient.shape {
        Shape::Products(terms) => terms.iter().map(|term| term.links.len()).sum(),
        Shape::Recursion(rows) => rows.len(),
        Shape::Independent | Shape::Itself => 0,
    }
}
