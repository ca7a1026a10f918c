//! Linear algebra: products of vectors and matrices, diagonals, identities, inverses and determinants.

use crate::expr::{Arena, ExprId, Factor, Label, LabelsBuilder, NumberId, Operand};
use crate::function::builder::{Options, Refusal};
use crate::function::{Entry, Form, Group, Kernel, Known, Written};
use crate::shape::Dim;

const ONE: Entry = Entry { group: Group::LinearAlgebra, kernel: Kernel::Tensor, parameters: &["A"], ..Entry::UNARY };

const TWO: Entry = Entry { parameters: &["u", "v"], ..ONE };

/// The entries, each after those that its definition uses.
pub static ENTRIES: &[Entry] = &[
    Entry {
        name: "dot",
        written: Written::Operator { text: "dot", latex: "" },
        form: Form::Built(dot),
        in_sums: true,
        summary: "the product of two vectors",
        ..TWO
    },
    Entry {
        name: "outer",
        written: Written::Operator { text: "outer", latex: "" },
        form: Form::Built(outer),
        summary: "the matrix of all products of entries of two vectors, u vᵀ",
        ..TWO
    },
    Entry {
        name: "trace",
        known: Some(Known::Trace),
        aliases: &["tr"],
        written: Written::Operator { text: "tr", latex: "" },
        form: Form::Built(trace),
        summary: "the sum of the diagonal of a square matrix",
        ..ONE
    },
    Entry {
        name: "diag",
        written: Written::Operator { text: "diag", latex: "" },
        form: Form::Built(diagonal),
        summary: "the diagonal matrix of a vector, or the diagonal of a square matrix",
        ..ONE
    },
    Entry {
        name: "eye",
        written: Written::Operator { text: "eye", latex: "" },
        form: Form::Built(eye),
        parameters: &["n"],
        summary: "the identity matrix",
        ..ONE
    },
    Entry {
        name: "ones",
        written: Written::Operator { text: "ones", latex: "" },
        form: Form::Built(ones),
        parameters: &["n"],
        variadic: true,
        summary: "ones of the given sizes",
        ..ONE
    },
    Entry {
        name: "zeros",
        written: Written::Operator { text: "zeros", latex: "" },
        form: Form::Built(zeros),
        parameters: &["n"],
        variadic: true,
        summary: "zeros of the given sizes",
        ..ONE
    },
    Entry {
        name: "einsum",
        written: Written::Operator { text: "einsum", latex: "" },
        form: Form::Built(einsum),
        variadic: true,
        takes_text: true,
        summary: "the sum over all letters that are not on the right: einsum(\"ij,jk->ik\", A, B) is A @ B",
        ..ONE
    },
    Entry {
        name: "inv",
        known: Some(Known::Inverse),
        written: Written::Operator { text: "inv", latex: "" },
        form: Form::Square { keeps: true },
        derivatives: &["-einsum(\"ik,lj->ijkl\", y, y)"],
        summary: "the inverse of a square matrix",
        ..ONE
    },
    Entry {
        name: "det",
        known: Some(Known::Determinant),
        written: Written::Operator { text: "det", latex: "\\det" },
        form: Form::Square { keeps: false },
        derivatives: &["y*inv(A).T"],
        summary: "the determinant of a square matrix; its derivative is written for one that can be inverted",
        ..ONE
    },
    Entry {
        name: "logdet",
        known: Some(Known::LogDeterminant),
        written: Written::Operator { text: "log det", latex: "\\log\\det" },
        form: Form::Square { keeps: false },
        derivatives: &["inv(A).T"],
        summary: "the logarithm of the determinant, which must be positive",
        ..ONE
    },
];

fn plain(operand: &Operand) -> Factor {
    Factor::plain(operand.expr)
}

fn vectors(name: &str, operands: &[Operand]) -> Result<(), Refusal> {
    match operands.iter().position(|operand| operand.rank() != 1) {
        None => Ok(()),
        Some(at) => {
            let refusal = Refusal::new(format!("`{name}` takes two vectors, not {{{at}}}"));
            Err(refusal.hint("the product of matrices, and of a matrix and a vector, is written `A @ b`"))
        }
    }
}

fn dot(arena: &mut Arena, operands: &[Operand], _: &Options) -> Result<Operand, Refusal> {
    vectors("dot", operands)?;
    let refusal = |_| Refusal::new("`dot` multiplies vectors of one size, not {0} with {1}");
    arena.broadcast_matmul(&operands[0], &operands[1]).map_err(refusal)
}

