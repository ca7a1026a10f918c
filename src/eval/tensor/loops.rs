//! What a loop needs when it is compiled: the order of its axes, registers that are free.

/// Registers that are free.
#[derive(Default)]
pub(super) struct Pool {
    free: Vec<usize>,
    /// How many there are in all.
    pub(super) count: usize,
}

impl Pool {
    pub(super) fn take(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            self.count += 1;
            self.count - 1
        })
    }

    pub(super) fn give(&mut self, register: usize) {
        self.free.push(register);
    }
}

/// The axes in the order of the loops, those of size 1 left out: innermost the one along which most operands are
/// dense.
pub(super) fn order(space: &[usize], loads: &[&[usize]], out: &[usize]) -> Vec<usize> {
    let mut axes: Vec<usize> = (0..space.len()).filter(|&axis| space[axis] != 1).collect();
    let all = || loads.iter().copied().chain([out, out]);
    let gain = |axis: usize| -> i64 {
        let score = |stride: usize| match stride {
            1 => 2,
            0 => 1,
            _ => -1,
        };
        all().map(|strides| score(strides[axis])).sum()
    };
    let reach = |axis: usize| all().map(|strides| strides[axis]).sum::<usize>();
    axes.sort_by_key(|&axis| (std::cmp::Reverse(reach(axis)), axis));
    let inner = axes.iter().copied().max_by_key(|&axis| (gain(axis), space[axis].min(32)));
    if let Some(inner) = inner {
        axes.retain(|&axis| axis != inner);
        axes.push(inner);
    }
    axes
}
