//! The names of a network as hand formulas write them: a base with what stands below and above it.
//!
//! Takes a network; gives for each way of writing a name the quantities that it may mean. What `derive` itself prints in
//! any notation is among them, because those names are printed here and read back.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::emit;
use crate::expr::{FunctionId, NameId, Node};
use crate::network::{Network, Origin, Quantity};
use crate::notation::layout::Sheet;
use crate::notation::{Notation, Style, Typesetter, row_names};

use super::spelling::{spelling_of_latex, spellings, trailing_digits};
use super::vocabulary::function_word;

pub use super::spelling::{Spelling, WrittenName};

/// Networks with more quantities than this are not printed in the notations of books.
const MAX_NOTATIONS: usize = 300;
/// Networks with more quantities than this are known by the spelling of their names alone.
const MAX_PRINTED: usize = 5_000;

/// A name for the rows or columns of a matrix, with its letter below or above: x_i, x⁽ⁱ⁾.
#[derive(Clone, Debug)]
pub struct Slice {
    /// Its base.
    pub base: String,
    /// Whether the letter stands above.
    pub raised: bool,
    /// What stands in the other place.
    pub other: String,
    /// The matrix.
    pub name: NameId,
    /// Whether the letter counts the rows.
    pub of_rows: bool,
}

/// What formulas can name.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    /// Names as the network has them, as its `show` lines say, as a document maps them.
    own: FxHashMap<Spelling, Vec<NameId>>,
    /// Names as books write them; they count where the network has no such name.
    books: FxHashMap<Spelling, Vec<NameId>>,
    functions: FxHashMap<Spelling, FunctionId>,
    /// All bases, for runs of letters.
    bases: FxHashSet<String>,
    /// What a `show` line writes with its index above.
    raised: FxHashSet<Spelling>,
    /// Names for rows and columns of matrices.
    slices: Vec<Slice>,
    /// The numbers that stand in names: candidates for general indices.
    numbers: Option<(i64, i64)>,
}

impl Symbols {
    /// Forgets a name that only books have for what the network calls otherwise, the J for a cost C; whether it was one.
    pub fn forget_book(&mut self, spelling: &Spelling) -> bool {
        if self.own.contains_key(spelling) || self.books.remove(spelling).is_none() {
            return false;
        }
        if !self.own.keys().chain(self.books.keys()).any(|known| known.base == spelling.base) {
            self.bases.remove(&spelling.base);
        }
        true
    }

    /// The names of a network.
    pub fn new(network: &Network) -> Symbols {
        let mut symbols = Symbols::default();
        // A function whose definition is put in at each call stands for nothing by itself.
        for (id, function) in network.functions.user().filter(|(_, function)| !function.opened) {
            for spelling in spellings(&function.name, &[]) {
                symbols.bases.insert(spelling.base.clone());
                symbols.functions.entry(spelling).or_insert(id);
            }
        }
        let names = (0..network.quantities.len() as u32).map(NameId);
        for name in names.filter(|&name| !network.is_numeral(name)) {
            symbols.add(network, name);
        }
        symbols.add_printed(network);
        symbols.add_slices(network);
        symbols
    }

    /// Adds the names that `show` lines give to rows and columns of matrices.
    fn add_slices(&mut self, network: &Network) {
        let mut sheet = Sheet::default();
        for row in row_names(network, &mut sheet) {
            let latex = emit::latex::formula(&sheet, row.layout);
            let (Some(spelling), [first, second]) = (spelling_of_latex(&latex), row.axes.as_slice()) else { continue };
            let Some(letter) = first.as_ref().or(second.as_ref()) else { continue };
            let Some(name) = network.find(&row.stem) else { continue };
            self.add_slice(spelling, letter, name, first.is_some());
        }
    }

    /// Adds a name for the rows or columns of a matrix, which a letter below or above it counts; whether it has the letter.
    pub fn add_slice(&mut self, spelling: Spelling, letter: &str, name: NameId, of_rows: bool) -> bool {
        let raised = spelling.sup == *letter;
        if !raised && spelling.sub != *letter {
            return false;
        }
        let other = if raised { spelling.sub } else { spelling.sup };
        self.bases.insert(spelling.base.clone());
        self.slices.push(Slice { base: spelling.base, raised, other, name, of_rows });
        true
    }

    /// The names for rows and columns with this base.
    pub fn slices<'s>(&'s self, base: &'s str) -> impl Iterator<Item = &'s Slice> {
        self.slices.iter().filter(move |slice| slice.base == base)
    }

    /// Adds a quantity by the spelling of its name.
    pub fn add(&mut self, network: &Network, name: NameId) {
        let quantity = network.quantity(name);
        if matches!(quantity.origin, Origin::Partial { .. }) {
            return;
        }
        for spelling in spellings(&quantity.stem, &quantity.indices) {
            self.bind(spelling, name);
        }
        self.count(quantity);
    }

    /// Notes a base. That `eps` may be written e_{ps} does not take e from Euler's number.
    fn add_base(&mut self, spelling: &Spelling) {
        let is_word = spelling.sub.chars().count() > 1 && spelling.sub.chars().all(char::is_alphabetic);
        if spelling.base != "e" || !is_word {
            self.bases.insert(spelling.base.clone());
        }
    }

    /// Makes a way of writing mean a quantity.
    pub fn bind(&mut self, spelling: Spelling, name: NameId) {
        self.add_base(&spelling);
        let names = self.own.entry(spelling).or_default();
        if !names.contains(&name) {
            names.push(name);
        }
    }

