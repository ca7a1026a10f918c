//! Functions by name and by id: those of the table first, then the user's own.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::diagnostic::Span;
use crate::expr::{ExprId, FunctionId};
use crate::function::{
    Entry, Known, activation, arrangement, cost, elementary, layer, linear_algebra, rectifier, reduction, trigonometry,
};

static GROUPS: [&[Entry]; 9] = [
    elementary::ENTRIES,
    trigonometry::ENTRIES,
    activation::ENTRIES,
    rectifier::ENTRIES,
    reduction::ENTRIES,
    linear_algebra::ENTRIES,
    arrangement::ENTRIES,
    cost::ENTRIES,
    layer::ENTRIES,
];

static TABLE_LEN: LazyLock<usize> = LazyLock::new(|| GROUPS.iter().map(|group| group.len()).sum());

/// All entries of the table, in the order of `derive functions`.
pub fn table() -> impl Iterator<Item = &'static Entry> {
    GROUPS.iter().copied().flatten()
}

/// The entry with a number, if it is one of the table.
fn entry(mut at: usize) -> Option<&'static Entry> {
    for group in GROUPS {
        match group.get(at) {
            Some(entry) => return Some(entry),
            None => at -= group.len(),
        }
    }
    None
}

/// The number of an entry by its name or alias; built at first use.
static BY_NAME: LazyLock<FxHashMap<&'static str, u16>> = LazyLock::new(|| {
    let names = table().enumerate().flat_map(|(at, entry)| {
        std::iter::once(entry.name).chain(entry.aliases.iter().copied()).map(move |name| (name, at as u16))
    });
    names.collect()
});

/// The numbers of the entries that other code knows; a test holds that there is one for each.
static BY_KNOWN: LazyLock<[FunctionId; Known::COUNT]> = LazyLock::new(|| {
    let mut entries = [FunctionId(0); Known::COUNT];
    for (entry, at) in table().zip(0..) {
        if let Some(known) = entry.known {
            entries[known as usize] = FunctionId(at);
        }
    }
    entries
});

/// A function that the network file defines or declares.
#[derive(Clone, Debug)]
pub struct UserFunction {
    /// Its name.
    pub name: String,
    /// Names of its arguments; made up (`u`) for an abstract function without a signature.
    pub parameters: Vec<String>,
    /// Its definition in [`Node::Parameter`](crate::expr::Node)s; `None` for an abstract function.
    pub body: Option<ExprId>,
    /// Whether it is an abstract function of whole tensors, as its signature says; else it acts on each entry.
    pub whole: bool,
    /// Whether its definition is put in at each call, because it does not act on each entry: no call of it is known by itself.
    pub opened: bool,
    /// Where it is introduced.
    pub span: Span,
}

/// What a [`FunctionId`] stands for.
#[derive(Clone, Copy, Debug)]
pub enum FunctionRef<'a> {
    /// An entry of the table.
    Table(&'static Entry),
    /// A function of the user's own, defined or abstract.
    User(&'a UserFunction),
}

/// The functions that a network can call.
#[derive(Clone, Debug, Default)]
pub struct Functions {
    user: Vec<UserFunction>,
}

impl Functions {
    /// The id of an entry of the table, by name or alias.
    pub fn builtin(name: &str) -> Option<FunctionId> {
        BY_NAME.get(name).map(|&at| FunctionId(at))
    }

    /// The id of the entry of the table that is known as this.
    pub fn with(known: Known) -> FunctionId {
        BY_KNOWN[known as usize]
    }

    /// What other code knows a function as.
    pub fn known(&self, id: FunctionId) -> Option<Known> {
        entry(id.0 as usize)?.known
    }

    /// Whether there are functions of the user's own.
    pub fn has_own(&self) -> bool {
        !self.user.is_empty()
    }

    /// Adds a function of the user's own.
    pub fn add(&mut self, function: UserFunction) -> FunctionId {
        self.user.push(function);
        FunctionId((*TABLE_LEN + self.user.len() - 1) as u16)
    }

    /// Sets the body of a function of the user's own; nothing happens for one of the table.
    pub fn define(&mut self, id: FunctionId, body: ExprId) {
        if let Some(function) = (id.0 as usize).checked_sub(*TABLE_LEN).and_then(|at| self.user.get_mut(at)) {
            function.body = Some(body);
        }
    }

    /// Says that an abstract function is one of whole tensors; nothing happens for one of the table.
    pub fn take_whole(&mut self, id: FunctionId) {
        if let Some(function) = (id.0 as usize).checked_sub(*TABLE_LEN).and_then(|at| self.user.get_mut(at)) {
            function.whole = true;
        }
    }

    /// Says that the definition of a function is put in at each call; nothing happens for one of the table.
    pub fn open(&mut self, id: FunctionId) {
        if let Some(function) = (id.0 as usize).checked_sub(*TABLE_LEN).and_then(|at| self.user.get_mut(at)) {
            function.opened = true;
        }
    }

    /// The id of a function: the user's own first, then the table.
    pub fn find(&self, name: &str) -> Option<FunctionId> {
        let own = self.user.iter().position(|function| function.name == name);
        own.map(|at| FunctionId((*TABLE_LEN + at) as u16)).or_else(|| Functions::builtin(name))
    }

    /// What an id stands for.
    pub fn get(&self, id: FunctionId) -> FunctionRef<'_> {
        let at = id.0 as usize;
        match entry(at) {
            Some(entry) => FunctionRef::Table(entry),
            None => FunctionRef::User(&self.user[at - *TABLE_LEN]),
        }
    }

    /// The user's own functions with their ids.
    pub fn user(&self) -> impl Iterator<Item = (FunctionId, &UserFunction)> {
        self.user.iter().enumerate().map(|(at, function)| (FunctionId((*TABLE_LEN + at) as u16), function))
    }
}

impl FunctionRef<'_> {
    /// The name in the network language.
    pub fn name(&self) -> &str {
        match self {
            FunctionRef::Table(entry) => entry.name,
            FunctionRef::User(function) => &function.name,
        }
    }

    /// The number of arguments.
    pub fn arity(&self) -> usize {
        match self {
            FunctionRef::Table(entry) => entry.parameters.len(),
            FunctionRef::User(function) => function.parameters.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Functions, Known, table};
    use pretty_assertions::assert_eq;

    #[test]
    fn everything_known_is_one_entry() {
        let mut all: Vec<usize> = table().filter_map(|entry| entry.known).map(|known| known as usize).collect();
        all.sort_unstable();
        assert_eq!(all, (0..Known::COUNT).collect::<Vec<_>>());
    }

    #[test]
    fn an_entry_is_found_by_what_it_is_known_as() {
        for entry in table() {
            if let Some(known) = entry.known {
                assert_eq!(Functions::builtin(entry.name), Some(Functions::with(known)));
                assert_eq!(Functions::default().known(Functions::with(known)), Some(known));
            }
        }
    }
}
