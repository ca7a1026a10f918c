//! The grammar's rules and their way into the tree: only this file and its rooms know pest.
//!
//! Takes a text; gives statements and expressions in an [`Ast`], or diagnostics with places.

mod expression;
mod precedence;

use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::Pair;
use pest_derive::Parser;

use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::ast::{
    Assignment, Ast, AstId, AstList, Declaration, NameRef, Role, ShapeExpr, ShapeKind, Signature, Spanned, Statement,
    Symbol,
};
use crate::syntax::spelling::canonical;
use crate::syntax::statements::{Piece, cut};
use crate::syntax::{show, slips};

#[derive(Parser)]
#[grammar = "../grammar/network.pest"]
struct NetworkParser;

/// The most errors that one file reports.
const MAX_ERRORS: usize = 20;

/// Reads a network file. Statements with errors are left out of the tree and reported.
pub fn parse_network(source: &str) -> (Ast, Vec<Diagnostic>) {
    let pieces = cut(source);
    let mut builder = Builder { text: &pieces.text, base: 0, ast: Ast::default() };
    let mut diagnostics = pieces.diagnostics;
    let mut blocks: Vec<(Option<Spanned>, Vec<Spanned>)> = Vec::new();
    let mut top: Vec<Spanned> = Vec::new();
    for piece in pieces.pieces {
        let here = blocks.last_mut().map_or(&mut top, |block| &mut block.1);
        match piece {
            Piece::Statement(span) => match builder.statement(span) {
                Ok(statements) => here.extend(statements),
                Err(error) => diagnostics.push(error),
            },
            Piece::Open(span) => {
                let head = builder.loop_head(span).map_err(|error| diagnostics.push(error)).ok();
                blocks.push((head, Vec::new()));
            }
            Piece::Close(close) => {
                if let Some((head, body)) = blocks.pop() {
                    let outer = blocks.last_mut().map_or(&mut top, |block| &mut block.1);
                    outer.extend(head.map(|head| close_loop(head, body, close)));
                }
            }
        }
    }
    let Builder { mut ast, .. } = builder;
    ast.statements = top;
    ast.source = pieces.text;
    diagnostics.sort_by_key(|error| error.labels.first().map(|label| label.span));
    let more = diagnostics.len().saturating_sub(MAX_ERRORS);
    if more > 0 {
        diagnostics.truncate(MAX_ERRORS);
        diagnostics.push(Diagnostic::error("syntax", format!("{more} further errors are not shown")));
    }
    (ast, diagnostics)
}

/// Reads one expression.
///
/// # Errors
/// Every syntax error, with its place and a hint.
pub fn parse_expression(source: &str) -> Result<(Ast, AstId), Vec<Diagnostic>> {
    let pieces = cut(source);
    if !pieces.diagnostics.is_empty() {
        return Err(pieces.diagnostics);
    }
    let mut builder = Builder { text: &pieces.text, base: 0, ast: Ast::default() };
    let pairs = NetworkParser::parse(Rule::lone_expression, &pieces.text);
    let pair = pairs.map(|mut pairs| pairs.next()).map_err(|error| vec![syntax_error(&pieces.text, 0, &error)])?;
    let Some(pair) = pair else { return Err(vec![Diagnostic::error("syntax", "there is no expression")]) };
    let id = builder.expression(pair).map_err(|error| vec![error])?;
    let Builder { mut ast, .. } = builder;
    ast.source = pieces.text;
    Ok((ast, id))
}

fn close_loop(head: Spanned, inside: Vec<Spanned>, close: Span) -> Spanned {
    let span = head.span.to(close);
    match head.statement {
        Statement::For { index, range, .. } => {
            Spanned { statement: Statement::For { index, range, body: inside }, span }
        }
        statement => Spanned { statement, span },
    }
}

struct Builder<'a> {
    text: &'a str,
    /// Where the text that pest sees begins in the file.
    base: usize,
    ast: Ast,
}

type Read<T> = Result<T, Diagnostic>;

impl<'a> Builder<'a> {
    fn statement(&mut self, span: Span) -> Read<Vec<Spanned>> {
        let text = &self.text[span.range()];
        if show::is_show(text) {
            return show::parse(text, span);
        }
        self.base = span.start as usize;
        let pair = self.parse(Rule::statement, span)?;
        let statements = match pair.as_rule() {
            Rule::declaration => vec![self.declaration(pair)?],
            Rule::sizes => vec![Statement::Dim { sizes: self.leaves(pair)? }],
            Rule::cost => vec![self.cost(pair)?],
            Rule::assumption => return self.assumptions(pair),
            Rule::point => vec![self.point(pair)?],
            Rule::abstraction => self.abstraction(pair)?,
            Rule::loop_head => {
                let error = Diagnostic::error("syntax", "a `for` needs a block").at(span, "");
                return Err(error.hint("write `for l in 1..3 { … }`"));
            }
            _ => vec![self.definition(pair)?],
        };
        Ok(statements.into_iter().map(|statement| Spanned { statement, span }).collect())
    }

