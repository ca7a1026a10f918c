//! In which buffer the numbers of a node lie: nodes that are not needed at the same time may share one.

use std::ops::Range;

use crate::eval::tensor::graph::{Graph, NodeId};
use crate::eval::tensor::program::{Fate, Instruction, Repeated, Written};

/// Which buffer a node lives in.
pub(super) struct Places {
    pub(super) of: Vec<usize>,
    pub(super) lengths: Vec<usize>,
    /// How many numbers of a node are held.
    held: Vec<usize>,
    last_use: Vec<usize>,
    free: Vec<usize>,
    /// The instructions that are run once for each part of a batch.
    repeated: Range<usize>,
    /// The nodes whose numbers come together while these run.
    gathered: Vec<NodeId>,
}

impl Places {
    pub(super) fn new(graph: &Graph, instructions: &[Instruction], repeated: Option<&Repeated>) -> Self {
        let mut last_use = vec![0; graph.nodes.len()];
        let mut held: Vec<usize> = graph.nodes.iter().map(|node| node.count()).collect();
        for (at, instruction) in instructions.iter().enumerate() {
            instruction.action.reads().into_iter().for_each(|node| last_use[node.0 as usize] = at);
            let own = &mut last_use[instruction.to.0 as usize];
            *own = (*own).max(at);
        }
        let repeated = repeated.map_or(0..0, |repeated| repeated.instructions.clone());
        let (mut written, mut gathered) = (vec![false; graph.nodes.len()], Vec::new());
        for Instruction { to, target, .. } in &instructions[repeated.clone()] {
            if target.gathers || target.row > 0 {
                gathered.push(*to);
            } else {
                held[to.0 as usize] = target.len;
                written[to.0 as usize] = true;
            }
        }
        // What a part writes anew may make room within the part; all else must last until the last part.
        for instruction in &instructions[repeated.clone()] {
            for node in instruction.action.reads().into_iter().filter(|node| !written[node.0 as usize]) {
                last_use[node.0 as usize] = usize::MAX;
            }
        }
        gathered.iter().for_each(|node| last_use[node.0 as usize] = usize::MAX);
        let of = vec![usize::MAX; graph.nodes.len()];
        Places { of, lengths: Vec::new(), held, last_use, free: Vec::new(), repeated, gathered }
    }

    /// Nothing else is put where this node is.
    pub(super) fn keep(&mut self, node: NodeId) {
        self.last_use[node.0 as usize] = usize::MAX;
    }

    /// A buffer of exactly this length, one that is free if there is one.
    pub(super) fn place(&mut self, node: NodeId, length: usize) {
        let free = self.free.iter().position(|&buffer| self.lengths[buffer] == length);
        let buffer = match free {
            Some(at) => self.free.swap_remove(at),
            None => {
                self.lengths.push(length);
                self.lengths.len() - 1
            }
        };
        self.of[node.0 as usize] = buffer;
    }

    fn place_once(&mut self, node: NodeId) {
        if self.of[node.0 as usize] == usize::MAX {
            self.place(node, self.held[node.0 as usize]);
        }
    }

    /// Places what the instructions compute; they share buffers if `shares`.
    pub(super) fn place_all(&mut self, instructions: &[Instruction], shares: bool) {
        for (at, instruction) in instructions.iter().enumerate() {
            if at == self.repeated.start {
                std::mem::take(&mut self.gathered).into_iter().for_each(|node| self.place_once(node));
            }
            self.place_once(instruction.to);
            if !shares {
                continue;
            }
            let mut done = instruction.action.reads();
            done.push(instruction.to);
            done.sort_unstable();
            done.dedup();
            for node in done.into_iter().filter(|node| self.last_use[node.0 as usize] == at) {
                self.free.push(self.of[node.0 as usize]);
            }
        }
    }

    /// The buffers that the instructions of a part write.
    pub(super) fn written(&self, part: &[Instruction]) -> Vec<Written> {
        let mut written: Vec<Written> = Vec::new();
        for Instruction { to, target, .. } in part {
            let fate = match target.row {
                _ if target.gathers => Fate::Gathered,
                0 => Fate::Replaced,
                row => Fate::Kept(row),
            };
            let buffer = self.of[to.0 as usize];
            if written.iter().all(|known| known.buffer != buffer) {
                written.push(Written { buffer, fate });
            }
        }
        written
    }
}
