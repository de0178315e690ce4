"""Episodes spread over a Ray cluster: each worker has a browser and plays one after the other.

A recording travels back with its result, so that workers need no common disk. Prevents: a result
here whose recording is on a machine that is gone.
"""

import shutil
import tempfile
from collections.abc import Generator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from handeye.actions import HandeyeError
from handeye.agent.bench.course import BenchSettings, Course
from handeye.agent.bench.pool import GRACE, Episode, Patience, killed
from handeye.agent.bench.results import EPISODES, Played
from handeye.episodes.keep import pack, unpack
from handeye.episodes.keep.archive import SUFFIX
from handeye.grounding.cluster import MOST_DEATHS, GivenUp, cluster, hand_out


class Player:
    """What a worker is: a course that is opened with the first episode."""

    def __init__(self, settings: BenchSettings) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="handeye-bench-"))
        self._settings = settings.model_copy(update={"out": self._folder})
        self._course: Course | None = None

    def play(self, task: str, seed: int) -> tuple[Played, bytes] | HandeyeError:
        """A result and its recording. What fails for a known reason is given back, not raised."""
        try:
            self._course = self._course or Course(self._settings)
            played = self._course.play(task, seed)
        except HandeyeError as error:
            return error
        recording = self._folder / EPISODES / _name(task, seed)
        packed = b""
        if recording.exists():
            packed = pack(recording, self._folder / f"recording{SUFFIX}").read_bytes()
        shutil.rmtree(self._folder, ignore_errors=True)  # made anew by the next episode
        return played, packed


def play_on_ray(
    left: Sequence[Episode],
    settings: BenchSettings,
    address: str,
    workers: int = 0,
    grace: float = GRACE,
) -> Generator[Played, None, None]:
    """Each of `left` once, as they come, from `workers` (0: one a processor of the cluster).

    address: of a running cluster, or "local" for one on this machine that ends with this. Raises
    BackendError where there is no Ray or no cluster, or the model keeps failing, and what a worker
    could not go on with.
    """
    patience = Patience()
    with cluster(address) as ray:
        made = partial(ray.remote(num_cpus=1)(Player).remote, settings)
        count = workers or int(ray.cluster_resources().get("CPU", 1))
        limit = settings.seconds + grace
        for episode, answer in hand_out(ray, left, made, _begin, count, limit):
            if isinstance(answer, HandeyeError):
                raise answer
            if isinstance(answer, GivenUp):
                played = killed(episode, answer.seconds, _why(answer))
            else:
                played, recording = answer
                _keep(recording, settings.out / EPISODES / _name(*episode))
            yield played
            patience.heard(played)


def _begin(actor: Any, episode: Episode) -> Any:
    return actor.play.remote(*episode)


def _why(given_up: GivenUp) -> str:
    if given_up.late:
        return "It took too long, and its worker was ended."
    return f"{MOST_DEATHS} workers died of it."


def _name(task: str, seed: int) -> str:
    return f"{task}-{seed}"


def _keep(packed: bytes, folder: Path) -> None:
    """The recording is there whole or not at all, and in place of an older one."""
    shutil.rmtree(folder, ignore_errors=True)
    if packed:
        folder.parent.mkdir(parents=True, exist_ok=True)
        archive = folder.with_name(f"{folder.name}{SUFFIX}")
        archive.write_bytes(packed)
        unpack(archive, folder.parent)
        archive.unlink()
