//! Arrangements: joining, turning round and reshaping tensors, and powers of matrices.

use crate::expr::{Arena, Axis, Factor, Label, LabelsBuilder, NumberId, Operand, Selection};
use crate::function::builder::{Options, Refusal};
use crate::function::{Entry, Form, Group, Kernel, Written};
use crate::shape::{Affine, Dim};

const TENSOR: Entry = Entry { group: Group::LinearAlgebra, kernel: Kernel::Tensor, ..Entry::UNARY };

/// The largest power of a matrix.
const MAX_POWER: i64 = 64;

/// The entries, each after those that its definition uses.
pub static ENTRIES: &[Entry] = &[
    Entry {
        name: "matpow",
        written: Written::Operator { text: "matpow", latex: "" },
        form: Form::Built(matrix_power),
        parameters: &["A", "k"],
        summary: "A @ A @ …, k times; k is a whole number",
        ..TENSOR
    },
    Entry {
        name: "concat",
        written: Written::Operator { text: "concat", latex: "" },
        form: Form::Built(concatenation),
        variadic: true,
        options: &["axis"],
        summary: "tensors one after the other along an axis, the first if none is named",
        ..TENSOR
    },
    Entry {
        name: "flip",
        written: Written::Operator { text: "flip", latex: "" },
        form: Form::Built(flipped),
        options: &["axis"],
        summary: "the entries in reverse order along an axis, or along all",
        ..TENSOR
    },
    Entry {
        name: "reshape",
        written: Written::Operator { text: "reshape", latex: "" },
        form: Form::Built(reshaped),
        parameters: &["x", "n"],
        variadic: true,
        summary: "axes of size 1 added or left out; other changes of shape cannot be derived",
        ..TENSOR
    },
];

fn matrix_power(arena: &mut Arena, operands: &[Operand], _: &Options) -> Result<Operand, Refusal> {
    let dims = operands[0].dims();
    match dims[..] {
        [rows, columns] if arena.shapes().same(rows, columns) => {}
        _ => return Err(Refusal::new("`matpow` takes a square matrix, not {0}")),
    }
    let power = arena.as_dim(operands[1].expr).and_then(|power| arena.shapes().known(power));
    let Some(power) = power.filter(|power| *power <= MAX_POWER) else {
        let refusal = Refusal::new(format!("the power of `matpow` is a whole number from 0 to {MAX_POWER}"));
        return Err(refusal.hint("a negative power is `matpow(inv(A), k)`"));
    };
    if power == 0 {
        let expr = arena.identity(&dims[..1]);
        return Ok(arena.operand(expr));
    }
    let mut product = operands[0].clone();
    for _ in 1..power {
        product = arena
            .broadcast_matmul(&product, &operands[0])
            .map_err(|_| Refusal::new("`matpow` takes a square matrix, not {0}"))?;
    }
    Ok(product)
}

fn concatenation(arena: &mut Arena, operands: &[Operand], options: &Options) -> Result<Operand, Refusal> {
    let axis = options.axes.as_ref().and_then(|axes| axes.first().copied()).unwrap_or(0);
    let first = operands[0].dims();
    if first.len() <= axis {
        return Err(Refusal::new("`concat` joins along an axis, and {0} has none"));
    }
    let mut total = Affine::default();
    for (at, operand) in operands.iter().enumerate() {
        let dims = operand.dims();
        let fits = dims.len() == first.len()
            && (0..dims.len()).all(|other| other == axis || arena.shapes().same(dims[other], first[other]));
        if !fits {
            let refusal = Refusal::new(format!("{{0}} and {{{at}}} differ in an axis other than {axis}"));
            return Err(refusal.hint(joining_hint(arena, operands, axis)));
        }
        let size = arena.shapes().affine(dims[axis]);
        total = total.plus(&size, 1).ok_or_else(|| Refusal::new("the sizes are too large"))?;
    }
    let too_large = || Refusal::new("the sizes are too large");
    let joined = arena.shapes_mut().dim(total).ok_or_else(too_large)?;
    let mut dims = first;
    dims[axis] = joined;
    let mut before = Affine::default();
    let mut terms = Vec::with_capacity(operands.len());
    for operand in operands {
        let own_dims = operand.dims();
        let mut builder = LabelsBuilder::default();
        let own = builder.labels(&own_dims);
        let place = builder.label(joined);
        let offset = before.times(-1).ok_or_else(too_large)?;
        let shift = arena.selection(Selection { coefficients: vec![1, -1], offset }, &[joined, own_dims[axis]]);
        builder.factor(&own).factor(&[place, own[axis]]);
        let mut out = own.clone();
        out[axis] = place;
        let factors = [Factor::plain(operand.expr), Factor::plain(shift)];
        terms.push(arena.contraction(NumberId::ONE, &factors, &builder.out(&out)));
        before = before.plus(&arena.shapes().affine(own_dims[axis]), 1).ok_or_else(too_large)?;
    }
    let expr = arena.sum(&terms);
    Ok(Operand::with_dims(expr, &dims))
}

