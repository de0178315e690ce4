"""Many episodes: the list is the folders' truth, every flipped byte is found, archives come back."""

import json
import os
import random
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from handeye.actions import Click, Target, Type
from handeye.actions.errors import EpisodeCorruptError, EpisodeError
from handeye.cli.episodes import episodes
from handeye.episodes import Episode, EpisodeWriter, open_episode, read_episode, step_summary
from handeye.episodes.events import Intent, RunStarted
from handeye.episodes.keep import (
    choose_doomed,
    diff_episodes,
    list_entries,
    pack,
    remove,
    unpack,
    verify_episode,
)
from handeye.episodes.keep.index import INDEX_FILE

Record = Callable[..., Episode]
World = Any


def click(phrase: str) -> Click:
    return Click(target=Target(phrase=phrase))


@pytest.fixture
def home(new_world: Any, record_at: Record, tmp_path: Path) -> Path:
    """Three episodes: two whole ones and one that stops early."""
    for name, ended in (("a", True), ("b", True), ("c", False)):
        world = new_world(("desk lamp", "floor lamp"))
        steps = (click("Open @ desk lamp"), click("Add to cart"))
        record_at(world, f"http://{name}.test/", tmp_path / name, *steps, ended=ended)
    return tmp_path


def test_the_list_tells_what_the_first_and_last_lines_say(home: Path) -> None:
    first, _, cut = list_entries(home)
    assert (first.id, first.task, first.url) == ("a", "use the shop", "http://a.test/")
    assert (first.ok, first.reason, first.steps) == (True, "done", 2)
    assert (cut.ok, cut.reason, cut.steps) == (False, "", 2)
    assert list_entries(home)[0] == first


def test_an_empty_list_says_why(home: Path, tmp_path_factory, monkeypatch) -> None:
    def told(folder: Path, *words: str) -> str:
        monkeypatch.setenv("HANDEYE_HOME", str(folder))
        return CliRunner().invoke(episodes, ["list", *words]).stdout

    assert told(home, "piano") == f"None of the 3 recordings in {home} is like that.\n"
    nothing = tmp_path_factory.mktemp("nothing")
    assert told(nothing) == f"No recordings in {nothing}.\n"


def test_the_list_follows_what_happens_to_the_folders(home: Path) -> None:
    list_entries(home)
    remove(home, [each for each in choose_doomed(home, keep=0) if each.entry.id == "a"])
    with EpisodeWriter("new", path=home / "d") as writer:
        writer.emit(RunStarted(task="new one", env="e", planner="p", grounder="g"))
    assert [(entry.id, entry.task) for entry in list_entries(home)] == [
        ("b", "use the shop"),
        ("c", "use the shop"),
        ("d", "new one"),
    ]


@pytest.mark.parametrize("damage", ["removed", "garbage", "other table", "locked"])
def test_the_list_survives_any_fate_of_its_cache(home: Path, damage: str) -> None:
    before = list_entries(home)
    index = home / INDEX_FILE
    holder = sqlite3.connect(index, isolation_level=None)
    if damage == "removed":
        index.unlink()
    elif damage == "garbage":
        index.write_bytes(random.Random(0).randbytes(9000))
    elif damage == "other table":
        holder.execute("pragma user_version = 77")
    else:
        holder.execute("begin exclusive")
    assert list_entries(home) == before
    holder.close()
    assert list_entries(home) == before
    assert list_entries(home) == before


def test_a_damaged_first_line_is_listed_as_damage(home: Path) -> None:
    events = home / "b" / "episode.jsonl"
    events.write_bytes(b"{" + events.read_bytes())
    assert [entry.reason for entry in list_entries(home)] == ["done", "damaged", ""]


def test_a_long_last_line_is_found(home: Path) -> None:
    with EpisodeWriter(path=home / "c") as writer:
        writer.emit(Intent(step=6, action=Type(text="x" * 300_000)))
    assert list_entries(home)[-1].steps == 7


def test_whole_episodes_verify(home: Path) -> None:
    (home / "c" / "frames" / f"{'0' * 64}.png.part").write_bytes(b"cut off by a kill")
    assert [verify_episode(home / name) for name in "abc"] == [[], [], []]


def test_any_flipped_byte_of_a_finished_recording_is_found(home: Path) -> None:
    (home / "a" / "downloads" / "bill.txt").write_text("two lamps")
    with EpisodeWriter(path=home / "a") as writer:  # continued, so that the manifest is made anew
        writer.emit(read_episode(home / "a").events[-1].event)
    assert verify_episode(home / "a") == []
    chance = random.Random(4)
    for file in sorted((home / "a").rglob("*.*")):
        whole = file.read_bytes()
        for at in {0, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(40))}:
            changed = bytearray(whole)
            changed[at] ^= 1 << chance.randrange(8)
            file.write_bytes(changed)
            assert verify_episode(home / "a"), f"byte {at} of {file.name}"
        file.write_bytes(whole)
    assert verify_episode(home / "a") == []


def test_a_missing_frame_and_a_stranger_are_named(home: Path) -> None:
    frame = next((home / "a" / "frames").iterdir())
    frame.unlink()
    (home / "a" / "notes.txt").write_text("x")
    missing, stranger = verify_episode(home / "a")
    assert frame.name in missing
    assert "notes.txt does not belong" in stranger


