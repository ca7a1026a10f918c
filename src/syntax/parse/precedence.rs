//! Precedence: a flat line of operands and operators, put together in loops.

use super::Read;
use crate::diagnostic::Diagnostic;
use crate::syntax::ast::{Ast, AstId, AstNode, BinaryOperator, UnaryOperator};

/// An operand or operator of a flat expression.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Token {
    Operand(AstId),
    Plus,
    Minus,
    Times,
    Divide,
    MatrixTimes,
    Power,
}

/// Puts operands and operators together by precedence, in loops.
pub(super) struct Reader<'a> {
    /// The file.
    text: &'a str,
    ast: &'a mut Ast,
    line: &'a [Token],
    at: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the beginning of a line.
    pub(super) fn new(text: &'a str, ast: &'a mut Ast, line: &'a [Token]) -> Self {
        Reader { text, ast, line, at: 0 }
    }

    fn peek(&self) -> Option<Token> {
        self.line.get(self.at).copied()
    }

    /// The whole line.
    pub(super) fn sum(&mut self) -> Read<AstId> {
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
            value = Some(if minus { self.with_its_sign(power) } else { power });
        }
        value.ok_or_else(|| Diagnostic::error("syntax", "an operand is missing"))
    }

    /// A minus before an operand; errors quote it with the operand.
    fn with_its_sign(&mut self, operand: AstId) -> AstId {
        let mut span = self.ast.span(operand);
        let before = self.text.get(..span.start as usize).unwrap_or_default().trim_end();
        if let Some(sign) = ['-', '−'].into_iter().find(|&sign| before.ends_with(sign)) {
            span.start = (before.len() - sign.len_utf8()) as u32;
        }
        self.ast.push(AstNode::Unary { operator: UnaryOperator::Negate, operand }, span)
    }

    /// A term that is subtracted.
    fn negated(&mut self, operand: AstId) -> AstId {
        let span = self.ast.span(operand);
        self.ast.push(AstNode::Unary { operator: UnaryOperator::Negate, operand }, span)
    }
}
