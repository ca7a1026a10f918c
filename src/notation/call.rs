//! Calls: f(x), tanh z, f′, eˣ, roots, |x|, 𝟙[x > 0].

use crate::expr::{ExprId, FunctionId, OrdersId};
use crate::function::{FunctionRef, Written};
use crate::notation::formula::Typesetter;
use crate::notation::layout::{Face, Fence, Layout, LayoutId, Operator, Sheet};
use crate::notation::names;
use crate::notation::piece::{Kind, Level, Piece};
use crate::rational::Rational;

impl Typesetter<'_> {
    pub(super) fn call(
        &mut self,
        sheet: &mut Sheet,
        function: FunctionId,
        orders: OrdersId,
        arguments: &[ExprId],
    ) -> Piece {
        let written = match self.network.functions.get(function) {
            FunctionRef::Table(entry) => Some(entry.written),
            FunctionRef::User(_) => None,
        };
        if orders == OrdersId::NONE {
            match written {
                Some(Written::Exponential) => return self.exponential(sheet, arguments[0]),
                Some(Written::Root(n)) => return self.root(sheet, arguments[0], n),
                // Bars around a matrix are its determinant, around a vector its norm.
                Some(Written::Bars) if self.in_entries || self.network.arena.shape(arguments[0]).is_scalar() => {
                    return self.bars(sheet, arguments[0]);
                }
                Some(Written::Power) => return self.symbolic_power(sheet, arguments),
                Some(Written::Indicator) => return self.indicator(sheet, arguments[0]),
                _ => {}
            }
        }
        if let Some(piece) = self.tensor_call(sheet, function, arguments) {
            return piece;
        }
        let symbol = self.function_symbol(sheet, function);
        let tall = arguments.iter().any(|&argument| self.known(argument).tall);
        let is_operator = matches!(written, Some(Written::Operator { latex, .. }) if !latex.is_empty());
        let symbol = self.primed(sheet, symbol, orders, arguments.len());
        if is_operator && orders == OrdersId::NONE && self.stands_bare(arguments) {
            let argument = self.known(arguments[0]).layout;
            let layout = sheet.push(Layout::Apply { function: symbol, argument });
            return Piece { layout, level: Level::OpenCall, kind: Kind::Call, negative: false, tall };
        }
        let body = self.list(sheet, arguments);
        let argument = self.fenced(sheet, body);
        let layout = sheet.push(Layout::Apply { function: symbol, argument });
        Piece { layout, level: Level::Atom, kind: Kind::Call, negative: false, tall }
    }

    /// Whether an operator may stand before its argument without parentheses.
    pub(super) fn stands_bare(&self, arguments: &[ExprId]) -> bool {
        let [argument] = arguments else { return false };
        if !self.network.arena.shape(*argument).is_scalar() {
            return false;
        }
        let piece = self.known(*argument);
        piece.level >= Level::Scripted && !piece.negative && matches!(piece.kind, Kind::Letter | Kind::Number)
    }

    /// Arguments with commas between them.
    pub(super) fn list(&mut self, sheet: &mut Sheet, arguments: &[ExprId]) -> LayoutId {
        let mut row = Vec::new();
        for (at, &argument) in arguments.iter().enumerate() {
            if at > 0 {
                row.push(sheet.push(Layout::Operator(Operator::Comma)));
            }
            let piece = self.known(argument);
            row.push(self.signed(sheet, piece));
        }
        self.row(sheet, row)
    }

    /// The symbol of a function: an operator name, a letter, a word.
    pub fn function_symbol(&mut self, sheet: &mut Sheet, function: FunctionId) -> LayoutId {
        match self.network.functions.get(function) {
            FunctionRef::Table(entry) => match entry.written {
                Written::Operator { text, latex } => sheet.push(Layout::Function { text, latex }),
                Written::Letter { text, .. } => {
                    sheet.push(Layout::Symbol { text: text.to_owned(), face: Face::Italic })
                }
                Written::Exponential => sheet.push(Layout::Function { text: "exp", latex: "\\exp" }),
                _ => sheet.push(Layout::Function { text: entry.name, latex: "" }),
            },
            FunctionRef::User(own) => {
                let name = own.name.clone();
                names::free_name(sheet, &name)
            }
        }
    }

    /// f′, f″, f⁽⁴⁾ for one argument, ∂₁f for several.
    pub(super) fn primed(&mut self, sheet: &mut Sheet, symbol: LayoutId, orders: OrdersId, arity: usize) -> LayoutId {
        let orders = self.network.arena.orders(orders).to_vec();
        if orders.is_empty() {
            return symbol;
        }
        if arity > 1 {
            let mut row = Vec::new();
            for (at, &order) in orders.iter().enumerate().filter(|(_, order)| **order > 0) {
                let base = sheet.push(Layout::Operator(Operator::Partial));
                let sub = Some(sheet.push(Layout::Number((at + 1).to_string())));
                let sup = (order > 1).then(|| sheet.push(Layout::Number(order.to_string())));
                row.push(sheet.push(Layout::Script { base, sub, sup, primes: 0 }));
            }
            row.push(symbol);
            return self.row(sheet, row);
        }
        let order = orders[0];
        let (base, sub) = match sheet.get(symbol).clone() {
            Layout::Script { base, sub, sup: None, primes: 0 } => (base, sub),
            _ => (symbol, None),
        };
        if order <= 3 {
            return sheet.push(Layout::Script { base, sub, sup: None, primes: order });
        }
        let number = sheet.push(Layout::Number(order.to_string()));
        let sup = Some(self.fenced(sheet, number));
        sheet.push(Layout::Script { base, sub, sup, primes: 0 })
    }

    pub(super) fn exponential(&mut self, sheet: &mut Sheet, argument: ExprId) -> Piece {
        let piece = slashed(sheet, self.known(argument));
        let body = self.signed(sheet, piece);
        if piece.tall || self.e_is_taken || !self.network.arena.shape(argument).is_scalar() {
            let function = sheet.push(Layout::Function { text: "exp", latex: "\\exp" });
            let argument = self.fenced(sheet, body);
            let layout = sheet.push(Layout::Apply { function, argument });
            return Piece { layout, level: Level::Atom, kind: Kind::Call, negative: false, tall: piece.tall };
        }
        let base = sheet.push(Layout::Symbol { text: "e".to_owned(), face: Face::Italic });
        let layout = sheet.push(Layout::Script { base, sub: None, sup: Some(body), primes: 0 });
        Piece { layout, level: Level::Scripted, kind: Kind::Letter, negative: false, tall: false }
    }

    pub(super) fn root(&mut self, sheet: &mut Sheet, argument: ExprId, n: u32) -> Piece {
        let piece = self.known(argument);
        if let Some(power) = Rational::new(1, i64::from(n))
            && let Some(norm) = self.norm_power(sheet, piece, &power)
        {
            return norm;
        }
        self.root_of(sheet, piece, n)
    }

    pub(super) fn root_of(&mut self, sheet: &mut Sheet, piece: Piece, n: u32) -> Piece {
        let body = self.signed(sheet, piece);
        let index = (n != 2).then(|| sheet.push(Layout::Number(n.to_string())));
        let layout = sheet.push(Layout::Root { index, body });
        Piece { layout, level: Level::Atom, kind: Kind::Other, negative: false, tall: piece.tall }
    }

    pub(super) fn bars(&mut self, sheet: &mut Sheet, argument: ExprId) -> Piece {
        let piece = self.known(argument);
        let body = self.signed(sheet, piece);
        let layout = sheet.push(Layout::Fenced { fence: Fence::Bars, body });
        Piece { layout, level: Level::Atom, kind: Kind::Other, negative: false, tall: piece.tall }
    }

    pub(super) fn symbolic_power(&mut self, sheet: &mut Sheet, arguments: &[ExprId]) -> Piece {
        let exponent = self.known(arguments[1]);
        let sup = self.signed(sheet, exponent);
        self.raised(sheet, arguments[0], sup)
    }
}

