//! Exact numbers as a person writes them: 3, 0.05, 2/3, 1.5·10²⁰, 2⁶⁴; never rounded.

use num_bigint::BigInt;

use crate::notation::layout::{Layout, LayoutId, Operator, Sheet};
use crate::notation::piece::{Kind, Level, Piece, atom};
use crate::rational::Rational;

/// The most digits that a whole number is written with where it has a shorter form.
const MAX_DIGITS: usize = 15;

/// The primes whose powers are written as such.
const PRIMES: [u32; 8] = [2, 3, 5, 7, 11, 13, 17, 19];

/// A number with its sign apart: a decimal if it ends and its denominator is above 9, else a fraction.
pub(super) fn number_piece(sheet: &mut Sheet, value: &Rational) -> Piece {
    let negative = value.is_negative();
    let magnitude = value.abs();
    if let Some((mantissa, exponent)) = scientific(&magnitude) {
        return Piece { negative, ..with_power_of_ten(sheet, mantissa, exponent) };
    }
    let (p, q) = magnitude.parts();
    if magnitude.is_integer() {
        return Piece { negative, ..whole(sheet, &p) };
    }
    if let Some(decimal) = short_decimal(&magnitude) {
        let layout = sheet.push(Layout::Number(decimal));
        return Piece { negative, ..atom(layout, Kind::Number) };
    }
    let numerator = whole(sheet, &p).layout;
    let denominator = whole(sheet, &q).layout;
    let layout = sheet.push(Layout::Fraction { numerator, denominator });
    Piece { negative, tall: true, ..atom(layout, Kind::Fraction) }
}

/// A whole number that is not negative: its digits, or the power of a prime that it is.
fn whole(sheet: &mut Sheet, value: &BigInt) -> Piece {
    let digits = value.to_string();
    let power = if digits.len() > MAX_DIGITS { prime_power(value) } else { None };
    match power {
        Some((prime, exponent)) => power_piece(sheet, &prime.to_string(), i64::from(exponent)),
        None => {
            let layout = sheet.push(Layout::Number(digits));
            atom(layout, Kind::Number)
        }
    }
}

/// 2 and 64 for 2⁶⁴.
fn prime_power(value: &BigInt) -> Option<(u32, u32)> {
    let bits = value.bits();
    PRIMES.into_iter().find_map(|prime| {
        // The exponent is about bits/log₂ prime; only that one and its neighbours can be right.
        let about = (bits as f64 / f64::from(prime).log2()) as u32;
        let fits = |exponent: &u32| BigInt::from(prime).pow(*exponent) == *value;
        (about.saturating_sub(1)..=about + 1).find(fits).map(|exponent| (prime, exponent))
    })
}

/// 10²⁰.
fn power_piece(sheet: &mut Sheet, base: &str, exponent: i64) -> Piece {
    let base = sheet.push(Layout::Number(base.to_owned()));
    let digits = sheet.push(Layout::Number(exponent.unsigned_abs().to_string()));
    let sup = match exponent < 0 {
        true => {
            let sign = sheet.push(Layout::Operator(Operator::Negative));
            sheet.push(Layout::Row(vec![sign, digits]))
        }
        false => digits,
    };
    let layout = sheet.push(Layout::Script { base, sub: None, sup: Some(sup), primes: 0 });
    Piece { level: Level::Scripted, ..atom(layout, Kind::NumberPower) }
}

/// 1.5·10²⁰.
fn with_power_of_ten(sheet: &mut Sheet, mantissa: String, exponent: i64) -> Piece {
    let power = power_piece(sheet, "10", exponent);
    if mantissa == "1" {
        return power;
    }
    let number = sheet.push(Layout::Number(mantissa));
    let times = sheet.push(Layout::Operator(Operator::Times));
    let layout: LayoutId = sheet.push(Layout::Row(vec![number, times, power.layout]));
    Piece { layout, level: Level::Product, kind: Kind::Number, negative: false, tall: false }
}

/// 1.5 and 20 for 1.5·10²⁰: a number that is not negative, of more than fifteen digits before or a dozen behind the
/// point, of which few are left without the zeros at the end or the beginning.
fn scientific(value: &Rational) -> Option<(String, i64)> {
    if value.small().is_some_and(|(p, q)| q < 1 << (MAX_PLACES + 1) && (q != 1 || p < 10i64.pow(MAX_DIGITS as u32))) {
        return None;
    }
    let (p, q) = value.parts();
    let (digits, places) = match value.is_integer() {
        true => (p.to_string(), 0),
        false => {
            let places = decimal_places(&q)?;
            let scaled = p * BigInt::from(10).pow(places) / q;
            (scaled.to_string(), i64::from(places))
        }
    };
    let significant = digits.trim_end_matches('0');
    let exponent = digits.len() as i64 - 1 - places;
    let is_shorter = match places {
        0 => digits.len() > MAX_DIGITS && digits.len() - significant.len() >= 3,
        // 1/2²⁰ has no shorter decimal.
        _ => places > i64::from(MAX_PLACES) && 2 * significant.len() as i64 <= places,
    };
    if !is_shorter || significant.is_empty() || significant.len() > MAX_DIGITS || exponent.abs() < 6 {
        return None;
    }
    let (first, rest) = significant.split_at(1);
    let mantissa = if rest.is_empty() { first.to_owned() } else { format!("{first}.{rest}") };
    Some((mantissa, exponent))
}

/// The most digits behind the point of a decimal.
const MAX_PLACES: u32 = 12;

/// How many digits stand behind the point of 1/q; `None` if the decimal does not end.
fn decimal_places(q: &BigInt) -> Option<u32> {
    let bits = u32::try_from(q.bits()).ok()?;
    // 10ᵏ is a multiple of q for some k up to the number of bits, or never.
    let zero = BigInt::from(0);
    let (mut rest, mut twos, mut fives) = (q.clone(), 0u32, 0u32);
    for _ in 0..=bits {
        if &rest % 2u32 == zero {
            rest /= 2u32;
            twos += 1;
        } else if &rest % 5u32 == zero {
            rest /= 5u32;
            fives += 1;
        } else {
            break;
        }
    }
    (rest == BigInt::from(1)).then_some(twos.max(fives))
}

/// 0.1, 0.05, 0.044715: the decimal form where it ends and a fraction would be no clearer.
fn short_decimal(value: &Rational) -> Option<String> {
    let (_, denominator) = value.small()?;
    let mut rest = denominator;
    let (mut twos, mut fives) = (0u32, 0u32);
    while rest % 2 == 0 {
        rest /= 2;
        twos += 1;
    }
    while rest % 5 == 0 {
        rest /= 5;
        fives += 1;
    }
    let places = twos.max(fives);
    if rest != 1 || denominator <= 9 || places > MAX_PLACES {
        return None;
    }
    let scaled = value.mul(&Rational::integer(10i64.pow(places)))?.to_integer()?;
    let digits = format!("{scaled:0>width$}", width = places as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places as usize);
    Some(format!("{whole}.{fraction}"))
}

/// Whether a number is written as a fraction with a bar.
pub(super) fn is_bar_fraction(value: &Rational) -> bool {
    let magnitude = value.abs();
    !value.is_integer() && short_decimal(&magnitude).is_none() && scientific(&magnitude).is_none()
}
