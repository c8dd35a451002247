#!/usr/bin/python3
"""Writes the small ONNX models of the prediction tests, and what the good one must answer.

Needs Debian's python3-onnx and python3-numpy. Run it in this folder; it always writes the same files.
The expected answers come from numpy in double precision, not from an ONNX runtime.
"""
import json

import numpy as np
import onnx
from onnx import TensorProto as T, helper as h, numpy_helper

PIXELS, DIGITS = 784, 10


def save(name, nodes, inputs, outputs, initializers=()):
    graph = h.make_graph(nodes, name, inputs, outputs, list(initializers))
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 13)], producer_name="make_models.py")
    model.ir_version = 7
    onnx.checker.check_model(model)
    onnx.save(model, name + ".onnx")


def value(name, kind, shape):
    return h.make_tensor_value_info(name, kind, shape)


def tensor(name, array):
    return numpy_helper.from_array(array, name)


IMAGES = value("images", T.FLOAT, ["n", PIXELS])
SCORES = value("predictions", T.FLOAT, ["n", DIGITS])
CLASSES = value("classes", T.INT64, ["n"])

# One linear layer with fixed weights: small, and easy to compute otherwise.
weights = np.random.RandomState(20).normal(0, 0.3, (PIXELS, DIGITS)).astype(np.float32)
bias = np.linspace(-0.5, 0.5, DIGITS).astype(np.float32)
LINEAR = [
    h.make_node("Gemm", ["images", "w", "b"], ["logits"]),
    h.make_node("Softmax", ["logits"], ["predictions"], axis=1),
    h.make_node("ArgMax", ["predictions"], ["classes"], axis=1, keepdims=0),
]
save("linear", LINEAR, [IMAGES], [SCORES, CLASSES], [tensor("w", weights), tensor("b", bias)])

# Two pictures are enough: a ramp, and a checked pattern.
pixels = np.arange(PIXELS)
pictures = np.stack([pixels / (PIXELS - 1.0), ((pixels // 3) % 4) / 3.0]).astype(np.float32)
logits = pictures.astype(np.float64) @ weights.astype(np.float64) + bias.astype(np.float64)
scores = np.exp(logits - logits.max(axis=1, keepdims=True))
scores /= scores.sum(axis=1, keepdims=True)
with open("linear.expected.json", "w") as file:
    json.dump({"scores": scores.tolist(), "classes": scores.argmax(axis=1).tolist()}, file, indent=1)
    file.write("\n")

# What a wrong file may look like.
save("other-names", [h.make_node("Softmax", ["x"], ["y"], axis=1)], [value("x", T.FLOAT, ["n", DIGITS])], [value("y", T.FLOAT, ["n", DIGITS])])
zeros = [tensor("axes", np.array([1], np.int64)), tensor("ones", np.ones((1, DIGITS), np.float32))]
HEAD = [h.make_node("ReduceSum", ["images", "axes"], ["sum"], keepdims=1), h.make_node("Mul", ["sum", "ones"], ["wide"])]
save(
    "int32-classes",
    HEAD + [
        h.make_node("Softmax", ["wide"], ["predictions"], axis=1),
        h.make_node("ArgMax", ["predictions"], ["arg"], axis=1, keepdims=0),
        h.make_node("Cast", ["arg"], ["classes"], to=T.INT32),
    ],
    [IMAGES], [SCORES, value("classes", T.INT32, ["n"])], zeros)

# Not a number for every picture: 0 / 0 on a black one.
save(
    "not-a-number",
    HEAD + [h.make_node("Div", ["wide", "wide"], ["predictions"]), h.make_node("ArgMax", ["predictions"], ["classes"], axis=1, keepdims=0)],
    [IMAGES], [SCORES, CLASSES], zeros)

# Never ends in a test's time: only stopping the run ends it.
body = h.make_graph(
    [h.make_node("Identity", ["go"], ["go_on"]), h.make_node("Sin", ["x_in"], ["x_out"])],
    "body",
    [value("i", T.INT64, []), value("go", T.BOOL, []), value("x_in", T.FLOAT, ["n", DIGITS])],
    [value("go_on", T.BOOL, []), value("x_out", T.FLOAT, ["n", DIGITS])])
save(
    "endless",
    HEAD + [
        h.make_node("Loop", ["times", "yes", "wide"], ["predictions"], body=body),
        h.make_node("ArgMax", ["predictions"], ["classes"], axis=1, keepdims=0),
    ],
    [IMAGES], [SCORES, CLASSES],
    zeros + [tensor("times", np.array(2**40, np.int64)), tensor("yes", np.array(True))])
