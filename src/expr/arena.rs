//! The arena: every distinct expression once.
//!
//! Takes nodes whose children are in the arena; gives the id of the one node that is equal. Children always have
//! smaller ids than their parents, so walks, copies and drops need no recursion.

use rustc_hash::FxHashMap;

use crate::expr::index::{Found, Index, Mix};
use crate::expr::{
    Constant, ExprId, Factor, FunctionId, Labels, LabelsId, NameId, Node, NumberId, Numbers, OrdersId, Reach,
    Selection, SelectionId,
};
use crate::rational::Rational;
use crate::shape::{Dim, Shape, Shapes};
use crate::syntax::ast::Comparison;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Tag {
    Number,
    Constant,
    Name,
    Parameter,
    Sum,
    Product,
    Contraction,
    Selection,
    Call,
    If,
    Derivative,
    DirectDerivative,
}

/// A node as it is stored: what `head` and `start..start + len` mean depends on the tag.
#[derive(Clone, Copy, Debug)]
struct Record {
    tag: Tag,
    orders: OrdersId,
    /// A second number: the labels of a contraction.
    more: u32,
    head: u32,
    start: u32,
    len: u32,
    shape: Shape,
}

/// Hash-consed expressions.
#[derive(Clone, Debug)]
pub struct Arena {
    records: Vec<Record>,
    children: Vec<ExprId>,
    factors: Vec<Factor>,
    index: Index,
    numbers: Numbers,
    orders: Vec<Box<[u8]>>,
    shapes: Shapes,
    labels: Vec<Labels>,
    by_labels: FxHashMap<Labels, LabelsId>,
    selections: Vec<Selection>,
    name_shapes: FxHashMap<NameId, Shape>,
    by_selection: FxHashMap<Selection, SelectionId>,
}

const COMPARISONS: [Comparison; 6] = [
    Comparison::Less,
    Comparison::LessEqual,
    Comparison::Greater,
    Comparison::GreaterEqual,
    Comparison::Equal,
    Comparison::NotEqual,
];

const CONSTANTS: [Constant; 3] = [Constant::Pi, Constant::E, Constant::Infinity];

impl Default for Arena {
    fn default() -> Self {
        let mut arena = Arena {
            records: Vec::new(),
            children: Vec::new(),
            factors: Vec::new(),
            index: Index::new(),
            numbers: Numbers::default(),
            orders: vec![Box::new([])],
            shapes: Shapes::default(),
            labels: Vec::new(),
            by_labels: FxHashMap::default(),
            selections: Vec::new(),
            name_shapes: FxHashMap::default(),
            by_selection: FxHashMap::default(),
        };
        for id in [NumberId::ZERO, NumberId::ONE, NumberId::MINUS_ONE, NumberId::TWO, NumberId::HALF] {
            arena.intern(Node::Number(id), Shape::SCALAR);
        }
        arena
    }
}

impl Arena {
    /// The expression 0.
    pub const ZERO: ExprId = ExprId(0);
    /// The expression 1.
    pub const ONE: ExprId = ExprId(1);
    /// The expression −1.
    pub const MINUS_ONE: ExprId = ExprId(2);

    /// The number of distinct expressions.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Never: 0 and 1 are always there.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Makes room for `additional` further nodes.
    pub fn reserve(&mut self, additional: usize) {
        self.records.reserve(additional);
        self.children.reserve(additional);
        self.factors.reserve(additional);
        self.index.reserve(additional);
    }

