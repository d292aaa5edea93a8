#!/usr/bin/env bash
# Guess: the gradient of floor(a / b) is 0 by both operands, as that of floor is, in TensorFlow.js too.
# Seen: in TensorFlow.js 4.22.0 `floorDiv(5, 3)` is 1 and its gradient is that of the plain quotient: 1/3 by 5 and -5/9
# by 3. `floor(div(5, 3))` has the same value and the gradient 0 and 0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-fund --no-audit --prefix "$folder" @tensorflow/tfjs@4.22.0
cat >"$folder/expected" <<'END'
@tensorflow/tfjs 4.22.0
floorDiv(a, b): value 1, gradient 0.3333 -0.5556
div(a, b): value 1.6667, gradient 0.3333 -0.5556
floor(div(a, b)): value 1, gradient 0 0
END
cat >"$folder/run.js" <<'END'
const tf = require("@tensorflow/tfjs");
const short = (tensor) => String(+tensor.arraySync().toFixed(4) + 0);
console.log("@tensorflow/tfjs", require("@tensorflow/tfjs/package.json").version);
for (const [name, f] of [
  ["floorDiv(a, b)", (a, b) => tf.floorDiv(a, b)],
  ["div(a, b)", (a, b) => tf.div(a, b)],
  ["floor(div(a, b))", (a, b) => tf.floor(tf.div(a, b))],
]) {
  const at = [tf.scalar(5), tf.scalar(3)];
  console.log(`${name}: value ${short(f(...at))}, gradient ${tf.grads(f)(at).map(short).join(" ")}`);
}
END
(cd "$folder" && node run.js >printed 2>warnings)
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
