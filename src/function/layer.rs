//! Layers: normalisations, convolutions and pooling as the frameworks have them.

use crate::expr::{Arena, Axis, ExprId, Factor, Label, LabelsBuilder, NumberId, Operand, Selection};
use crate::function::builder::{Options, Refusal};
use crate::function::{Entry, Form, Functions, Group, Kernel, Written};
use crate::rational::Rational;
use crate::shape::{Affine, Dim};

const LAYER: Entry = Entry { group: Group::Layer, kernel: Kernel::Tensor, ..Entry::UNARY };

const NORM: Entry =
    Entry { form: Form::Macro, parameters: &["x", "gamma", "beta", "eps"], defaults: &["1e-5"], ..LAYER };

const CONVOLUTION: Entry = Entry { parameters: &["x", "w"], options: &["stride", "padding"], ..LAYER };

const POOLING: Entry = Entry { parameters: &["x", "size"], options: &["stride"], ..LAYER };

/// The entries, each after those that its definition uses.
pub static ENTRIES: &[Entry] = &[
    Entry {
        name: "layer_norm",
        written: Written::Operator { text: "layer_norm", latex: "" },
        definition: Some(
            "gamma*((x - mean(x, axis=-1, keepdims=True))/sqrt(var(x, axis=-1, keepdims=True) + eps)) + beta",
        ),
        parts: &[
            ("mu", "mean(x, axis=-1, keepdims=True)"),
            ("s", "sqrt(var(x, axis=-1, keepdims=True) + eps)"),
            ("{}hat", "(x - mean(x, axis=-1, keepdims=True))/sqrt(var(x, axis=-1, keepdims=True) + eps)"),
        ],
        summary: "each sample centred and scaled over its last axis (Ba et al. 2016); eps is 1e-5 when left out",
        ..NORM
    },
    Entry {
        name: "batch_norm",
        written: Written::Operator { text: "batch_norm", latex: "" },
        ranks: &[2],
        definition: Some(
            "gamma*((x - mean(x, axis=0, keepdims=True))/sqrt(var(x, axis=0, keepdims=True) + eps)) + beta",
        ),
        parts: &[
            ("mu", "mean(x, axis=0, keepdims=True)"),
            ("s", "sqrt(var(x, axis=0, keepdims=True) + eps)"),
            ("{}hat", "(x - mean(x, axis=0, keepdims=True))/sqrt(var(x, axis=0, keepdims=True) + eps)"),
        ],
        summary: "each feature of a batch of rows centred and scaled over the samples (Ioffe and Szegedy 2015), as in training; eps is 1e-5 when left out",
        ..NORM
    },
    Entry {
        name: "embedding",
        written: Written::Operator { text: "embedding", latex: "" },
        form: Form::Macro,
        parameters: &["E", "k"],
        ranks: &[2],
        definition: Some("E[k]"),
        summary: "the row of a matrix at a class number, or rows at a batch of them",
        ..LAYER
    },
    Entry {
        name: "conv1d",
        written: Written::Operator { text: "conv1d", latex: "" },
        form: Form::Built(conv1d),
        summary: "cross-correlation of [n] with [k], or of [channels, n] or [batch, channels, n] with [out, channels, k]",
        ..CONVOLUTION
    },
    Entry {
        name: "conv2d",
        written: Written::Operator { text: "conv2d", latex: "" },
        form: Form::Built(conv2d),
        summary: "cross-correlation of [h, w] with [k, l], or of [channels, h, w] or [batch, channels, h, w] with [out, channels, k, l]",
        ..CONVOLUTION
    },
    Entry {
        name: "avg_pool2d",
        written: Written::Operator { text: "avg_pool2d", latex: "" },
        form: Form::Built(average_pool),
        summary: "the mean over square windows of the last two axes; the stride is the size of the window when left out",
        ..POOLING
    },
    Entry {
        name: "max_pool2d",
        written: Written::Operator { text: "max_pool2d", latex: "" },
        form: Form::Built(max_pool),
        summary: "the largest entry of square windows of the last two axes; the stride is the size of the window when left out",
        ..POOLING
    },
];

/// How a window moves along an axis.
struct Window {
    stride: i64,
    padding: i64,
}

/// How many places a window of size `window` has on an axis of size `size`.
fn places(arena: &mut Arena, size: Dim, window: Dim, how: &Window) -> Result<Dim, Refusal> {
    let room = arena
        .shapes()
        .affine(size)
        .plus(&arena.shapes().affine(window), -1)
        .and_then(|room| room.plus(&Affine::constant(2 * how.padding), 1));
    let unknown = || {
        Refusal::new("with a stride, the number of windows needs sizes that are known")
            .hint("give the sizes values: `dim n = 28`")
    };
    let room = room.ok_or_else(unknown)?;
    let known = arena.shapes().known(size).zip(arena.shapes().known(window));
    let known = known.map(|(size, window)| size - window + 2 * how.padding);
    if known.is_some_and(|room| room < 0) {
        return Err(Refusal::new("the window is larger than {0}"));
    }
    let count = match (how.stride, known) {
        (1, _) => room.plus(&Affine::constant(1), 1),
        (stride, Some(room)) => Some(Affine::constant(room / stride + 1)),
        _ => None,
    };
    count.and_then(|count| arena.shapes_mut().dim(count)).ok_or_else(unknown)
}

/// 𝟙[j = stride·(i − 1) + k − padding] over the axes (i, k, j) of the result, the window and the operand.
fn window(arena: &mut Arena, dims: [Dim; 3], how: &Window) -> ExprId {
    let selection =
        Selection { coefficients: vec![-how.stride, -1, 1], offset: Affine::constant(how.stride + how.padding) };
    arena.selection(selection, &dims)
}

