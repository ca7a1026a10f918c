//! Expressions: operands, calls, folds, conditions and indices.
//!
//! Takes a pair of the grammar; gives a node of the tree. The recursion of these functions is bounded by the cap on
//! nesting in `statements`.

use pest::iterators::Pair;

use super::precedence::{Reader, Token};
use super::{Builder, Read, Rule};
use crate::diagnostic::{Diagnostic, Span};
use crate::rational::Rational;
use crate::syntax::ast::{
    AstCondition, AstId, AstList, AstNode, BinaryOperator, Comparison, Fold, Symbol, UnaryOperator,
};

impl Builder<'_> {
    pub(super) fn expression(&mut self, pair: Pair<'_, Rule>) -> Read<AstId> {
        let mut line: Vec<Token> = Vec::new();
        for part in pair.into_inner() {
            let token = self.token(part, &mut line)?;
            line.extend(token);
        }
        Reader::new(self.text, &mut self.ast, &line).sum()
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

    pub(super) fn condition(&mut self, pair: Pair<'_, Rule>) -> Read<AstCondition> {
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

    pub(super) fn items(&mut self, pair: Pair<'_, Rule>) -> Read<AstList> {
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
    pub(super) fn range(&mut self, pair: Pair<'_, Rule>) -> Read<AstId> {
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
