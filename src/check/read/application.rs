//! Quantities and letters before a bracket: C(w), z(x; w, b), the step function H(z), the operator D_w.

use crate::check::claim::PartId;
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Arena, NameId};
use crate::function::{Functions, Known};
use crate::syntax::latex::{Delimiter, ItemId, Kind, Relation, Row, Tree};

use super::context::Context;
use super::factor::Scripts;
use super::meaning::Meaning;
use super::parser::{Cursor, Parser, Result};
use super::row;
use super::symbols::{Spelling, WrittenName};

/// How many brackets inside each other are read for what they say of a quantity before them.
const MAX_TRIALS: usize = 4;

/// Whether a name is the D of an operator, D_w.
pub(super) fn is_operator_of(context: &Context, tree: &Tree, written: &WrittenName) -> bool {
    let Some(sub) = written.sub.filter(|_| written.base == "D" && !context.symbols.has_base("D")) else { return false };
    // D_k is a matrix of a layer, and so are D_2 and its entry D_{2,ij}: no quantity is called by a number.
    if tree.row(sub).first().is_some_and(|&id| matches!(tree.kind(id), Kind::Digits(_))) {
        return false;
    }
    let [only] = tree.row(sub) else { return true };
    WrittenName::of(tree, *only).is_none_or(|name| context.symbols.has_base(&name.base))
}

