#!/usr/bin/env bash
# Guess: a calculator for LaTeX reads \sqrt[3]{8} as 2, or says that it can't; \exp(1) is e, since \sin(0.5) works.
# Seen: evaluatex 2.2.0 works \sqrt[3]{8} out as √3·8, 13.856, and \sqrt[2]{9} as √2·9; \exp, \log and \tanh are NaN behind a
# backslash, without an error, while exp(1), log(100) and tanh(0.5) without one are right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-fund --no-audit --prefix "$folder" evaluatex@2.2.0
cat >"$folder/expected" <<'END'
evaluatex 2.2.0
\sqrt{9} = 3.0000
\sqrt[2]{9} = 12.7279
\sqrt[3]{8} = 13.8564
\sin(0.5) = 0.4794
\exp(1) = NaN
exp(1) = 2.7183
\log(100) = NaN
log(100) = 4.6052
\tanh(0.5) = NaN
tanh(0.5) = 0.4621
END
cat >"$folder/run.js" <<'END'
const evaluatex = require("evaluatex");
console.log("evaluatex", JSON.parse(require("fs").readFileSync("node_modules/evaluatex/package.json")).version);
const formulas = ["\\sqrt{9}", "\\sqrt[2]{9}", "\\sqrt[3]{8}", "\\sin(0.5)"];
for (const name of ["exp(1)", "log(100)", "tanh(0.5)"]) formulas.push("\\" + name, name);
for (const formula of formulas)
  console.log(`${formula} = ${(evaluatex.default || evaluatex)(formula, {}, { latex: true })().toFixed(4)}`);
END
(cd "$folder" && node run.js >printed)
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
