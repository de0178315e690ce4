"""A run in a real browser whose places come from a server that looks at the screenshots."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import handeye

from .conftest import ChatServer, refuse
from .test_doctor_model import eyes, thousandths

KEY = "sk-kept-out-of-everything"
PAGE = """<title>before</title><body style="margin: 0"><canvas width="300" height="300"></canvas>
<script>
  const canvas = document.querySelector("canvas"), pen = canvas.getContext("2d")
  pen.fillStyle = "rgb(230, 30, 30)"
  pen.fillRect(100, 200, 40, 30)
  canvas.onclick = click => { document.title = `at ${click.offsetX}, ${click.offsetY}` }
</script>"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., handeye.RunResult]:
    monkeypatch.setenv("HANDEYE_API_KEY", KEY)
    script = tmp_path / "plan.json"
    script.write_text(json.dumps([{"kind": "click", "target": {"phrase": "the red box"}}]))

    def work(server: ChatServer, url: str) -> handeye.RunResult:
        return handeye.run(
            "press the red box",
            url=url,
            planner=f"scripted:{script}",
            grounder=f"remote:qwen3-vl@{server.url}",
            out=tmp_path / "episode",
        )

    return work


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_what_has_no_name_is_clicked_and_the_key_is_nowhere(
    run: Callable[..., handeye.RunResult], chat_server: Callable[..., ChatServer], site: Any
) -> None:
    server = chat_server(eyes(thousandths))
    result = run(server, site({"/": PAGE}).url)
    assert result.ok, result.message
    assert result.episode is not None
    written = everything(result.episode)
    assert b"at 120, 215" in written or b"at 119, 215" in written or b"at 120, 214" in written
    assert b"point_2d" in written
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert KEY.encode() not in written


def test_a_server_that_refuses_the_key_ends_the_run_without_telling_it(
    run: Callable[..., handeye.RunResult], chat_server: Callable[..., ChatServer], site: Any
) -> None:
    result = run(chat_server(refuse(401, f"{KEY} is wrong")), site({"/": PAGE}).url)
    assert (result.ok, result.reason) == (False, handeye.StopReason.BACKEND_FAILED)
    assert "401: … is wrong" in result.message
    assert KEY not in result.message
    assert result.episode is not None
    assert KEY.encode() not in everything(result.episode)
