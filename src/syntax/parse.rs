//! The grammar's rules and their way into the tree: the only file that knows pest.
//!
//! Takes a text; gives statements and expressions in an [`Ast`], or diagnostics with places.

use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::Pair;
use pest_derive::Parser;

use crate::diagnostic::{Diagnostic, Span};
use crate::rational::Rational;
use crate::syntax::ast::{
    Assignment, Ast, AstCondition, AstId, AstList, AstNode, BinaryOperator, Comparison, Declaration, Fold, NameRef,
    Role, ShapeExpr, ShapeKind, Signature, Spanned, Statement, Symbol, UnaryOperator,
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
            Rule::assumption => vec![self.assumption(pair)?],
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

    fn assumption(&mut self, pair: Pair<'_, Rule>) -> Read<Statement> {
        let span = self.span(&pair);
        let condition = pair.into_inner().find(|part| part.as_rule() == Rule::condition);
        let condition = condition.ok_or_else(|| self.confused(span))?;
        Ok(Statement::Assume { condition: self.condition(condition)? })
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

/// Expressions. The recursion of these functions is bounded by the cap on nesting in `statements`.
impl Builder<'_> {
    fn expression(&mut self, pair: Pair<'_, Rule>) -> Read<AstId> {
        let mut line: Vec<Token> = Vec::new();
        for part in pair.into_inner() {
            let token = self.token(part, &mut line)?;
            line.extend(token);
        }
        let mut reader = Reader { ast: &mut self.ast, line: &line, at: 0 };
        reader.sum()
    }

    /// One operator or operand; a postfix changes the operand before it.
    fn token(&mut self, part: Pair<'_, Rule>, line: &mut Vec<Token>) -> Read<Option<Token>> {
        let span = self.span(&part);
        let operand = match part.as_rule() {
            Rule::prefix => return Ok(Some(if part.as_str() == "+" { Token::Plus } else { Token::Minus })),
            Rule::infix => {
                let operator = part.as_str();
                let inner = part.into_inner().next().map(|inner| inner.as_rule());
                return Ok(Some(match (inner, operator) {
                    (Some(Rule::power), _) => Token::Power,
                    (Some(_), _) => Token::Times,
                    (_, "+") => Token::Plus,
                    (_, "/") => Token::Divide,
                    (_, "@") => Token::MatrixTimes,
                    _ => Token::Minus,
                }));
            }
            Rule::transpose | Rule::superscript | Rule::primes | Rule::items => {
                let Some(Token::Operand(operand)) = line.pop() else { return Err(self.confused(span)) };
                Token::Operand(self.postfix(operand, part)?)
            }
            _ => Token::Operand(self.primary(part)?),
        };
        Ok(Some(operand))
    }

    fn postfix(&mut self, operand: AstId, part: Pair<'_, Rule>) -> Read<AstId> {
        let span = self.ast.span(operand).to(self.span(&part));
        match part.as_rule() {
            Rule::items => {
                let items = self.items(part)?;
                Ok(self.ast.push(AstNode::Index { base: operand, items }, span))
            }
            Rule::superscript => {
                let here = self.span(&part);
                let exponent = self.number(&superscript_digits(part.as_str()), here)?;
                let node = AstNode::Binary { operator: BinaryOperator::Power, left: operand, right: exponent };
                Ok(self.ast.push(node, span))
            }
            Rule::transpose => Ok(self.transposed(operand, 1, span)),
            _ => Ok(self.transposed(operand, prime_count(part.as_str()).max(1), span)),
        }
    }

    fn transposed(&mut self, operand: AstId, times: u8, span: Span) -> AstId {
        (0..times).fold(operand, |operand, _| {
            self.ast.push(AstNode::Unary { operator: UnaryOperator::Transpose, operand }, span)
        })
    }

    fn primary(&mut self, pair: Pair<'_, Rule>) -> Read<AstId> {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::number => self.number(pair.as_str(), span),
            Rule::text => {
                self.ast.strings.push(pair.as_str().trim_matches('"').to_owned());
                let index = self.ast.strings.len() as u32 - 1;
                Ok(self.ast.push(AstNode::Text(index), span))
            }
            Rule::group => match pair.into_inner().next() {
                Some(inner) => {
                    let inner = self.expression(inner)?;
                    self.ast.enclose(inner, span);
                    Ok(inner)
                }
                None => Err(self.confused(span)),
            },
            Rule::list => {
                let items: Vec<AstId> = pair.into_inner().map(|item| self.expression(item)).collect::<Read<_>>()?;
                let items = self.ast.push_list(&items);
                Ok(self.ast.push(AstNode::List(items), span))
            }
            Rule::conditional => self.conditional(pair),
            _ => self.named(pair),
        }
    }

    fn number(&mut self, text: &str, span: Span) -> Read<AstId> {
        let (digits, negative) = text.strip_prefix('-').map_or((text, false), |digits| (digits, true));
        let Some(value) = Rational::parse(digits) else {
            return Err(Diagnostic::error("bad-value", "this number is too long to be kept exactly").at(span, ""));
        };
        Ok(self.ast.push_number(if negative { value.neg() } else { value }, span))
    }

    /// A name, a call, a derivative of a function, a fold.
    fn named(&mut self, pair: Pair<'_, Rule>) -> Read<AstId> {
        let span = self.span(&pair);
        let mut parts = pair.into_inner();
        let Some(name) = parts.next() else { return Err(self.confused(span)) };
        let (symbol, name_span) = (self.symbol(&name), self.span(&name));
        let mut primes = 0;
        for part in parts {
            match part.as_rule() {
                Rule::primes => primes = prime_count(part.as_str()),
                _ => return self.call(symbol, name_span, name.as_str(), primes, part, span),
            }
        }
        let id = self.ast.push(AstNode::Name(symbol), name_span);
        Ok(self.transposed(id, primes, span))
    }

    fn call(
        &mut self,
        function: Symbol,
        name_span: Span,
        name: &str,
        primes: u8,
        arguments: Pair<'_, Rule>,
        span: Span,
    ) -> Read<AstId> {
        let mut positional = Vec::new();
        let mut keywords = Vec::new();
        let mut binder = None;
        for argument in arguments.into_inner() {
            let here = self.span(&argument);
            match argument.as_rule() {
                Rule::binder if positional.is_empty() && binder.is_none() => binder = Some(self.binder(argument)?),
                Rule::binder => {
                    return Err(Diagnostic::error("syntax", "the index comes first, once")
                        .at(here, "")
                        .hint("write `sum(i in 1..n, …)`, and a sum inside a sum for two indices"));
                }
                Rule::keyword => {
                    let mut inner = argument.into_inner();
                    let (Some(key), Some(value)) = (inner.next(), inner.next()) else {
                        return Err(self.confused(here));
                    };
                    let key = (self.symbol(&key), self.span(&key), self.expression(value)?);
                    keywords.push(key);
                }
                _ => positional.push(self.expression(argument)?),
            }
        }
        if let Some((index, range, condition)) = binder {
            return self.fold(name, name_span, index, range, condition, &positional, span);
        }
        let arguments = self.ast.push_list(&positional);
        let keywords = (!keywords.is_empty()).then(|| {
            self.ast.keywords.push(keywords);
            self.ast.keywords.len() as u32 - 1
        });
        Ok(self.ast.push(AstNode::Call { function, name_span, primes, arguments, keywords }, span))
    }

    fn binder(&mut self, pair: Pair<'_, Rule>) -> Read<(Symbol, AstId, Option<AstCondition>)> {
        let span = self.span(&pair);
        let mut parts = pair.into_inner().filter(|part| !matches!(part.as_rule(), Rule::in_word | Rule::if_word));
        let (Some(name), Some(range)) = (parts.next(), parts.next()) else { return Err(self.confused(span)) };
        let index = self.symbol(&name);
        let range = self.range(range)?;
        let condition = parts.next().map(|condition| self.condition(condition)).transpose()?;
        Ok((index, range, condition))
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a fold, each read once")]
    fn fold(
        &mut self,
        name: &str,
        name_span: Span,
        index: Symbol,
        range: AstId,
        condition: Option<AstCondition>,
        bodies: &[AstId],
        span: Span,
    ) -> Read<AstId> {
        let fold = match name {
            "sum" => Fold::Sum,
            "prod" => Fold::Product,
            "max" => Fold::Max,
            "min" => Fold::Min,
            _ => {
                let error = Diagnostic::error("syntax", format!("`{name}` does not run over an index"));
                return Err(error.at(name_span, "").hint("`sum`, `prod`, `max` and `min` do"));
            }
        };
        let &[body] = bodies else {
            let error = Diagnostic::error("syntax", "one expression must follow the index").at(span, "");
            return Err(error.hint("write `sum(i in 1..n, x[i])`"));
        };
        Ok(self.ast.push(AstNode::Fold { fold, index, range, condition, body }, span))
    }

    fn conditional(&mut self, pair: Pair<'_, Rule>) -> Read<AstId> {
        let span = self.span(&pair);
        let words = [Rule::if_word, Rule::then_word, Rule::else_word];
        let mut parts = pair.into_inner().filter(|part| !words.contains(&part.as_rule()));
        let (Some(condition), Some(then), Some(otherwise)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(self.confused(span));
        };
        let AstCondition { left, comparison, right } = self.condition(condition)?;
        let (then, otherwise) = (self.expression(then)?, self.expression(otherwise)?);
        Ok(self.ast.push(AstNode::If { comparison, left, right, then, otherwise }, span))
    }

    fn condition(&mut self, pair: Pair<'_, Rule>) -> Read<AstCondition> {
        let span = self.span(&pair);
        let mut parts = pair.into_inner();
        let (Some(left), Some(sign), Some(right)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(self.confused(span));
        };
        let comparison = match sign.as_str() {
            "<" => Comparison::Less,
            "<=" | "≤" => Comparison::LessEqual,
            ">" => Comparison::Greater,
            ">=" | "≥" => Comparison::GreaterEqual,
            "!=" | "≠" => Comparison::NotEqual,
            _ => Comparison::Equal,
        };
        Ok(AstCondition { left: self.expression(left)?, comparison, right: self.expression(right)? })
    }

    fn items(&mut self, pair: Pair<'_, Rule>) -> Read<AstList> {
        let mut items = Vec::new();
        for part in pair.into_inner() {
            let span = self.span(&part);
            items.push(match part.as_rule() {
                Rule::all => self.ast.push(AstNode::All, span),
                Rule::new_axis => self.ast.push(AstNode::NewAxis, span),
                _ => self.range(part)?,
            });
        }
        Ok(self.ast.push_list(&items))
    }

    /// `a..b`, or one expression.
    fn range(&mut self, pair: Pair<'_, Rule>) -> Read<AstId> {
        let span = self.span(&pair);
        let mut parts = pair.into_inner();
        let Some(lower) = parts.next() else { return Err(self.confused(span)) };
        let lower = self.expression(lower)?;
        match parts.next() {
            None => Ok(lower),
            Some(upper) => {
                let upper = self.expression(upper)?;
                Ok(self.ast.push(AstNode::Range { lower, upper }, span))
            }
        }
    }
}

/// An operand or operator of a flat expression.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Token {
    Operand(AstId),
    Plus,
    Minus,
    Times,
    Divide,
    MatrixTimes,
    Power,
}

