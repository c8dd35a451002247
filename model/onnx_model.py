"""Writes the network to ONNX, and runs such a file again, node by node, with torch's operators."""

import inspect
import io

import numpy
import onnx
import onnx.numpy_helper
import torch
import torch.nn.functional as F

from network import ExportedNetwork

OPSET = 13


def export(network, temperature, path):
    """Writes mnist.onnx: `images` float [n, 784] in; `predictions` float [n, 10], `classes` int64 [n] and `digit_score` float [n] out."""
    whole = ExportedNetwork(network, temperature).eval().to(memory_format=torch.contiguous_format)
    buffer = io.BytesIO()
    # Newer releases of torch have another exporter by default, which knows no opset as old as this.
    tracing = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    torch.onnx.export(
        whole, torch.zeros(2, 784), buffer, opset_version=OPSET, do_constant_folding=True,
        input_names=["images"], output_names=["predictions", "classes", "digit_score"],
        dynamic_axes={name: {0: "n"} for name in ("images", "predictions", "classes", "digit_score")}, **tracing)
    model = onnx.load_model_from_string(buffer.getvalue())
    for part in (*model.graph.node, *model.graph.initializer, *model.graph.input, *model.graph.output):
        part.ClearField("doc_string")  # tracing may leave the paths of the source files there
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString())


class OnnxModel:
    """A model file, checked and ready to run on pictures [n, 784]."""

    def __init__(self, path):
        model = onnx.load(str(path))
        onnx.checker.check_model(model, full_check=True)
        self.graph = model.graph
        self.size = path.stat().st_size
        self.weights = {w.name: torch.from_numpy(onnx.numpy_helper.to_array(w).copy()) for w in model.graph.initializer}
        self.multiply_adds = 0  # of one picture; counted by run()

    def layers(self):
        """Weights and biases of the convolutions and linear layers, in the order of the nodes."""
        return (self.weights[name].clone() for node in self.graph.node if node.op_type in ("Conv", "Gemm") for name in node.input[1:])

    @torch.no_grad()
    def run(self, images):
        """The probabilities [n, 10], the digits [n], and where the model gives it the probability of a single digit [n]."""
        values = dict(self.weights, images=images)
        self.multiply_adds = 0
        for node in self.graph.node:
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            arguments = [values[name] if name else None for name in node.input]
            values[node.output[0]] = self.compute(node.op_type, arguments, attributes)
        return tuple(values[output.name] for output in self.graph.output)

    def compute(self, operator, arguments, attributes):
        first, rest = (arguments[0], arguments[1:]) if arguments else (None, [])
        pads = attributes.get("pads", [0])[0]
        if operator == "Conv":
            result = F.conv2d(first, rest[0], rest[1], attributes["strides"], pads)
            self.multiply_adds += result[0].numel() * rest[0][0].numel()
            return result
        if operator == "Gemm":
            self.multiply_adds += rest[0].numel()
            return F.linear(first, rest[0] if attributes.get("transB") else rest[0].T, rest[1])
        if operator == "MaxPool":
            return F.max_pool2d(first, attributes["kernel_shape"], attributes["strides"], pads)
        if operator == "Constant":
            return torch.from_numpy(onnx.numpy_helper.to_array(attributes["value"]).copy())
        if operator == "Reshape":
            return first.reshape([int(size) for size in rest[0]])
        if operator == "Softmax":
            return torch.softmax(first, attributes["axis"])
        if operator == "ArgMax":
            return torch.argmax(first, attributes["axis"], bool(attributes.get("keepdims", 1)))
        simple = {
            "Relu": lambda: first.relu(), "Sigmoid": lambda: first.sigmoid(), "Add": lambda: first + rest[0], "Div": lambda: first / rest[0],
            "Flatten": lambda: first.flatten(attributes.get("axis", 1)), "GlobalAveragePool": lambda: first.mean((2, 3), True),
        }
        if operator not in simple:
            raise SystemExit(f"the model uses the operator {operator}; this script runs {', '.join(simple)} and the like only")
        return simple[operator]()
