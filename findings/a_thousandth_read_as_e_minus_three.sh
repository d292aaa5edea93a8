#!/usr/bin/env bash
# Guess: a calculator for formulas in text reads 1e-3 as a thousandth, as JavaScript and Python do.
# Seen: math-expression-evaluator 2.0.7 reads it as 1 · e - 3, which is -0.28, and tells no error. So does algebrite 1.4.0,
# but only behind a whole number: it reads 2.5e-2 as meant. In the first 2^3^2 is 64 besides, worked from the left.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-fund --no-audit --prefix "$folder" \
    math-expression-evaluator@2.0.7 algebrite@1.4.0 nerdamer@1.1.13
cat >"$folder/expected" <<'END'
math-expression-evaluator 2.0.7: 1e-3 = -0.2817, 2.5e-2 = 4.7957, 2^3^2 = 64.0000
algebrite 1.4.0: 1e-3 = -0.2817, 2.5e-2 = 0.0250, 2^3^2 = 512.0000
nerdamer 1.1.13: 1e-3 = 0.0010, 2.5e-2 = 0.0250, 2^3^2 = 512.0000
END
cat >"$folder/run.js" <<'END'
const { readFileSync } = require("fs");
const Mexp = require("math-expression-evaluator");
const algebrite = require("algebrite");
const nerdamer = require("nerdamer/all");
const calculators = {
  "math-expression-evaluator": (text) => new Mexp().eval(text),
  algebrite: (text) => algebrite.run(`float(${text})`).replace("...", ""),
  nerdamer: (text) => nerdamer(text).evaluate().text("decimals"),
};
for (const [name, worked] of Object.entries(calculators)) {
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`));
  const told = ["1e-3", "2.5e-2", "2^3^2"].map((text) => `${text} = ${Number(worked(text)).toFixed(4)}`);
  console.log(`${name} ${version}: ${told.join(", ")}`);
}
END
(cd "$folder" && node run.js >printed)
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
