#!/usr/bin/env bash
# Guess: in TensorFlow.js, as in TensorFlow, the slope of abs at 0 is 0, and the largest of several equal numbers shares
# its slope among them, so that the shares add up to 1.
# Seen: in TensorFlow.js 4.22.0 the slope of abs at 0 is -1. Of three equal numbers each gets the slope 1 of their
# maximum, 3 in all, while `maximum(a, b)` of two equal numbers gives all to the first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-fund --no-audit --prefix "$folder" @tensorflow/tfjs@4.22.0
cat >"$folder/expected" <<'END'
@tensorflow/tfjs 4.22.0
abs at -1, 0, 1: gradient -1 -1 1
relu at 0: gradient 0
sign at 0: 0
max of 2, 2, 2: gradient 1 1 1
maximum(2, 2): gradient 1 by the first, 0 by the second
END
cat >"$folder/run.js" <<'END'
const tf = require("@tensorflow/tfjs");
const gradient = (f, numbers) => tf.grad(f)(tf.tensor(numbers)).arraySync().join(" ");
console.log("@tensorflow/tfjs", require("@tensorflow/tfjs/package.json").version);
console.log("abs at -1, 0, 1: gradient", gradient((x) => tf.sum(tf.abs(x)), [-1, 0, 1]));
console.log("relu at 0: gradient", gradient((x) => tf.sum(tf.relu(x)), [0]));
console.log("sign at 0:", tf.sign(tf.scalar(0)).arraySync());
console.log("max of 2, 2, 2: gradient", gradient((x) => tf.max(x), [2, 2, 2]));
const [first, second] = tf.grads((a, b) => tf.maximum(a, b))([tf.scalar(2), tf.scalar(2)]);
console.log(`maximum(2, 2): gradient ${first.arraySync()} by the first, ${second.arraySync()} by the second`);
END
(cd "$folder" && node run.js >printed 2>warnings)
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
