"""Episodes are found by path, id, the beginning of an id, and "last"."""

from pathlib import Path

import pytest

from handeye.actions.errors import EpisodeNotFoundError
from handeye.episodes import EpisodeWriter, episodes_home, find_episode, list_episodes


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HANDEYE_HOME", str(tmp_path / "home"))
    return episodes_home()


def make(path: Path | None = None, task: str = "") -> Path:
    with EpisodeWriter(task, path=path) as writer:
        return writer.path


def test_ids_sort_by_time_and_tell_the_task(home: Path) -> None:
    ids = [make(task="Buy: ÄN 3 lamps!").name, make(task="☂" * 5000).name, make().name]
    assert list_episodes(home) == ids == sorted(ids)
    assert "-buy-n-3-lamps-" in ids[0]
    assert all(len(name) < 70 for name in ids)


def test_last_is_the_newest_and_not_a_folder_with_a_name_of_its_own(home: Path) -> None:
    make(home / "zebra")
    newest = make(task="newest")
    (home / "9-no-episode").mkdir()
    assert find_episode("last") == newest


def test_path_file_id_and_beginning_of_an_id(home: Path, tmp_path: Path) -> None:
    alpha, beta = make(home / "20260101-alpha"), make(home / "20260102-beta")
    outside = make(tmp_path / "outside")
    assert find_episode(str(outside)) == outside
    assert find_episode(outside / "episode.jsonl") == outside
    assert find_episode("20260101-alpha") == alpha
    assert find_episode("20260102") == beta


@pytest.mark.parametrize(
    ("ref", "message"),
    [
        ("202601", "2 episodes begin with '202601'.*20260101-alpha, 20260102-beta"),
        ("alphx", r"There is no episode 'alphx'\. Nearest: 20260101-alpha"),
        ("", r"There is no episode ''"),
        ("x" * 5000, "There is no episode"),
        ("~nobody-here/\0", "There is no episode"),
    ],
)
def test_what_is_not_found_comes_with_near_names(home: Path, ref: str, message: str) -> None:
    make(home / "20260101-alpha")
    make(home / "20260102-beta")
    with pytest.raises(EpisodeNotFoundError, match=message) as caught:
        find_episode(ref)
    assert caught.value.fix


def test_an_empty_home_is_named(home: Path) -> None:
    with pytest.raises(EpisodeNotFoundError, match=f"{home} holds none"):
        find_episode("last")
