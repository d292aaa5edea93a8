#!/usr/bin/env bash
# Guess: HyperFormula works as Excel does: INT rounds down, TEXT knows the formats with % and with thousands, a half is
# rounded up in decimals, and a number may be written with E as with e. Its own MOD and FLOOR go by rounding down.
# Seen: in HyperFormula 3.5.0 INT(-2.5) is -2, TEXT(0.285, "0.0%") is 0.3%, and TEXT(1234.5, "#,##0.00") is "1235,##0.00",
# without an error. ROUND(2.675, 2) is 2.68 and ROUND(1.005, 2) is 1. 1e3 is 1000; 1E3 and 1E+3, as Excel writes it, are no
# formula.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-fund --no-audit --prefix "$folder" hyperformula@3.5.0
cat >"$folder/expected" <<'END'
hyperformula 3.5.0
=INT(-2.5) -> -2
=MOD(-5,2) -> 1
=FLOOR(-2.5,1) -> -3
=TEXT(0.285,"0.0%") -> 0.3%
=TEXT(1234.5,"#,##0.00") -> 1235,##0.00
=TEXT(1234.5,"0.00") -> 1234.50
=ROUND(2.675,2) -> 2.68
=ROUND(1.005,2) -> 1
=1e3 -> 1000
=1E3 -> This is not a formula
=1E+3 -> This is not a formula
END
cat >"$folder/run.js" <<'END'
const { HyperFormula } = require("hyperformula");
console.log("hyperformula", HyperFormula.version);
const sheet = HyperFormula.buildFromArray([[0]], { licenseKey: "gpl-v3" });
for (const formula of [
  "=INT(-2.5)",
  "=MOD(-5,2)",
  "=FLOOR(-2.5,1)",
  '=TEXT(0.285,"0.0%")',
  '=TEXT(1234.5,"#,##0.00")',
  '=TEXT(1234.5,"0.00")',
  "=ROUND(2.675,2)",
  "=ROUND(1.005,2)",
  "=1e3",
  "=1E3",
  "=1E+3",
]) {
  let answer;
  try {
    answer = sheet.calculateFormula(formula, 0);
  } catch (error) {
    answer = error.message;
  }
  console.log(formula, "->", answer);
}
END
(cd "$folder" && node run.js >printed)
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
