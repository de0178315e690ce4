"""A benchmark that goes on in a thread of its own; all that it says arrives in a queue.

Prevents: a benchmark that waits for the screen, and a screen that waits for a benchmark.
"""

import sys
import threading
from collections.abc import Callable
from contextlib import closing, redirect_stderr, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

from handeye.actions import HandeyeError
from handeye.actions.errors import UsageError
from handeye.agent.bench import Played
from handeye.agent.bench.wanted import Wanted
from handeye.grounding.evaluate.detail import Detail
from handeye.grounding.evaluate.measure import How
from handeye.tui.boards import Board, board_of, load_board


@dataclass(frozen=True)
class Note:
    """What goes on before the first answer."""

    text: str


@dataclass(frozen=True)
class Works:
    """A worker has begun something, or (None) has nothing to do."""

    worker: int
    on: tuple[str, str] | None


@dataclass(frozen=True)
class Ended:
    """The last word."""

    error: HandeyeError | None = None


Said = Note | Works | Ended | Board | Played | Detail
Job = Callable[[Callable[[Said], None], threading.Event], None]


class Playing:
    """`hear` takes in what was said; the screens then look at what is known."""

    def __init__(self, title: str, folder: Path, job: Job) -> None:
        self.title, self.folder = title, folder
        self.board: Board | None = None
        self.note = "Starting …"
        self.works: dict[int, tuple[str, str] | None] = {}
        self.over = False
        self.error: HandeyeError | None = None
        self.heard = 0
        self.stopping = threading.Event()
        self._queue: SimpleQueue[Said] = SimpleQueue()
        self._job = job
        self._thread = threading.Thread(target=self._work, name="handeye-bench")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What was answered is kept."""
        self.stopping.set()

    def wait(self) -> None:
        self._thread.join()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def hear(self) -> int:
        """Take in what was said since; the number that comes back has grown if something was."""
        with suppress(Empty):
            for _ in range(500):
                self._take(self._queue.get_nowait())
                self.heard += 1
        return self.heard

    def _take(self, said: Said) -> None:
        match said:
            case Note():
                self.note = said.text
            case Works():
                self.works[said.worker] = said.on
            case Ended():
                self.over, self.error, self.works = True, said.error, {}
            case Board():
                self.board = said
            case _ if self.board is not None:
                self.board.add(said)

    def _work(self) -> None:
        ended = Ended(HandeyeError("It ended with a mistake of handeye's own."))
        try:
            self._job(self._queue.put, self.stopping)
            ended = Ended()
        except HandeyeError as error:
            ended = Ended(error)
        finally:
            self._queue.put(ended)


def miniwob(wanted: Wanted) -> Playing:
    """MiniWoB++ in worker processes."""
    from handeye.agent.bench.pool import play_in_workers
    from handeye.agent.bench.wanted import write_reports

    def job(say: Callable[[Said], None], stop: threading.Event) -> None:
        results, left = wanted.begin()
        say(load_board(wanted.settings.out))

        def watch(worker: int, episode: tuple[str, int] | None) -> None:
            say(Works(worker, (episode[0], str(episode[1])) if episode else None))

        _ready_for_processes()
        playing = play_in_workers(
            left, wanted.settings, wanted.workers, watch=watch, stop=stop, quiet=True
        )
        with closing(playing) as all_:
            for played in all_:
                results.add(played)
                say(played)
        write_reports(wanted.settings.out)

    return Playing(wanted.settings.who, wanted.settings.out, job)


def _ready_for_processes() -> None:
    """Start what Python's processes share while the terminal's own stderr is there: it is given
    that file, and the one that stands in for it while Textual runs has no number."""
    if sys.platform != "win32":
        from multiprocessing.resource_tracker import ensure_running

        with redirect_stderr(sys.__stderr__):
            ensure_running()


@dataclass(frozen=True)
class Asked:
    """An evaluation: what `handeye eval` takes."""

    dataset: str
    folder: Path
    data: Path | None = None
    grounder: str = "elements"
    profile: str = ""
    zoom: bool = False
    resolution: str = ""
    limit: int | None = None
    how: How = field(default_factory=How)


def grounding(asked: Asked) -> Playing:
    """An evaluation of a grounder."""

    def job(say: Callable[[Said], None], stop: threading.Event) -> None:
        from handeye.grounding.evaluate.datasets import find_dataset, load_dataset
        from handeye.grounding.evaluate.measure import measure
        from handeye.grounding.evaluate.run import open_run
        from handeye.grounding.evaluate.settings import pin

        asked.how.check(asked.grounder, zoom=asked.zoom)
        say(Note(f"Checking the images of {asked.dataset} …"))
        dataset = load_dataset(asked.dataset, asked.data or find_dataset(asked.dataset))
        if not dataset.items:
            raise UsageError(f"No item of {asked.dataset} can be asked.", "Look at the folder.")
        settings = pin(
            dataset, asked.grounder, zoom=asked.zoom, resolution=asked.resolution,
            profile=asked.profile, limit=asked.limit,
        )  # fmt: skip
        run = open_run(asked.folder, settings)
        board = board_of(run)
        for detail in run.details:
            board.add(detail)
        board.total = len(dataset.items[: asked.limit])
        say(board)
        say(Note("Asking …"))
        with closing(measure(run, dataset, asked.how)) as answers:
            for detail in answers:
                say(detail)
                if stop.is_set():
                    return

    return Playing(asked.grounder, asked.folder, job)
