//! From positions in a text that was taken out of a document back to positions in the document.
//!
//! The text may lack what the document has between its lines (`> `, `% `, JSON escapes), so the way back is a list of pieces.

use crate::diagnostic::{Diagnostic, Span};

/// Where the bytes of an extracted text stand in its document.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Places {
    /// Start of a piece in the text and in the document; both ascend.
    pieces: Vec<(u32, u32)>,
}

impl Places {
    /// The text stands in the document as it is, from `offset` on.
    pub fn at(offset: usize) -> Self {
        let mut places = Places::default();
        places.piece(0, offset);
        places
    }

    /// From `text` on, the text stands at `document`.
    pub fn piece(&mut self, text: usize, document: usize) {
        let piece = Span::new(text, document);
        match self.pieces.last_mut() {
            Some(last) if last.0 == piece.start => last.1 = piece.end,
            Some(last) if last.1.wrapping_add(piece.start - last.0) == piece.end => {}
            _ => self.pieces.push((piece.start, piece.end)),
        }
    }

    /// The place in the document of the byte `at` of the text.
    pub fn position(&self, at: u32) -> u32 {
        let after = self.pieces.partition_point(|piece| piece.0 <= at);
        match self.pieces.get(after.saturating_sub(1)) {
            Some(&(text, document)) => document.saturating_add(at.saturating_sub(text)),
            None => at,
        }
    }

    /// The span in the document of a span of the text.
    pub fn span(&self, span: Span) -> Span {
        let start = self.position(span.start);
        if span.end <= span.start {
            return Span { start, end: start };
        }
        // The last byte decides about the end: what the document has after it does not belong to the span.
        Span { start, end: self.position(span.end - 1).saturating_add(1) }
    }

    /// The same diagnostic with its labels moved to the document.
    pub fn diagnostic(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        for label in &mut diagnostic.labels {
            label.span = self.span(label.span);
        }
        diagnostic
    }

    /// The places of the part `range` of the text.
    pub fn part(&self, range: std::ops::Range<usize>) -> Places {
        let cut = Span::new(range.start, range.end);
        let mut places = Places::default();
        places.pieces.push((0, self.position(cut.start)));
        let first = self.pieces.partition_point(|piece| piece.0 <= cut.start);
        for &(text, document) in self.pieces.iter().skip(first).take_while(|piece| piece.0 < cut.end) {
            places.pieces.push((text - cut.start, document));
        }
        places
    }

    /// The places of a text of so many bytes with another one behind it.
    pub fn followed_by(&self, length: usize, other: &Places) -> Places {
        let mut places = self.clone();
        for &(text, document) in &other.pieces {
            places.piece(length + text as usize, document as usize);
        }
        places
    }

    /// The places in the outermost document, where `self` leads from a text of so many bytes to one that `outer` leads further.
    pub fn within(&self, outer: &Places, text_length: usize) -> Places {
        if outer.pieces.len() == 1 && outer.pieces[0] == (0, 0) {
            return self.clone();
        }
        let end = Span::new(0, text_length).end;
        let mut places = Places::default();
        for (number, &(text, middle)) in self.pieces.iter().enumerate() {
            let length = self.pieces.get(number + 1).map_or(end.saturating_sub(text), |next| next.0 - text);
            places.pieces.push((text, outer.position(middle)));
            let first = outer.pieces.partition_point(|piece| piece.0 <= middle);
            let inside = |piece: &&(u32, u32)| piece.0 - middle < length;
            for &(from, document) in outer.pieces.iter().skip(first).take_while(inside) {
                places.pieces.push((text + (from - middle), document));
            }
        }
        places
    }
}
