#!/usr/bin/env bash
# Guess: MathML that KaTeX writes, turned back into LaTeX by mathml-to-latex, has all that the formula had, and KaTeX sets it
# again.
# Seen: with katex 0.18.11 and mathml-to-latex 1.8.0 operators with something inside are gone: a mod b becomes "a b", x = 0
# with a sign over the equals sign becomes "x 0", and the underset min is nothing. A bar becomes \overset{\overline}{x}, which
# KaTeX refuses. \ln x is the product of l, n and x. Powers of fractions and hats come back whole.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-fund --no-audit --prefix "$folder" katex@0.18.11 mathml-to-latex@1.8.0
cat >"$folder/expected" <<'END'
katex 0.18.11 mathml-to-latex 1.8.0
\frac{a}{b}^2 -> \left(\frac{a}{b}\right)^{2} (KaTeX sets it)
\hat{y}-y -> \hat{y} - y (KaTeX sets it)
a\bmod b -> a \textrm{ } \textrm{ } b (KaTeX sets it)
x\overset{!}{=}0 -> x 0 (KaTeX sets it)
\underset{w}{\min}L -> L (KaTeX sets it)
\overline{x}+1 -> \overset{\overline}{x} + 1 (KaTeX refuses it)
\underline{x} -> \underset{\overline}{x} (KaTeX refuses it)
\ln x -> ln x (KaTeX sets it)
END
cat >"$folder/run.js" <<'END'
const katex = require("katex");
const { MathMLToLaTeX } = require("mathml-to-latex");
const version = (name) => require(`${name}/package.json`).version;
console.log("katex", katex.version, "mathml-to-latex", version("mathml-to-latex"));
for (const formula of [
  "\\frac{a}{b}^2",
  "\\hat{y}-y",
  "a\\bmod b",
  "x\\overset{!}{=}0",
  "\\underset{w}{\\min}L",
  "\\overline{x}+1",
  "\\underline{x}",
  "\\ln x",
]) {
  const back = MathMLToLaTeX.convert(katex.renderToString(formula, { output: "mathml" }));
  let told = "KaTeX sets it";
  try {
    katex.renderToString(back);
  } catch (error) {
    told = "KaTeX refuses it";
  }
  console.log(`${formula} -> ${back} (${told})`);
}
END
(cd "$folder" && node run.js >printed)
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
