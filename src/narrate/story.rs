//! Everything that a document will say, as expressions and numbers, before a word is set.
//!
//! Takes a network, a request and, if there are any, values; gives the derivation with its worked steps, the values of
//! every expression that is shown, and finite differences.

use rustc_hash::FxHashMap;

use crate::calculus::{
    AssumptionUses, Deltas, Derivation, ErrorRow, FactorOrder, FunctionDerivatives, LocalPartial, Request, Shape,
    TrackRow, Worked,
};
use crate::diagnostic::Diagnostic;
use crate::eval::{
    Compiler, Difference, Effort, Root, Sizes, Templates, TensorConfirmer, Trouble, Values, Verdict, tensor_troubles,
    troubles,
};
use crate::expr::{ExprId, FunctionId, NameId, Node, Postorder, Reach};
use crate::function::{Entry, FunctionRef, Kink};
use crate::narrate::differences::Differences;
use crate::narrate::{ArrayGradient, assumptions, own};
use crate::network::Network;

/// How much is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Default)]
pub enum Depth {
    /// The chain alone.
    Chain,
    /// And each local partial in one line.
    #[default]
    Local,
    /// And every application of a rule.
    Full,
}

/// What is to be told.
#[derive(Clone, Debug)]
pub struct Wish {
    /// What to derive.
    pub request: Request,
    /// How much to show.
    pub depth: Depth,
    /// Values of the leaves, if numbers are wanted.
    pub values: Option<Values>,
    /// In which order the factors of products stand.
    pub order: FactorOrder,
    /// Whether derivatives of scalars on the way are error terms with the letter δ.
    pub scalar_deltas: Deltas,
}

impl Wish {
    /// The links of what is requested, without numbers, in the usual order.
    pub fn of(request: Request) -> Wish {
        let (order, scalar_deltas) = (FactorOrder::default(), Deltas::Written);
        Wish { request, depth: Depth::Local, values: None, order, scalar_deltas }
    }
}

/// A derivative confirmed by numbers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Confirmed {
    /// The derived value.
    pub derived: f64,
    /// The finite difference.
    pub difference: Difference,
    /// What it says.
    pub verdict: Verdict,
}

/// A derivation with all that is said about it.
#[derive(Debug)]
pub struct Story {
    /// The derivation.
    pub derivation: Derivation,
    /// How much is shown.
    pub depth: Depth,
    /// The local partials in the order of showing, each once.
    pub locals: Vec<LocalPartial>,
    /// Their worked steps.
    pub worked: FxHashMap<(NameId, NameId), Worked>,
    /// Which assumptions the derivatives needed.
    pub assumed: AssumptionUses,
    /// The main track, if several derivatives share one.
    pub track: Vec<TrackRow>,
    /// The same with error terms, where they are wanted.
    pub errors: Vec<ErrorRow>,
    /// The functions of the table whose derivatives were used, in order of use.
    pub functions: Vec<FunctionId>,
    /// The same for functions of the user's own, each with the number of the argument.
    pub own: Vec<(FunctionId, usize)>,
    /// Values of expressions, when all leaves have one.
    pub values: FxHashMap<ExprId, f64>,
    /// The derivatives confirmed, side by side with `derivation.gradients`; empty without values.
    pub confirmed: Vec<Option<Confirmed>>,
    /// The same for a network of tensors.
    pub arrays: Vec<Option<ArrayGradient>>,
    /// What the reader should know about the numbers.
    pub troubles: Vec<Trouble>,
    /// Why there are no numbers, though values were given.
    pub no_numbers: Option<Diagnostic>,
}

/// Whether there is something to tell of a function: how its derivative is found, or what is taken where it
/// has none.
pub(super) fn is_told(entry: &Entry) -> bool {
    entry.definition.is_some() || entry.kinks.iter().any(Kink::is_filled) || !entry.ties.is_empty()
}

/// The most derivatives that are tensors and confirmed without being asked.
const MAX_ARRAYS: usize = 200;

