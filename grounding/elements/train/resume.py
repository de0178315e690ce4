"""From the two files that ship back to networks that can be trained on.

A training goes in cycles, and each starts from what the one before has written.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from handeye.grounding.elements.icons.model import PHRASES, PICTURES
from handeye.grounding.elements.train.net import Both

_SHARPNESS = 20.0
_CONSTANTS = 2  # the graph's first ones are no weights


def take(model: Both, folder: Path, crops: NDArray[np.uint8]) -> None:
    """Fill `model` with the weights in `folder`; `crops` show what its norms have to expect."""
    graph = onnx.load(str(folder / PICTURES)).graph
    held = [numpy_helper.to_array(each).astype(np.float32) for each in graph.initializer]
    values = iter([torch.from_numpy(each.copy()) for each in held[_CONSTANTS:]])
    with torch.no_grad():
        biases: dict[nn.BatchNorm2d, Tensor] = {}
        for module in model.pictures.modules():
            if isinstance(module, nn.Conv2d):
                module.weight.copy_(next(values))
            elif isinstance(module, nn.BatchNorm2d):
                biases[module] = next(values)
        model.pictures.last.weight.copy_(next(values))
        model.pictures.last.bias.copy_(next(values))
        _unfold(model, biases, torch.from_numpy(crops)[:, None].float() / 255)
        with np.load(folder / PHRASES) as stored:
            table = stored["rows"] * stored["scales"].astype(np.float32)[:, None]
            model.phrases.table.copy_(torch.from_numpy(table))
            model.icon.weight.copy_(torch.from_numpy(stored["icon"][None, :-1]))
            model.icon.bias.copy_(torch.from_numpy(stored["icon"][-1:]))
        model.sharpness.fill_(float(np.log(_SHARPNESS)))


def _unfold(model: Both, biases: dict[nn.BatchNorm2d, Tensor], crops: Tensor) -> None:
    """Set each norm so that it changes nothing but adds its bias, on pictures such as these."""

    def expect(norm: nn.Module, given: tuple[Tensor, ...]) -> None:
        assert isinstance(norm, nn.BatchNorm2d)
        mean, variance = given[0].mean((0, 2, 3)), given[0].var((0, 2, 3), unbiased=False)
        for held, value in (
            (norm.running_mean, mean),
            (norm.running_var, variance),
            (norm.weight, torch.sqrt(variance + norm.eps)),
            (norm.bias, biases[norm] + mean),
        ):
            assert held is not None
            held.copy_(value)

    hooks = [norm.register_forward_pre_hook(expect) for norm in biases]
    model.pictures.eval()
    model.pictures(crops)
    for hook in hooks:
        hook.remove()
    model.pictures.train()
