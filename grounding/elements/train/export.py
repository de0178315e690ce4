"""From the trained networks to the two files that ship: an ONNX graph in half precision, a table.

The graph is written out by hand: batch norms are folded into the convolutions, and it needs no
exporter. Prevents: weights that depend on the version of one.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from handeye.grounding.elements.icons.model import PHRASES, PICTURES
from handeye.grounding.elements.icons.phrases import DIMENSIONS
from handeye.grounding.elements.icons.prepare import SIDE
from handeye.grounding.elements.train.net import Both, _Residual

_OPSET = 17


def write(
    model: Both,
    words: Sequence[str],
    listed: Sequence[str],
    likeness: tuple[float, float],
    folder: Path,
) -> None:
    """Write both files into `folder`. `likeness` are the slope and the middle of its curve."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PICTURES).write_bytes(_Graph(model).bytes())
    table = model.phrases.table.detach().numpy()
    scales = np.abs(table).max(axis=1) / 127 + 1e-8
    icon = np.append(model.icon.weight.detach().numpy(), model.icon.bias.detach().numpy())
    np.savez_compressed(
        folder / PHRASES,
        words=np.frombuffer("\n".join(words).encode(), np.uint8),
        listed=np.frombuffer("\n".join(listed).encode(), np.uint8),
        rows=np.round(table / scales[:, None]).astype(np.int8),
        scales=scales.astype(np.float16),
        icon=icon.astype(np.float32),
        likeness=np.array(likeness, np.float32),
    )


class _Graph:
    def __init__(self, model: Both) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.held: list[onnx.TensorProto] = []
        self._crops()
        at = "seen"
        for layer in model.pictures.layers:
            if isinstance(layer, nn.Sequential):
                at = self._convolution(layer, at)
            elif isinstance(layer, _Residual):
                at = self._residual(layer, at)
            else:
                at = self._add("Relu", [at])
        at = self._add("Flatten", [at], axis=1)
        weight = self._weight(model.pictures.last.weight.detach().numpy())
        bias = self._weight(model.pictures.last.bias.detach().numpy())
        at = self._add("Gemm", [at, weight, bias], transB=1)
        length = self._add("ReduceL2", [at], axes=[1], keepdims=1)
        self._add("Div", [at, length], out="vectors")

    def bytes(self) -> bytes:
        shape = ["n", SIDE, SIDE]
        crops = helper.make_tensor_value_info("crops", TensorProto.UINT8, shape)
        vectors = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", DIMENSIONS])
        graph = helper.make_graph(self.nodes, "icons", [crops], [vectors], self.held)
        opset = [helper.make_opsetid("", _OPSET)]
        whole = helper.make_model(graph, opset_imports=opset, ir_version=8)
        onnx.checker.check_model(whole)
        return bytes(whole.SerializeToString())

    def _crops(self) -> None:
        scale = self._held(np.array(1 / 255, np.float32))
        axis = self._held(np.array([1], np.int64))
        at = self._add("Cast", ["crops"], to=TensorProto.FLOAT)
        self._add("Unsqueeze", [self._add("Mul", [at, scale]), axis], out="seen")

    def _residual(self, layer: _Residual, at: str) -> str:
        inner = self._add("Relu", [self._convolution(layer.first, at)])
        return self._add("Relu", [self._add("Add", [at, self._convolution(layer.second, inner)])])

    def _convolution(self, layer: nn.Sequential, at: str) -> str:
        convolution, norm = layer[0], layer[1]
        assert isinstance(convolution, nn.Conv2d)
        assert isinstance(norm, nn.BatchNorm2d)
        weight, bias = _folded(convolution, norm)
        pads, strides = [1, 1, 1, 1], list(convolution.stride)
        names = [at, self._weight(weight), self._weight(bias)]
        return self._add("Conv", names, pads=pads, strides=strides)

    def _weight(self, values: NDArray[np.float32]) -> str:
        """Stored in half precision, computed with in single."""
        return self._add("Cast", [self._held(values.astype(np.float16))], to=TensorProto.FLOAT)

    def _held(self, values: NDArray[np.generic]) -> str:
        name = f"w{len(self.held)}"
        self.held.append(numpy_helper.from_array(values, name))
        return name

    def _add(self, kind: str, inputs: list[str], out: str = "", **more: object) -> str:
        name = out or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **more))
        return name


def _folded(
    convolution: nn.Conv2d, norm: nn.BatchNorm2d
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    mean, variance = norm.running_mean, norm.running_var
    assert mean is not None
    assert variance is not None
    with torch.no_grad():
        scale = norm.weight / torch.sqrt(variance + norm.eps)
        weight = convolution.weight * scale[:, None, None, None]
        bias = norm.bias - mean * scale
    return weight.contiguous().numpy(), bias.numpy()
