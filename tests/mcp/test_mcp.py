"""The tools by the SDK's own client: in the process, over stdio, and over HTTP with a token."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import ElicitResult
from typer.testing import CliRunner

from handeye.actions.errors import HandeyeError, UsageError
from handeye.agent.guard import PolicyFile, Rule
from handeye.cli.app import app
from handeye.episodes import read_episode
from handeye.mcp import Settings, make_server
from handeye.mcp.session import Session

PAGE = """<title>Form</title><label>Name <input></label>
<button onclick="document.title = 'saved ' + document.querySelector('input').value">Save</button>"""
MAIN = "from handeye.cli import main; main()"
TOOLS = ["observe", "act", "ground", "run", "replay"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HANDEYE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def url(site: Any) -> str:
    return str(site({"/": PAGE}).url)


async def call(client: Client, tool: str, **arguments: Any) -> tuple[bool, str]:
    """Whether it went well, and its text."""
    result = await client.call_tool(tool, arguments)
    return not result.is_error, "\n".join(getattr(part, "text", "") for part in result.content)  # type: ignore[union-attr]


def on(phrase: str, kind: str = "click", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "target": {"phrase": phrase}, **more}


def test_a_client_looks_acts_and_ends_and_all_is_recorded(url: str) -> None:
    async def work() -> None:
        async with Client(make_server()) as client:
            assert [tool.name for tool in (await client.list_tools()).tools] == TOOLS
            assert await call(client, "act", action=on("Save")) == (
                False, "Error executing tool act: No page is open. Call observe with an address first."
            )  # fmt: skip
            first = await client.call_tool("observe", {"url": url})
            assert [part.type for part in first.content] == ["text", "image"]  # type: ignore[union-attr]
            _, told = await call(client, "ground", phrase="the Save button")
            assert json.loads(told)["element"]["role"] == "button"
            _, told = await call(client, "act", action=on("Name", "type", text="Ann"))
            assert 'textbox "Name" = "Ann"' in told
            _, told = await call(client, "act", action=on("Blorp"))
            assert told.startswith("Not done: “Blorp” is not on the screen")
            _, told = await call(
                client, "act", action={"kind": "goto", "url": "file:///etc/passwd"}
            )
            assert "was refused by the rule" in told
            assert not (await call(client, "act", action={"kind": "fly"}))[0]
            _, told = await call(client, "act", action=on("Save"))
            assert 'title: "saved Ann"' in told
            assert told.index("<screen>") < told.index("saved Ann") < told.index("</screen>")
            _, told = await call(client, "observe")
            assert "saved Ann" in told
            _, told = await call(client, "act", action={"kind": "done", "answer": "saved"})
        result = json.loads(told)
        assert (result["ok"], result["answer"]) == (True, "saved")
        episode = read_episode(Path(result["episode"]))
        assert episode.started is not None
        assert episode.started.planner == "mcp"
        kinds = [step.planned.action.kind for step in episode.steps if step.planned]
        assert kinds == ["type", "click", "goto", "click", "wait", "done"]

    anyio.run(work)


@pytest.mark.parametrize(
    ("answer", "sent"),
    [
        (ElicitResult(action="accept", content={"allow": True}), True),
        (ElicitResult(action="decline"), False),
        (None, False),
    ],
    ids=["yes", "declined", "cannot ask"],
)
def test_what_the_guard_asks_about_is_put_to_the_person_at_the_client(
    url: str, answer: ElicitResult | None, sent: bool
) -> None:
    rule = Rule(name="ask first", kinds=("click",), decision="ask", reason="It may cost something.")
    settings = Settings(policy=PolicyFile(rule=(rule,)))
    asked: list[str] = []

    async def elicited(_: Any, params: Any) -> ElicitResult:
        asked.append(params.message)
        assert answer is not None
        return answer

    async def work() -> str:
        person = elicited if answer is not None else None
        async with Client(
            make_server(settings), mode="legacy", elicitation_callback=person
        ) as client:
            await call(client, "observe", url=url)
            return (await call(client, "act", action=on("Save")))[1]

    told = anyio.run(work)
    assert ("saved" in told) is sent
    assert ("Not done: “click Save” was refused" in told) is not sent
    assert asked == ["Allow “click Save”? It may cost something."] * (answer is not None)


def test_a_client_that_leaves_ends_the_browser_and_the_episode(url: str, home: Path) -> None:
    async def work() -> None:
        async with Client(make_server()) as client:
            await call(client, "observe", url=url)

    anyio.run(work)
    (folder,) = home.iterdir()
    ended = read_episode(folder).ended
    assert ended is not None
    assert ended.reason == "interrupted"


def test_over_stdio_with_a_secret_that_the_client_never_reads(url: str) -> None:
    command = ["-c", MAIN, "mcp", "--secret", "word=env:PLANTED"]
    server = StdioServerParameters(
        command=sys.executable, args=command, env={**os.environ, "PLANTED": "Violin4711"}
    )

    async def work() -> None:
        async with Client(server) as client:
            assert [tool.name for tool in (await client.list_tools()).tools] == TOOLS
            await call(client, "observe", url=url)
            await call(client, "act", action=on("Name", "type", text="{{word}}"))
            ok, told = await call(client, "act", action=on("Save"))
            assert ok
            assert 'title: "saved {{word}}"' in told

    anyio.run(work)


@pytest.fixture
def served() -> Iterator[Callable[..., tuple[str, subprocess.Popen[str]]]]:
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> tuple[str, subprocess.Popen[str]]:
        command = [sys.executable, "-c", MAIN, "mcp", "--http", "--port", "0", *options]
        env = {**os.environ, "HANDEYE_MCP_TOKEN": "right"}
        started.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=env))
        assert started[-1].stderr is not None
        return started[-1].stderr.readline().split()[0], started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.heavy
def test_over_http_runs_and_replays_for_those_with_the_token(
    url: str, served: Callable[..., tuple[str, subprocess.Popen[str]]], home: Path
) -> None:
    rules = '[[rule]]\nname = "no goto"\nkinds = ["goto"]\ndecision = "deny"\n'
    (home.parent / "mine.toml").write_text(rules, encoding="utf-8")
    address, process = served(
        "--policy", str(home.parent / "mine.toml"), "--allow-domain", "b.example"
    )
    task = "type 'Ann' into Name, click Save"

    async def work() -> None:
        for wrong in ({}, {"Authorization": "Bearer wrong"}):
            async with httpx2.AsyncClient(headers=wrong) as http:
                assert (await http.post(address, json={})).status_code == 401
        async with httpx2.AsyncClient(
            headers={"Authorization": "Bearer right"}, timeout=60
        ) as http, Client(streamable_http_client(address, http_client=http)) as client:  # fmt: skip
            ok, told = await call(client, "run", task=task, url=url)
            assert ok, told
            assert json.loads(told)["ok"]
            ok, told = await call(client, "replay", episode="last", values={"name": "Bob"})
            assert ok, told
            assert (json.loads(told)["ok"], json.loads(told)["steps"]) == (True, 2)
            started = read_episode(Path(json.loads(told)["episode"])).started
            assert started is not None
            assert started.settings["domains"].endswith(", b.example")
            assert "no goto" in started.settings["rules"]
            ok, told = await call(client, "run", task=f"go to {url}/", url=url)
            assert json.loads(told)["reason"] == "denied"
            assert "no goto" in json.loads(told)["message"]
            ok, told = await call(client, "run", task="fly to the moon", url=url)
            assert not ok
            assert "fly to the moon" in told

    anyio.run(work)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) in (0, 130)


def test_what_cannot_be_used_is_refused_before_anything_is_served(home: Path) -> None:
    (home / "mine.toml").write_text("[[rule]]", encoding="utf-8")
    for options in (
        ["--policy", str(home / "mine.toml")],
        ["--allow-domain", "http://b.example"],
        ["--allow-uploads", str(home / "no folder")],
        ["--grounder", "nothing"],
        ["--model", "nothing"],
        *(["--http", "--port", "0", "--token", odd] for odd in ("a\nb", "schlüssel", " x")),
    ):
        done = CliRunner().invoke(app, ["mcp", *options])
        assert isinstance(done.exception, UsageError), options


def test_a_client_opens_no_file_that_it_was_not_given(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    (given / "link").symlink_to(tmp_path)
    (tmp_path / "private.txt").write_text("Violin4711", encoding="utf-8")

    async def work() -> None:
        async with Client(make_server(Settings(uploads=(given,)))) as client:
            for path in (tmp_path / "private.txt", given / "link" / "private.txt"):
                for tool, more in (
                    ("observe", {}), ("run", {"task": "reload"}), ("replay", {"episode": "last"}),
                ):  # fmt: skip
                    for url in (str(path), path.as_uri()):
                        ok, told = await call(client, tool, url=url, **more)
                        assert not ok
                        assert "not the client's to open" in told

    anyio.run(work)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_handeyes_own_leaves_no_client_waiting(url: str) -> None:
    with pytest.raises(HandeyeError, match="itself failed"):
        Session(url, {"no such option": 1}).look()


def test_a_port_without_http_is_a_usage_error() -> None:
    done = CliRunner().invoke(app, ["mcp", "--port", "0"])
    assert isinstance(done.exception, UsageError)
    assert "--http" in str(done.exception)


def test_settings_show_no_secret() -> None:
    from handeye.agent.secrets import vault_of

    settings = Settings(secrets=vault_of(["word=cmd:echo Violin4711"]))
    assert "Violin4711" not in repr(settings) + settings.model_dump_json()