    /// The node of an expression.
    #[inline]
    pub fn node(&self, id: ExprId) -> Node<'_> {
        view(&self.records, &self.children, &self.factors, id)
    }

    /// The shape of an expression.
    #[inline]
    pub fn shape(&self, id: ExprId) -> Shape {
        self.records[id.0 as usize].shape
    }

    /// The axes of an expression.
    pub fn dims(&self, id: ExprId) -> &[Dim] {
        self.shapes.dims(self.shape(id))
    }

    /// The shape of a quantity, a scalar's if it has not been mentioned yet.
    pub fn name_shape(&self, name: NameId) -> Shape {
        self.name_shapes.get(&name).copied().unwrap_or(Shape::SCALAR)
    }

    /// Remembers the shape of a quantity that is no scalar.
    pub(super) fn set_name_shape(&mut self, name: NameId, shape: Shape) {
        if !shape.is_scalar() {
            self.name_shapes.insert(name, shape);
        }
    }

    /// All shapes.
    pub fn shapes(&self) -> &Shapes {
        &self.shapes
    }

    /// All shapes, to add one.
    pub fn shapes_mut(&mut self) -> &mut Shapes {
        &mut self.shapes
    }

    /// The labels of a contraction.
    pub fn labels(&self, id: LabelsId) -> &Labels {
        &self.labels[id.0 as usize]
    }

    /// The id of labels, which are numbered by first use on the way.
    pub fn labels_id(&mut self, labels: &Labels) -> LabelsId {
        let labels = labels.renumbered();
        if let Some(&id) = self.by_labels.get(&labels) {
            return id;
        }
        let id = LabelsId(self.labels.len() as u32);
        self.labels.push(labels.clone());
        self.by_labels.insert(labels, id);
        id
    }

    /// What a selection picks.
    pub fn selection_of(&self, id: SelectionId) -> &Selection {
        &self.selections[id.0 as usize]
    }

    /// The id of a selection.
    pub fn selection_id(&mut self, selection: Selection) -> SelectionId {
        if let Some(&id) = self.by_selection.get(&selection) {
            return id;
        }
        let id = SelectionId(self.selections.len() as u32);
        self.selections.push(selection.clone());
        self.by_selection.insert(selection, id);
        id
    }

    /// The direct children of an expression.
    pub fn children(&self, id: ExprId) -> impl Iterator<Item = ExprId> + '_ {
        let record = self.records[id.0 as usize];
        let range = record.start as usize..(record.start + record.len) as usize;
        let (factors, children): (&[Factor], &[ExprId]) = match record.tag {
            Tag::Product | Tag::Contraction => (&self.factors[range], &[]),
            _ => (&[], &self.children[range]),
        };
        children.iter().copied().chain(factors.iter().map(|factor| factor.base))
    }

    /// The value of an interned number.
    #[inline]
    pub fn value(&self, id: NumberId) -> &Rational {
        self.numbers.get(id)
    }

    /// The id of a rational number, to be used as coefficient or exponent.
    pub fn number_id(&mut self, value: Rational) -> NumberId {
        self.numbers.intern(value)
    }

    /// How often a call with these orders is differentiated by each argument; empty for [`OrdersId::NONE`].
    pub fn orders(&self, id: OrdersId) -> &[u8] {
        &self.orders[id.0 as usize]
    }

    /// The id of derivative orders; all zeros is [`OrdersId::NONE`].
    pub fn orders_id(&mut self, orders: &[u8]) -> OrdersId {
        if orders.iter().all(|&order| order == 0) {
            return OrdersId::NONE;
        }
        if let Some(at) = self.orders.iter().position(|known| **known == *orders) {
            return OrdersId(at as u16);
        }
        self.orders.push(orders.into());
        OrdersId((self.orders.len() - 1) as u16)
    }

    /// The expression equal to `node`, added if it is new.
    pub fn intern(&mut self, node: Node<'_>, shape: Shape) -> ExprId {
        let key = hash(node);
        let Arena { records, children, factors, index, .. } = self;
        let same = |id| view(records, children, factors, id) == node && records[id.0 as usize].shape == shape;
        let place = match index.find(key, same) {
            Found::Known(id) => return id,
            Found::Place(place) => place,
        };
        let id = ExprId(records.len() as u32);
        let mut more = 0;
        let (tag, orders, head, start, len) = match node {
            Node::Number(number) => (Tag::Number, OrdersId::NONE, number.0, 0, 0),
            Node::Constant(constant) => (Tag::Constant, OrdersId::NONE, constant as u32, 0, 0),
            Node::Name(name) => (Tag::Name, OrdersId::NONE, name.0, 0, 0),
            Node::Parameter(index) => (Tag::Parameter, OrdersId::NONE, index, 0, 0),
            Node::Sum(terms) => (Tag::Sum, OrdersId::NONE, 0, store(children, terms), terms.len()),
            Node::Product { coefficient, factors: of } => {
                (Tag::Product, OrdersId::NONE, coefficient.0, store(factors, of), of.len())
            }
            Node::Contraction { coefficient, factors: of, labels } => {
                more = labels.0;
                (Tag::Contraction, OrdersId::NONE, coefficient.0, store(factors, of), of.len())
            }
            Node::Selection(selection) => (Tag::Selection, OrdersId::NONE, selection.0, 0, 0),
            Node::Call { function, orders, arguments } => {
                (Tag::Call, orders, u32::from(function.0), store(children, arguments), arguments.len())
            }
            Node::If { comparison, parts } => (Tag::If, OrdersId::NONE, comparison as u32, store(children, &parts), 4),
            Node::Derivative { of, by, reach } => {
                let tag = if reach == Reach::Total { Tag::Derivative } else { Tag::DirectDerivative };
                (tag, OrdersId::NONE, by.0, store(children, &[of]), 1)
            }
        };
        records.push(Record { tag, orders, more, head, start, len: len as u32, shape });
        index.put(place, key, id);
        id
    }
}

