"""Nothing is sent without an endpoint; with one, spans arrive there, and nothing else in them.

A real receiver of OTLP/HTTP on loopback, and runs in a real browser.
"""

import json
import logging
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

import handeye
from handeye.actions.errors import UsageError
from handeye.agent.telemetry import sending, traced
from handeye.grounding.calls import Usage
from handeye.grounding.chat import Heard, Message, Reply

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
PAGE = """<title>Confidential title</title><p>Confidential text</p><input aria-label="Confidential field">
<button>Pay now</button>"""
HIDDEN = [
    "Confidential",
    "typed-words",
    "query=words",
    "my-task",
    "thought-words",
    "Pay now",
    "episode",
]


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HANDEYE_HOME", str(tmp_path / "episodes"))
    for name in ("OTEL_SERVICE_NAME", "OTEL_SDK_DISABLED", *sending.ENDPOINTS):
        monkeypatch.delenv(name, raising=False)


class Receiver:
    """Takes what is posted, and answers 200."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.paths: list[str] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.paths.append(self.path)
                receiver.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def spans(self) -> list[Span]:
        found = []
        for body in self.bodies:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                found += [span for scope in resource.scope_spans for span in scope.spans]
        return sorted(found, key=lambda span: span.start_time_unix_nano)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


class Model:
    """Types, is refused a click, and is done; each answer is billed."""

    name = "remote:qwen-text@http://user:key@models.test/v1"

    def __init__(self) -> None:
        self._moves = [
            {"kind": "type", "target": 2, "text": "typed-words"},
            {"kind": "click", "target": 3},
            {"kind": "done", "answer": "typed-words"},
        ]

    def complete(
        self,
        messages: Sequence[Message],  # noqa: ARG002
        *,
        schema: Mapping[str, Any] | None = None,  # noqa: ARG002
        max_tokens: int = 1024,  # noqa: ARG002
        heard: Heard | None = None,  # noqa: ARG002
    ) -> Reply:
        said = json.dumps({"thought": "thought-words", "actions": [self._moves.pop(0)]})
        used = Usage(prompt_tokens=100, completion_tokens=10, cached_tokens=60)
        return Reply(text=said, usage=used, seconds=0.001)


def about(span: Span) -> dict[str, Any]:
    """The attributes as plain values."""
    found = {}
    for each in span.attributes:
        value = getattr(each.value, each.value.WhichOneof("value"))
        found[each.key] = (
            [v.string_value for v in value.values] if hasattr(value, "values") else value
        )
    return found


def run(url: str) -> handeye.RunResult:
    return handeye.run("my-task", url=f"{url}/?query=words", model=Model(), profile="text-only")


def test_a_run_is_one_trace_that_tells_kinds_and_times_and_no_words(
    receiver: Receiver, lasting_site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENDPOINT, receiver.url)
    lasting_site.pages = {"/": PAGE}
    assert run(lasting_site.url).ok
    assert set(receiver.paths) == {"/v1/traces"}

    spans = receiver.spans()
    by_id = {span.span_id: span for span in spans}
    tree = [
        (span.name, by_id[span.parent_span_id].name if span.parent_span_id else "")
        for span in spans
    ]
    assert len({span.trace_id for span in spans}) == 1
    assert tree.count(("invoke_agent handeye", "")) == 1
    assert tree.count(("step", "invoke_agent handeye")) == 3
    for child in ("observe", "plan handeye"):
        assert tree.count((child, "step")) == 3
    assert tree.count(("chat qwen-text", "plan handeye")) == 3
    assert ("execute_tool type", "step") in tree
    assert ("execute_tool click", "step") not in tree  # the guard said no
    for span in spans:
        parent = by_id.get(span.parent_span_id, span)
        assert parent.start_time_unix_nano <= span.start_time_unix_nano
        assert span.start_time_unix_nano <= span.end_time_unix_nano <= parent.end_time_unix_nano

    whole = about(next(span for span in spans if not span.parent_span_id))
    assert whole["gen_ai.operation.name"] == "invoke_agent"
    assert (whole["gen_ai.usage.input_tokens"], whole["gen_ai.usage.output_tokens"]) == (300, 30)
    assert (whole["handeye.reason"], whole["handeye.steps"]) == ("done", 2)
    asked = about(next(span for span in spans if span.name.startswith("chat")))
    assert (asked["gen_ai.provider.name"], asked["gen_ai.request.model"]) == ("remote", "qwen-text")
    assert asked["gen_ai.response.finish_reasons"] == ["stop"]
    verdicts = [about(span)["handeye.verdict"] for span in spans if span.name == "judge"]
    assert verdicts == ["allow", "deny"]

    sent = b"".join(receiver.bodies).decode("utf-8", "replace")
    assert [word for word in [*HIDDEN, "key@", lasting_site.url] if word in sent] == []


def test_a_run_that_fails_is_marked_and_its_message_stays_here(
    receiver: Receiver,
    form_world: Any,
    agent_run: Any,
    script: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", f"{receiver.url}/own/path")
    planned = script(
        {"kind": "click", "target": {"phrase": "Save"}}, {"kind": "done", "success": False}
    )
    with traced() as [hear]:
        result, _ = agent_run(form_world(), planner=planned, on_event=hear)
    assert result.reason == "action_failed"
    spans = {span.name: span for span in receiver.spans()}
    assert about(spans["execute_tool click"])["error.type"] == "invalid"
    assert about(spans["invoke_agent handeye"])["error.type"] == "action_failed"
    assert spans["invoke_agent handeye"].status.code == Status.StatusCode.STATUS_CODE_ERROR
    assert receiver.paths == ["/own/path"]
    assert b"The name is empty" not in b"".join(receiver.bodies)


def closed_port() -> str:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize("silent", [False, True], ids=["nobody listens", "nobody answers"])
def test_an_endpoint_that_is_down_neither_slows_nor_stops_a_run(
    silent: bool,
    form_world: Any,
    agent_run: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    until: Callable[..., bool],
) -> None:
    monkeypatch.setattr(sending, "LAST_SECONDS", 0.2)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    with closing(socket.create_server(("127.0.0.1", 0))) as mute:
        address = f"http://127.0.0.1:{mute.getsockname()[1]}" if silent else closed_port()
        monkeypatch.setenv(ENDPOINT, address)
        with caplog.at_level(logging.WARNING), traced() as [hear]:
            result, _ = agent_run(form_world(), "type 'Ada' into Name, click Save", on_event=hear)
            assert not caplog.records, "the run is disturbed"
    assert result.ok
    [told] = [record.getMessage() for record in caplog.records]
    assert until(lambda: not any("Otel" in each.name for each in threading.enumerate()))
    assert told == f"Spans did not reach the OpenTelemetry endpoint at {address[7:]}."


def test_without_an_endpoint_a_run_opens_no_connection_but_to_the_page(
    lasting_site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: set[int] = set()
    connect = socket.socket.connect

    def noted(self: socket.socket, address: Any) -> None:
        opened.add(address[1])
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    lasting_site.pages = {"/": PAGE}
    assert run(lasting_site.url).ok
    assert opened == {lasting_site.port}  # the browser's own come through handeye as well


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({ENDPOINT: "localhost:4318"}, "is no http address"),
        ({ENDPOINT: "http://["}, "is no http address"),
        ({ENDPOINT: "http://a:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "http/protobuf only"),
    ],
)
def test_an_endpoint_that_cannot_be_used_is_told_before_the_run(
    settings: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=told), traced():
        pass


def test_an_endpoint_without_the_extra_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:4318")
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(UsageError, match=r"pip install 'handeye\[otel\]'"), traced():
        pass


@pytest.mark.parametrize(
    "settings", [{}, {"OTEL_SDK_DISABLED": "true"}, {"OTEL_TRACES_EXPORTER": "none"}]
)
def test_what_is_not_wanted_is_not_loaded(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if settings:
        monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:4318")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with traced() as listeners:
        assert listeners == ()
