//! From one contraction to matrix notation as a person writes it: chains W₂ᵀδ, outer products δaᵀ, ⊙, diag, 𝟏, tr, ‖·‖².
//!
//! Takes the labels of a contraction and a little about its factors; gives a [`Product`], or nothing where the
//! contraction has no form in matrices. Items (chains with a row label and a column label) on the same labels are
//! multiplied entry by entry, summed labels are eliminated one after another, vectors first, and the shape of the
//! result forces the rest.

use crate::expr::{Label, Labels};
use crate::notation::algebra::{Link, Product, Term, Trait, backwards, is_symmetric};

/// The matrix notation of a contraction.
pub(super) fn matrix_form(labels: &Labels, traits: &[Trait]) -> Option<Product> {
    let mut search = Search { labels, traits, items: Vec::new(), scalars: Vec::new() };
    search.start()?;
    loop {
        search.merge();
        if !search.eliminate()? {
            break;
        }
    }
    let body = search.end()?;
    Some(Product { scalars: search.scalars, body })
}

/// A chain with its labels; a column has a row label only.
#[derive(Clone, Debug)]
struct Item {
    links: Vec<Link>,
    row: Label,
    column: Option<Label>,
    /// The earliest factor in it.
    position: usize,
}

impl Item {
    fn has(&self, label: Label) -> bool {
        self.row == label || self.column == Some(label)
    }

    fn is_vector(&self) -> bool {
        self.column.is_none()
    }

    /// The labels in ascending order.
    fn label_set(&self) -> (Label, Option<Label>) {
        match self.column {
            Some(column) if column < self.row => (column, Some(self.row)),
            column => (self.row, column),
        }
    }

    /// The transpose of a matrix: the chain backwards, each link turned.
    fn turned(self) -> Item {
        match self.column {
            Some(column) => Item { links: backwards(self.links), row: column, column: Some(self.row), ..self },
            None => self,
        }
    }

    /// The matrix with this label on its rows.
    fn with_row(self, label: Label) -> Item {
        if self.row == label { self } else { self.turned() }
    }

    /// The matrix with this label on its columns.
    fn with_column(self, label: Label) -> Item {
        if self.column == Some(label) { self } else { self.turned() }
    }

    /// The chain as one operand.
    fn into_link(self) -> Link {
        let vector = self.is_vector();
        match <[Link; 1]>::try_from(self.links) {
            Ok([only]) => only,
            Err(links) => Link { term: Term::Chain(links), transposed: false, vector },
        }
    }
}

fn joined(mut left: Vec<Link>, right: Vec<Link>) -> Vec<Link> {
    left.extend(right);
    left
}

/// How good an elimination is; the smallest comes first.
type Merit = (usize, bool, usize, usize);

struct Search<'a> {
    labels: &'a Labels,
    traits: &'a [Trait],
    items: Vec<Item>,
    scalars: Vec<Term>,
}

