#!/usr/bin/env bash
# Guess: nerdamer reads log(x, 2) as the logarithm to base 2, since log(8, 2) is 3; its derivative is 1 / (x ln 2).
# Seen: in nerdamer 1.1.13 the derivative of log(x, 2) is 1/x, whatever the base, and at 8 it is 0.125 where the slope
# is 0.1803. The integral forgets the base too. log10(x) has the right derivative.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-fund --no-audit --prefix "$folder" nerdamer@1.1.13
cat >"$folder/expected" <<'END'
nerdamer 1.1.13
log(8, 2) = 3
diff(log(x, 2), x) = x^(-1), at 8: 0.1250
diff(log(x, 10), x) = x^(-1), at 8: 0.1250
diff(log10(x), x) = (log(10)*x)^(-1), at 8: 0.0543
difference quotient of log(x, 2) at 8: 0.1803
integrate(log(x, 2), x) = -x+log(x,2)*x
END
cat >"$folder/run.js" <<'END'
const nerdamer = require("nerdamer/all");
const at = (formula, x) => Number(nerdamer(formula, { x }).evaluate().text("decimals"));
console.log("nerdamer", require("nerdamer/package.json").version);
console.log("log(8, 2) =", at("log(8, 2)", 0));
for (const formula of ["log(x, 2)", "log(x, 10)", "log10(x)"]) {
  const slope = nerdamer(`diff(${formula}, x)`).toString();
  console.log(`diff(${formula}, x) = ${slope}, at 8: ${at(slope, 8).toFixed(4)}`);
}
const quotient = (at("log(x, 2)", 8.001) - at("log(x, 2)", 7.999)) / 0.002;
console.log("difference quotient of log(x, 2) at 8:", quotient.toFixed(4));
console.log("integrate(log(x, 2), x) =", nerdamer("integrate(log(x, 2), x)").toString());
END
(cd "$folder" && node run.js >printed)
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
