//! A network with what the reader has found out about it: its symbols, and its derivatives, each worked once.

mod derivatives;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::calculus::{FunctionDerivatives, Sigma, Sweep};
use crate::check::diagnose::shapes::Vectors;
use crate::check::form::Form;
use crate::diagnostic::Span;
use crate::expr::{ExprId, NameId, Postorder};
use crate::network::{Network, Origin};

use crate::shape::{Dim, Shape};
use crate::syntax::latex::Macros;

use super::block::Listed;
use super::convention::{Convention, LowerForm};
use super::differential::Changes;
use super::fork::Forks;
use super::product::{Misfit, Repair};
use super::sizes::Sizes;
use super::symbols::{Spelling, Symbols};
use super::unsummed::Unsummed;
use super::variation::Variation;

/// A network to read formulas against.
#[derive(Clone, Debug)]
pub struct Context {
    /// What the network is called in reports, where there are several.
    pub label: Option<String>,
    /// The network, with the definitions of the text as further quantities.
    pub network: Network,
    /// What its formulas can name.
    pub(crate) symbols: Symbols,
    /// How vectors and derivatives stand in what is read now.
    pub(crate) reading: Convention,
    /// The macros of the text, for what is read of it again.
    pub(crate) macros: Macros,
    /// The letters for indices of the chain that is read now, each with the size of its axis; one without a name is out
    /// of use.
    pub(crate) letters: Vec<(String, Dim)>,
    /// The letters that stood on axes in what was read last.
    pub(crate) entries: Vec<String>,
    /// The second letters of conditions such as `i < j` that were summed over as well.
    pub(crate) paired: Vec<String>,
    /// Letters of which only 𝟙[i = j] says so far how far they run.
    pub(crate) tentative: Vec<String>,
    /// Whether a sign of multiplication in the chain that was read last may mean another product.
    pub(crate) loosened: bool,
    /// Whether two vectors of one sample stand side by side in it, which may mean ⊙.
    pub(crate) beside: bool,
    /// A letter that was taken for an activation in the chain that was read last, with the name of that function.
    pub(crate) taken: Option<(String, String)>,
    /// Letters that count names in the chain that is read now.
    pub(crate) counting: Vec<String>,
    /// Letters that stood in brackets above a name in the chain that is read now, so that they are indices whatever else
    /// the network calls so.
    pub(crate) bracketed: Vec<String>,
    /// Whether vec(·) stands in the chain that is read now, so that u ⊗ v is a column.
    pub(crate) stacked: bool,
    /// Letters that count the entries of a diagonal in the chain that is read now.
    pub(crate) diagonal: Vec<String>,
    /// The sizes that are tried where none is said.
    pub(crate) sizes: Sizes,
    /// A row that the network does not name in the chain that was read last, and its matrix.
    pub(crate) guessed: Option<(String, String)>,
    /// What sums and products of the chain that was read last left unsaid, in words.
    pub(crate) unsaid: Vec<String>,
    /// The lists of numbers in the chain that was read last, each of which may be a row or a column.
    pub(crate) listed: Listed,
    /// The letters that stood on one side only of the chain that was read last.
    pub(crate) unsummed: Option<Unsummed>,
    /// Whether what stands so is summed over, to see what the sum makes of it.
    pub(crate) summing: bool,
    /// Whether a ∂⁺h/∂W stood in the chain that was read last where W does not stand in the equation of h itself.
    pub(crate) bypassed: bool,
    /// Whether a row of a matrix stood in the chain that was read last.
    pub(crate) sliced: bool,
    /// The first place where shapes do not fit in the chain that was read last.
    pub(crate) misfit: Option<Misfit>,
    /// Whether a quantity called d stood before the name of another one, so that both may be a differential.
    pub(crate) may_differ: bool,
    /// Whether such a d is one, though a quantity is called so.
    pub(crate) differs: bool,
    /// The differentials of the chain that is read now, if it is about such.
    pub(crate) changes: Option<Changes>,
    /// The readings of what can be read in more than one way, while they are tried.
    pub(crate) forks: Option<Forks>,
    /// Whether something in the chain that was read last can be read in more than one way.
    pub(crate) forked: bool,
    /// What stands in the place of a product that does not fit, while a side is read again.
    pub(crate) repair: Option<Repair>,
    /// The differentials of the chain that is read now.
    pub(crate) variation: Variation,
    /// The quantities that stand for the changes of others.
    pub(crate) directions: FxHashMap<NameId, NameId>,
    /// Whether a derivative in the chain that was read last is one of a derivative whose formula matters, or by a
    /// derivative.
    pub(crate) layered: bool,
    /// First derivatives as quantities, each in one form.
    pub(super) lower: FxHashMap<(NameId, NameId, LowerForm), NameId>,
    /// The letters that stand for any number.
    pool: FxHashMap<Spelling, NameId>,
    /// The same as quantities.
    pooled: FxHashSet<NameId>,
    /// Definitions of the text that have another value or stand another way under a convention; nothing where they have
    /// none.
    others: FxHashMap<(NameId, Convention), Option<(ExprId, Form)>>,
    /// What stands for the differentials of quantities.
    differentials: FxHashMap<NameId, NameId>,
    functions: FunctionDerivatives,
    /// The same for functions that the text writes with a prime.
    written: FunctionDerivatives,
    sweeps: FxHashMap<NameId, Sweep>,
    remembered: usize,
    /// How many quantities the network itself has; those after them are definitions of the text.
    own: usize,
    /// How many equations the network itself has.
    pub(super) own_equations: usize,
    /// The bases of the names that the text defines.
    defined: FxHashSet<String>,
    /// How many definitions of the text have been taken in.
    pub(crate) definitions: usize,
}

