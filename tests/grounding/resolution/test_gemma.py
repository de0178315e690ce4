"""Pan-and-scan cuts where the processor of Gemma 3 does."""

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from transformers.models.gemma3.image_processing_pil_gemma3 import Gemma3ImageProcessorPil

from handeye.actions import Size
from handeye.grounding.resolution import plan


@given(st.integers(1, 1500), st.integers(1, 1500))
def test_any_screen_is_cut_as_published(width: int, height: int) -> None:
    places = np.arange(width * height, dtype=np.int32).reshape(1, height, width)
    crops = Gemma3ImageProcessorPil().pan_and_scan(places, 256, 4, 1.2)
    wanted = [
        (crop[0, 0, 0] % width, crop[0, 0, 0] // width, *(crop[0, -1, -1] % width + 1,),
         crop[0, -1, -1] // width + 1)
        for crop in crops
    ]  # fmt: skip
    whole, *bands = plan("pan-and-scan", Size(width=width, height=height)).regions
    assert (whole.box.width, whole.box.height) == (width, height)
    assert [(band.box.x1, band.box.y1, band.box.x2, band.box.y2) for band in bands] == wanted