impl Story {
    /// Derives what is wished for and finds out all that is to be said.
    pub fn new(network: &mut Network, wish: &Wish) -> Story {
        let derivation = Derivation::in_order(network, &wish.request, wish.order);
        let assumed = match wish.depth {
            Depth::Chain => AssumptionUses::default(),
            _ => {
                let mut uses = AssumptionUses::find(network, &derivation, &wish.request);
                assumptions::add_unwritten_transposes(network, &derivation, &mut uses);
                uses
            }
        };
        let mut story = Story {
            derivation,
            assumed,
            depth: wish.depth,
            locals: Vec::new(),
            worked: FxHashMap::default(),
            track: Vec::new(),
            errors: Vec::new(),
            functions: Vec::new(),
            own: Vec::new(),
            values: FxHashMap::default(),
            confirmed: Vec::new(),
            arrays: Vec::new(),
            troubles: Vec::new(),
            no_numbers: None,
        };
        story.find_track(network, wish);
        story.find_locals();
        if wish.depth > Depth::Chain {
            story.work(network);
        }
        if let Some(values) = &wish.values {
            story.no_numbers = story.evaluate(network, values).err();
        }
        story
    }

    /// Whether a finite difference speaks against a derived value.
    pub fn differs(&self) -> bool {
        self.confirmed.iter().flatten().any(|confirmed| confirmed.verdict == Verdict::Differs)
            || self.arrays.iter().flatten().any(|array| array.confirmed.verdict == Verdict::Differs)
    }

    /// Several first derivatives share the adjoints above them.
    fn find_track(&mut self, network: &mut Network, wish: &Wish) {
        let of = wish.request.of;
        let firsts: Vec<NameId> = self.derivation.gradients.iter().filter(|g| g.of == of).map(|g| g.by).collect();
        if firsts.len() > 1 {
            self.track = self.derivation.track(network, of, &firsts);
        }
        if wish.scalar_deltas == Deltas::Named && !network.has_tensors() {
            self.errors = self.derivation.error_rows(network, of, &firsts);
        }
    }

    fn find_locals(&mut self) {
        let mut seen = rustc_hash::FxHashSet::default();
        let mut all: Vec<LocalPartial> = Vec::new();
        for gradient in &self.derivation.gradients {
            match &gradient.shape {
                Shape::Products(terms) => all.extend(terms.iter().flat_map(|term| term.links.iter().copied())),
                Shape::Recursion(rows) => all.extend(rows.iter().flat_map(|row| row.users.iter().copied())),
                Shape::Independent | Shape::Itself => {}
            }
        }
        if self.derivation.by_track() {
            all.extend(self.track.iter().flat_map(|row| row.users.iter().copied()));
        }
        all.retain(|partial| seen.insert((partial.of, partial.by)));
        self.locals = all;
    }

    /// Works the local partials rule by rule.
    fn work(&mut self, network: &mut Network) {
        let mut functions = self.derivation.functions.clone();
        for partial in self.locals.clone() {
            let Some(equation) = network.definition(partial.of).copied() else { continue };
            let worked = Worked::new(network, &mut functions, equation.value, partial.by);
            for used in own::used(network, &worked, partial.by) {
                self.note_function(network, &functions, used);
            }
            self.worked.insert((partial.of, partial.by), worked);
        }
    }

    fn note_function(&mut self, network: &Network, functions: &FunctionDerivatives, used: (FunctionId, usize)) {
        let function = used.0;
        if functions.stays_primed(network, function) {
            return;
        }
        match network.functions.get(function) {
            FunctionRef::Table(entry) if is_told(entry) && !self.functions.contains(&function) => {
                self.functions.push(function);
            }
            FunctionRef::User(_) if !self.own.contains(&used) => self.own.push(used),
            _ => {}
        }
    }