/// A written name in the network language.
fn stem(spelling: &Spelling) -> String {
    let scripts = [spelling.sub.as_str(), spelling.sup.as_str()].into_iter().filter(|script| !script.is_empty());
    let scripts: Vec<&str> = scripts.collect();
    match scripts.as_slice() {
        [] => spelling.base.clone(),
        [digits] if digits.bytes().all(|digit| digit.is_ascii_digit()) => format!("{}{digits}", spelling.base),
        _ => format!("{}_{}", spelling.base, scripts.join("_")),
    }
}

impl Context {
    /// The first and the last of the steps or layers that the network computes: the numbers in names that have equations.
    pub(crate) fn steps(&self) -> Option<(i64, i64)> {
        let computed = (0..self.own as u32).map(NameId).filter(|&name| self.network.definition(name).is_some());
        let numbers = computed.filter_map(|name| match self.network.quantity(name).indices.as_ref() {
            [number] => Some(*number),
            _ => None,
        });
        numbers.fold(None, |range: Option<(i64, i64)>, number| {
            Some(range.map_or((number, number), |(first, last)| (first.min(number), last.max(number))))
        })
    }

    /// A network to read formulas against.
    pub fn new(network: Network) -> Context {
        let symbols = Symbols::new(&network);
        let functions = FunctionDerivatives::new(&network, Sigma::Activation);
        let written = FunctionDerivatives::new(&network, Sigma::Expanded);
        let (own, own_equations) = (network.quantities.len(), network.equations.len());
        Context {
            label: None,
            network,
            symbols,
            reading: Convention::USUAL,
            macros: Macros::default(),
            letters: Vec::new(),
            entries: Vec::new(),
            paired: Vec::new(),
            tentative: Vec::new(),
            loosened: false,
            beside: false,
            taken: None,
            counting: Vec::new(),
            bracketed: Vec::new(),
            stacked: false,
            diagonal: Vec::new(),
            sizes: Sizes::default(),
            guessed: None,
            unsaid: Vec::new(),
            listed: Listed::default(),
            bypassed: false,
            unsummed: None,
            summing: false,
            sliced: false,
            misfit: None,
            may_differ: false,
            differs: false,
            changes: None,
            differentials: FxHashMap::default(),
            forks: None,
            forked: false,
            repair: None,
            variation: Variation::default(),
            directions: FxHashMap::default(),
            layered: false,
            lower: FxHashMap::default(),
            pool: FxHashMap::default(),
            pooled: FxHashSet::default(),
            others: FxHashMap::default(),
            functions,
            written,
            sweeps: FxHashMap::default(),
            remembered: 0,
            own,
            own_equations,
            defined: FxHashSet::default(),
            definitions: 0,
        }
    }

    /// Whether the letter d is a quantity wherever it stands before another one.
    pub(crate) fn has_own_d(&self) -> bool {
        !self.differs && self.symbols.has_base("d")
    }

    /// Whether a quantity is a definition of the text, not of the network.
    pub(crate) fn is_definition(&self, name: NameId) -> bool {
        name.0 as usize >= self.own
    }

    /// The value of a name and how it stands under the convention of now; nothing if it has none under it.
    pub(crate) fn value_of(&mut self, name: NameId) -> Option<(ExprId, Form)> {
        if let Some(other) = self.others.get(&(name, Convention { differentials: false, ..self.reading })) {
            return *other;
        }
        let expr = self.network.name_expr(name);
        Some((expr, Form::of(self.network.arena.dims(expr), self.reading.vectors == Vectors::Rows)))
    }

