"""`handeye doctor --model` and `handeye ground`, asking a server that really looks at the picture.

Its "model" finds the pixels of the colour that it is asked for, and answers as a family does.
"""

import base64
import io
import json
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from handeye.actions import Size
from handeye.actions.errors import UsageError
from handeye.cli.app import app
from handeye.doctor import model_checks
from handeye.grounding.chat.backends import ModelOptions
from handeye.grounding.chat.calibrate import COLORS, ModelCalibration, calibrate_model
from handeye.grounding.chat.profiles import PictureSize, profile_for

from .conftest import ChatServer, Sent, refuse, stream

Start = Callable[..., ChatServer]
Where = Callable[[float, float, Size], str]
"""An answer for a place, given relative (0 to 1), on a picture of a size."""


def eyes(answer: Where) -> Callable[[dict[str, Any]], Sent]:
    """A model with eyes that answers in the words of `answer`."""

    def look(body: dict[str, Any]) -> Sent:
        content = body["messages"][-1]["content"]
        if isinstance(content, str):
            return stream("ready")
        parts = {part["type"]: part for part in content}
        (name,) = re.findall(rf"\b({'|'.join(COLORS)})\b", parts["text"]["text"])
        x, y, size = find(parts["image_url"]["image_url"]["url"], name)
        return stream(answer(x, y, size))

    return look


@lru_cache
def find(url: str, color: str) -> tuple[float, float, Size]:
    """The middle of the pixels of a colour, relative, and the size of the picture."""
    image = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB")
    off = np.abs(np.asarray(image).astype(int) - COLORS[color]).sum(axis=2)
    ys, xs = np.nonzero(off < 30)
    x, y = (xs.min() + xs.max() + 1) / 2, (ys.min() + ys.max() + 1) / 2
    size = Size(width=image.width, height=image.height)
    return float(x) / size.width, float(y) / size.height, size


def thousandths(x: float, y: float, _: Size) -> str:
    return f'{{"point_2d": [{x * 1000:.0f}, {y * 1000:.0f}]}}'


def relative(x: float, y: float, _: Size) -> str:
    return f"[{x - 0.01:.4f}, {y - 0.01:.4f}, {x + 0.01:.4f}, {y + 0.01:.4f}]"


def up_to_999(x: float, y: float, _: Size) -> str:
    return f'<answer>{{"coordinate": [{x * 999:.0f}, {y * 999:.0f}]}}</answer>'


def y_first(x: float, y: float, _: Size) -> str:
    return f'{{"point": [{y * 1000:.0f}, {x * 1000:.0f}]}}'


def pixels(x: float, y: float, size: Size) -> str:
    return f"click(start_box='({x * size.width:.0f},{y * size.height:.0f})')"


def pixels_after_resize(x: float, y: float, size: Size) -> str:
    """As Ollama does it for Qwen2.5-VL, to whatever picture it gets."""
    seen = PictureSize(multiple=28, min_pixels=3136, max_pixels=2**21).of(size)
    return f'{{"bbox_2d": [{x * seen.width - 9:.0f}, {y * seen.height - 9:.0f}, {x * seen.width + 9:.0f}, {y * seen.height + 9:.0f}]}}'


CONVENTIONS: dict[str, tuple[Where, str]] = {
    "thousandths": (thousandths, "qwen3-vl"),
    "relative": (relative, "phi4"),
    "999": (up_to_999, "mai-ui"),
    "y first": (y_first, "gemini"),
    "pixels": (pixels, "gpt"),
    "pixels after a resize": (pixels_after_resize, "qwen2.5-vl"),
}


def calibrated(server: ChatServer, profile: str) -> ModelCalibration:
    return calibrate_model(server.model(), profile_for("", profile))


@pytest.mark.parametrize("name", CONVENTIONS)
def test_a_model_that_is_read_in_its_own_convention_hits_everything(
    chat_server: Start, name: str
) -> None:
    answer, profile = CONVENTIONS[name]
    found = calibrated(chat_server(eyes(answer)), profile)
    assert (found.asked, found.read, found.hits) == (12, 12, 12)
    assert found.mean_offset is not None
    assert found.mean_offset < 3
    assert (found.scale_x, found.scale_y) == pytest.approx((1, 1), abs=0.01)
    assert profile in found.fitting