/// The axis along which tensors can be joined that cannot be joined along `axis`.
fn joining_hint(arena: &Arena, operands: &[Operand], axis: usize) -> String {
    let all: Vec<Vec<Dim>> = operands.iter().map(Operand::dims).collect();
    let rank = all[0].len();
    if all.iter().any(|dims| dims.len() != rank) {
        return "`concat` joins tensors with the same number of axes; `x[None, :]` is a vector as a row".to_owned();
    }
    let same = |dims: &[Dim], at: usize| arena.shapes().same(dims[at], all[0][at]);
    let fits = |along: &usize| all.iter().all(|dims| (0..rank).all(|at| at == *along || same(dims, at)));
    match (0..rank).find(fits) {
        Some(along) => format!("did you mean `axis={along}`? `axis={axis}` joins along another"),
        None => "the sizes of all axes but the joined one must be the same".to_owned(),
    }
}

fn flipped(arena: &mut Arena, operands: &[Operand], options: &Options) -> Result<Operand, Refusal> {
    let dims = operands[0].dims();
    let mut builder = LabelsBuilder::default();
    let own = builder.labels(&dims);
    let mut out: Vec<Label> = own.clone();
    let mut factors = vec![Factor::plain(operands[0].expr)];
    builder.factor(&own);
    for axis in options.reduced(dims.len()) {
        // i + j = n + 1.
        let offset = arena.shapes().affine(dims[axis]).plus(&Affine::constant(1), 1).and_then(|sum| sum.times(-1));
        let offset = offset.ok_or_else(|| Refusal::new("the sizes are too large"))?;
        let mirror = arena.selection(Selection { coefficients: vec![1, 1], offset }, &[dims[axis], dims[axis]]);
        let place = builder.label(dims[axis]);
        builder.factor(&[place, own[axis]]);
        factors.push(Factor::plain(mirror));
        out[axis] = place;
    }
    let expr = arena.contraction(NumberId::ONE, &factors, &builder.out(&out));
    Ok(Operand::with_dims(expr, &dims))
}

fn reshaped(arena: &mut Arena, operands: &[Operand], _: &Options) -> Result<Operand, Refusal> {
    let x = &operands[0];
    let mut wanted: Vec<Dim> = Vec::new();
    for operand in &operands[1..] {
        let dim = arena.as_dim(operand.expr).filter(|_| operand.rank() == 0);
        wanted.push(dim.ok_or_else(|| Refusal::new("`reshape` takes the tensor, then its new sizes"))?);
    }
    let is_one = |arena: &Arena, dim: &Dim| arena.shapes().known(*dim) == Some(1);
    let old: Vec<Dim> = x.dims().into_iter().filter(|dim| !is_one(arena, dim)).collect();
    let new: Vec<Dim> = wanted.iter().copied().filter(|dim| !is_one(arena, dim)).collect();
    if old.len() != new.len() || old.iter().zip(&new).any(|(&a, &b)| !arena.shapes().same(a, b)) {
        let count = |arena: &Arena, dims: &[Dim]| {
            dims.iter().try_fold(1i64, |count, &dim| count.checked_mul(arena.shapes().known(dim)?))
        };
        if let (Some(have), Some(need)) = (count(arena, &old), count(arena, &new))
            && have != need
        {
            let message = format!("{{0}} has {have} entries, and the new sizes take {need}");
            return Err(Refusal::new(message).hint("`reshape` keeps all entries"));
        }
        let refusal = Refusal::new("this `reshape` of {0} mixes axes, and it cannot be derived");
        return Err(
            refusal.hint("it can add axes of size 1 or leave them out; declare the tensor in the shape that is needed")
        );
    }
    let ones: Vec<usize> = (0..x.rank()).filter(|&axis| is_one(arena, &x.dims()[axis])).collect();
    let slim = arena.reduced_sum(x, &ones, false);
    let mut rest = slim.axes.iter().copied();
    let axes = wanted.iter().map(|dim| match is_one(arena, dim) {
        true => Some(Axis::One),
        false => rest.next(),
    });
    let axes: Vec<Axis> = axes.flatten().collect();
    Ok(Operand { axes, ..slim })
}
