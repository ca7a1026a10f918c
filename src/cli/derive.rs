//! `derive FILE`: the worked gradient.

use std::process::ExitCode;

use chainrule::calculus::{Deltas, Goal, Request, Sigma, has_one_variable};
use chainrule::emit::json;
use chainrule::narrate::{Depth, Story, Wish, document};
use chainrule::notation::Notation;

use crate::cli::load::{Stopped, load};
use crate::cli::options::{DeltaNames, DeriveOptions, SigmaForm, Steps};
use crate::cli::output::{Format, colour, format, render_document, style, write};

/// The most paths that `--all-paths` writes.
const ALL_PATHS: usize = 10_000;

pub fn run(options: &DeriveOptions) -> Result<ExitCode, Stopped> {
    let format = format(&options.output)?;
    let mut loaded = load(&options.source)?;
    let of = loaded.cost()?;
    let by = if options.mixed {
        vec![loaded.mixed(&options.wrt)?]
    } else {
        loaded.variables(&options.wrt)?.into_iter().map(|name| vec![name]).collect()
    };
    let values = loaded.values(&options.point)?;
    let values = loaded.has_values(&values).then_some(values);
    let request = Request {
        of,
        by,
        max_paths: if options.all_paths { ALL_PATHS } else { options.paths },
        sigma: match options.sigma {
            SigmaForm::Prime => Sigma::Prime,
            SigmaForm::Expanded => Sigma::Expanded,
            SigmaForm::Activation => Sigma::Activation,
        },
        goal: match (options.expand, options.factor) {
            (true, _) => Goal::Expand,
            (_, true) => Goal::Factor,
            _ => Goal::Textbook,
        },
        deltas: match options.deltas {
            Some(DeltaNames::Named) | None => Deltas::Named,
            Some(DeltaNames::Written) => Deltas::Written,
        },
    };
    let depth = match options.steps {
        Steps::Chain => Depth::Chain,
        Steps::Local => Depth::Local,
        Steps::Full => Depth::Full,
    };
    let numbers = (depth > Depth::Chain || format == Format::Json).then(|| values.clone()).flatten();
    let mut style = style(&options.output);
    let scalar_deltas = match options.deltas {
        Some(DeltaNames::Named) => Deltas::Named,
        None if style.notation == Notation::Nielsen => Deltas::Named,
        _ => Deltas::Written,
    };
    let wish = Wish { request, depth, values: numbers, order: style.order(), scalar_deltas };
    let story = Story::new(&mut loaded.network, &wish);
    style.ordinary = has_one_variable(&loaded.network, &story.derivation.sweeps[0]);
    let output = options.output.output.as_deref();
    let text = match format {
        Format::Json => json::derivation(&loaded.network, &story, style, values.as_ref()),
        _ => {
            let document = document(&loaded.network, &story, style, wish.values.as_ref());
            render_document(&document, format, colour(output))
        }
    };
    write(&text, output)?;
    Ok(ExitCode::from(u8::from(story.differs())))
}