    /// Says what a definition of the text is under a convention.
    pub(crate) fn stand(&mut self, name: NameId, reading: Convention, value: Option<(ExprId, Form)>) {
        self.others.insert((name, reading), value);
    }

    /// The axes of a quantity.
    pub(crate) fn dims_of(&self, name: NameId) -> Vec<Dim> {
        self.network.arena.shapes().dims(self.network.quantity(name).shape).to_vec()
    }

    /// Whether the network has vectors or matrices.
    pub(crate) fn has_tensors(&self) -> bool {
        self.network.has_tensors()
    }

    /// The names that stand in the equation of a quantity.
    pub(crate) fn leaves_of(&self, name: NameId) -> Vec<NameId> {
        let Some(equation) = self.network.definition(name) else { return Vec::new() };
        self.names_in(equation.value)
    }

    /// Whether a quantity stands in an expression.
    pub(crate) fn names_something(&self, expr: ExprId) -> bool {
        !self.names_in(expr).is_empty()
    }

    /// Whether a letter names a size and nothing else.
    pub(crate) fn has_size(&self, letter: &str) -> bool {
        let named = self.symbols.quantities(&Spelling::new(letter, "", ""));
        !named.is_empty() && named.iter().all(|&name| self.network.quantity(name).origin == Origin::Size)
    }

    /// Whether quantities stand in an expression, and all of them are scalars.
    pub(crate) fn names_scalars(&self, expr: ExprId) -> bool {
        let names = self.names_in(expr);
        !names.is_empty() && names.iter().all(|&name| self.network.quantity(name).shape.is_scalar())
    }

    fn names_in(&self, expr: ExprId) -> Vec<NameId> {
        let mut order = Vec::new();
        Postorder::default().collect(&self.network.arena, &[expr], &mut order);
        order.iter().filter_map(|&id| self.network.arena.as_name(id)).collect()
    }

    /// A quantity that stands for any number; the same one for the same letter in every formula, so that a long document
    /// needs no more of them than it has letters.
    pub(crate) fn letter(&mut self, spelling: &Spelling) -> NameId {
        if let Some(known) = self.pool.get(spelling) {
            return *known;
        }
        let name = self.new_letter(spelling);
        self.pool.insert(spelling.clone(), name);
        self.pooled.insert(name);
        name
    }

    /// Whether a quantity stands for any number, and is none of the network.
    pub(crate) fn is_letter(&self, name: NameId) -> bool {
        self.pooled.contains(&name)
    }

    /// Whether a text can name a quantity: not what stands for any number, for a differential or for a derivative.
    pub(crate) fn can_be_named(&self, name: NameId) -> bool {
        let is_partial = matches!(self.network.quantity(name).origin, Origin::Partial { .. });
        !is_partial && !self.is_letter(name) && !self.differentials.values().any(|&known| known == name)
    }

    /// The quantity of this name that a text can name.
    pub(crate) fn find_named(&self, spelling: &str) -> Option<NameId> {
        self.network.find(spelling).filter(|&name| self.can_be_named(name))
    }

    /// Adds a quantity that stands for any number.
    pub(crate) fn new_letter(&mut self, spelling: &Spelling) -> NameId {
        self.unknown_leaf(stem(spelling), Shape::SCALAR)
    }

    /// What stands for the differential of a quantity: any tensor of its shape.
    pub(crate) fn differential_of(&mut self, name: NameId) -> NameId {
        if let Some(&known) = self.differentials.get(&name) {
            return known;
        }
        let stem = format!("d{}", self.network.spelling(name));
        let differential = self.unknown_leaf(stem, self.network.quantity(name).shape);
        self.differentials.insert(name, differential);
        differential
    }

    /// A quantity of a shape that stands for any value.
    pub(super) fn unknown_leaf(&mut self, stem: String, shape: Shape) -> NameId {
        self.network.add_input(&stem, shape)
    }

    /// How many quantities the network itself has; those after them are definitions of the text.
    pub(crate) fn own_names(&self) -> usize {
        self.own
    }

    /// Notes that the text defines names with this base.
    pub(crate) fn mark_defined(&mut self, base: &str) {
        self.defined.insert(base.to_owned());
        self.definitions += 1;
    }

    /// Whether names with this base are defined by the text.
    pub(crate) fn is_defined_base(&self, base: &str) -> bool {
        self.defined.contains(base)
    }

    /// Makes a definition of the text a quantity with an equation, the last one.
    pub(crate) fn define(&mut self, spelling: &Spelling, value: ExprId, span: Span) -> NameId {
        self.network.add_equation((&stem(spelling), &[]), value, span, true)
    }
}
