"""A second look of the model: at a crop of its own, with the cost of both looks told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

for needed in ("torch", "transformers", "tokenizers"):
    pytest.importorskip(needed)

from handeye.envs import Observation
from handeye.grounding.backends import make_grounder
from handeye.grounding.images import encode_screenshot


def test_the_model_looks_twice(chat_checkpoint: Path, draw: Callable[..., Any]) -> None:
    grounder = make_grounder(f"zoom:phi4:{chat_checkpoint}")
    seen = Observation(screenshot=encode_screenshot(draw(1600, 900)))
    found = grounder.ground(seen, "the Save button")
    assert grounder.name == f"zoom:phi4:{chat_checkpoint}"
    assert (found.status, len(found.calls)) == ("found", 2)
    assert all(call.usage.completion_tokens > 0 for call in found.calls)
    assert found.point is not None
    assert found.box is not None
    assert found.box.contains(found.point)
    assert seen.screenshot.space.clamp(found.point) == found.point
