//! The names that a file declares: leaves, sizes, members of families, each entered once.

use crate::diagnostic::Diagnostic;
use crate::expr::NameId;
use crate::function::Functions;
use crate::network::Origin;
use crate::network::resolve::{Indices, Resolver};
use crate::shape::Shape;
use crate::syntax::ast::{AstList, AstNode, Declaration, NameRef, Role};

impl<'a> Resolver<'a> {
    pub(super) fn leaves(&mut self, role: Role, leaves: &'a [Declaration], indices: &Indices) {
        for leaf in leaves {
            for at in self.ranges(leaf.name.indices, indices).unwrap_or_default() {
                let Some(id) = self.quantity(&leaf.name, &at, Origin::Leaf(role)) else { continue };
                if let Some(shape) = &leaf.shape {
                    let running = self.running_indices(shape, indices).into_iter().zip(at.iter().copied());
                    let inner: Indices = indices.iter().copied().chain(running).collect();
                    self.shaped.insert(id);
                    if let Some((dims, facts)) = self.shape(shape, &inner) {
                        let shape = self.network.arena.shapes_mut().intern(&dims);
                        let quantity = &mut self.network.quantities[id.0 as usize];
                        (quantity.shape, quantity.facts) = (shape, facts);
                    }
                }
                if let Some(value) = leaf.value {
                    self.values.push((id, value, indices.clone()));
                }
            }
        }
    }

    pub(super) fn sizes(&mut self, sizes: &'a [Declaration], indices: &Indices) {
        for size in sizes {
            let value = size.value.and_then(|value| self.integer(value, indices));
            for at in self.ranges(size.name.indices, indices).unwrap_or_default() {
                let known = value.and_then(|value| u32::try_from(value).ok());
                let Some(id) = self.new_size(&size.name, &at, known) else { continue };
                if let Some(value) = value {
                    let number = self.network.arena.integer(value);
                    self.network.quantities[id.0 as usize].value = Some(number);
                }
            }
        }
    }

    /// Enters a quantity; a second one of the same name is an error.
    pub(super) fn quantity(&mut self, name: &NameRef, indices: &[i64], origin: Origin) -> Option<NameId> {
        let id = NameId(self.network.quantities.len() as u32);
        if let Some(known) = self.names.insert(name.symbol, indices, id) {
            if self.size_and_quantity(name, known) {
                self.broken.insert(name.symbol);
                return None;
            }
            let first = self.network.quantity(known).span;
            let spelling = self.network.spelling(known);
            let error = Diagnostic::error("defined-twice", format!("`{spelling}` is defined twice"))
                .at(name.span, "the second time")
                .at(first, "the first time");
            self.report(error.hint("give one of them another name"));
            return None;
        }
        Some(self.network.add_quantity((self.ast.text(name.symbol), indices), origin, Shape::SCALAR, name.span))
    }

    /// Says once for each name that a quantity bears the name of a constant or a function of the table.
    pub(super) fn check_shadowing(&mut self) {
        let mut seen: Vec<Box<str>> = Vec::new();
        let mut warnings = Vec::new();
        for quantity in &self.network.quantities {
            let stem = &quantity.stem;
            let own_function = self.network.functions.user().any(|(_, function)| *function.name == **stem);
            if own_function || seen.contains(stem) {
                continue;
            }
            let meaning = match &**stem {
                "e" => "the number e is written `exp(1)`".to_owned(),
                "pi" => "the number π is out of reach".to_owned(),
                _ if Functions::builtin(stem).is_some() => format!("`{stem}(…)` still calls the function"),
                _ => continue,
            };
            seen.push(stem.clone());
            let warning = Diagnostic::warning("shadowed-name", format!("`{stem}` is a quantity here"));
            warnings.push(warning.at(quantity.span, "").hint(meaning));
        }
        warnings.into_iter().for_each(|warning| self.report(warning));
    }

    /// The indices of a member, each one number.
    pub(super) fn index_values(&mut self, name: &NameRef, indices: &Indices) -> Option<Vec<i64>> {
        let items = name.indices.map(|list| self.ast.list(list).to_vec()).unwrap_or_default();
        self.check_index_count(&items)?;
        for &item in &items {
            let AstNode::Name(symbol) = *self.ast.node(item) else { continue };
            if self.names.get(symbol, &[]).is_none() && indices.iter().all(|index| index.0 != symbol) {
                let (index, name) = (self.ast.text(symbol), self.ast.text(name.symbol));
                let error = Diagnostic::error("unknown-name", format!("`{index}` is no index of a loop"));
                let hint = format!(
                    "write `{name} = …` for all entries together, or a loop: `for {index} in 1..3 {{ {name}[{index}] = … }}`"
                );
                let error = error.at(self.ast.span(item), "").hint(hint);
                self.report(error);
                return None;
            }
        }
        items.into_iter().map(|item| self.integer(item, indices)).collect()
    }

    /// All members that a declaration names: `W[1..3]` names three.
    pub(super) fn ranges(&mut self, list: Option<AstList>, indices: &Indices) -> Option<Vec<Vec<i64>>> {
        let items = list.map(|list| self.ast.list(list).to_vec()).unwrap_or_default();
        self.check_index_count(&items)?;
        let mut all = vec![Vec::new()];
        for item in items {
            let (lower, upper) = match self.ast.node(item) {
                AstNode::Range { .. } => self.bounds(item, indices)?,
                _ => {
                    let index = self.integer(item, indices)?;
                    (index, index)
                }
            };
            let members = all.iter().flat_map(|member: &Vec<i64>| {
                (lower..=upper).map(|index| member.iter().copied().chain([index]).collect::<Vec<i64>>())
            });
            all = members.collect();
        }
        Some(all)
    }
}