impl Parser<'_> {
    /// C(ŷ, y) is C, and z(w) is z: what a quantity depends on may stand after it in brackets.
    pub fn skip_arguments(&mut self, cursor: &mut Cursor<'_>, name: NameId, span: Span) -> Result<()> {
        let Some(Kind::Fence { open: Delimiter::Round, body, .. }) = cursor.peek().map(|id| self.kind(id)) else {
            return Ok(());
        };
        if self.context.network.definition(name).is_none() {
            return Ok(());
        }
        let is_list = self.row(*body).iter().any(|&id| matches!(self.kind(id), Kind::Symbol(',' | ';')));
        let is_whole = self.is_left && cursor.at == 1 && cursor.items.len() == 2;
        if is_list || self.is_argument(name, *body, is_whole) {
            cursor.at += 1;
            return Ok(());
        }
        let Some(argument) = self.lone_name(*body) else {
            // `J(\Theta)`, where the network has Θ₁ and Θ₂.
            let family = match self.row(*body) {
                [only] => WrittenName::of(self.tree, *only).filter(|name| name.sub.is_none() && name.sup.is_none()),
                _ => None,
            };
            if let Some(family) = family.filter(|name| self.context.symbols.has_base(&name.base)) {
                let is_index = super::script::Indices::value(&self.values(false), &family.base).is_some();
                cursor.at += usize::from(!is_index);
            }
            return Ok(());
        };
        if self.context.partial(name, argument) == Arena::ZERO {
            return Ok(());
        }
        let is_operand = cursor.at.checked_sub(1).is_some_and(|at| self.operand == Some(cursor.items[at]));
        if cursor.at == 1 && cursor.items.len() == 2 || is_operand {
            cursor.at += 1;
            return Ok(());
        }
        let [of, by] = [name, argument].map(|name| self.context.network.spelling(name).to_string());
        let message = format!("this may be `{of}` as a function of `{by}`, or the product of both");
        Err(Diagnostic::error("ambiguous", message)
            .at(span, "")
            .hint("write `\\cdot` for a product, and leave out what a quantity is a function of"))
    }

    /// The bracket of `C(w = 0, b = 1)`, the value of what others determine where these have values.
    pub fn given_values(&self, cursor: &Cursor<'_>, name: NameId) -> Option<Row> {
        let Kind::Fence { open: Delimiter::Round, body, .. } = *self.kind(cursor.peek()?) else { return None };
        self.context.network.definition(name)?;
        let tree = self.tree;
        let is_equal = |&id: &ItemId| *tree.kind(id) == Kind::Relation(Relation::Equal);
        let mut pieces = self.row(body).split(|&id| *tree.kind(id) == Kind::Symbol(','));
        pieces.all(|piece| piece.iter().filter(|id| is_equal(id)).count() == 1).then_some(body)
    }

    /// The letter w of `p(w|c)`, an entry of the vector p; what is given is not looked at.
    pub fn condition_letter(&self, cursor: &Cursor<'_>, name: NameId) -> Option<String> {
        let Kind::Fence { open: Delimiter::Round, body, .. } = *self.kind(cursor.peek()?) else { return None };
        let [first, bar, _, ..] = self.row(body) else { return None };
        let is_bar = match self.kind(*bar) {
            Kind::Symbol('|' | '∣') => true,
            Kind::Command(name) => matches!(&**name, "mid" | "vert"),
            _ => false,
        };
        let [letter] = <[String; 1]>::try_from(self.letters_of(&[*first])?).ok()?;
        // The y of p(y|x) may be a quantity, and no index.
        let named = !self.context.symbols.quantities(&Spelling::new(letter.as_str(), "", "")).is_empty();
        let is_index = !named || self.context.classes_of(&letter).is_some();
        (is_bar && is_index && self.is_vector(name)).then_some(letter)
    }

    /// What depends on others is called a function of them, C(w), and C(1, 2) is then its value at given arguments and
    /// no product; which of them they are nobody says.
    pub fn check_values(&self, cursor: &Cursor<'_>) -> Result<()> {
        let Some(bracket) = self.holds_numbers(cursor) else { return Ok(()) };
        Err(Diagnostic::error("ambiguous", "this may be the value at given arguments, or a product")
            .at(self.span(bracket), "")
            .hint("write `\\cdot` for a product, and `\\left. … \\right|_{w=1}` for the value where w is 1"))
    }

    /// The bracket that follows, if there is a number in it between commas.
    pub fn holds_numbers(&self, cursor: &Cursor<'_>) -> Option<ItemId> {
        let bracket = cursor.peek()?;
        let Kind::Fence { open: Delimiter::Round, body, .. } = self.kind(bracket) else { return None };
        let is_number = |piece: &[ItemId]| {
            let digits = match piece {
                [sign, rest @ ..] if row::sign(self.kind(*sign)).is_some() => rest,
                _ => piece,
            };
            matches!(digits, [only] if matches!(self.kind(*only), Kind::Digits(_)))
        };
        let is_cut = |id: &ItemId| matches!(self.kind(*id), Kind::Symbol(',' | ';'));
        self.row(*body).split(is_cut).any(is_number).then_some(bracket)
    }

    /// Whether a bracket holds what stands in the equation of a quantity: h(z) where h = relu(z). Of vectors it may be the
    /// formula of z as well, h(Wx + b), because it is no product; of scalars a(wx + b) is one, unless it is a whole left
    /// side.
    fn is_argument(&mut self, name: NameId, body: Row, is_whole: bool) -> bool {
        if self.trials >= MAX_TRIALS {
            return false;
        }
        let (parts, named, slips) = (self.parts.len(), self.named.len(), self.slips.len());
        let (free, misfits, letters) = (self.free.len(), self.misfits.len(), self.context.letters.len());
        self.trials += 1;
        let items = self.row(body);
        let read = self.attempt(|parser| parser.whole(items)).ok().map(|part| self.expr(part));
        self.trials -= 1;
        self.parts.truncate(parts);
        self.named.truncate(named);
        self.slips.truncate(slips);
        self.free.truncate(free);
        self.misfits.truncate(misfits);
        self.context.letters.truncate(letters);
        let Some(inner) = read else { return false };
        let may_be_formula = is_whole || self.is_tensor(name);
        let leaves = self.context.leaves_of(name);
        leaves.iter().any(|&leaf| {
            let leaf_expr = self.context.network.name_expr(leaf);
            let defined = self.context.network.definition(leaf).is_some_and(|equation| equation.value == inner);
            inner == leaf_expr || may_be_formula && defined
        })
    }

    /// The quantity that a bracket holds and nothing else.
    pub fn lone_name(&mut self, body: Row) -> Option<NameId> {
        let items = self.row(body);
        // A^T, and A^T (P − Y), are operands: nothing is a function of them.
        let is_fenced = items.len() > 1 && items.last().is_some_and(|&id| self.is_fence(id));
        let sup = items.first().and_then(|&id| WrittenName::of(self.tree, id)).and_then(|written| written.sup);
        if is_fenced || sup.is_some_and(|sup| self.marks_of(self.row(sup)).1.transposed) {
            return None;
        }
        let named = self.named.len();
        let found = self.attempt(|parser| parser.quantity_of(items));
        self.named.truncate(named);
        found.ok().filter(|(name, power)| *name != super::name::FREE && power.is_empty()).map(|(name, _)| name)
    }

    /// `D_w C`, where nothing is called D.
    pub fn capital_operator(&mut self, cursor: &mut Cursor<'_>, written: &WrittenName) -> Result<Option<PartId>> {
        let Some(sub) = written.sub.filter(|_| is_operator_of(self.context, self.tree, written)) else {
            return Ok(None);
        };
        let order = match written.sup.map(|sup| self.tree.word(sup)) {
            None => 1,
            Some(Some(word)) if word == "2" => 2,
            Some(_) => return Ok(None),
        };
        let span = self.span(cursor.items[cursor.at]);
        self.subscript_operator(cursor, sub, order, span).map(Some)
    }

    /// H(z) and Θ(z), where nothing is called so.
    pub fn step_function(&self, base: &str, written: &WrittenName) -> Option<Meaning> {
        let is_step = matches!(base, "H" | "Theta") && !self.context.symbols.has_base(base);
        let bare = written.sub.is_none() && written.sup.is_none() && written.primes == 0;
        (is_step && bare).then(|| Meaning::Function(Functions::with(Known::Step), Scripts::default()))
    }
}
