//! The control words that shape the tree, as tables.

use super::tree::{Delimiter, Relation};

/// What a control word does to the tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Word {
    /// Takes two arguments: above and below.
    Fraction,
    /// `{above \over below}`.
    Over,
    /// Takes an optional index and a body.
    Root,
    /// Takes one argument and marks it.
    Accent(&'static str),
    /// Sets the rest of its group in a typeface.
    Switch(&'static str),
    /// Takes one argument of text.
    Text,
    /// Stands for its last argument, after so many others.
    Wrapper(usize),
    /// Stands for its argument, and the script that labels it is dropped.
    Brace,
    /// A relation.
    Relation(Relation),
    /// A relation with labels above and below.
    LabelledRelation(Relation),
    /// A wide space, which sets formulas apart.
    Gap,
    /// Nothing, with so many arguments.
    Nothing(usize),
    /// Nothing, with a length such as `3mu`.
    Length,
    /// A size that a delimiter follows.
    Size(Side),
    Left,
    Right,
    /// A bar in the middle.
    Middle,
    /// A delimiter.
    Fence(Delimiter, Side),
    /// `\prime`.
    Prime,
    /// The next relation is denied.
    Not,
    /// `\\` in words.
    Break,
    Begin,
    End,
}

/// On which side of its content a delimiter stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Side {
    Open,
    Close,
    /// The same sign on both sides, or a size that does not tell.
    Either,
    Middle,
}

/// What a control word does; nothing for a name such as `\theta`.
pub(super) fn word(name: &str) -> Option<Word> {
    use Word::*;
    Some(match name {
        "frac" | "dfrac" | "tfrac" | "cfrac" | "nicefrac" | "sfrac" => Fraction,
        "over" => Over,
        "sqrt" => Root,
        "text" | "textrm" | "textbf" | "textit" | "textsf" | "texttt" | "textnormal" | "textup" | "textsc" | "mbox"
        | "hbox" | "emph" => Text,
        "boxed" | "fbox" | "colorbox" | "cancel" | "bcancel" | "xcancel" | "smash" | "mathstrut" | "mathclap"
        | "mathllap" | "mathrlap" | "ensuremath" | "mathord" | "mathbin" | "mathrel" | "mathopen" | "mathclose"
        | "mathpunct" | "mathinner" => match name {
            "mathstrut" => Nothing(0),
            "colorbox" => Wrapper(1),
            _ => Wrapper(0),
        },
        "textcolor" | "overset" | "underset" | "stackrel" | "cancelto" | "class" | "cssId" | "style" | "htmlClass"
        | "htmlId" | "htmlStyle" | "htmlData" | "href" | "bbox" | "raisebox" | "hyperref" => Wrapper(1),
        "underbrace" | "overbrace" | "underbracket" | "overbracket" => Brace,
        "color" | "tag" | "label" | "hspace" | "vspace" | "phantom" | "hphantom" | "vphantom" | "ref" | "eqref"
        | "cite" | "footnote" | "intertext" | "shortintertext" | "hypertarget" | "index" | "require" => Nothing(1),
        "rule" | "fcolorbox" => Nothing(2),
        "kern" | "mkern" | "mskip" | "hskip" | "vskip" => Length,
        "nonumber" | "notag" | "displaystyle" | "textstyle" | "scriptstyle" | "scriptscriptstyle" | "limits"
        | "nolimits" | "displaylimits" | "hline" | "strut" | "allowbreak" | "nobreak" | "noindent" | "relax"
        | "space" | "enspace" | "enskip" | "thinspace" | "medspace" | "thickspace" | "negthinspace" | "negmedspace"
        | "negthickspace" | "nobreakspace" | "tiny" | "scriptsize" | "footnotesize" | "small" | "normalsize"
        | "large" | "Large" | "LARGE" | "huge" | "Huge" | "centering" | "null" | "long" | "global" | "displaybreak"
        | "toprule" | "midrule" | "bottomrule" | "par" => Nothing(0),
        "quad" | "qquad" | "hfill" | "hfil" => Gap,
        "left" => Left,
        "right" => Right,
        "middle" => Middle,
        "big" | "Big" | "bigg" | "Bigg" => Size(Side::Either),
        "bigl" | "Bigl" | "biggl" | "Biggl" => Size(Side::Open),
        "bigr" | "Bigr" | "biggr" | "Biggr" => Size(Side::Close),
        "bigm" | "Bigm" | "biggm" | "Biggm" => Size(Side::Middle),
        "prime" => Prime,
        "not" => Not,
        "cr" | "newline" => Break,
        "begin" => Begin,
        "end" => End,
        "xrightarrow" => LabelledRelation(super::tree::Relation::To),
        "xleftarrow" => LabelledRelation(super::tree::Relation::Gets),
        _ => {
            return accent(name)
                .map(Accent)
                .or_else(|| switch(name).map(Switch))
                .or_else(|| relation(name).map(Relation))
                .or_else(|| fence(name).map(|(delimiter, side)| Fence(delimiter, side)));
        }
    })
}

