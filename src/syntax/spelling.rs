//! Canonical spelling of names: `θ₂`, `θ2`, `theta_2` and `theta2` are one; so are `ŷ`, `y_hat` and `yhat`.
//!
//! Takes a name as typed; gives the one spelling under which all stages know it.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Greek letters and their names, capital ones first; the first letter of a name is the one it is written with.
pub const GREEK: &[(char, &str)] = &[
    ('Γ', "Gamma"),
    ('Δ', "Delta"),
    ('Θ', "Theta"),
    ('Λ', "Lambda"),
    ('Ξ', "Xi"),
    ('Π', "Pi"),
    ('Σ', "Sigma"),
    ('Υ', "Upsilon"),
    ('Φ', "Phi"),
    ('Ψ', "Psi"),
    ('Ω', "Omega"),
    ('α', "alpha"),
    ('β', "beta"),
    ('γ', "gamma"),
    ('δ', "delta"),
    ('ε', "epsilon"),
    ('ϵ', "epsilon"),
    ('ζ', "zeta"),
    ('η', "eta"),
    ('θ', "theta"),
    ('ϑ', "theta"),
    ('ι', "iota"),
    ('κ', "kappa"),
    ('λ', "lambda"),
    ('μ', "mu"),
    ('µ', "mu"),
    ('ν', "nu"),
    ('ξ', "xi"),
    ('π', "pi"),
    ('ρ', "rho"),
    ('σ', "sigma"),
    ('ς', "sigma"),
    ('τ', "tau"),
    ('υ', "upsilon"),
    ('φ', "phi"),
    ('ϕ', "phi"),
    ('χ', "chi"),
    ('ψ', "psi"),
    ('ω', "omega"),
];

/// Marks above a letter: the combining character and the word that stands for it at the end of a name.
pub const MARKS: &[(char, &str)] = &[
    ('\u{302}', "hat"),
    ('\u{304}', "bar"),
    ('\u{305}', "bar"),
    ('\u{303}', "tilde"),
    ('\u{20d7}', "vec"),
    ('\u{307}', "dot"),
];

/// The canonical spelling of a name.
pub fn canonical(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len());
    for letter in name.nfd() {
        push_letter(&mut out, letter);
    }
    drop_underscores(&mut out);
    Cow::Owned(out)
}

fn push_letter(out: &mut String, letter: char) {
    if let Some((_, word)) = GREEK.iter().find(|(greek, _)| *greek == letter) {
        out.push_str(word);
    } else if let Some((_, word)) = MARKS.iter().find(|(mark, _)| *mark == letter) {
        out.push_str(word);
    } else if let '₀'..='₉' = letter {
        out.push(char::from(b'0' + (letter as u32 - '₀' as u32) as u8));
    } else {
        out.push(letter);
    }
}

/// `theta_2` is `theta2`, `y_hat` is `yhat`; `W_out`, `x1_2` and `_2` keep their underscore.
fn drop_underscores(name: &mut String) {
    for (_, word) in MARKS {
        let marked = name.strip_suffix(word).and_then(|stem| stem.strip_suffix('_')).map(str::len);
        if let Some(at) = marked.filter(|&at| at > 0) {
            name.remove(at);
        }
    }
    let digits = name.bytes().rev().take_while(u8::is_ascii_digit).count();
    let at = name.len() - digits;
    if digits > 0 && at > 1 && name.as_bytes()[at - 1] == b'_' && name.as_bytes()[at - 2].is_ascii_alphabetic() {
        name.remove(at - 1);
    }
}

/// The candidate that differs from `name` in letter case or by a typing slip, if there is one.
pub fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = match name.chars().count() {
        0 | 1 => 0,
        2..=4 => 1,
        _ => 2,
    };
    let lower = name.to_lowercase();
    candidates
        .filter(|candidate| *candidate != name)
        .map(|candidate| {
            let distance = if candidate.to_lowercase() == lower { 0 } else { strsim::osa_distance(name, candidate) };
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Whether a word before a dot is a Python module of functions.
pub fn is_module(word: &str) -> bool {
    const MODULES: [&str; 9] = ["np", "numpy", "torch", "tf", "jnp", "jax", "math", "F", "nn"];
    MODULES.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::canonical;
    use pretty_assertions::assert_eq;

    #[test]
    fn one_name_has_one_spelling() {
        for (typed, expected) in [
            ("theta2", "theta2"),
            ("θ2", "theta2"),
            ("θ₂", "theta2"),
            ("theta_2", "theta2"),
            ("θ_12", "theta12"),
            ("yhat", "yhat"),
            ("y_hat", "yhat"),
            ("ŷ", "yhat"),
            ("y\u{302}", "yhat"),
            ("x̄", "xbar"),
            ("W_out", "W_out"),
            ("Whh", "Whh"),
            ("x1_2", "x1_2"),
            ("_2", "_2"),
            ("W_h2", "W_h2"),
        ] {
            assert_eq!(canonical(typed), expected, "{typed}");
        }
    }
}
