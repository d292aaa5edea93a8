#!/usr/bin/env bash
# Guess: the largest of [1, nan, 2] is nan, as NumPy's and as the same runtime's Max of two tensors is; and the
# mean of no number is nan.
# Seen: in onnxruntime 1.32.0 Max(nan, 1) is nan, but ReduceMax over [1, nan, 2] is 2, ReduceMin is 1, and
# ArgMax points at the 2. ReduceMean over an empty tensor is 0.0. A network that has diverged so passes a check
# of its largest number, and an empty batch has a perfect loss.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
cat >"$folder/expected" <<'END'
onnxruntime 1.32.0
Max [nan, 1.0] [1.0, nan] -> [nan, nan]
ReduceMax [1.0, nan, 2.0] -> 2.0
ReduceMin [1.0, nan, 2.0] -> 1.0
ArgMax [1.0, nan, 2.0] -> 2
ReduceMean [] -> 0.0
END
"$folder/venv/bin/python" - >"$folder/printed" <<'END'
import numpy as np
import onnxruntime
from onnx import TensorProto, helper

print("onnxruntime", onnxruntime.__version__)
for operator, options, *given in [
    ("Max", {}, [np.nan, 1.0], [1.0, np.nan]),
    ("ReduceMax", {"keepdims": 0}, [1.0, np.nan, 2.0]),
    ("ReduceMin", {"keepdims": 0}, [1.0, np.nan, 2.0]),
    ("ArgMax", {"keepdims": 0}, [1.0, np.nan, 2.0]),
    ("ReduceMean", {"keepdims": 0}, []),
]:
    names = [f"x{i}" for i in range(len(given))]
    inputs = [helper.make_tensor_value_info(n, TensorProto.DOUBLE, [len(x)]) for n, x in zip(names, given)]
    node = helper.make_node(operator, names, ["y"], **options)
    graph = helper.make_graph([node], "g", inputs, [helper.make_empty_tensor_value_info("y")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    result = session.run(None, {n: np.array(x, float) for n, x in zip(names, given)})[0]
    print(operator, *given, "->", np.asarray(result).tolist())
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