@pytest.mark.parametrize("asked", ["default", "claude"])
@pytest.mark.parametrize("name", CONVENTIONS)
def test_the_convention_is_found_whatever_the_model_was_taken_for(
    chat_server: Start, name: str, asked: str
) -> None:
    answer, profile = CONVENTIONS[name]
    found = calibrated(chat_server(eyes(answer)), asked)
    same = asked in found.fitting
    assert profile in found.fitting or (same and found.hits == found.asked)
    assert found.read == 12


def test_a_model_that_cannot_point_has_no_convention(chat_server: Start) -> None:
    found = calibrated(chat_server(stream("[500, 500]")), "default")
    assert (found.read, found.hits, found.seems, found.fitting) == (12, 0, "", ())
    assert found.scale_x == pytest.approx(0, abs=0.5)


def test_a_model_that_only_talks_has_none_either(chat_server: Start) -> None:
    found = calibrated(chat_server(stream("I cannot look at pictures, sorry.")), "default")
    assert (found.read, found.mean_offset, found.seems) == (0, None, "")
    assert found.unread == "I cannot look at pictures, sorry."


def handeye(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def on_one_line(result: Result) -> str:
    """What was printed, wherever the terminal's width broke the lines."""
    return " ".join(result.stdout.split())


def test_doctor_says_that_a_model_points_well(chat_server: Start) -> None:
    server = chat_server(eyes(thousandths))
    ran = handeye("doctor", "--model", f"remote:qwen3-vl:8b@{server.url}")
    assert ran.exit_code == 0
    assert "profile qwen3-vl: 12 of 12 targets hit" in on_one_line(ran)
    assert "seems to answer in 0 to 1000" in on_one_line(ran)


def test_doctor_names_the_profile_to_use(chat_server: Start) -> None:
    server = chat_server(eyes(relative))
    ran = handeye("doctor", "--json", "--model", f"remote:qwen3-vl@{server.url}")
    assert ran.exit_code == 5
    report = json.loads(ran.stdout)
    model, pointing = report["checks"]
    assert (report["ok"], model["status"], pointing["status"]) == (False, "ok", "fail")
    assert pointing["pointing"]["fitting"] == ["kimi-vl", "phi4"]
    assert pointing["fix"] == "Use --profile kimi-vl (or phi4)."


def test_a_model_without_eyes_is_only_asked_whether_it_answers(chat_server: Start) -> None:
    server = chat_server(stream("ready"))
    (check,) = model_checks(f"remote:qwen2.5-coder@{server.url}", ModelOptions())
    assert check.status == "ok"
    assert "has no eyes" in check.detail
    assert len(server.asked) == 1


def test_doctor_of_a_model_that_does_not_answer(chat_server: Start) -> None:
    server = chat_server(refuse(404, "model 'nope' not found"))
    (check,) = model_checks(f"remote:nope@{server.url}", ModelOptions())
    assert (check.status, check.exit_code) == ("fail", 5)
    assert "model 'nope' not found" in check.detail


def test_what_doctor_cannot_check_is_wrong_input() -> None:
    ran = handeye("doctor", "--profile", "gpt")
    assert isinstance(ran.exception, UsageError)
    assert "--profile goes with --model" in str(ran.exception)
    for model, profile in (("gpt-5", ""), ("remote:x", "y")):
        with pytest.raises(UsageError):
            list(model_checks(model, ModelOptions(profile=profile)))


def test_ground_asks_a_remote_model_and_shows_what_it_said(
    chat_server: Start, tmp_path: Path
) -> None:
    image = Image.new("RGB", (600, 300), "white")
    image.paste(COLORS["red"], (100, 100, 200, 200))
    image.save(tmp_path / "screen.png")
    server = chat_server(eyes(thousandths))
    words = ("ground", str(tmp_path / "screen.png"), "the red box")
    spec = f"remote:some-model@{server.url}"
    ran = handeye(*words, "--grounder", spec, "--profile", "qwen3-vl")
    assert ran.exit_code == 0
    assert "found at (150, 150)\n" in ran.stdout
    assert 'said  {"point_2d": [250, 500]}' in ran.stdout
    answer = json.loads(handeye(*words, "--grounder", spec, "--json").stdout)
    assert answer["point"] == pytest.approx([150, 150], abs=1)
    assert answer["raw"] == '{"point_2d": [250, 500]}'