    /// Evaluates everything that is shown, and confirms the derivatives.
    fn evaluate(&mut self, network: &mut Network, values: &Values) -> Result<(), Diagnostic> {
        if network.has_tensors() {
            return self.evaluate_arrays(network, values);
        }
        let shown = self.shown();
        let templates = Templates::of(network);
        let mut compiler = Compiler::new(network).templates(&templates);
        for row in self.adjoint_symbols(network) {
            compiler = compiler.symbol(row.0, row.1);
        }
        let mut roots: Vec<Root> = shown.iter().map(|&expr| Root::Expression(expr)).collect();
        // The quantity itself may be undefined where the formula of its derivative has a value: log x at −1.
        roots.extend(self.derivation.gradients.first().map(|gradient| Root::Quantity(gradient.of)));
        let program = compiler.compile(&roots)?;
        let inputs = values.inputs(network, &program)?;
        let mut registers = program.registers();
        program.run(&mut registers, &inputs);
        for (at, &expr) in shown.iter().enumerate() {
            self.values.insert(expr, program.output(&registers, at));
        }
        self.troubles = troubles(network, &program, &registers);
        let gradients = &self.derivation.gradients;
        let mut differences = Differences::new(network, &templates, values, Effort::Full)?;
        for gradient in gradients {
            let derived = self.values.get(&gradient.simplified).copied().unwrap_or(f64::NAN);
            let difference = differences.take(gradient.of, gradient.by)?;
            self.confirmed.push(difference.map(|difference| {
                let verdict = difference.verdict(derived);
                Confirmed { derived, difference, verdict }
            }));
        }
        Ok(())
    }

    /// The same for a network of tensors: the derivatives, confirmed entry by entry.
    fn evaluate_arrays(&mut self, network: &mut Network, values: &Values) -> Result<(), Diagnostic> {
        let mut symbols = Vec::new();
        for of in self.derivation.gradients.iter().map(|gradient| gradient.of) {
            for delta in self.derivation.deltas(of) {
                let name = network.name_expr(of);
                symbols.push((network.arena.derivative(name, delta.by), delta.value));
            }
        }
        let templates = Templates::of(network);
        let network: &Network = network;
        let mut compiler = Compiler::new(network).templates(&templates);
        for &(symbol, value) in self.adjoint_symbols(network).iter().chain(&symbols) {
            compiler = compiler.symbol(symbol, value);
        }
        let gradients = &self.derivation.gradients;
        let roots: Vec<Root> = gradients.iter().map(|gradient| Root::Expression(gradient.simplified)).collect();
        let program = compiler.compile_tensors_kept(&roots, &Sizes::of(network, values))?;
        let mut workspace = program.workspace();
        program.load(network, values, &mut workspace)?;
        program.run(&mut workspace);
        self.troubles = tensor_troubles(network, &program, &workspace);
        let forward = values.forward_tensors(network)?;
        let mut arrays = Vec::with_capacity(gradients.len());
        for (at, gradient) in gradients.iter().enumerate().take(MAX_ARRAYS) {
            let cut: &[NameId] = if network.definition(gradient.by).is_some() { &[gradient.by] } else { &[] };
            let mut confirmer =
                TensorConfirmer::new(network, &templates, gradient.of, cut, (&forward, symbols.as_slice()))?;
            let value = program.tensor(&workspace, at);
            let confirmed = confirmer.confirm(gradient.by, &value);
            arrays.push(Some(ArrayGradient::new(gradient.by, value, confirmed)));
        }
        arrays.resize(gradients.len(), None);
        self.arrays = arrays;
        Ok(())
    }

    /// The expressions whose values are shown.
    fn shown(&self) -> Vec<ExprId> {
        let mut shown: Vec<ExprId> = Vec::new();
        for gradient in &self.derivation.gradients {
            shown.push(gradient.simplified);
            if let Shape::Products(terms) = &gradient.shape {
                shown.extend(terms.iter().flat_map(|term| term.values.iter().chain(&term.running)));
            }
            if let Shape::Recursion(rows) = &gradient.shape {
                shown.extend(rows.iter().map(|row| row.value));
            }
        }
        shown.extend(self.track.iter().map(|row| row.value));
        shown.extend(self.errors.iter().map(|row| row.value));
        let mut seen = rustc_hash::FxHashSet::default();
        shown.retain(|expr| seen.insert(*expr));
        shown
    }

    /// What the symbols ∂C/∂u in the shown expressions stand for.
    fn adjoint_symbols(&self, network: &Network) -> Vec<(ExprId, ExprId)> {
        let mut order = Vec::new();
        Postorder::default().collect(&network.arena, &self.shown(), &mut order);
        let symbols = order.iter().filter_map(|&id| match network.arena.node(id) {
            Node::Derivative { of, by, reach: Reach::Total } => {
                let of = network.arena.as_name(of)?;
                let sweep = self.derivation.sweep(of)?;
                Some((id, sweep.adjoint(by)))
            }
            _ => None,
        });
        symbols.collect()
    }
}
