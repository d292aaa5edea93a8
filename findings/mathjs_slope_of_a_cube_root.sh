#!/usr/bin/env bash
# Guess: math.js knows cbrt(-8) = -2, so its derivative there is the real slope 1/12.
# Seen: in math.js 15.2.0 `derivative("cbrt(x)", "x")` is x^(-2/3) / 3, and that power takes the main complex root: at -8
# the slope is -0.0417 - 0.0722i. nthRoot(x, 3) is real at -8 too, and its derivative is the same complex number.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-fund --no-audit --prefix "$folder" mathjs@15.2.0
cat >"$folder/expected" <<'END'
mathjs 15.2.0
cbrt(x) at -8: -2, derivative x ^ (-2 / 3) / 3: -0.0417 - 0.0722i
nthRoot(x, 3) at -8: -2, derivative x ^ (-2 / 3) / 3: -0.0417 - 0.0722i
difference quotient of cbrt at -8: 0.0833
END
cat >"$folder/run.js" <<'END'
const math = require("mathjs");
const short = (number) => math.format(math.round(number, 4));
console.log("mathjs", require("mathjs/package.json").version);
for (const formula of ["cbrt(x)", "nthRoot(x, 3)"]) {
  const slope = math.derivative(formula, "x");
  const value = math.evaluate(formula, { x: -8 });
  console.log(`${formula} at -8: ${value}, derivative ${slope}: ${short(slope.evaluate({ x: -8 }))}`);
}
const quotient = (math.evaluate("cbrt(-8 + 1e-4)") - math.evaluate("cbrt(-8 - 1e-4)")) / 2e-4;
console.log("difference quotient of cbrt at -8:", short(quotient));
END
(cd "$folder" && node run.js >printed)
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
