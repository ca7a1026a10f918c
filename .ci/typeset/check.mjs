// check.mjs DIR: every formula of every Markdown file of DIR through KaTeX (strict) and MathJax, and a lint of what
// a reader would correct by hand.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import katex from "katex";
import { mathjax } from "mathjax-full/js/mathjax.js";
import { TeX } from "mathjax-full/js/input/tex.js";
import { liteAdaptor } from "mathjax-full/js/adaptors/liteAdaptor.js";
import { RegisterHTMLHandler } from "mathjax-full/js/handlers/html.js";
import { SerializedMmlVisitor } from "mathjax-full/js/core/MmlTree/SerializedMmlVisitor.js";
import { STATE } from "mathjax-full/js/core/MathItem.js";
import "mathjax-full/js/input/tex/AllPackages.js";

// GitHub, MathJax and KaTeX differ in these, so the output does without them.
const banned = [
  [/\\(newcommand|def|gdef|operatorname|htmlClass|href|tag|label|eqref|ref|require|class|cssId|style)\b/, "not portable"],
];
const blemishes = [
  [/(?<![\d.])1 \\cdot/, "a needless 1"],
  [/\+ -/, "a plus before a minus"],
  [/- -/, "a minus before a minus"],
  [/\\cdot 1(?![\d.])\s*($|[&\\+-])/, "a needless 1"],
  [/\\partial \}/, "a stray space"],
  [/\{\}/, "an empty group"],
  [/\\cdot\s*\\cdot/, "a doubled sign"],
  [/[^\\]\\cdot\s*$/, "a sign at the end"],
  [/\^\{1\}\^/, "a doubled script"],
];

// Whether a parenthesis holds nothing but another one.
function hasDoubledParentheses(latex) {
  const signs = latex.replaceAll(/\\(left|right)(?=[()])/g, "");
  const open = [];
  const pairs = new Map();
  for (let at = 0; at < signs.length; at += 1) {
    if (signs[at] === "(") open.push(at);
    else if (signs[at] === ")" && open.length > 0) pairs.set(open.pop(), at);
  }
  return [...pairs].some(([start, end]) => pairs.get(start + 1) === end - 1);
}

function* formulas(text, host) {
  const shapes =
    host === "github"
      ? [/```math\n([\s\S]*?)\n```/g, /\$`([^`]+)`\$/g]
      : host === "mdbook"
        ? [/\\\\\[([\s\S]*?)\\\\\]/g, /\\\\\((.*?)\\\\\)/g]
        : [/\$\$([\s\S]*?)\$\$/g, /(?<![\\$])\$(?!\$)([^$\n]+)\$(?!\$)/g];
  for (const [index, shape] of shapes.entries()) {
    const body = index === 1 && host !== "github" ? text.replace(shapes[0], "") : text;
    for (const match of body.matchAll(shape)) yield { latex: match[1], display: index === 0 };
  }
}

const adaptor = liteAdaptor();
RegisterHTMLHandler(adaptor);
// MathJax loads boldsymbol by itself when a page needs it.
const packages = ["base", "ams", "boldsymbol", "newcommand", "textmacros"];
const page = mathjax.document("", { InputJax: new TeX({ packages, formatError: (_, error) => { throw error; } }) });
const visitor = new SerializedMmlVisitor();

const directory = process.argv[2];
const seen = new Set();
let problems = 0;
let files = 0;
const complain = (file, latex, message) => {
  problems += 1;
  if (problems <= 40) console.error(`${file}: ${message}\n    ${latex.replaceAll("\n", "\n    ")}`);
};
for (const file of readdirSync(directory).filter((name) => name.endsWith(".md")).sort()) {
  files += 1;
  const host = file.match(/-(github|obsidian|quarto|mdbook)\.md$/)[1];
  let count = 0;
  for (const { latex: written, display } of formulas(readFileSync(join(directory, file), "utf8"), host)) {
    // mdBook's Markdown undoes backslash escapes before MathJax sees the formula.
    const latex = host === "mdbook" ? written.replace(/\\([!-\/:-@[-`{-~])/g, "$1") : written;
    count += 1;
    if (seen.has(latex)) continue;
    seen.add(latex);
    try {
      katex.renderToString(latex, { displayMode: display, strict: "error", throwOnError: true, trust: false });
    } catch (error) {
      complain(file, latex, `KaTeX: ${error.message}`);
    }
    try {
      visitor.visitTree(page.convert(latex, { display, end: STATE.CONVERT }));
    } catch (error) {
      complain(file, latex, `MathJax: ${error.message ?? error}`);
    }
    for (const [pattern, what] of [...banned, ...blemishes]) {
      if (pattern.test(latex)) complain(file, latex, what);
    }
    if (hasDoubledParentheses(latex)) complain(file, latex, "doubled parentheses");
  }
  if (count === 0) complain(file, "", "no formula found");
}
console.log(`KaTeX and MathJax accept ${seen.size} formulas of ${files} files`);
if (problems > 0) {
  console.error(`${problems} problems`);
  process.exit(1);
}
