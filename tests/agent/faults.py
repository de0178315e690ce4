"""What can break under a run, caused for real; and whether a run came through it as it should.

Shared by the tests and by `python -m tests.bench faults`, which takes the full sizes.
"""

import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil

from handeye.episodes import Episode, RunResult, read_episode
from handeye.episodes.keep import verify_episode

MARK = "<title>Alive</title><button onclick='document.title=\"marked\"'>Mark</button>"


def click(phrase: str) -> dict[str, Any]:
    return {"kind": "click", "target": {"phrase": phrase}}


def block(seconds: float) -> str:
    """A button that keeps the page's only thread busy."""
    busy = f"for (const end = Date.now() + {1000 * seconds}; Date.now() < end;);"
    return f"<button onclick='{busy}'>Block</button>"


def alerts(count: int | None) -> str:
    """A button that says so many things, or never stops."""
    more = "true" if count is None else f"i < {count}"
    return f"<button onclick='for (let i = 0; {more}; i++) alert(i)'>Alerts</button>"


def popups(count: int) -> str:
    """A button that opens so many windows; the title then says how many it got."""
    opens = f"for (let i = 0; i < {count}; i++) got += Boolean(window.open(`/popup?${{i}}`))"
    return f"<button onclick='let got = 0; {opens}; document.title = got'>Popups</button>"


def stream(megabytes: float | None) -> Callable[[], Iterator[bytes]]:
    """A file of that size, or one without end, in pieces of 0.1 MB."""
    piece = b"x" * 100_000
    pieces = itertools.repeat(piece)
    return lambda: pieces if megabytes is None else itertools.repeat(piece, int(10 * megabytes))


def tall(pixels: int) -> str:
    slope = f"height:{pixels}px; background:linear-gradient(red, blue)"
    return f"<title>Tall</title><div style='{slope}'></div>{MARK}"


def large(megabytes: float) -> str:
    """A document of that size, small things all of it."""
    row = "<p>a <b>row</b> of <i>text</i></p>"
    return MARK + row * int(megabytes * 1e6 / len(row))


def end_processes(kind: str) -> None:
    """Kill processes of this one's browser: "renderer", "gpu-process" or "browser"."""
    found = []
    for process in below(os.getpid()):
        words = process.cmdline()
        main = any(word.startswith("--handeye=") for word in words) and "--type=" not in str(words)
        if f"--type={kind}" in words or (kind == "browser" and main):
            found.append(process)
    # The renderer in spare first: a page that is opened again would be put into a dead one.
    for process in sorted(found, key=lambda each: float(each.cpu_times().user)):
        process.kill()
        psutil.wait_procs([process], timeout=5)


def on_first(kind: str, cause: Callable[[], None]) -> Callable[[Any], None]:
    """A listener that causes a fault at the first event of a kind."""
    done: list[str] = []

    def hear(event: Any) -> None:
        if event.kind == kind and not done:
            done.append(kind)
            cause()

    return hear


def alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def below(parent: int) -> list[psutil.Process]:
    """The processes that a process has started, and those started by them."""
    return [each for each in psutil.Process(parent).children(recursive=True) if alive(each)]


def wrong(
    result: RunResult, folder: Path, heard: list[str], before: Sequence[psutil.Process] = ()
) -> list[str]:
    """What is wrong with how a run in this process ended; empty when nothing is. `before`: the
    processes that were there at its start, of something else."""
    episode = read_episode(folder)
    found = verify_episode(folder)
    if episode.ended is None:
        return [*found, "the episode has no end"]
    if (episode.ended.reason, episode.ended.ok) != (result.reason, result.ok):
        found.append(f"the episode ended with {episode.ended.reason}, the run {result.reason}")
    if kinds_of(episode) != heard:
        found.append(f"told {heard}, written {kinds_of(episode)}")
    left = [each for each in below(os.getpid()) if each not in before]
    found += [f"{each.name()} was left" for each in left]
    return found


def kinds_of(episode: Episode) -> list[str]:
    return [recorded.event.kind for recorded in episode.events]


def errors_of(episode: Episode) -> list[str]:
    """What became of each action: the kind of its error, or ""."""
    return [
        str(step.acted.error.kind) if step.acted.error else ""
        for step in episode.steps
        if step.acted
    ]