fn outer(arena: &mut Arena, operands: &[Operand], _: &Options) -> Result<Operand, Refusal> {
    vectors("outer", operands)?;
    let mut builder = LabelsBuilder::default();
    let dims: Vec<Dim> = operands.iter().map(|operand| operand.dims()[0]).collect();
    let labels = builder.labels(&dims);
    builder.factor(&labels[..1]).factor(&labels[1..]);
    let labels = builder.out(&labels);
    let expr = arena.contraction(NumberId::ONE, &[plain(&operands[0]), plain(&operands[1])], &labels);
    Ok(Operand::with_dims(expr, &dims))
}

fn square(arena: &Arena, name: &str, operand: &Operand) -> Result<Dim, Refusal> {
    match operand.dims()[..] {
        [rows, columns] if arena.shapes().same(rows, columns) => Ok(rows),
        _ => Err(Refusal::new(format!("`{name}` takes a square matrix, not {{0}}"))),
    }
}

fn trace(arena: &mut Arena, operands: &[Operand], _: &Options) -> Result<Operand, Refusal> {
    let size = square(arena, "trace", &operands[0])?;
    Ok(Operand::scalar(diagonal_with(arena, &operands[0], size, 0)))
}

/// The diagonal of a square matrix with `out` axes: none to sum it, one, or two for a diagonal matrix of a vector.
fn diagonal_with(arena: &mut Arena, operand: &Operand, size: Dim, out: usize) -> ExprId {
    let mut builder = LabelsBuilder::default();
    let label = builder.label(size);
    let repeated = |times: usize| vec![label; times] as Vec<Label>;
    builder.factor(&repeated(operand.rank()));
    arena.contraction(NumberId::ONE, &[plain(operand)], &builder.out(&repeated(out)))
}

fn diagonal(arena: &mut Arena, operands: &[Operand], _: &Options) -> Result<Operand, Refusal> {
    let operand = &operands[0];
    if let [size] = operand.dims()[..] {
        let expr = diagonal_with(arena, operand, size, 2);
        return Ok(Operand::with_dims(expr, &[size, size]));
    }
    let size = square(arena, "diag", operand)
        .map_err(|refusal| Refusal::new(refusal.message.replace("a square", "a vector or a square")))?;
    let expr = diagonal_with(arena, operand, size, 1);
    Ok(Operand::with_dims(expr, &[size]))
}

fn sizes(arena: &mut Arena, name: &str, operands: &[Operand]) -> Result<Vec<Dim>, Refusal> {
    let mut dims = Vec::with_capacity(operands.len());
    for (at, operand) in operands.iter().enumerate() {
        match arena.as_dim(operand.expr).filter(|_| operand.rank() == 0) {
            Some(dim) => dims.push(dim),
            None => {
                let refusal = Refusal::new(format!("`{name}` takes sizes, and {{{at}}} is none"));
                return Err(refusal.hint("a size is a whole number, or a name that stands in a shape"));
            }
        }
    }
    Ok(dims)
}

fn eye(arena: &mut Arena, operands: &[Operand], _: &Options) -> Result<Operand, Refusal> {
    let dims = sizes(arena, "eye", operands)?;
    let expr = arena.identity(&dims);
    Ok(arena.operand(expr))
}

fn ones(arena: &mut Arena, operands: &[Operand], _: &Options) -> Result<Operand, Refusal> {
    let dims = sizes(arena, "ones", operands)?;
    let expr = arena.ones(&dims);
    Ok(Operand::with_dims(expr, &dims))
}

fn zeros(arena: &mut Arena, operands: &[Operand], _: &Options) -> Result<Operand, Refusal> {
    let dims = sizes(arena, "zeros", operands)?;
    Ok(Operand::with_dims(Arena::ZERO, &dims))
}

