#!/usr/bin/env bash
# Guess: a model whose numbers are all float64 is computed in float64, or refused.
# Seen: OpenVINO 2026.4.1 on the CPU reads it, takes float64 and hands float64 back, and computes in float32
# between: exp(0.1) has 8 right digits. Nothing says so, for input and output have the type that the model states,
# and the execution mode ACCURACY changes no digit. Only who asks for the precision f64 by name is refused.
# onnxruntime has all 16 digits of the same model.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
    openvino==2026.4.1 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
cat >"$folder/expected" <<'END'
openvino 2026.4.1
exp(0.1): float64 in, float64 out
  openvino: 8 right digits
  openvino, ACCURACY: 8 right digits
  openvino, f64: refused
  onnxruntime: 16 right digits
END
"$folder/venv/bin/python" - >"$folder/printed" <<'END'
import math

import numpy as np
import onnxruntime
import openvino
from onnx import TensorProto, helper

ends = [helper.make_tensor_value_info(name, TensorProto.DOUBLE, [1]) for name in "xy"]
graph = helper.make_graph([helper.make_node("Exp", ["x"], ["y"])], "exp", ends[:1], ends[1:])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9).SerializeToString()
x = np.array([0.1])


def by_openvino(options):
    core = openvino.Core()
    return core.compile_model(core.read_model(model), "CPU", options)([x])[0]


def right_digits(y):
    error = abs(float(y[0]) / math.exp(0.1) - 1)
    return f"{16 if error < 3e-16 else math.floor(-math.log10(error)) + 1} right digits"


print("openvino", openvino.__version__.split("-")[0])
y = by_openvino({})
print(f"exp(0.1): {x.dtype} in, {y.dtype} out")
print("  openvino:", right_digits(y))
print("  openvino, ACCURACY:", right_digits(by_openvino({"EXECUTION_MODE_HINT": "ACCURACY"})))
try:
    print("  openvino, f64:", right_digits(by_openvino({"INFERENCE_PRECISION_HINT": "f64"})))
except RuntimeError:
    print("  openvino, f64: refused")
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
print("  onnxruntime:", right_digits(session.run(None, {"x": x})[0]))
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
