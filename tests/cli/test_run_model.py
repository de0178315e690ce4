"""`handeye run --model`: a task planned by a model behind a server."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from handeye.episodes import read_episode

HANDEYE = [sys.executable, "-c", "from handeye.cli import main; main()"]
KEY = "sk-nobody-may-read-this"
ANSWER = {
    "thought": "The price stands there.",
    "actions": [{"kind": "done", "answer": "7 EUR"}],
}
COMPLETION = {
    "id": "1",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": json.dumps(ANSWER)},
        }
    ],
    "usage": {"prompt_tokens": 500, "completion_tokens": 20, "total_tokens": 520},
}


def handeye(*words: str, home: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, "HANDEYE_HOME": str(home), **variables}
    return subprocess.run(
        [*HANDEYE, "run", *words], capture_output=True, text=True, env=env, timeout=60, check=False
    )


@pytest.fixture
def server(site: Any, reply: Any) -> Any:
    """Serves a page, and a model that says that the task is done."""
    answer = reply(json.dumps(COMPLETION), headers={"Content-Type": "application/json"})
    return site({"/": "<p>Price: 7 EUR</p>", "/v1/chat/completions": answer})


def test_a_model_does_a_task_and_its_key_is_nowhere(server: Any, tmp_path: Path) -> None:
    model = f"remote:m@{server.url}/v1"
    words = ["What does it cost?", "--url", server.url, "--model", model, "--json"]
    done = handeye(*words, "--profile", "text-only", home=tmp_path, HANDEYE_API_KEY=KEY)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["answer"], result["usage"]["prompt_tokens"]) == ("7 EUR", 500)
    (asked,) = server.posted("/v1/chat/completions")
    assert "Price: 7 EUR" in asked
    assert json.loads(asked)["response_format"]["type"] == "json_schema"
    started = read_episode(Path(result["episode"])).started
    assert started is not None
    assert (started.planner, started.settings["profile"]) == ("remote:m", "text-only")
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 3
    assert not any(KEY.encode() in data for data in written)
    assert KEY not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--model", "remote:m@http://127.0.0.1:9/v1", "--load", "4bit"], "load"),
        (["--model", "remote:m@http://127.0.0.1:9/v1", "--planner", "instructions"], "one planner"),
        (["--model", "qwen"], "does not say what kind of model"),
        (["--mode", "think"], "none is named"),
    ],
)
def test_options_that_do_not_go_together(words: list[str], complaint: str, tmp_path: Path) -> None:
    refused = handeye("click Save", "--url", "http://127.0.0.1:9", *words, home=tmp_path)
    assert refused.returncode == 2
    assert complaint in refused.stderr
    assert refused.stdout == ""
    assert list(tmp_path.iterdir()) == []