/// The command of an accent or a typeface, spelled once for those that mean the same.
fn accent(name: &str) -> Option<&'static str> {
    const ACCENTS: &[&str] = &[
        "hat",
        "widehat",
        "bar",
        "tilde",
        "widetilde",
        "vec",
        "dot",
        "ddot",
        "check",
        "breve",
        "acute",
        "grave",
        "overline",
        "underline",
        "overrightarrow",
        "overleftarrow",
        "mathbf",
        "boldsymbol",
        "bm",
        "mathrm",
        "mathit",
        "mathsf",
        "mathtt",
        "mathcal",
        "mathbb",
        "mathbbm",
        "mathfrak",
        "mathscr",
        "mathnormal",
        "operatorname",
        "operatornamewithlimits",
        "mathop",
        "pmb",
        "symbf",
        "symbfit",
        "symrm",
        "symit",
        "symbfup",
        "mathds",
        "bold",
    ];
    ACCENTS.iter().find(|accent| **accent == name).copied()
}

/// The typeface that an old switch (`{\bf W}`) sets.
fn switch(name: &str) -> Option<&'static str> {
    Some(match name {
        "bf" | "bfseries" => "mathbf",
        "rm" => "mathrm",
        "it" => "mathit",
        "sf" => "mathsf",
        "tt" => "mathtt",
        "cal" => "mathcal",
        "frak" => "mathfrak",
        "Bbb" => "mathbb",
        "boldmath" => "boldsymbol",
        _ => return None,
    })
}

fn relation(name: &str) -> Option<Relation> {
    use Relation::*;
    Some(match name {
        "eq" => Equal,
        "approx" | "simeq" | "cong" | "doteq" | "approxeq" => Approximate,
        "equiv" => Equivalent,
        "coloneqq" | "coloneq" | "triangleq" | "defeq" | "eqdef" | "vcentcolon" | "colonequals" => Define,
        "neq" | "ne" => NotEqual,
        "lt" | "ll" => Less,
        "leq" | "le" | "leqslant" | "leqq" => LessEqual,
        "gt" | "gg" => Greater,
        "geq" | "ge" | "geqslant" | "geqq" => GreaterEqual,
        "propto" => Proportional,
        "sim" => Similar,
        "to" | "rightarrow" | "longrightarrow" | "mapsto" | "longmapsto" => To,
        "leftarrow" | "gets" | "longleftarrow" => Gets,
        "Rightarrow" | "implies" | "Longrightarrow" | "iff" | "Leftrightarrow" | "Longleftrightarrow" => Implies,
        "in" => Member,
        _ => return None,
    })
}

/// The relation that a character is.
pub(super) fn relation_sign(sign: char) -> Option<Relation> {
    use Relation::*;
    Some(match sign {
        '=' => Equal,
        '≈' | '≃' | '≅' => Approximate,
        '≡' => Equivalent,
        '≔' | '≜' => Define,
        '≠' => NotEqual,
        '<' => Less,
        '≤' | '⩽' => LessEqual,
        '>' => Greater,
        '≥' | '⩾' => GreaterEqual,
        '∝' => Proportional,
        '∼' => Similar,
        '→' | '↦' => To,
        '←' => Gets,
        '⇒' | '⇔' => Implies,
        '∈' => Member,
        _ => return None,
    })
}

