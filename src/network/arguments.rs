//! The arguments of a call of the table: operands by place and by name, defaults, axes and other options.

use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Arena, Operand};
use crate::function::{Entry, Options};
use crate::network::call::Call;
use crate::network::lower::Scope;
use crate::network::resolve::Resolver;
use crate::rational::Rational;
use crate::syntax::ast::{AstId, AstNode};

/// A call with its operands.
pub(super) struct Given {
    pub(super) places: Vec<AstId>,
    pub(super) operands: Vec<Operand>,
    pub(super) options: Options,
}

impl Resolver<'_> {
    /// The operands and options of a call of the table.
    pub(super) fn given(&mut self, call: &Call<'_>, entry: &'static Entry, scope: &Scope<'_>) -> Option<Given> {
        let mut options = Options::default();
        let mut places = Vec::new();
        for &argument in &call.arguments {
            match *self.ast.node(argument) {
                AstNode::Text(at) if entry.takes_text && places.is_empty() && options.text.is_none() => {
                    options.text = Some(self.ast.strings[at as usize].clone())
                }
                _ => places.push(argument),
            }
        }
        // NumPy lets the axis follow without its name.
        let axis = places.len() == 2
            && !entry.variadic
            && entry.parameters.len() == 1
            && entry.options.first() == Some(&"axis");
        let positional_axis = if axis { places.pop() } else { None };
        for &(name, span, value) in call.keywords {
            let text = self.ast.text(name).to_owned();
            let parameter = entry.parameters.iter().position(|parameter| *parameter == text);
            match parameter {
                Some(at) if at == places.len() => places.push(value),
                Some(_) => {
                    self.wrong_count(entry.name, entry.parameters, call.arguments.len(), call.span);
                    return None;
                }
                _ if !entry.options.contains(&text.as_str()) => {
                    self.unknown_keyword(entry, &text, span);
                    return None;
                }
                _ => {}
            }
        }
        let mut operands = self.operands(&places, scope)?;
        self.fill_defaults(entry, &mut operands);
        self.check_count(entry, operands.len(), call.span)?;
        let nothing = Operand::scalar(Arena::ZERO);
        let of = (places.first().copied()?, operands.first().unwrap_or(&nothing));
        if let Some(value) = positional_axis {
            self.check_axis(entry, value, scope)?;
            options.axes = Some(self.axes(value, of, scope)?);
        }
        for &(name, _, value) in call.keywords {
            let text = self.ast.text(name).to_owned();
            if entry.options.contains(&text.as_str()) {
                if text == "axis" && scope.options.is_none() {
                    self.check_axis(entry, value, scope)?;
                }
                self.option(&mut options, (&text, value), of, scope)?;
            }
        }
        Some(Given { places, operands, options })
    }

    fn fill_defaults(&mut self, entry: &Entry, operands: &mut Vec<Operand>) {
        let missing = entry.parameters.len().saturating_sub(operands.len());
        if missing <= entry.defaults.len() {
            for text in &entry.defaults[entry.defaults.len() - missing..] {
                let value = Rational::parse(text).unwrap_or(Rational::ZERO);
                operands.push(Operand::scalar(self.network.arena.number(value)));
            }
        }
    }

    fn unknown_keyword(&mut self, entry: &Entry, text: &str, span: Span) {
        let message = format!("`{}` has no argument `{text}`", entry.name);
        let error = Diagnostic::error("unknown-name", message).at(span, "");
        let known: Vec<&str> = entry.parameters.iter().chain(entry.options).copied().collect();
        let meant = if text == "dim" && known.contains(&"axis") { "PyTorch's `dim` is `axis`; " } else { "" };
        self.report(error.hint(format!("{meant}it has {}", known.join(", "))));
    }

    /// Reads one keyword argument. In the definition of a function of the table, `axis=axis` passes on what the call
    /// said.
    fn option(
        &mut self,
        options: &mut Options,
        (name, value): (&str, AstId),
        of: (AstId, &Operand),
        scope: &Scope<'_>,
    ) -> Option<()> {
        let passed = match (self.ast.node(value), scope.options) {
            (&AstNode::Name(symbol), Some(outer)) if self.ast.text(symbol) == name => Some(outer),
            _ => None,
        };
        match (name, passed) {
            ("axis", Some(outer)) => options.axes = outer.axes.clone(),
            ("keepdims", Some(outer)) => options.keepdims = outer.keepdims,
            (_, Some(outer)) => options.numbers.extend(outer.numbers.iter().filter(|known| known.0 == name).cloned()),
            ("axis", None) => options.axes = Some(self.axes(value, of, scope)?),
            ("keepdims", None) => options.keepdims = self.truth(value)?,
            (_, None) => {
                let number = self.integer(value, &scope.indices.into())?;
                options.numbers.push((name.to_owned(), number));
            }
        }
        Some(())
    }

    fn truth(&mut self, value: AstId) -> Option<bool> {
        match self.quoted(value).as_str() {
            "True" | "true" | "1" => Some(true),
            "False" | "false" | "0" => Some(false),
            _ => {
                let error = Diagnostic::error("bad-value", "this is True or False").at(self.ast.span(value), "");
                self.report(error);
                None
            }
        }
    }

    /// Refuses a quantity in the place of an axis: `sum(x, y)` is no sum of two tensors.
    fn check_axis(&mut self, entry: &Entry, value: AstId, scope: &Scope<'_>) -> Option<()> {
        let is_number = match *self.ast.node(value) {
            AstNode::Number(_) | AstNode::List(_) => true,
            AstNode::Unary { operand, .. } => matches!(self.ast.node(operand), AstNode::Number(_)),
            _ => false,
        };
        if is_number || self.position(value, scope).is_some_and(|position| position.bound.is_none()) {
            return Some(());
        }
        let message = format!("`{}` takes one tensor and an axis, and `{}` is no axis", entry.name, self.quoted(value));
        let error = Diagnostic::error("wrong-arity", message).at(self.ast.span(value), "");
        self.report(error.hint(format!("an axis is a number: `{}(…, axis=0)` works along the first", entry.name)));
        None
    }

    /// The axes that `axis=1`, `axis=-1` or `axis=[0, 1]` names.
    fn axes(&mut self, value: AstId, of: (AstId, &Operand), scope: &Scope<'_>) -> Option<Vec<usize>> {
        let rank = of.1.rank();
        let items = match *self.ast.node(value) {
            AstNode::List(items) => self.ast.list(items).to_vec(),
            _ => vec![value],
        };
        let mut axes = Vec::with_capacity(items.len());
        for item in items {
            let number = self.integer(item, &scope.indices.into())?;
            let axis = if number < 0 { number + rank as i64 } else { number };
            match usize::try_from(axis) {
                Ok(axis) if axis < rank && !axes.contains(&axis) => axes.push(axis),
                _ => {
                    let message = format!("{} has no axis {number}", self.described(of));
                    let error = Diagnostic::error("shape", message).at(self.ast.span(item), "");
                    let error = error.at(self.ast.span(of.0), self.shape_words(of.1));
                    self.report(error.hint(match rank {
                        0 => "a scalar has no axes".to_owned(),
                        1 => "the axis of a vector is 0".to_owned(),
                        _ => format!("its axes are 0 to {}, or -1 for the last", rank - 1),
                    }));
                    return None;
                }
            }
        }
        Some(axes)
    }

    fn check_count(&mut self, entry: &Entry, given: usize, span: Span) -> Option<()> {
        let wanted = entry.parameters.len();
        if given == wanted || entry.variadic && given >= wanted || entry.takes_more() && given > wanted {
            return Some(());
        }
        self.wrong_count(entry.name, entry.parameters, given, span);
        None
    }

    pub(super) fn wrong_count<S: AsRef<str>>(&mut self, name: &str, parameters: &[S], given: usize, span: Span) {
        let plural = if parameters.len() == 1 { "" } else { "s" };
        let message = format!("`{name}` takes {} argument{plural}, not {given}", parameters.len());
        let error = Diagnostic::error("wrong-arity", message).at(span, "");
        let words: Vec<&str> = parameters.iter().map(AsRef::as_ref).collect();
        self.report(error.hint(format!("write `{name}({})`", words.join(", "))));
    }
}