impl Search<'_> {
    /// Each factor as an item; `None` for a factor of more than two axes.
    fn start(&mut self) -> Option<()> {
        for (at, axes) in self.labels.factors.iter().enumerate() {
            let (links, row, column) = match *axes.as_slice() {
                [] => {
                    self.scalars.push(Term::Factor(at));
                    continue;
                }
                [row] => (Link::column(Term::Factor(at)), row, None),
                [row, column] if row == column => (Link::column(Term::Diagonal(at)), row, None),
                [row, column] => (Link::matrix(Term::Factor(at)), row, Some(column)),
                _ => return None,
            };
            self.items.push(Item { links: vec![links], row, column, position: at });
        }
        let counting = self.labels.summed().filter(|&label| self.labels.uses(label) == 0);
        self.scalars.extend(counting.map(Term::Size));
        Some(())
    }

    fn holders(&self, label: Label) -> Vec<usize> {
        (0..self.items.len()).filter(|&at| self.items[at].has(label)).collect()
    }

    /// Whether a label is summed and only these items have it.
    fn is_private(&self, label: Label, items: usize) -> bool {
        self.labels.is_summed(label) && self.items.iter().filter(|item| item.has(label)).count() == items
    }

    /// Multiplies items on the same labels entry by entry, except what will be a dot product or a trace.
    fn merge(&mut self) {
        self.items.sort_by_key(|item| item.position);
        let mut at = 0;
        while at < self.items.len() {
            let set = self.items[at].label_set();
            let group: Vec<usize> =
                (at..self.items.len()).filter(|&other| self.items[other].label_set() == set).collect();
            let closed =
                self.is_private(set.0, group.len()) && set.1.is_none_or(|one| self.is_private(one, group.len()));
            let take = if closed { group.len().saturating_sub(1) } else { group.len() };
            if take >= 2 {
                let mut merged = Vec::with_capacity(take);
                for &other in group[..take].iter().rev() {
                    merged.push(self.items.remove(other));
                }
                merged.reverse();
                let product = self.hadamard(merged);
                self.items.insert(at, product);
            }
            at += 1;
        }
    }

    fn hadamard(&self, items: Vec<Item>) -> Item {
        let position = items[0].position;
        let Some(column) = items[0].column else {
            let row = items[0].row;
            let parts = items.into_iter().flat_map(|item| parts(item.into_link())).collect();
            return Item { links: vec![Link::column(Term::Hadamard(parts))], row, column: None, position };
        };
        let row = items[0].row;
        let turned_to = |row: Label| -> Vec<Item> { items.iter().cloned().map(|item| item.with_row(row)).collect() };
        let cost = |items: &[Item]| items.iter().map(|item| self.transposes(&item.links)).sum::<usize>();
        let (straight, turned) = (turned_to(row), turned_to(column));
        let prefers_turned = self.labels.out == [column, row];
        let (a, b) = (cost(&straight), cost(&turned));
        let turn = b < a || b == a && prefers_turned;
        let (items, row, column) = if turn { (turned, column, row) } else { (straight, row, column) };
        let parts = items.into_iter().flat_map(|item| parts(item.into_link())).collect();
        Item { links: vec![Link::matrix(Term::Hadamard(parts))], row, column: Some(column), position }
    }

    /// How many transposed matrices a chain shows.
    fn transposes(&self, links: &[Link]) -> usize {
        let shown = |link: &&Link| link.transposed && !link.vector && !is_symmetric(self.traits, &link.term);
        links.iter().filter(shown).count()
    }

    /// How many rows a chain shows as columns.
    fn turned_rows(&self, links: &[Link]) -> usize {
        let is_turned = |link: &Link, transposed: bool| match link.term {
            Term::Factor(at) => link.vector && self.traits[at].row && link.transposed == transposed,
            _ => false,
        };
        let count = |link: &Link| match &link.term {
            Term::Hadamard(parts) => parts.iter().filter(|part| is_turned(part, link.transposed)).count(),
            _ => usize::from(is_turned(link, false)),
        };
        links.iter().map(count).sum()
    }

    /// Sums over one label; whether there was one. `None` if there is no way.
    fn eliminate(&mut self) -> Option<bool> {
        let summed: Vec<Label> =
            self.labels.summed().filter(|&label| self.items.iter().any(|item| item.has(label))).collect();
        if summed.is_empty() {
            return Some(false);
        }
        let best = summed.into_iter().filter_map(|label| Some((self.merit(label)?, label))).min()?;
        self.sum_over(best.1);
        Some(true)
    }

    fn merit(&self, label: Label) -> Option<Merit> {
        let holders = self.holders(label);
        let items: Vec<&Item> = holders.iter().map(|&at| &self.items[at]).collect();
        let (first, second) = (items[0].position, items.get(1).map_or(usize::MAX, |item| item.position));
        let rank = match items.as_slice() {
            [one] if one.is_vector() || self.is_squared_matrix(one) => 0,
            [_] => 1,
            [a, b] if a.label_set() == b.label_set() => 0,
            [a, b] => usize::from(!a.is_vector()) + usize::from(!b.is_vector()),
            [a, b, c] if [a, b, c].iter().filter(|item| item.is_vector()).count() == 1 => 2,
            _ => return None,
        };
        Some((rank, items.len() == 1, first, second))
    }

    /// Whether an item is a squared matrix whose labels are both summed and met nowhere else.
    fn is_squared_matrix(&self, item: &Item) -> bool {
        let private = self.is_private(item.row, 1) && item.column.is_some_and(|column| self.is_private(column, 1));
        private && matches!(item.links.as_slice(), [Link { term: Term::Factor(at), .. }] if self.traits[*at].squared)
    }

    fn sum_over(&mut self, label: Label) {
        let mut items: Vec<Item> = Vec::new();
        for at in self.holders(label).into_iter().rev() {
            items.push(self.items.remove(at));
        }
        items.reverse();
        let vector = items.iter().position(Item::is_vector);
        if let ([_, _, _], Some(at)) = (items.as_slice(), vector) {
            let middle = items.remove(at).into_link();
            self.join_matrices(items, label, Some(middle));
            return;
        }
        let mut items = items.into_iter();
        match (items.next(), items.next()) {
            (Some(one), None) if one.is_vector() => self.sum_entries(one, label),
            (Some(one), None) => self.sum_axis(one, label),
            (Some(a), Some(b)) if a.is_vector() && b.is_vector() => self.dot(a, b),
            (Some(a), Some(b)) if a.label_set() == b.label_set() => self.trace(a, b),
            (Some(a), Some(b)) if a.is_vector() => self.apply(b, a, label),
            (Some(a), Some(b)) if b.is_vector() => self.apply(a, b, label),
            (Some(a), Some(b)) => self.join_matrices(vec![a, b], label, None),
            (None, _) => {}
        }
    }

    /// A matrix times a column.
    fn apply(&mut self, matrix: Item, vector: Item, label: Label) {
        let position = matrix.position.min(vector.position);
        let matrix = matrix.with_column(label);
        self.items.push(Item { links: joined(matrix.links, vector.links), row: matrix.row, column: None, position });
    }

    /// A B, or A diag(v) B.
    fn join_matrices(&mut self, items: Vec<Item>, label: Label, middle: Option<Link>) {
        let mut items = items.into_iter();
        let (Some(a), Some(b)) = (items.next(), items.next()) else { return };
        let position = a.position.min(b.position);
        let (a, b) = (a.with_column(label), b.with_row(label));
        let mut links = a.links;
        links.extend(middle.map(|vector| Link::matrix(Term::Diag(Box::new(vector.term)))));
        self.items.push(Item { links: joined(links, b.links), row: a.row, column: b.column, position });
    }

    /// 𝟏ᵀv, ‖v‖², tr X.
    fn sum_entries(&mut self, item: Item, label: Label) {
        if let [Link { term, .. }] = item.links.as_slice() {
            match *term {
                Term::Factor(at) if self.traits[at].squared => {
                    return self.scalars.push(Term::SquaredNorm(Box::new(Link::column(Term::Base(at)))));
                }
                Term::Factor(at) if self.traits[at].absolute => return self.scalars.push(Term::AbsoluteNorm(at)),
                Term::Diagonal(at) => return self.scalars.push(Term::Trace(Box::new(Term::Factor(at)))),
                _ => {}
            }
        }
        let ones = vec![Link::column(Term::Ones(label))];
        let chain =
            self.shorter(joined(backwards(ones.clone()), item.links.clone()), joined(backwards(item.links), ones));
        self.scalars.push(Term::Chain(chain));
    }

    /// M𝟏, or ‖M‖² for a squared matrix.
    fn sum_axis(&mut self, item: Item, label: Label) {
        // The item has been taken out: its labels are private if no other item has them.
        let private = [Some(item.row), item.column].into_iter().flatten().all(|label| self.is_private(label, 0));
        if let ([Link { term: Term::Factor(at), .. }], true) = (item.links.as_slice(), private)
            && self.traits[*at].squared
        {
            return self.scalars.push(Term::SquaredNorm(Box::new(Link::matrix(Term::Base(*at)))));
        }
        let position = item.position;
        let item = item.with_column(label);
        let links = joined(item.links, vec![Link::column(Term::Ones(label))]);
        self.items.push(Item { links, row: item.row, column: None, position });
    }

    /// uᵀv, or ‖v‖².
    fn dot(&mut self, a: Item, b: Item) {
        if self.same_links(&a.links, &b.links) {
            return self.scalars.push(Term::SquaredNorm(Box::new(a.into_link())));
        }
        let forwards = joined(backwards(a.links.clone()), b.links.clone());
        let chain = self.shorter(forwards, joined(backwards(b.links), a.links));
        self.scalars.push(Term::Chain(chain));
    }

    /// ‖M‖², 𝟏ᵀ(A ⊙ B)𝟏 for two single matrices that lie the same way, else the trace of a chain.
    fn trace(&mut self, a: Item, b: Item) {
        let (row, column) = (a.row, a.column.unwrap_or(a.row));
        let aligned = b.clone().with_row(row);
        if self.same_links(&a.links, &aligned.links) {
            return self.scalars.push(Term::SquaredNorm(Box::new(a.into_link())));
        }
        let plain = |item: &Item| item.links.len() == 1 && self.transposes(&item.links) == 0;
        // tr(PS) rather than 𝟏ᵀ(P ⊙ S)𝟏 where one is symmetric.
        let symmetric = |item: &Item| item.links.iter().all(|link| is_symmetric(self.traits, &link.term));
        if plain(&a) && plain(&aligned) && !symmetric(&a) && !symmetric(&aligned) {
            let parts = [a, aligned].into_iter().flat_map(|item| parts(item.into_link())).collect();
            let ones = |label| Link::column(Term::Ones(label));
            let middle = Link::matrix(Term::Hadamard(parts));
            return self.scalars.push(Term::Chain(vec![ones(row).turned(), middle, ones(column)]));
        }
        let forwards = joined(a.links, aligned.turned().links);
        let chain = self.shorter(forwards.clone(), backwards(forwards));
        self.scalars.push(Term::Trace(Box::new(Term::Chain(chain))));
    }

    /// The chain with fewer transposed matrices; the first if they have as many.
    fn shorter(&self, a: Vec<Link>, b: Vec<Link>) -> Vec<Link> {
        let cost = |links: &[Link]| self.transposes(links) + self.turned_rows(links);
        if cost(&b) < cost(&a) { b } else { a }
    }

    fn same_links(&self, a: &[Link], b: &[Link]) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.same_link(a, b))
    }

    fn same_link(&self, a: &Link, b: &Link) -> bool {
        let turned = a.transposed == b.transposed || is_symmetric(self.traits, &a.term);
        turned
            && match (&a.term, &b.term) {
                (Term::Factor(a), Term::Factor(b)) | (Term::Diagonal(a), Term::Diagonal(b)) => {
                    self.traits[*a].same == self.traits[*b].same
                }
                (Term::Ones(a), Term::Ones(b)) => self.labels.sizes[*a as usize] == self.labels.sizes[*b as usize],
                _ => false,
            }
    }

    /// What is left, in the shape of the result.
    fn end(&mut self) -> Option<Option<Link>> {
        let vectors = |search: &mut Self, label: Label| -> Option<Link> {
            let at = search.items.iter().position(|item| item.is_vector() && item.row == label)?;
            Some(search.items.remove(at).into_link())
        };
        match *self.labels.out.as_slice() {
            [] => Some(None),
            [row] => {
                let body = vectors(self, row).unwrap_or_else(|| Link::column(Term::Ones(row)));
                self.items.is_empty().then_some(Some(body))
            }
            [row, column] if row == column => {
                let body = match vectors(self, row) {
                    Some(vector) => Term::Diag(Box::new(vector.term)),
                    None => Term::Identity(row),
                };
                self.items.is_empty().then_some(Some(Link::matrix(body)))
            }
            [row, column] => {
                let (left, right) = (vectors(self, row), vectors(self, column));
                let is_slim = |link: &Option<Link>| match link {
                    Some(Link { term: Term::Factor(at), .. }) => self.traits[*at].slim,
                    _ => false,
                };
                let body = match self.items.pop() {
                    // (W₂ᵀδ₂) ⊙ M for a row W₂ and a row δ₂.
                    Some(matrix) if is_slim(&left) && is_slim(&right) => {
                        let product = outer(left, right, row, column);
                        let mut all = vec![product];
                        all.extend(parts(matrix.with_row(row).into_link()));
                        Link::matrix(Term::Hadamard(all))
                    }
                    Some(matrix) => beside(left, matrix.with_row(row), right),
                    None => outer(left, right, row, column),
                };
                self.items.is_empty().then_some(Some(body))
            }
            _ => None,
        }
    }
}

/// The operands of a product entry by entry, a product of such flat.
fn parts(link: Link) -> Vec<Link> {
    match link.term {
        Term::Hadamard(parts) if link.transposed => parts.into_iter().map(Link::turned).collect(),
        Term::Hadamard(parts) => parts,
        _ => vec![link],
    }
}

/// diag(u) M diag(v).
fn beside(left: Option<Link>, matrix: Item, right: Option<Link>) -> Link {
    let diag = |vector: Link| Link::matrix(Term::Diag(Box::new(vector.term)));
    let mut links: Vec<Link> = left.map(diag).into_iter().collect();
    links.extend(matrix.links);
    links.extend(right.map(diag));
    Item { links, row: matrix.row, column: matrix.column, position: 0 }.into_link()
}

/// u vᵀ, with 𝟏 for a vector that is missing.
fn outer(left: Option<Link>, right: Option<Link>, row: Label, column: Label) -> Link {
    let links = |vector: Option<Link>, label| match vector {
        Some(Link { term: Term::Chain(links), transposed: false, .. }) => links,
        Some(link) => vec![link],
        None => vec![Link::column(Term::Ones(label))],
    };
    let chain = joined(links(left, row), backwards(links(right, column)));
    Link::matrix(Term::Chain(chain))
}