/// Puts operands and operators together by precedence, in loops.
struct Reader<'a> {
    ast: &'a mut Ast,
    line: &'a [Token],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<Token> {
        self.line.get(self.at).copied()
    }

    fn sum(&mut self) -> Read<AstId> {
        let mut terms = vec![self.term()?];
        while let Some(sign) = self.peek() {
            self.at += 1;
            let term = self.term()?;
            terms.push(match sign {
                Token::Minus => self.negated(term),
                _ => term,
            });
        }
        if let [only] = terms[..] {
            return Ok(only);
        }
        let span = self.ast.span(terms[0]).to(self.ast.span(terms[terms.len() - 1]));
        let terms = self.ast.push_list(&terms);
        Ok(self.ast.push(AstNode::Sum { terms }, span))
    }

    fn term(&mut self) -> Read<AstId> {
        let mut factors = vec![self.signed()?];
        loop {
            let operator = match self.peek() {
                Some(Token::Times) => None,
                Some(Token::Divide) => Some(BinaryOperator::Divide),
                Some(Token::MatrixTimes) => Some(BinaryOperator::MatrixMultiply),
                _ => return Ok(self.product(&factors)),
            };
            self.at += 1;
            let right = self.signed()?;
            match operator {
                None => factors.push(right),
                Some(operator) => {
                    let left = self.product(&factors);
                    let span = self.ast.span(left).to(self.ast.span(right));
                    factors = vec![self.ast.push(AstNode::Binary { operator, left, right }, span)];
                }
            }
        }
    }

    fn product(&mut self, factors: &[AstId]) -> AstId {
        if let [only] = *factors {
            return only;
        }
        let span = self.ast.span(factors[0]).to(self.ast.span(factors[factors.len() - 1]));
        let factors = self.ast.push_list(factors);
        self.ast.push(AstNode::Product { factors }, span)
    }

    /// Signs, then a power: `-x^2` is −(x²), `2^-x^2` is 2^(−(x²)).
    fn signed(&mut self) -> Read<AstId> {
        let mut levels: Vec<(bool, AstId)> = Vec::new();
        loop {
            let mut minus = false;
            while let Some(sign @ (Token::Plus | Token::Minus)) = self.peek() {
                minus ^= sign == Token::Minus;
                self.at += 1;
            }
            let Some(Token::Operand(operand)) = self.peek() else {
                return Err(Diagnostic::error("syntax", "an operand is missing"));
            };
            self.at += 1;
            levels.push((minus, operand));
            if self.peek() != Some(Token::Power) {
                break;
            }
            self.at += 1;
        }
        let mut value: Option<AstId> = None;
        for (minus, operand) in levels.into_iter().rev() {
            let power = match value {
                None => operand,
                Some(right) => {
                    let span = self.ast.span(operand).to(self.ast.span(right));
                    let node = AstNode::Binary { operator: BinaryOperator::Power, left: operand, right };
                    self.ast.push(node, span)
                }
            };
            value = Some(if minus { self.negated(power) } else { power });
        }
        value.ok_or_else(|| Diagnostic::error("syntax", "an operand is missing"))
    }

    fn negated(&mut self, operand: AstId) -> AstId {
        let span = self.ast.span(operand);
        self.ast.push(AstNode::Unary { operator: UnaryOperator::Negate, operand }, span)
    }
}

fn prime_count(primes: &str) -> u8 {
    primes.chars().map(|prime| if prime == '″' { 2 } else { 1 }).fold(0u8, u8::saturating_add)
}

fn superscript_digits(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '⁻' => '-',
            '¹' => '1',
            '²' => '2',
            '³' => '3',
            _ => char::from_digit(letter as u32 - '⁰' as u32, 10).unwrap_or('0'),
        })
        .collect()
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
