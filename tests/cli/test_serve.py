"""`handeye serve` as a user runs it: a process of its own, ended with Ctrl-C."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from openai import APIError, AuthenticationError, OpenAI

MAIN = "from handeye.cli import main; main()"
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")

ENDLESS = """
import itertools, time
from handeye.grounding.chat import Reply
from handeye.grounding.serve import create_app, listen, run

class Endless:
    name = "endless"

    def complete(self, messages, *, schema=None, max_tokens=0, heard=None):
        for number in itertools.count():
            heard(f"{number} ", "text")
            time.sleep(0.01)

with listen("127.0.0.1", 0, key="") as listener:
    print(f"http://127.0.0.1:{listener.getsockname()[1]}/v1", flush=True)
    run(create_app(Endless()), listener)
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.json"
    path.write_text(json.dumps({"hello": "hi there"}))
    return path


@contextmanager
def started(
    *words: str, code: str = MAIN, **env: str
) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A server process and its address; ended with the block if it is still there."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"} | env,
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        found = re.search(r"http://\S+/v1", first)
        assert found, first + process.communicate(timeout=10)[1]
        yield process, found[0]
    finally:
        process.kill()
        process.communicate()


def failed(*words: str, code: str = MAIN) -> tuple[int, str]:
    ran = subprocess.run(
        [sys.executable, "-c", code, "serve", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"HANDEYE_SERVE_KEY": ""},
    )
    assert "Traceback" not in ran.stderr
    return ran.returncode, ran.stderr


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_until_a_signal(script: Path, number: signal.Signals) -> None:
    words = ("serve", "--model", f"scripted:{script}", "--port", "0")
    with started(*words, HANDEYE_SERVE_KEY="secret") as (process, url):
        assert process.stdout is not None
        usage = process.stdout.readline()
        with OpenAI(base_url=url, api_key="secret", max_retries=0) as client:
            (model,) = client.models.list()
            reply = client.chat.completions.create(
                model=model.id, messages=[{"role": "user", "content": "hello"}]
            )
        with (
            OpenAI(base_url=url, api_key="guess", max_retries=0) as stranger,
            pytest.raises(AuthenticationError),
        ):
            stranger.models.list()
        process.send_signal(number)
        _, err = process.communicate(timeout=20)
    assert model.id == f"scripted:{script}"
    assert reply.choices[0].message.content == "hi there"
    assert f"OPENAI_BASE_URL={url}" in usage
    assert "secret" not in usage
    assert (process.returncode, err) == (0, "")


@posix
def test_a_signal_in_the_middle_of_an_answer_tells_the_client_and_ends() -> None:
    with (
        started(code=ENDLESS) as (process, url),
        OpenAI(base_url=url, api_key="any", max_retries=0) as client,
    ):
        stream = client.chat.completions.create(
            model="endless", messages=[{"role": "user", "content": "go"}], stream=True
        )
        with pytest.raises(APIError, match="stopping"):  # noqa: PT012
            for number, _ in enumerate(stream):
                if number == 3:
                    process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")


def test_what_cannot_be_served_is_one_line_and_the_documented_code(script: Path) -> None:
    model = ("--model", f"scripted:{script}")
    assert failed("--model", "nonsense")[0] == 2
    assert failed("--model", "scripted:/no/such/file")[0] == 2
    code, says = failed(*model, "--host", "0.0.0.0")
    assert code == 2
    assert "HANDEYE_SERVE_KEY" in says
    assert failed(*model, "--key", "schlüssel")[0] == 2
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, says = failed(*model, "--port", str(taken.getsockname()[1]))
    assert code == 3
    assert "cannot be used" in says


@pytest.mark.parametrize("package", ["fastapi", "uvicorn"])
def test_what_is_missing_is_named(script: Path, package: str) -> None:
    code, says = failed(
        "--model", f"scripted:{script}", code=f"import sys; sys.modules[{package!r}] = None; {MAIN}"
    )
    assert code == 5
    assert "pip install 'handeye[serve]'" in says