def test_what_cannot_be_read_among_the_frames_is_named(home: Path) -> None:
    (home / "a" / "frames" / "folder").mkdir()
    (home / "a" / "frames" / "link").symlink_to("nowhere")
    folder, link = verify_episode(home / "a")
    assert "folder: Is a directory" in folder
    assert "link: No such file" in link


def test_an_archive_comes_back_byte_for_byte(home: Path, tmp_path: Path) -> None:
    archive = pack(home / "a", tmp_path / "new" / "a.handeye.zip")
    there = tmp_path / "there"
    there.mkdir()
    again = unpack(archive, there)
    files = sorted(path.relative_to(home / "a") for path in (home / "a").rglob("*"))
    assert files == sorted(path.relative_to(again) for path in again.rglob("*"))
    for name in files:
        if (again / name).is_file():
            assert (again / name).read_bytes() == (home / "a" / name).read_bytes()
    with pytest.raises(EpisodeError, match="is there already"):
        unpack(archive, there)
    with pytest.raises(EpisodeError, match="is there already"):
        pack(home / "a", archive)


@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/etc/evil", "a/frames/../../../x"])
def test_an_archive_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
        file.writestr("a/meta.json", "{}")
        file.writestr(name, "evil")
    (tmp_path / "home").mkdir()
    with pytest.raises(EpisodeCorruptError, match="no packed episode"):
        unpack(tmp_path / "x.zip", tmp_path / "home")
    assert os.listdir(tmp_path / "home") == []


def test_an_archive_that_is_not_there_is_not_blamed_on_the_folder(tmp_path: Path) -> None:
    with pytest.raises(EpisodeError, match="Cannot read"):
        unpack(tmp_path / "none.zip", tmp_path / "home")


def test_a_damaged_archive_leaves_nothing_behind(home: Path, tmp_path: Path) -> None:
    archive = pack(home / "a", tmp_path / "a.zip")
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 1
    archive.write_bytes(data)
    (tmp_path / "there").mkdir()
    with pytest.raises(EpisodeCorruptError, match="is damaged"):
        unpack(archive, tmp_path / "there")
    assert os.listdir(tmp_path / "there") == []


def test_a_damaged_episode_is_not_packed(home: Path, tmp_path: Path) -> None:
    next((home / "a" / "frames").iterdir()).write_bytes(b"x")
    with pytest.raises(EpisodeCorruptError, match="is damaged"):
        pack(home / "a", tmp_path / "a.zip")


def test_what_is_pruned_is_what_all_options_name(home: Path) -> None:
    def names(**options: Any) -> list[str]:
        return [each.entry.id for each in choose_doomed(home, **options)]

    assert names() == []
    assert names(keep=1) == ["a", "b"]
    assert names(keep=0) == ["a", "b", "c"]
    assert names(failed=True) == ["c"]
    assert names(failed=True, keep=1) == []
    assert names(days=1) == []
    with EpisodeWriter(path=home / "c"):
        assert names(failed=True) == [], "it is being written"
    (home / "b" / "episode.jsonl").write_bytes(b"{")
    (home / "c" / "episode.jsonl").write_bytes(b"")
    assert names(days=1) == [], "they do not say when they began, and were written just now"


def test_a_size_is_that_of_all_files(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDEYE_HOME", str(home))
    told = json.loads(CliRunner().invoke(episodes, ["list", "--json"]).stdout)
    sizes = {each["id"]: each["size"] for each in told}
    assert sizes["a"] == sum(file.stat().st_size for file in (home / "a").rglob("*.*"))
    assert sizes["a"] > (home / "a" / "episode.jsonl").stat().st_size


def test_two_runs_are_compared_by_what_was_done(
    new_world: Any, record_at: Record, tmp_path: Path
) -> None:
    world, other = new_world(("desk lamp", "chair")), new_world(("chair", "sofa", "desk lamp"))
    first = record_at(
        world, "http://a/", tmp_path / "1", click("Open @ desk lamp"), click("Add to cart")
    )
    second = record_at(
        other, "http://a/", tmp_path / "2", Type(text="x", target=Target(phrase="Search")),
        click("Open @ desk lamp"), click("Cart (0)"),
    )  # fmt: skip
    rows = diff_episodes(first, second)
    assert [(row.kind, row.first, row.second) for row in rows] == [
        ("only_second", None, 1),
        ("same", 1, 2),
        ("changed", 2, 3),
    ]
    assert rows[1].screens is not None
    assert rows[1].screens > 0
    assert all(row.kind == "same" for row in diff_episodes(first, first))


def test_an_opened_episode_makes_only_the_events_that_are_looked_at(home: Path) -> None:
    opened, whole = open_episode(home / "a"), read_episode(home / "a")
    assert len(opened.steps) == 2
    assert opened.events._made == {}  # type: ignore[attr-defined]
    assert step_summary(opened, 1) == step_summary(whole, 1)
    assert len(opened.events._made) < len(whole.events)  # type: ignore[attr-defined]
    assert tuple(opened.events) == whole.events
    assert opened.steps[-1] == whole.steps[-1]
    assert opened.steps[0:2] == tuple(whole.steps)
    assert (opened.started, opened.ended) == (whole.started, whole.ended)
