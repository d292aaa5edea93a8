#!/usr/bin/env bash
# Guess: LogSoftmax of [1000, 0] is [0, -1000] in ONNX's reference evaluator, for a reference is there to be
# trusted, and an operator of its own for log(softmax(x)) is there to be stable.
# Seen: the reference evaluator of onnx 1.23.2 takes the logarithm of its softmax: [0, -inf]. Its
# ReduceLogSumExp of two infinite losses is nan. onnxruntime 1.32.0 has -1000 and -inf, so a test of a runtime
# against the reference calls the right one wrong.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
cat >"$folder/expected" <<'END'
onnx 1.23.2 onnxruntime 1.32.0
LogSoftmax [1000.0, 0.0] reference [0.0, -inf]
LogSoftmax [1000.0, 0.0] runtime [0.0, -1000.0]
ReduceLogSumExp [-inf, -inf] reference nan
ReduceLogSumExp [-inf, -inf] runtime -inf
END
"$folder/venv/bin/python" - >"$folder/printed" <<'END'
import warnings

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

warnings.simplefilter("ignore")
print("onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
for operator, options, x in [("LogSoftmax", {}, [1000.0, 0.0]), ("ReduceLogSumExp", {"keepdims": 0}, [-np.inf, -np.inf])]:
    given = helper.make_tensor_value_info("x", TensorProto.DOUBLE, [2])
    node = helper.make_node(operator, ["x"], ["y"], **options)
    graph = helper.make_graph([node], "g", [given], [helper.make_empty_tensor_value_info("y")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    feed = {"x": np.array(x)}
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    for who, result in (("reference", ReferenceEvaluator(model).run(None, feed)[0]), ("runtime", session.run(None, feed)[0])):
        print(operator, x, who, np.asarray(result).tolist())
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
