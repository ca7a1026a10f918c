//! `derive eval` and `derive descend`: a network in numbers.

use std::path::Path;
use std::process::ExitCode;

use chainrule::calculus::{Sigma, Sweep};
use chainrule::diagnostic::Diagnostic;
use chainrule::emit::{arrays, json};
use chainrule::eval::{Compiler, Root, Sizes, Templates, Values, descend, descend_tensors};
use chainrule::expr::NameId;
use chainrule::narrate::{ArrayEvaluation, Evaluation, array_descent, array_evaluation, derived, descent, evaluation};
use chainrule::notation::Style;

use crate::cli::load::{Loaded, Stopped, load};
use crate::cli::options::{DescendOptions, EvalOptions};
use crate::cli::output::{Format, colour, format_of_ending, render_document, report, write};

pub fn run(options: &EvalOptions) -> Result<ExitCode, Stopped> {
    let mut loaded = load(&options.source)?;
    let of = loaded.cost()?;
    let by = loaded.variables(&options.wrt)?;
    let values = loaded.values(&options.point)?;
    if loaded.network.has_tensors() {
        return run_tensors(options, &mut loaded, of, &by, &values);
    }
    let evaluated = Evaluation::new(&mut loaded.network, of, &by, &values);
    let evaluated = evaluated.map_err(|error| refused(&loaded, error))?;
    let output = options.output.as_deref();
    let format = format(options.json, output)?;
    let text = if format == Format::Json {
        json::evaluation(&loaded.network, &evaluated, Style::default())
    } else {
        let document = evaluation(&loaded.network, &evaluated, Style::default());
        render_document(&document, format, colour(output))
    };
    write(&text, output)?;
    Ok(ExitCode::from(u8::from(evaluated.differs() || evaluated.is_broken())))
}

/// JSON if it is wished for, else what the ending of the output file asks for.
fn format(wants_json: bool, output: Option<&Path>) -> Result<Format, Stopped> {
    match wants_json {
        true => Ok(Format::Json),
        false => Ok(format_of_ending(output)?.unwrap_or(Format::Text)),
    }
}

fn run_tensors(
    options: &EvalOptions,
    loaded: &mut Loaded,
    of: NameId,
    by: &[NameId],
    values: &Values,
) -> Result<ExitCode, Stopped> {
    let evaluated = ArrayEvaluation::new(&mut loaded.network, of, by, values);
    let evaluated = evaluated.map_err(|error| refused(loaded, error))?;
    let output = options.output.as_deref();
    let format = format(options.json, output)?;
    let text = if format == Format::Json {
        arrays::array_evaluation(&loaded.network, &evaluated, Style::default())
    } else {
        let document = array_evaluation(&loaded.network, &evaluated, Style::default());
        render_document(&document, format, colour(output))
    };
    write(&text, output)?;
    Ok(ExitCode::from(u8::from(evaluated.differs() || evaluated.is_broken())))
}

/// Shows why there are no numbers.
fn refused(loaded: &Loaded, error: Diagnostic) -> Stopped {
    report(&loaded.source, &[error]);
    Stopped
}

/// How many numbers of a descent are kept at most.
const MAX_KEPT: usize = 50_000_000;

pub fn run_descent(options: &DescendOptions) -> Result<ExitCode, Stopped> {
    let mut loaded = load(&options.source)?;
    let of = loaded.cost()?;
    let by = loaded.variables(&options.wrt)?;
    if let Some(&name) = by.iter().find(|&&name| loaded.network.definition(name).is_some()) {
        let message = format!("`{}` is defined by an equation and cannot be moved", loaded.network.spelling(name));
        return Err(refused(&loaded, Diagnostic::error("not-a-leaf", message)));
    }
    if !options.rate.is_finite() {
        return Err(refused(&loaded, Diagnostic::error("bad-value", "the rate must be a finite number")));
    }
    // Every step is kept to be shown, with the parameters if they are scalars.
    let kept = if loaded.network.has_tensors() { 2 } else { by.len() + 2 };
    let most = MAX_KEPT / kept;
    if options.steps > most {
        let message = format!("{} steps are more than can be kept and shown", options.steps);
        let hint = format!("at most {most} are taken with so many parameters");
        return Err(refused(&loaded, Diagnostic::error("too-large", message).hint(hint)));
    }
    let values = loaded.values(&options.point)?;
    if loaded.network.has_tensors() {
        return descend_on_tensors(options, &mut loaded, of, &by, &values);
    }
    let sweep = Sweep::new(&mut loaded.network, of, Sigma::Activation);
    let templates = Templates::of(&mut loaded.network);
    let mut roots = vec![Root::Quantity(of)];
    roots.extend(by.iter().map(|&name| Root::Expression(sweep.adjoint(name))));
    let program = Compiler::new(&loaded.network).templates(&templates).compile(&roots);
    let program = program.map_err(|error| refused(&loaded, error))?;
    let inputs = values.inputs(&loaded.network, &program).map_err(|error| refused(&loaded, error))?;
    let walked = descend(&program, inputs, &by, options.rate, options.steps);
    let output = options.output.as_deref();
    let format = format(options.json, output)?;
    let text = if format == Format::Json {
        json::descent(&loaded.network, of, &by, options.rate, &walked)
    } else {
        let document = descent(&loaded.network, of, &by, options.rate, &walked);
        render_document(&document, format, colour(output))
    };
    write(&text, output)?;
    Ok(ExitCode::from(u8::from(walked.is_broken())))
}

fn descend_on_tensors(
    options: &DescendOptions,
    loaded: &mut Loaded,
    of: NameId,
    by: &[NameId],
    values: &Values,
) -> Result<ExitCode, Stopped> {
    if !loaded.network.quantity(of).shape.is_scalar() {
        let message = format!("`{}` is no scalar, so it has no gradient to descend", loaded.network.spelling(of));
        return Err(refused(loaded, Diagnostic::error("not-a-scalar", message)));
    }
    let (formulas, symbols) = derived(&mut loaded.network, of, by);
    let mut roots = vec![Root::Quantity(of)];
    roots.extend(formulas.into_iter().map(Root::Expression));
    let compiler = Compiler::new(&loaded.network);
    let compiler = symbols.iter().fold(compiler, |compiler, &(symbol, value)| compiler.symbol(symbol, value));
    let program = compiler.compile_tensors(&roots, &Sizes::of(&loaded.network, values));
    let program = program.map_err(|error| refused(loaded, error))?;
    let mut workspace = program.workspace();
    program.load(&loaded.network, values, &mut workspace).map_err(|error| refused(loaded, error))?;
    let walked = descend_tensors(&program, &mut workspace, by, options.rate, options.steps);
    let output = options.output.as_deref();
    let format = format(options.json, output)?;
    let text = if format == Format::Json {
        arrays::array_descent(&loaded.network, of, options.rate, &walked)
    } else {
        let document = array_descent(&loaded.network, of, options.rate, &walked);
        render_document(&document, format, colour(output))
    };
    write(&text, output)?;
    Ok(ExitCode::from(u8::from(walked.is_broken())))
}