fn fence(name: &str) -> Option<(Delimiter, Side)> {
    use Delimiter::*;
    Some(match name {
        "lvert" => (Bar, Side::Open),
        "rvert" => (Bar, Side::Close),
        "vert" | "mid" => (Bar, if name == "mid" { Side::Middle } else { Side::Either }),
        "lVert" => (DoubleBar, Side::Open),
        "rVert" => (DoubleBar, Side::Close),
        "Vert" => (DoubleBar, Side::Either),
        "langle" => (Angle, Side::Open),
        "rangle" => (Angle, Side::Close),
        "lfloor" => (Floor, Side::Open),
        "rfloor" => (Floor, Side::Close),
        "lceil" => (Ceiling, Side::Open),
        "rceil" => (Ceiling, Side::Close),
        "lbrace" => (Curly, Side::Open),
        "rbrace" => (Curly, Side::Close),
        "lbrack" | "llbracket" => (Square, Side::Open),
        "rbrack" | "rrbracket" => (Square, Side::Close),
        "lparen" => (Round, Side::Open),
        "rparen" => (Round, Side::Close),
        _ => return None,
    })
}

/// The delimiter that a character is.
pub(super) fn fence_sign(sign: char) -> Option<(Delimiter, Side)> {
    use Delimiter::*;
    Some(match sign {
        '(' => (Round, Side::Open),
        ')' => (Round, Side::Close),
        '[' => (Square, Side::Open),
        ']' => (Square, Side::Close),
        '⟦' => (Square, Side::Open),
        '⟧' => (Square, Side::Close),
        '|' => (Bar, Side::Either),
        '‖' | '∥' => (DoubleBar, Side::Either),
        '⟨' => (Angle, Side::Open),
        '⟩' => (Angle, Side::Close),
        '⌊' => (Floor, Side::Open),
        '⌋' => (Floor, Side::Close),
        '⌈' => (Ceiling, Side::Open),
        '⌉' => (Ceiling, Side::Close),
        _ => return None,
    })
}

/// The environments that are understood, without the star, and how many arguments `\begin` takes.
const ENVIRONMENTS: &[(&str, usize)] = &[
    ("aligned", 0),
    ("align", 0),
    ("alignedat", 1),
    ("alignat", 1),
    ("array", 1),
    ("bmatrix", 0),
    ("Bmatrix", 0),
    ("cases", 0),
    ("dcases", 0),
    ("displaymath", 0),
    ("empheq", 1),
    ("eqnarray", 0),
    ("equation", 0),
    ("flalign", 0),
    ("gather", 0),
    ("gathered", 0),
    ("math", 0),
    ("matrix", 0),
    ("multline", 0),
    ("multlined", 0),
    ("pmatrix", 0),
    ("rcases", 0),
    ("smallmatrix", 0),
    ("split", 0),
    ("subarray", 1),
    ("subequations", 0),
    ("vmatrix", 0),
    ("Vmatrix", 0),
];

/// The name of an environment without its star, and how many arguments `\begin` takes.
pub(super) fn environment(name: &str) -> Option<(&'static str, usize)> {
    let name = name.strip_suffix('*').unwrap_or(name);
    ENVIRONMENTS.iter().find(|entry| entry.0 == name).copied()
}

/// The names of all environments, for suggestions.
pub(super) fn environments() -> impl Iterator<Item = &'static str> {
    ENVIRONMENTS.iter().map(|entry| entry.0)
}

/// Control words after which a bar opens rather than closes.
pub(super) fn is_operator(name: &str) -> bool {
    matches!(
        name,
        "cdot"
            | "times"
            | "odot"
            | "circ"
            | "otimes"
            | "oplus"
            | "ast"
            | "star"
            | "bullet"
            | "div"
            | "pm"
            | "mp"
            | "sum"
            | "prod"
            | "int"
            | "log"
            | "ln"
            | "exp"
            | "max"
            | "min"
            | "partial"
            | "nabla"
            | "setminus"
            | "wedge"
            | "cap"
            | "cup"
    )
}