/// x/2 on one line for ½x and for the fraction, as it stands in an exponent.
fn slashed(sheet: &mut Sheet, piece: Piece) -> Piece {
    let number = |id: LayoutId| match sheet.get(id) {
        Layout::Number(digits) => Some(digits.clone()),
        _ => None,
    };
    let (mut row, below) = match sheet.get(piece.layout).clone() {
        Layout::Fraction { numerator, denominator } if number(denominator).is_some() => (vec![numerator], denominator),
        Layout::Row(row) => match row.split_first().map(|(first, rest)| (sheet.get(*first).clone(), rest)) {
            Some((Layout::Fraction { numerator, denominator }, rest)) if number(denominator).is_some() => {
                let front = number(numerator).filter(|digits| digits != "1").map(|_| numerator);
                if number(numerator).is_none() {
                    return piece;
                }
                (front.into_iter().chain(rest.iter().copied()).collect(), denominator)
            }
            _ => return piece,
        },
        _ => return piece,
    };
    if row.iter().any(|&part| !is_one_line(sheet, part)) {
        return piece;
    }
    let slash = sheet.push(Layout::Text("/".to_owned()));
    row.extend([slash, below]);
    Piece { layout: sheet.push(Layout::Row(row)), level: Level::Product, tall: false, ..piece }
}

/// Whether a factor has neither a fraction nor a sum that a division after it would not hold.
fn is_one_line(sheet: &Sheet, id: LayoutId) -> bool {
    match sheet.get(id) {
        Layout::Row(row) => row.iter().all(|&part| is_one_line(sheet, part)),
        Layout::Operator(operator) => matches!(operator, Operator::Juxtapose),
        Layout::Script { base, .. } => is_one_line(sheet, *base),
        Layout::Symbol { .. } | Layout::Number(_) | Layout::Accent { .. } => true,
        Layout::Fenced { body, .. } => !sheet.is_tall(*body),
        _ => false,
    }
}