    /// Makes a way of writing mean this quantity and no other.
    pub fn rebind(&mut self, spelling: Spelling, name: NameId) {
        self.own.remove(&spelling);
        self.bind(spelling, name);
    }

    /// Makes a way of writing mean a function.
    pub fn bind_function(&mut self, spelling: Spelling, function: FunctionId) {
        self.bases.insert(spelling.base.clone());
        self.functions.insert(spelling, function);
    }

    /// Makes a base stand for another one wherever that one stands: `h=a` binds h³ beside a³.
    pub fn rename(&mut self, from: &str, to: &str) {
        let renamed = |map: &FxHashMap<Spelling, Vec<NameId>>| {
            let mut found: Vec<(Spelling, Vec<NameId>)> = map
                .iter()
                .filter(|(spelling, _)| spelling.base == to)
                .map(|(spelling, names)| (Spelling { base: from.to_owned(), ..spelling.clone() }, names.clone()))
                .collect();
            found.sort_by(|a, b| (&a.0.sub, &a.0.sup).cmp(&(&b.0.sub, &b.0.sup)));
            found
        };
        for (spelling, names) in renamed(&self.own) {
            self.bases.insert(spelling.base.clone());
            self.own.insert(spelling, names);
        }
    }

    /// The quantities that a way of writing may mean.
    pub fn quantities(&self, spelling: &Spelling) -> &[NameId] {
        let own = self.own.get(spelling).or_else(|| self.books.get(spelling));
        own.map_or(&[], Vec::as_slice)
    }

    /// The function that a way of writing means: of the user's own, else of the table.
    pub fn function(&self, spelling: &Spelling) -> Option<FunctionId> {
        self.functions.get(spelling).copied().or_else(|| {
            let plain = spelling.sub.is_empty() && spelling.sup.is_empty();
            if plain { function_word(&spelling.base) } else { None }
        })
    }

    /// Whether a `show` line writes the index of a name above it, so that what stands there is no power.
    pub fn is_raised(&self, spelling: &Spelling) -> bool {
        self.raised.contains(spelling)
    }

    /// Whether a quantity or a function of the network has this base.
    pub fn has_base(&self, base: &str) -> bool {
        self.bases.contains(base)
    }

    /// Whether a quantity with this base has a number below or above, so that a letter there may be its index.
    pub fn is_numbered(&self, base: &str) -> bool {
        let numbered = |text: &str| text.contains(|sign: char| sign.is_ascii_digit());
        let mut all = self.own.keys().chain(self.books.keys());
        all.any(|spelling| spelling.base == base && (numbered(&spelling.sub) || numbered(&spelling.sup)))
    }

    /// All bases of quantities and functions, sorted.
    pub fn bases(&self) -> Vec<&str> {
        let mut bases: Vec<&str> = self.bases.iter().map(String::as_str).collect();
        bases.sort_unstable();
        bases
    }

    /// The least and the greatest number that stands in a name.
    pub fn numbers(&self) -> Option<(i64, i64)> {
        self.numbers
    }

    fn count(&mut self, quantity: &Quantity) {
        let digits = trailing_digits(quantity.stem.split('_').next().unwrap_or_default());
        let last = trailing_digits(&quantity.stem);
        // w11 counts as 11 and as 1 and 1.
        let digits = [digits, last].into_iter().filter_map(|digits| digits.parse::<i64>().ok());
        let single = trailing_digits(&quantity.stem).bytes().map(|digit| i64::from(digit - b'0'));
        for number in digits.chain(single).chain(quantity.indices.iter().copied()) {
            let (low, high) = self.numbers.unwrap_or((number, number));
            self.numbers = Some((low.min(number), high.max(number)));
        }
    }

    /// Adds what `derive` prints for each name in each notation.
    fn add_printed(&mut self, network: &Network) {
        let count = network.quantities.len();
        if count > MAX_PRINTED {
            return;
        }
        let books = [Notation::Nielsen, Notation::ThreeBlueOneBrown, Notation::Goodfellow];
        if !network.shows.is_empty() {
            for (name, spelling) in printed(network, Notation::Article) {
                if spelling.sub.is_empty() && !spelling.sup.is_empty() {
                    self.raised.insert(spelling.clone());
                }
                self.bind(spelling, name);
            }
        }
        for notation in books.into_iter().filter(|_| count <= MAX_NOTATIONS) {
            for (name, spelling) in printed(network, notation) {
                self.add_base(&spelling);
                let names = self.books.entry(spelling).or_default();
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }
}

/// The names of a network as a notation prints them, cut into base and scripts.
fn printed(network: &Network, notation: Notation) -> Vec<(NameId, Spelling)> {
    let mut sheet = Sheet::default();
    let mut typesetter = Typesetter::new(network, Style { notation, ..Style::default() });
    let names = (0..network.quantities.len() as u32).map(NameId);
    let is_written =
        |name| !network.is_numeral(name) && !matches!(network.quantity(name).origin, Origin::Partial { .. });
    let of_network = names.filter(|&name| is_written(name));
    of_network
        .filter_map(|name| {
            let layout = typesetter.name(&mut sheet, name);
            Some((name, spelling_of_latex(&emit::latex::formula(&sheet, layout))?))
        })
        .collect()
}

/// The quantity whose equation is a call of this function and nothing else: `a` names y where y = a(b).
pub fn output_of(network: &Network, function: FunctionId) -> Option<NameId> {
    let mut found = network.equations.iter().filter(|equation| {
        matches!(network.arena.node(equation.value), Node::Call { function: called, .. } if called == function)
    });
    match (found.next(), found.next()) {
        (Some(only), None) => Some(only.name),
        _ => None,
    }
}