    fn loop_head(&mut self, span: Span) -> Read<Spanned> {
        if span.start == span.end {
            let error = Diagnostic::error("syntax", "this block has no head").at(span, "");
            return Err(error.hint("write `for l in 1..3 { … }`"));
        }
        self.base = span.start as usize;
        let pair = self.parse(Rule::statement, span)?;
        if pair.as_rule() != Rule::loop_head {
            let error = Diagnostic::error("syntax", "only `for` has a block").at(span, "");
            return Err(error.hint("write `for l in 1..3 { … }`"));
        }
        let mut parts = pair.into_inner().filter(|part| !matches!(part.as_rule(), Rule::for_word | Rule::in_word));
        let (Some(name), Some(range)) = (parts.next(), parts.next()) else { return Err(self.confused(span)) };
        let index = self.symbol(&name);
        let range = self.range(range)?;
        Ok(Spanned { statement: Statement::For { index, range, body: Vec::new() }, span })
    }

    fn parse(&self, rule: Rule, span: Span) -> Read<Pair<'a, Rule>> {
        let whole: &'a str = self.text;
        let text = &whole[span.range()];
        let parsed = NetworkParser::parse(rule, text).map_err(|error| syntax_error(self.text, self.base, &error))?;
        parsed.into_iter().next().ok_or_else(|| self.confused(span))
    }

    fn confused(&self, span: Span) -> Diagnostic {
        Diagnostic::error("syntax", "this is no statement").at(span, "")
    }

    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        // The white space after the last part belongs to the pair, but not to what is pointed at.
        let end = span.start() + span.as_str().trim_end().len();
        Span::new(self.base + span.start(), self.base + end)
    }

    fn symbol(&mut self, pair: &Pair<'_, Rule>) -> Symbol {
        self.ast.intern(&canonical(pair.as_str()))
    }

    fn declaration(&mut self, pair: Pair<'_, Rule>) -> Read<Statement> {
        let role = match pair.clone().into_inner().next().map(|role| role.as_str()) {
            Some("input") => Role::Input,
            Some("target") => Role::Target,
            Some("const") => Role::Const,
            _ => Role::Param,
        };
        Ok(Statement::Declare { role, leaves: self.leaves(pair)? })
    }

    /// The leaves of a declaration; a shape goes for all before it that have neither shape nor value.
    fn leaves(&mut self, pair: Pair<'_, Rule>) -> Read<Vec<Declaration>> {
        let mut leaves: Vec<Declaration> = Vec::new();
        let mut waiting = 0;
        for leaf in pair.into_inner().filter(|part| part.as_rule() == Rule::leaf) {
            let mut parts = leaf.into_inner();
            let Some(name) = parts.next() else { continue };
            let name = self.reference(name)?;
            let (mut shape, mut value) = (None, None);
            for part in parts {
                match part.as_rule() {
                    Rule::shape => shape = Some(self.shape(part)?),
                    _ => value = Some(self.expression(part)?),
                }
            }
            if let Some(shape) = &shape {
                leaves[waiting..].iter_mut().for_each(|before| before.shape = Some(shape.clone()));
            }
            leaves.push(Declaration { name, shape, value });
            let last = &leaves[leaves.len() - 1];
            if last.shape.is_some() || last.value.is_some() {
                waiting = leaves.len();
            }
        }
        Ok(leaves)
    }

    fn reference(&mut self, pair: Pair<'_, Rule>) -> Read<NameRef> {
        let span = self.span(&pair);
        let mut parts = pair.into_inner();
        let Some(name) = parts.next() else { return Err(self.confused(span)) };
        let symbol = self.symbol(&name);
        let indices = parts.next().map(|items| self.items(items)).transpose()?;
        Ok(NameRef { symbol, indices, span })
    }

    fn shape(&mut self, pair: Pair<'_, Rule>) -> Read<ShapeExpr> {
        let span = self.span(&pair);
        let mut kind = ShapeKind::Real;
        let mut lists: Vec<AstList> = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::shape_kind => {
                    kind = match part.as_str() {
                        "simplex" => ShapeKind::Simplex,
                        "onehot" => ShapeKind::OneHot,
                        "index" => ShapeKind::Index,
                        _ => ShapeKind::Binary,
                    }
                }
                _ => lists.push(self.items(part)?),
            }
        }
        let axes = lists.pop().unwrap_or_default();
        Ok(ShapeExpr { batch: lists.pop().unwrap_or_default(), kind, axes, span })
    }

    fn cost(&mut self, pair: Pair<'_, Rule>) -> Read<Statement> {
        let span = self.span(&pair);
        let mut parts = pair.into_inner().filter(|part| part.as_rule() != Rule::cost_word);
        let (Some(name), Some(value)) = (parts.next(), parts.next()) else { return Err(self.confused(span)) };
        Ok(Statement::Equation { name: self.reference(name)?, value: self.expression(value)?, cost: true })
    }

    /// The facts of an `assume`, each a statement with its own place.
    fn assumptions(&mut self, pair: Pair<'_, Rule>) -> Read<Vec<Spanned>> {
        let whole = self.span(&pair);
        let conditions: Vec<Pair<'_, Rule>> =
            pair.into_inner().filter(|part| part.as_rule() == Rule::condition).collect();
        let alone = conditions.len() == 1;
        let facts = conditions.into_iter().map(|condition| {
            let span = if alone { whole } else { self.span(&condition) };
            Ok(Spanned { statement: Statement::Assume { condition: self.condition(condition)? }, span })
        });
        facts.collect()
    }

    fn point(&mut self, pair: Pair<'_, Rule>) -> Read<Statement> {
        let mut label = None;
        let mut values = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::text => label = Some(part.as_str().trim_matches('"').to_owned()),
                Rule::assignment => {
                    let span = self.span(&part);
                    let mut inner = part.into_inner();
                    let (Some(name), Some(value)) = (inner.next(), inner.next()) else {
                        return Err(self.confused(span));
                    };
                    values.push(Assignment { name: self.reference(name)?, value: self.expression(value)? });
                }
                _ => {}
            }
        }
        Ok(Statement::At { label, values })
    }

    fn abstraction(&mut self, pair: Pair<'_, Rule>) -> Read<Vec<Statement>> {
        let mut statements = Vec::new();
        for part in pair.into_inner().filter(|part| part.as_rule() == Rule::signature) {
            let mut inner = part.into_inner();
            let Some(name) = inner.next() else { continue };
            let (symbol, name_span) = (self.symbol(&name), self.span(&name));
            let mut signature = Signature { parameters: Vec::new(), result: None };
            for piece in inner {
                match piece.as_rule() {
                    Rule::shape => signature.result = Some(self.shape(piece)?),
                    _ => {
                        let mut inside = piece.into_inner();
                        let Some(parameter) = inside.next() else { continue };
                        let shape = inside.next().map(|shape| self.shape(shape)).transpose()?;
                        signature.parameters.push((self.symbol(&parameter), self.span(&parameter), shape));
                    }
                }
            }
            let signature = (!signature.parameters.is_empty()).then_some(signature);
            statements.push(Statement::Abstract { name: symbol, name_span, signature });
        }
        Ok(statements)
    }

    fn definition(&mut self, pair: Pair<'_, Rule>) -> Read<Statement> {
        let span = self.span(&pair);
        let mut parts = pair.into_inner();
        let Some(name) = parts.next() else { return Err(self.confused(span)) };
        let (symbol, mut name_span) = (self.symbol(&name), self.span(&name));
        let mut indices = None;
        let mut parameters = None;
        for part in parts {
            match part.as_rule() {
                Rule::items => {
                    name_span = name_span.to(self.span(&part));
                    indices = Some(self.items(part)?);
                }
                Rule::parameters => {
                    let list: Vec<(Symbol, Span)> =
                        part.into_inner().map(|name| (self.symbol(&name), self.span(&name))).collect();
                    parameters = Some(list);
                }
                _ => {
                    let value = self.expression(part)?;
                    return Ok(match parameters {
                        Some(parameters) => Statement::Function { name: symbol, name_span, parameters, body: value },
                        None => {
                            let name = NameRef { symbol, indices, span: name_span };
                            Statement::Equation { name, value, cost: false }
                        }
                    });
                }
            }
        }
        Err(self.confused(span))
    }
}

/// What the grammar refused, in a user's words.
fn syntax_error(text: &str, base: usize, error: &pest::error::Error<Rule>) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => base + at,
    };
    match &error.variant {
        ErrorVariant::CustomError { message } => Diagnostic::error("too-deep", message.clone())
            .at(Span::new(at, at), "")
            .hint("give a part of the expression a name of its own"),
        ErrorVariant::ParsingError { .. } => slips::explain(text, base, at),
    }
}
