"""How each screen looks, at the smallest and at a large size. New ones: pytest --snapshot-update."""

from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

SIZES = [(80, 24), (160, 50)]
SCREENS = {  # the keys that lead there; what comes after "=" is typed
    "episodes": ["down"],
    "trace": ["end", "enter", "right"],
    "compare": ["end", "c", "up", "c"],
    "run": ["2"],
    "new-run": ["2", "n"],
    "ground": ["end", "enter", "g", "=the button", "enter"],
    "help": ["question_mark"],
    "bench": ["4"],
    "board": ["4", "down", "enter", "n"],
    "versus": ["4", "c", "down", "c"],
    "play": ["4", "n"],
    "measure": ["4", "m"],
    "fork": ["end", "enter", "right", "f"],
}


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "160x50"])
@pytest.mark.parametrize("screen", SCREENS)
def test_the_screen_looks_as_before(
    snap_compare: Any,
    app: Any,
    rest: Any,
    results: Path,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
    screen: str,
    size: tuple[int, int],
) -> None:
    monkeypatch.setattr(Input, "cursor_blink", False, raising=False)

    monkeypatch.setattr("handeye.tui.screens.ground.perf_counter", lambda: 0.0)

    async def press(pilot: Any) -> None:
        await rest(pilot)
        for key in SCREENS[screen]:
            await pilot.press(*(key[1:] if key.startswith("=") else [key]))
            await rest(pilot)

    assert snap_compare(app, terminal_size=size, run_before=press)
