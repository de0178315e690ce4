"""The two networks that are trained together: pictures and phrases into one space of vectors."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from handeye.grounding.elements.icons.phrases import DIMENSIONS

WIDTHS = (24, 40, 80, 160)
_EDGE = 3  # what is left of the 48 pixels after four halvings


class Pictures(nn.Module):  # type: ignore[misc]  # torch is not type-checked
    """A small residual network from prepared crops (n, 1, 48, 48) to unit vectors."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 1
        for width in WIDTHS:
            layers += [_convolution(before, width, 2), nn.ReLU()]
            if before > 1:  # at full size it would cost as much as all the others
                layers.append(_Residual(width))
            before = width
        self.layers = nn.Sequential(*layers)
        self.last = nn.Linear(before * _EDGE * _EDGE, DIMENSIONS)

    def forward(self, crops: Tensor) -> Tensor:
        return functional.normalize(self.last(self.layers(crops).flatten(1)).float(), dim=1)


class _Residual(nn.Module):  # type: ignore[misc]  # torch is not type-checked
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _convolution(width, width, 1)
        self.second = _convolution(width, width, 1)

    def forward(self, seen: Tensor) -> Tensor:
        inner = self.second(functional.relu(self.first(seen)))
        return functional.relu(seen + inner)


def _convolution(before: int, after: int, stride: int) -> nn.Sequential:
    convolution = nn.Conv2d(before, after, 3, stride, 1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(after))


class Phrases(nn.Module):  # type: ignore[misc]  # torch is not type-checked
    """Phrases, given as rows of one table and their weights, to unit vectors."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.randn(rows, DIMENSIONS) * 0.1)

    def forward(self, rows: Tensor, weights: Tensor) -> Tensor:
        summed = torch.einsum("nkd,nk->nd", self.table[rows], weights)
        return functional.normalize(summed, dim=1)


class Both(nn.Module):  # type: ignore[misc]  # torch is not type-checked
    """The model in training, with the sharpness of the comparison and what tells icons apart."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.pictures = Pictures()
        self.phrases = Phrases(rows)
        self.sharpness = nn.Parameter(torch.tensor(float(np.log(14.0))))
        self.icon = nn.Linear(DIMENSIONS, 1)

    def icon_logit(self, vectors: Tensor) -> Tensor:
        return self.icon(vectors).squeeze(1) * 8.0
