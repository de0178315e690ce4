"""Where spans go, if anywhere: to the endpoint that the user has set, from a thread of its own.

Nothing of OpenTelemetry is loaded where no endpoint is set. Prevents: a run that waits for a
collector that is down, or ends because of it.
"""

import logging
import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from handeye.actions.errors import UsageError
from handeye.agent.journal import Listener
from handeye.agent.telemetry.spans import Spans, own_version
from handeye.envs.reach import host_of, scheme_of
from handeye.episodes.events import Event

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
LAST_SECONDS = 2.0
"""How long the end of a run waits for an endpoint that does not answer."""

_log = logging.getLogger(__name__)


def endpoint() -> str:
    """Where spans go; "" where nobody asked for them. Raises UsageError for what cannot be used."""
    name = next((name for name in ENDPOINTS if os.environ.get(name, "").strip()), "")
    off = os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    exporters = os.environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() or "otlp"
    if not name or off or "otlp" not in re.split(r"[\s,]+", exporters):
        return ""
    address = os.environ[name].strip()
    if scheme_of(address) not in ("http", "https") or host_of(address) is None:
        raise UsageError(f"{name} is no http address.", "Write http://HOST:4318, or unset it.")
    spoken = next((said for each in _PROTOCOLS if (said := os.environ.get(each))), "http/protobuf")
    if spoken != "http/protobuf":
        fix = "Set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf, and the port for it, often 4318."
        raise UsageError(f"Spans are sent as http/protobuf only, not as {spoken}.", fix)
    return address


@contextmanager
def traced() -> Iterator[tuple[Listener, ...]]:
    """What makes spans of a run's events, where an endpoint is set; nothing where none is.

    Raises UsageError for an endpoint that cannot be used, and for one without the extra `otel`.
    """
    address = endpoint()
    if not address:
        yield ()
        return
    sending = _Sending(address)
    spans = Spans(sending.tracer)
    try:
        yield (spans.hear,)
    finally:
        spans.close()
        sending.close()


def together(*listeners: Listener | None) -> Listener | None:
    """One listener for those that there are."""
    found = [each for each in listeners if each is not None]

    def tell(event: Event) -> None:
        for listener in found:
            listener(event)

    return tell if found else None


class _Sending:
    """Sends spans from a thread of its own, and says at the end when some did not arrive."""

    def __init__(self, address: str) -> None:
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ModuleNotFoundError as error:
            raise UsageError(
                "An endpoint for OpenTelemetry is set, and what sends spans is not installed.",
                f"Run: pip install 'handeye[otel]', or unset {' and '.join(ENDPOINTS)}.",
            ) from error
        self._host = host_of(address)
        self._exporter = _counting(OTLPSpanExporter())
        self._logger = logging.getLogger(OTLPSpanExporter.__module__)
        self._logger.addFilter(self._is_anothers)
        self._processor = BatchSpanProcessor(self._exporter)
        named = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": "handeye"}
        resource = Resource.create({**named, "service.version": own_version()})
        provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        provider.add_span_processor(self._processor)
        self.tracer = provider.get_tracer("handeye", own_version())

    def close(self) -> None:
        """Send what is left, for a moment: the run is over, and nobody waits for a collector."""
        last = threading.Thread(target=self._processor.shutdown, daemon=True)
        last.start()
        last.join(LAST_SECONDS)
        late = last.is_alive()
        if late:
            self._exporter.shutdown()  # ends a pause between two tries
        else:
            self._logger.removeFilter(self._is_anothers)
        if late or self._exporter.lost:
            _log.warning("Spans did not reach the OpenTelemetry endpoint at %s.", self._host)

    def _is_anothers(self, record: logging.LogRecord) -> bool:
        """The exporter's own words on each try are left out; those of other users of it are not."""
        return bool(record.thread != self._exporter.thread)


def _counting(exporter: Any) -> Any:
    """The exporter, which also knows in which thread it works and how many spans it lost."""
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

    class Counting(SpanExporter):  # type: ignore[misc]
        lost = 0
        ended = False
        thread: int | None = None

        def export(self, spans: Sequence[Any]) -> Any:
            self.thread = threading.get_ident()
            result = exporter.export(spans)
            self.lost += 0 if result is SpanExportResult.SUCCESS else len(spans)
            return result

        def shutdown(self) -> None:
            """Once: the processor ends it as well, when it is through."""
            if not self.ended:
                self.ended = True
                exporter.shutdown()

    return Counting()
