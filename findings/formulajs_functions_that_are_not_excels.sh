#!/usr/bin/env bash
# Guess: functions that bear the names of Excel's, with its descriptions of their arguments, have Excel's values.
# Seen: in @formulajs/formulajs 4.6.1 MOD(5, -3) is -2, where Excel has -1; ATAN2, which Excel gives x first, is worked as y
# first: ATAN2(1, 2) is 0.464 for 1.107; ERF(1, 2) leaves its upper limit out, so that ERF(0, 1) is 0; NORMSDIST is the
# density, where Excel's is the distribution; and ACOT of a negative number is negative. Nothing is told.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-fund --no-audit --prefix "$folder" @formulajs/formulajs@4.6.1
cat >"$folder/expected" <<'END'
@formulajs/formulajs 4.6.1 and Excel
MOD(-5,3): 1, Excel 1
MOD(5,-3): -2, Excel -1
ATAN2(1,2): 0.4636, Excel 1.1071
ERF(1): 0.8427, Excel 0.8427
ERF(0,1): 0, Excel 0.8427
ERF(1,2): 0.8427, Excel 0.1526
NORMSDIST(1): 0.242, Excel 0.8413
ACOT(-1): -0.7854, Excel 2.3562
ACOT(1): 0.7854, Excel 0.7854
END
cat >"$folder/run.js" <<'END'
const excel = require("@formulajs/formulajs");
console.log("@formulajs/formulajs", require("@formulajs/formulajs/package.json").version, "and Excel");
for (const [name, numbers, right] of [
  ["MOD", [-5, 3], 1],
  ["MOD", [5, -3], -1],
  ["ATAN2", [1, 2], 1.1071],
  ["ERF", [1], 0.8427],
  ["ERF", [0, 1], 0.8427],
  ["ERF", [1, 2], 0.1526],
  ["NORMSDIST", [1], 0.8413],
  ["ACOT", [-1], 2.3562],
  ["ACOT", [1], 0.7854],
]) {
  console.log(`${name}(${numbers}): ${Number(excel[name](...numbers).toFixed(4))}, Excel ${right}`);
}
END
(cd "$folder" && node run.js >printed)
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