/// The axes of each operand and of the result, as letters.
fn subscripts(text: &str, operands: usize) -> Result<(Vec<Vec<char>>, Vec<char>), Refusal> {
    let hint = "write one letter for each axis: `einsum(\"ij,jk->ik\", A, B)`";
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let Some((left, right)) = text.split_once("->") else {
        let refusal = Refusal::new(format!("the subscripts \"{text}\" have no `->`"));
        let once = |letter: &char| letter.is_alphabetic() && text.matches(*letter).count() == 1;
        let mut rest: Vec<char> = text.chars().filter(once).collect();
        rest.sort_unstable();
        let rest: String = rest.into_iter().collect();
        return Err(refusal.hint(format!("NumPy's convention would be written `\"{text}->{rest}\"`")));
    };
    let letters = |part: &str| part.chars().collect::<Vec<char>>();
    let (factors, out): (Vec<Vec<char>>, Vec<char>) = (left.split(',').map(letters).collect(), letters(right));
    if let Some(bad) = factors.iter().flatten().chain(&out).find(|letter| !letter.is_alphabetic()) {
        return Err(Refusal::new(format!("`{bad}` in the subscripts is no letter")).hint(hint));
    }
    if factors.len() != operands {
        let count = |count: usize| if count == 1 { "1 operand".to_owned() } else { format!("{count} operands") };
        let message = format!("the subscripts are for {}, not for {operands}", count(factors.len()));
        return Err(Refusal::new(message).hint("a comma stands between the letters of two operands: `\"ij,jk->ik\"`"));
    }
    if let Some(free) = out.iter().find(|letter| !factors.iter().flatten().any(|known| known == *letter)) {
        let known: String = factors.iter().flatten().collect();
        let refusal = Refusal::new(format!("`{free}` stands on the right of the subscripts only"));
        return Err(refusal.hint(format!("the letters on the left are {}", spaced(&known))));
    }
    Ok((factors, out))
}

/// Letters, each once: `i, j`.
fn spaced(letters: &str) -> String {
    let mut seen: Vec<String> = Vec::new();
    letters.chars().map(String::from).for_each(|letter| {
        if !seen.contains(&letter) {
            seen.push(letter);
        }
    });
    seen.join(", ")
}

/// The subscripts with the letters of one operand in reverse order.
fn turned_subscripts(letters: &[Vec<char>], out: &[char], turned: usize) -> String {
    let of = |(at, letters): (usize, &Vec<char>)| -> String {
        if at == turned { letters.iter().rev().collect() } else { letters.iter().collect() }
    };
    let left: Vec<String> = letters.iter().enumerate().map(of).collect();
    format!("{}->{}", left.join(","), out.iter().collect::<String>())
}

fn einsum(arena: &mut Arena, operands: &[Operand], options: &Options) -> Result<Operand, Refusal> {
    let Some(text) = &options.text else {
        return Err(Refusal::new("`einsum` begins with its subscripts").hint("write `einsum(\"ij,jk->ik\", A, B)`"));
    };
    let (all, out) = subscripts(text, operands.len())?;
    let mut builder = LabelsBuilder::default();
    let mut known: Vec<(char, Label, Dim, usize)> = Vec::new();
    for (at, (operand, letters)) in operands.iter().zip(&all).enumerate() {
        let dims = operand.dims();
        if dims.len() != letters.len() {
            let message = format!("the subscripts give {{{at}}} {} axes, and it has {}", letters.len(), dims.len());
            return Err(Refusal::new(message).hint("each axis has one letter: `ij` for a matrix, `i` for a vector"));
        }
        let mut own = Vec::with_capacity(dims.len());
        for (&letter, &dim) in letters.iter().zip(&dims) {
            match known.iter().find(|entry| entry.0 == letter) {
                Some(&(_, label, size, _)) if arena.shapes().same(size, dim) => own.push(label),
                Some(&(.., first)) => {
                    let message = format!("`{letter}` is an axis of {{{first}}} and of {{{at}}}, which differ in size");
                    let fits = |(&letter, &dim): (&char, &Dim)| {
                        known
                            .iter()
                            .find(|entry| entry.0 == letter)
                            .is_none_or(|entry| arena.shapes().same(entry.2, dim))
                    };
                    let turned = first != at && letters.iter().rev().zip(&dims).all(fits);
                    let refusal = Refusal::new(message);
                    return Err(match turned {
                        true => refusal.hint(format!("did you mean `\"{}\"`?", turned_subscripts(&all, &out, at))),
                        false => refusal.hint("axes with one letter have one size"),
                    });
                }
                None => {
                    let label = builder.label(dim);
                    known.push((letter, label, dim, at));
                    own.push(label);
                }
            }
        }
        builder.factor(&own);
    }
    let labels: Vec<Label> =
        out.iter().filter_map(|letter| known.iter().find(|entry| entry.0 == *letter)).map(|entry| entry.1).collect();
    let dims: Vec<Dim> =
        out.iter().filter_map(|letter| known.iter().find(|entry| entry.0 == *letter)).map(|entry| entry.2).collect();
    let factors: Vec<Factor> = operands.iter().map(plain).collect();
    let expr = arena.contraction(NumberId::ONE, &factors, &builder.out(&labels));
    Ok(Operand::with_dims(expr, &dims))
}
