#!/usr/bin/env bash
# Guess: MathLive's ASCIIMath of a formula has all of its numbers, and its LaTeX of an ASCIIMath formula can be typeset.
# Seen: in mathlive 0.111.1 a boxed or overlined part is gone from the ASCIIMath, so that z = \boxed{0.5} becomes "z=" and
# \boxed{0.5}+1 becomes "+1"; {a^b}^c loses its brackets, which makes another number; and the LaTeX of 2^3^2 is
# 2^{3}^{2}, which TeX and KaTeX refuse as a double superscript. All without an error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-fund --no-audit --prefix "$folder" mathlive@0.111.1 katex@0.19.1
cat >"$folder/expected" <<'END'
mathlive 0.111.1
z=\boxed{0.5} -> "z="
\boxed{0.5}+1 -> "+1"
\overline{x}+1 -> "+1"
\hat{y}+1 -> "hat y +1"
{2^3}^2 -> "2^3^2"
2^3^2 -> "2^{3}^{2}", KaTeX: Double superscript
END
cat >"$folder/run.mjs" <<'END'
import { readFileSync } from "fs";
import katex from "katex";
import { convertAsciiMathToLatex, convertLatexToAsciiMath } from "mathlive/ssr";

console.log("mathlive", JSON.parse(readFileSync("node_modules/mathlive/package.json")).version);
for (const formula of ["z=\\boxed{0.5}", "\\boxed{0.5}+1", "\\overline{x}+1", "\\hat{y}+1", "{2^3}^2"])
  console.log(`${formula} -> "${convertLatexToAsciiMath(formula)}"`);
const latex = convertAsciiMathToLatex("2^3^2");
let told = "typeset";
try {
  katex.renderToString(latex);
} catch (error) {
  told = /Double superscript/.exec(error.message)?.[0] ?? error.message;
}
console.log(`2^3^2 -> "${latex}", KaTeX: ${told}`);
END
(cd "$folder" && node run.mjs >printed 2>/dev/null)
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