fn how(options: &Options, stride: i64) -> Result<Window, Refusal> {
    let how = Window { stride: options.number("stride", stride), padding: options.number("padding", 0) };
    let fits = (1..=1 << 20).contains(&how.stride) && (0..=1 << 20).contains(&how.padding);
    if fits { Ok(how) } else { Err(Refusal::new("a stride is at least 1, and a padding at least 0")) }
}

fn conv1d(arena: &mut Arena, operands: &[Operand], options: &Options) -> Result<Operand, Refusal> {
    convolution(arena, operands, options, 1)
}

fn conv2d(arena: &mut Arena, operands: &[Operand], options: &Options) -> Result<Operand, Refusal> {
    convolution(arena, operands, options, 2)
}

fn convolution(arena: &mut Arena, operands: &[Operand], options: &Options, spatial: usize) -> Result<Operand, Refusal> {
    let how = how(options, 1)?;
    let (x, w) = (operands[0].dims(), operands[1].dims());
    let channels = match (x.len().checked_sub(spatial), w.len().checked_sub(spatial)) {
        (Some(0), Some(0)) => false,
        (Some(1 | 2), Some(2)) => true,
        _ => {
            let message = format!("`conv{spatial}d` cannot slide {{1}} over {{0}}");
            return Err(Refusal::new(message).hint(format!("`derive explain conv{spatial}d` lists the shapes")));
        }
    };
    let mut builder = LabelsBuilder::default();
    let xs = builder.labels(&x);
    let (batch, mut out) = (x.len() - spatial, Vec::new());
    if channels {
        if !arena.shapes().same(x[batch - 1], w[1]) {
            return Err(Refusal::new("{0} and {1} have different numbers of channels"));
        }
        out.extend(&xs[..batch - 1]);
    }
    // The channels of the operand and of the window are one axis.
    let mut ws: Vec<Label> = Vec::with_capacity(w.len());
    for (at, &dim) in w.iter().enumerate() {
        ws.push(if channels && at == 1 { xs[batch - 1] } else { builder.label(dim) });
    }
    out.extend(ws.first().filter(|_| channels));
    let mut dims: Vec<Dim> = if channels { x[..batch - 1].iter().copied().chain([w[0]]).collect() } else { Vec::new() };
    let first = w.len() - spatial;
    let mut factors = vec![Factor::plain(operands[0].expr), Factor::plain(operands[1].expr)];
    builder.factor(&xs).factor(&ws);
    for at in 0..spatial {
        let (size, kernel) = (x[batch + at], w[first + at]);
        let count = places(arena, size, kernel, &how)?;
        let place = builder.label(count);
        factors.push(Factor::plain(window(arena, [count, kernel, size], &how)));
        builder.factor(&[place, ws[first + at], xs[batch + at]]);
        out.push(place);
        dims.push(count);
    }
    let expr = arena.contraction(NumberId::ONE, &factors, &builder.out(&out));
    Ok(Operand::with_dims(expr, &dims))
}

/// The windows of a pooling: the axes of the result, then those of the window, which `summed` leaves out.
fn windows(
    arena: &mut Arena,
    operands: &[Operand],
    options: &Options,
    name: &str,
    summed: bool,
) -> Result<(ExprId, Vec<Dim>, i64), Refusal> {
    let x = operands[0].dims();
    if !(2..=4).contains(&x.len()) {
        return Err(Refusal::new(format!("`{name}` takes two to four axes, not {{0}}")));
    }
    let size = arena.as_dim(operands[1].expr).and_then(|size| arena.shapes().known(size));
    let Some(size) = size.filter(|size| (1..=1 << 20).contains(size)) else {
        return Err(Refusal::new(format!("the window of `{name}` is a whole number")));
    };
    let how = how(options, size)?;
    let side = Dim::Known(size as u32);
    let mut builder = LabelsBuilder::default();
    let xs = builder.labels(&x);
    builder.factor(&xs);
    let mut factors = vec![Factor::plain(operands[0].expr)];
    let lead = x.len() - 2;
    let mut out: Vec<Label> = xs[..lead].to_vec();
    let mut inside: Vec<Label> = Vec::new();
    let mut dims: Vec<Dim> = x[..lead].to_vec();
    for at in lead..x.len() {
        let count = places(arena, x[at], side, &how)?;
        let (place, within) = (builder.label(count), builder.label(side));
        factors.push(Factor::plain(window(arena, [count, side, x[at]], &how)));
        builder.factor(&[place, within, xs[at]]);
        out.push(place);
        inside.push(within);
        dims.push(count);
    }
    if !summed {
        out.extend(&inside);
        dims.extend([side, side]);
    }
    let labels = builder.out(&out);
    let share = Rational::new(1, size * size).filter(|_| summed).unwrap_or(Rational::ONE);
    let coefficient = arena.number_id(share);
    Ok((arena.contraction(coefficient, &factors, &labels), dims, size))
}

fn average_pool(arena: &mut Arena, operands: &[Operand], options: &Options) -> Result<Operand, Refusal> {
    let (expr, dims, _) = windows(arena, operands, options, "avg_pool2d", true)?;
    Ok(Operand::with_dims(expr, &dims))
}

fn max_pool(arena: &mut Arena, operands: &[Operand], options: &Options) -> Result<Operand, Refusal> {
    let (mut expr, mut dims, _) = windows(arena, operands, options, "max_pool2d", false)?;
    let Some(function) = Functions::builtin("amax") else { return Err(Refusal::new("there is no `amax`")) };
    for _ in 0..2 {
        let axis = arena.integer(dims.len() as i64 - 1);
        dims.pop();
        expr = arena.call_of_shape(function, &[expr, axis], &dims);
    }
    Ok(Operand { expr, bound: Vec::new(), axes: dims.into_iter().map(Axis::Real).collect() })
}
