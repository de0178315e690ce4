"""One process per contender, all with the same manners, so that each is timed by its own clock.

A peer opens its page, prints "ready", and then answers each number of steps on stdin with a line
of JSON: the seconds of each step. It ends when stdin does.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO


class PeerError(Exception):
    """The peer died; the message holds the end of what it said."""


class Peer:
    """A running peer."""

    def __init__(self, process: "subprocess.Popen[str]", errors: IO[bytes]) -> None:
        self._process = process
        self._errors = errors

    def steps(self, count: int) -> list[float]:
        """Take so many steps; the seconds that each took."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        return [float(seconds) for seconds in json.loads(self.answer())]

    def answer(self) -> str:
        """The next line of the peer. Raises PeerError when it has ended."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            code = self._process.wait()
            self._errors.seek(0)
            said = self._errors.read().decode(errors="replace")
            raise PeerError(f"the peer ended with {code}: {said[-2000:]}")
        return line.strip()


@contextmanager
def running(command: Sequence[str], env: Mapping[str, str] | None = None) -> Iterator[Peer]:
    """Start a peer, wait until it is ready, and end it in the end."""
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, **(env or {})},
            encoding="utf-8",
        ) as process,
    ):
        peer = Peer(process, errors)
        try:
            if (said := peer.answer()) != "ready":
                raise PeerError(f"the peer said {said!r} instead of being ready")
            yield peer
            process.communicate(timeout=20)
        finally:
            process.kill()
