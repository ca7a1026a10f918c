//! A curve as text: braille dots between labelled axes.
//!
//! Takes values at 0, 1, 2, …; gives lines of characters, with a logarithmic axis where the values span decades.

/// The dots of a braille character by column and row.
const DOTS: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

/// From this quotient of largest and smallest value on the axis is logarithmic.
const DECADES: f64 = 100.0;

/// How values become heights.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Axis {
    low: f64,
    high: f64,
    logarithmic: bool,
}

impl Axis {
    fn of(values: &[f64]) -> Option<Axis> {
        let finite = || values.iter().copied().filter(|value| value.is_finite());
        let (low, high) = finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        (low <= high).then_some(Axis { low, high, logarithmic: low > 0.0 && high / low >= DECADES })
    }

    fn scaled(self, value: f64) -> f64 {
        if self.logarithmic { libm::log10(value) } else { value }
    }

    /// 0 at the bottom, 1 at the top; a flat curve runs in the middle.
    fn height(self, value: f64) -> f64 {
        let (low, high) = (self.scaled(self.low), self.scaled(self.high));
        if high > low { (self.scaled(value) - low) / (high - low) } else { 0.5 }
    }

    /// The value at a height.
    fn value(self, height: f64) -> f64 {
        let (low, high) = (self.scaled(self.low), self.scaled(self.high));
        let scaled = low + height * (high - low);
        if self.logarithmic { libm::pow(10.0, scaled) } else { scaled }
    }
}

/// A plot of `values` with `width` × `height` characters inside the axes; empty if no value is finite.
pub fn plot(values: &[f64], label: &str, width: usize, height: usize) -> String {
    let (width, height) = (width.max(8), height.max(2));
    let Some(axis) = Axis::of(values) else { return String::new() };
    let cells = draw(values, axis, width, height);
    let ticks: Vec<String> = (0..height).map(|row| tick(axis, row, height)).collect();
    let margin = ticks.iter().map(|tick| tick.chars().count()).max().unwrap_or(0);
    let kind = if axis.logarithmic { " (logarithmic)" } else { "" };
    let mut out = format!("{:margin$}   {label}{kind}\n", "");
    for (row, tick) in ticks.iter().enumerate() {
        let line: String = cells[row * width..][..width].iter().map(|&dots| braille(dots)).collect();
        let mark = if tick.is_empty() { '│' } else { '┤' };
        out.push_str(&format!("{tick:>margin$} {mark}{}\n", line.trim_end_matches('⠀')));
    }
    let last = (values.len() - 1).to_string();
    out.push_str(&format!("{:margin$} └{}\n", "", "─".repeat(width)));
    out.push_str(&format!("{:margin$}  0{last:>rest$}  step\n", "", rest = width - 1));
    out
}

/// The label of a row: at the top, in the middle, at the bottom.
fn tick(axis: Axis, row: usize, height: usize) -> String {
    if row != 0 && row != height - 1 && (row != height / 2 || height < 5) {
        return String::new();
    }
    number(axis.value(1.0 - row as f64 / (height - 1) as f64))
}

/// Three significant digits.
fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if (1e-3..1e4).contains(&size) {
        let digits = (2 - libm::floor(libm::log10(size)) as i32).max(0) as usize;
        format!("{value:.digits$}")
    } else {
        format!("{value:.2e}")
    }
}

fn braille(dots: u8) -> char {
    char::from_u32(0x2800 + u32::from(dots)).unwrap_or(' ')
}

/// The dots of all characters, row by row.
fn draw(values: &[f64], axis: Axis, width: usize, height: usize) -> Vec<u8> {
    let (columns, rows) = (2 * width, 4 * height);
    let mut cells = vec![0u8; width * height];
    let mut before: Option<usize> = None;
    for column in 0..columns {
        let Some(value) = at_column(values, column, columns) else {
            before = None;
            continue;
        };
        let row = ((1.0 - axis.height(value)) * (rows - 1) as f64).round() as usize;
        let (from, to) = match before {
            Some(before) if before + 1 < row => (before + 1, row),
            Some(before) if row + 1 < before => (row, before - 1),
            _ => (row, row),
        };
        for row in from..=to {
            cells[row / 4 * width + column / 2] |= DOTS[column % 2][row % 4];
        }
        before = Some(row);
    }
    cells
}

/// The curve above a column of dots, linear between the values.
fn at_column(values: &[f64], column: usize, columns: usize) -> Option<f64> {
    let place = column as f64 * (values.len() - 1) as f64 / (columns - 1) as f64;
    let left = place.floor() as usize;
    let (from, to) = (values[left], values[(left + 1).min(values.len() - 1)]);
    let value = if place == left as f64 { from } else { from + (place - left as f64) * (to - from) };
    value.is_finite().then_some(value)
}