fn store<T: Copy>(pool: &mut Vec<T>, items: &[T]) -> u32 {
    let start = pool.len() as u32;
    pool.extend_from_slice(items);
    start
}

#[inline]
fn view<'a>(records: &[Record], children: &'a [ExprId], factors: &'a [Factor], id: ExprId) -> Node<'a> {
    let record = records[id.0 as usize];
    let range = record.start as usize..(record.start + record.len) as usize;
    match record.tag {
        Tag::Number => Node::Number(NumberId(record.head)),
        Tag::Constant => Node::Constant(CONSTANTS[record.head as usize]),
        Tag::Name => Node::Name(NameId(record.head)),
        Tag::Parameter => Node::Parameter(record.head),
        Tag::Sum => Node::Sum(&children[range]),
        Tag::Product => Node::Product { coefficient: NumberId(record.head), factors: &factors[range] },
        Tag::Contraction => Node::Contraction {
            coefficient: NumberId(record.head),
            factors: &factors[range],
            labels: LabelsId(record.more),
        },
        Tag::Selection => Node::Selection(SelectionId(record.head)),
        Tag::Call => {
            Node::Call { function: FunctionId(record.head as u16), orders: record.orders, arguments: &children[range] }
        }
        Tag::If => {
            let parts = &children[range];
            Node::If { comparison: COMPARISONS[record.head as usize], parts: [parts[0], parts[1], parts[2], parts[3]] }
        }
        Tag::Derivative | Tag::DirectDerivative => {
            let reach = if record.tag == Tag::Derivative { Reach::Total } else { Reach::Direct };
            Node::Derivative { of: children[range.start], by: NameId(record.head), reach }
        }
    }
}

/// A hash that tells nodes of different kinds apart in its first word.
fn hash(node: Node<'_>) -> u32 {
    let mix = |kind: u64, head: u32| Mix::new(kind << 48 | u64::from(head));
    let pair = |f: &Factor| u64::from(f.exponent.0) << 32 | u64::from(f.base.0);
    let mixed = match node {
        Node::Number(number) => mix(0, number.0),
        Node::Constant(constant) => mix(1, constant as u32),
        Node::Name(name) => mix(2, name.0),
        Node::Parameter(index) => mix(3, index),
        Node::Sum(terms) => terms.iter().fold(mix(4, terms.len() as u32), |mixed, term| mixed.word(u64::from(term.0))),
        Node::Product { coefficient, factors } => {
            factors.iter().fold(mix(5, coefficient.0), |mixed, factor| mixed.word(pair(factor)))
        }
        Node::Contraction { coefficient, factors, labels } => {
            let head = mix(6, coefficient.0).word(u64::from(labels.0));
            factors.iter().fold(head, |mixed, factor| mixed.word(pair(factor)))
        }
        Node::Selection(selection) => mix(7, selection.0),
        Node::Call { function, orders, arguments } => {
            let head = mix(8, u32::from(function.0) << 16 | u32::from(orders.0));
            arguments.iter().fold(head, |mixed, argument| mixed.word(u64::from(argument.0)))
        }
        Node::If { comparison, parts } => {
            parts.iter().fold(mix(9, comparison as u32), |mixed, part| mixed.word(u64::from(part.0)))
        }
        Node::Derivative { of, by, reach } => mix(10 + reach as u64, by.0).word(u64::from(of.0)),
    };
    mixed.finish()
}
