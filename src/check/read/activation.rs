//! Activations by letters that texts have for any function: g′(z⁽ˡ⁾) where the network takes one function of z⁽ˡ⁾, and
//! nothing is called g.

use crate::check::claim::PartId;
use crate::diagnostic::Span;
use crate::expr::{FunctionId, NameId, Node, OrdersId, Postorder};
use crate::syntax::latex::{Delimiter, Kind, Row};

use super::context::Context;
use super::factor::Scripts;
use super::name::FREE;
use super::parser::{Cursor, Parser, Result};
use super::symbols::WrittenName;

/// The letters.
const LETTERS: &[&str] = &["f", "g", "phi", "varphi", "psi"];

impl Context {
    /// The one function that the network takes of a quantity alone.
    fn activation_of(&self, name: NameId) -> Option<FunctionId> {
        let arena = &self.network.arena;
        let roots = self.roots();
        let mut order = Vec::new();
        Postorder::default().collect(arena, &roots, &mut order);
        let mut found = None;
        for &id in &order {
            let Node::Call { function, orders: OrdersId::NONE, arguments: &[argument] } = arena.node(id) else {
                continue;
            };
            if arena.as_name(argument) != Some(name) || arena.shape(id) != arena.shape(argument) {
                continue;
            }
            if found.is_some_and(|known| known != function) {
                return None;
            }
            found = Some(function);
        }
        found
    }
}

impl Parser<'_> {
    /// A letter of no meaning before a bracket with a quantity in it, as the activation of that quantity. The cursor stands
    /// on the letter.
    pub fn activation(&mut self, cursor: &mut Cursor<'_>, written: &WrittenName, span: Span) -> Result<Option<PartId>> {
        if self.in_letters || !LETTERS.contains(&written.base.as_str()) {
            return Ok(None);
        }
        let Some(bracket) = cursor.second() else { return Ok(None) };
        let Kind::Fence { open: Delimiter::Round | Delimiter::Square, body, .. } = *self.kind(bracket) else {
            return Ok(None);
        };
        // The layer is left out; a prime behind it is none of it.
        let is_layer = |&sup: &Row| matches!(self.row(sup), [only] if matches!(self.kind(*only), Kind::Fence { .. }));
        let sup = written.sup.filter(|sup| !is_layer(sup));
        let named = self.named.len();
        let found = self.attempt(|parser| parser.place_of(parser.row(body)));
        self.named.truncate(named);
        let Some((name, _, _)) = found.ok().filter(|(_, _, power)| power.is_empty()) else { return Ok(None) };
        if name == FREE {
            cursor.at += 2;
            return self.placeholder(span).map(Some);
        }
        let Some(function) = self.context.activation_of(name) else { return Ok(None) };
        cursor.at += 1;
        let known = self.context.network.functions.get(function).name().to_owned();
        self.context.taken = Some((written.base.clone(), known));
        self.call(cursor, function, span, Scripts { sub: None, sup, primes: written.primes }).map(Some)
    }
}
