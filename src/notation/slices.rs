//! Selections that pick entries of one other factor: x₃, x_{2:n}, X_{i,:}.

use crate::expr::{ExprId, Label, Node, NumberId, Selection};
use crate::notation::form::{FormReader, row_pattern, takes_power};
use crate::notation::formula::Typesetter;
use crate::notation::index::{self, Index, Mark, Pick, last_of};
use crate::notation::layout::{Face, Layout, Sheet};
use crate::notation::matrix::Letters;
use crate::notation::piece::{Kind, Level, Piece};
use crate::shape::{Affine, SizeId};

/// What a selection does to the axis of another factor.
struct Cut {
    selection: usize,
    factor: usize,
    axis: usize,
    /// The label that the axis has from now on.
    label: Option<Label>,
    pick: Pick,
}

impl Cut {
    fn make(self, letters: &mut Letters, picks: &mut [Vec<(Pick, Option<Label>)>]) {
        picks[self.factor][self.axis] = (self.pick, self.label);
        letters.labels.factors[self.selection].clear();
        letters.labels.factors[self.factor] = picks[self.factor].iter().filter_map(|(_, label)| *label).collect();
    }
}

impl Typesetter<'_> {
    /// Puts selections into the indices of what they select from; the factors that did so go. A selection of one entry
    /// that is left is a unit vector; `None` if another one is left.
    pub(super) fn absorb_selections(&mut self, sheet: &mut Sheet, letters: &mut Letters) -> Option<()> {
        let is_selection = |letters: &Letters, at: usize| {
            matches!(self.network.arena.node(letters.factors[at].base), Node::Selection(_))
        };
        let picks_classes = self.picking_classes(&letters.factors, &letters.labels, &[]);
        if picks_classes.is_empty() && !(0..letters.factors.len()).any(|at| is_selection(letters, at)) {
            return Some(());
        }
        let mut picks: Vec<Vec<(Pick, Option<Label>)>> = letters
            .labels
            .factors
            .iter()
            .map(|axes| axes.iter().map(|&label| (Pick::All, Some(label))).collect())
            .collect();
        let mut gone = Vec::new();
        while let Some(cut) =
            (0..letters.factors.len()).filter(|at| !gone.contains(at)).find_map(|at| self.cut(letters, at, &picks))
        {
            gone.push(cut.selection);
            cut.make(letters, &mut picks);
        }
        for (at, label) in picks_classes {
            let Some(cut) = self.class_cut(sheet, letters, at, label, &picks) else { continue };
            gone.push(cut.selection);
            cut.make(letters, &mut picks);
        }
        for (at, picks) in picks.iter().enumerate() {
            if picks.iter().any(|(pick, _)| *pick != Pick::All) {
                let all: Vec<Pick> = picks.iter().map(|(pick, _)| pick.clone()).collect();
                let shown = self.shown_slice(sheet, letters.factors[at].base, &all);
                letters.pieces[at] = match shown {
                    Some(piece) => piece,
                    None => self.sliced(sheet, letters.pieces[at], &all),
                };
                letters.traits[at].symmetric = false;
                letters.sliced[at] = true;
            } else if is_selection(letters, at) && !gone.contains(&at) {
                let selection = self.selection_at(letters, at)?.clone();
                if letters.labels.factors[at].len() != 1 {
                    return None;
                }
                letters.pieces[at] = self.unit_vector(sheet, &selection)?;
            }
        }
        // A label that a cut replaced is met no more and does not count either.
        gone.sort_unstable();
        for at in gone.into_iter().rev() {
            letters.remove(at);
        }
        letters.drop_unused();
        Some(())
    }

    fn selection_at(&self, letters: &Letters, at: usize) -> Option<&Selection> {
        match self.network.arena.node(letters.factors[at].base) {
            Node::Selection(selection) if letters.factors[at].exponent == NumberId::ONE => {
                Some(self.network.arena.selection_of(selection))
            }
            _ => None,
        }
    }

    /// The cut that a selection makes: one of its labels is summed and stands on one axis of one other factor; what
    /// else it has is one label that goes on by the same steps, or nothing. Of two a cut that stays on its axis: aᵀx₁:ₙ.
    fn cut(&self, letters: &Letters, at: usize, picks: &[Vec<(Pick, Option<Label>)>]) -> Option<Cut> {
        let selection = self.selection_at(letters, at)?;
        let axes = &letters.labels.factors[at];
        let mut leaving = None;
        for (own, &label) in axes.iter().enumerate() {
            if !letters.labels.is_summed(label) || letters.labels.uses(label) != 2 {
                continue;
            }
            let other = (0..picks.len()).find(|&other| other != at && letters.labels.factors[other].contains(&label));
            let Some(factor) = other.filter(|&other| self.selection_at(letters, other).is_none()) else { continue };
            let axis = picks[factor].iter().position(|(pick, own)| *own == Some(label) && *pick == Pick::All);
            let (Some(axis), NumberId::ONE) = (axis, letters.factors[factor].exponent) else { continue };
            let rest: Vec<Label> = axes.iter().copied().filter(|other| *other != label).collect();
            let indices: Vec<Index> =
                axes.iter().map(|&other| if other == label { Index::default() } else { Index::letter('i') }).collect();
            let Some(solved) = Index::solve(selection, own, &indices) else { continue };
            let length = self.network.arena.shapes().affine(letters.labels.sizes[label as usize]);
            let (pick, label) = match (rest.as_slice(), solved.marks.as_slice()) {
                ([], []) => (Pick::At(solved.offset), None),
                ([one], [(Mark::Letter('i'), 1)]) => {
                    let size = self.network.arena.shapes().affine(letters.labels.sizes[*one as usize]);
                    let Some(from) = solved.offset.plus(&Affine::constant(1), 1) else { continue };
                    let Some(to) = last_of(&from, &size) else { continue };
                    (Pick::Range(from, to), Some(*one))
                }
                _ => continue,
            };
            let stays = match &pick {
                Pick::Range(from, to) => {
                    let above = length.plus(to, -1).and_then(|above| above.least());
                    from.least().is_some_and(|from| from >= 1) && above.is_some_and(|above| above >= 0)
                }
                _ => true,
            };
            let cut = Cut { selection: at, factor, axis, label, pick };
            if stays {
                return Some(cut);
            }
            leaving = leaving.or(Some(cut));
        }
        leaving
    }

    /// The cut that one class number makes: p_o for a p that is met with onehot(o) alone.
    fn class_cut(
        &mut self,
        sheet: &mut Sheet,
        letters: &Letters,
        at: usize,
        label: Label,
        picks: &[Vec<(Pick, Option<Label>)>],
    ) -> Option<Cut> {
        if letters.labels.factors[at].len() != 1 || letters.labels.uses(label) != 2 {
            return None;
        }
        let factor = (0..picks.len()).find(|&other| other != at && letters.labels.factors[other].contains(&label))?;
        let axis = picks[factor].iter().position(|(pick, own)| *own == Some(label) && *pick == Pick::All)?;
        let is_plain =
            letters.factors[factor].exponent == NumberId::ONE && self.selection_at(letters, factor).is_none();
        let classes = self.classes_of(letters.factors[at].base).filter(|_| is_plain)?;
        let class = self.known(classes);
        let pick = Pick::Class(self.signed(sheet, class));
        Some(Cut { selection: at, factor, axis, label: None, pick })
    }

    /// What `show X[i, :] as x_i` gives for a row of a quantity.
    fn shown_slice(&mut self, sheet: &mut Sheet, base: ExprId, picks: &[Pick]) -> Option<Piece> {
        let quantity = self.network.quantity(self.arena().as_name(base)?);
        for show in &self.network.shows {
            let Some((stem, axes)) = row_pattern(show) else { continue };
            if *stem != *quantity.stem || !quantity.indices.is_empty() || axes.len() != picks.len() {
                continue;
            }
            let bound: Option<Vec<Option<(String, String)>>> = axes
                .iter()
                .zip(picks)
                .map(|(axis, pick)| match (axis, pick) {
                    (None, Pick::All) => Some(None),
                    (Some(letter), Pick::At(entry)) => Some(Some(((*letter).to_owned(), self.entry_words(entry)?))),
                    _ => None,
                })
                .collect();
            let Some(bound) = bound else { continue };
            let letters: Vec<(String, String)> = bound.into_iter().flatten().collect();
            let layout = FormReader::new(&show.form, "", &letters).read(sheet)?;
            let scripted = match sheet.get(layout) {
                Layout::Script { sup: Some(_), .. } => true,
                Layout::Verbatim { latex, .. } => !takes_power(latex),
                _ => false,
            };
            let level = if scripted { Level::Scripted } else { Level::Atom };
            return Some(Piece { layout, level, kind: Kind::Letter, negative: false, tall: false });
        }
        None
    }

    /// An index that is a number or a size, as a word.
    fn entry_words(&self, entry: &Affine) -> Option<String> {
        match (entry.sizes.as_slice(), entry.constant) {
            ([], constant) => Some(constant.to_string()),
            (&[(SizeId(size), 1)], 0) => Some(self.network.quantities[size as usize].stem.to_string()),
            _ => None,
        }
    }

    fn sliced(&mut self, sheet: &mut Sheet, base: Piece, picks: &[Pick]) -> Piece {
        let below = index::slice(sheet, self.network, picks);
        let open = base.level < Level::Scripted || base.negative;
        let body = if open { self.parenthesised(sheet, base) } else { base.layout };
        let layout = self.with_subscript(sheet, body, below);
        Piece { layout, level: Level::Atom, kind: Kind::Letter, negative: false, tall: base.tall }
    }

    /// e₃ for 𝟙[i = 3].
    pub(super) fn unit_vector(&mut self, sheet: &mut Sheet, selection: &Selection) -> Option<Piece> {
        let entry = Index::solve(selection, 0, &[Index::default()])?;
        let taken = self.network.quantities.iter().any(|quantity| &*quantity.stem == "e");
        let face = if taken { Face::Bold } else { Face::Italic };
        let base = sheet.push(Layout::Symbol { text: "e".to_owned(), face });
        let sub = Some(index::one(sheet, self.network, &entry));
        let layout = sheet.push(Layout::Script { base, sub, sup: None, primes: 0 });
        Some(Piece { layout, level: Level::Atom, kind: Kind::Letter, negative: false, tall: false })
    }
}
