"""Reading text from pixels, the same with both engines."""

import sys
import time
from io import BytesIO

import pytest
from PIL import Image

from handeye.actions.errors import BackendError
from handeye.envs import Screenshot
from handeye.grounding import ocr


def packed(image: Image.Image) -> bytes:
    data = BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


@pytest.mark.parametrize("name", ocr.ENGINES)
def test_every_engine_reads_texts_where_they_are(name: str, form: Image.Image) -> None:
    lines = ocr.ENGINES[name](packed(form), 1280)
    title = next(line for line in lines if line.text == "Account settings")
    assert title.confidence > 0.9
    assert abs(title.box.x1 - 100) < 12
    assert 50 < title.box.center.y < 100
    assert {"Email address", "Nickname", "Save"} <= {line.text for line in lines}


@pytest.mark.parametrize("name", ocr.ENGINES)
@pytest.mark.parametrize("size", [(1, 1), (40, 30)])
def test_every_engine_reads_nothing_from_nothing(name: str, size: tuple[int, int]) -> None:
    assert ocr.ENGINES[name](packed(Image.new("RGB", size, "white")), 1280) == []


def test_a_large_screen_is_read_without_shrinking_its_text(form: Image.Image) -> None:
    screen = Image.new("RGB", (2560, 1440), "white")
    screen.paste(form, (1500, 800))
    word = next(line for line in ocr.read_text(screen) if line.text == "Nickname")
    assert abs(word.box.x1 - 1600) < 12


def test_a_line_is_cut_into_words(form: Image.Image) -> None:
    words = {word.text: word.box for line in ocr.read_text(form) for word in line.words}
    assert {"Cancel", "Delete", "Email"} <= words.keys()
    assert words["Cancel"].x2 < words["Delete"].x1
    assert 300 < words["Cancel"].center.x < 355


def test_the_same_screen_is_read_once(form_shot: Screenshot) -> None:
    first = ocr.read_text(form_shot)
    copy = form_shot.model_copy()
    started = time.perf_counter()
    assert ocr.read_text(copy) is first
    assert time.perf_counter() - started < 0.05


def test_no_engine_is_an_error_with_the_command_to_install_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ocr.ENGINES:
        monkeypatch.setitem(sys.modules, module, None)  # what Python does for a missing module
    ocr.engine.cache_clear()
    try:
        with pytest.raises(BackendError, match="pip install"):
            ocr.engine()
    finally:
        ocr.engine.cache_clear()


def test_a_screen_too_large_for_the_engine_is_read_in_strips_each_line_once(
    form: Image.Image,
) -> None:
    screen = Image.new("RGB", (3840, 2160), "white")
    for y in (0, 640, 1280):
        screen.paste(form, (2400, y))
    found = [line.box for line in ocr.read_text(screen) if line.text == "Nickname"]
    assert [round(box.y1 / 640) for box in found] == [0, 1, 2]
    assert all(abs(box.x1 - 2500) < 12 for box in found)
