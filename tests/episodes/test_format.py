"""What is written can be read back after any cut, and any change of a byte is noticed."""

import json
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handeye.actions import Click, HandeyeError, Point, Target, Type
from handeye.actions.errors import (
    EpisodeCorruptError,
    EpisodeError,
    EpisodeNotFoundError,
    EpisodeVersionError,
)
from handeye.envs import Element
from handeye.episodes import (
    Episode,
    EpisodeWriter,
    load_elements,
    load_frame,
    read_episode,
    status_line,
)
from handeye.episodes.envelope import SCHEMA, Envelope, is_sealed, seal
from handeye.episodes.events import Intent, RunStarted
from handeye.grounding.calls import Usage

World = Any
same_folder = settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def episode(world: World, record_in: Callable[..., Episode]) -> Episode:
    click = Click(target=Target(phrase="Open @ desk lamp"))
    typing = Type(text="a\nb\u2028☂ \x00", target=Target(phrase="Search"))
    return record_in(world, typing, click)


def rewrite(folder: Path, name: str, change: Callable[[dict[str, Any]], None], line: int) -> None:
    """Change one line of a file and seal it again, as a writer of another version would."""
    lines = (folder / name).read_bytes().splitlines(keepends=True)
    data = json.loads(lines[line])
    data.pop("sum")
    change(data)
    lines[line] = seal(json.dumps(data).encode())
    (folder / name).write_bytes(b"".join(lines))


def test_a_line_is_json_with_the_checksum_of_what_stands_before_it(episode: Episode) -> None:
    first, *_, last = (episode.path / "episode.jsonl").read_bytes().splitlines()
    assert json.loads(first)["schema"] == SCHEMA
    for line in (first, last):
        body = line[: line.rindex(b',"sum"')]
        assert int(json.loads(line)["sum"], 16) == zlib.crc32(body)


def test_the_line_in_the_documentation_is_one_of_this_version() -> None:
    page = Path(__file__).parents[2] / "docs" / "episode-format.md"
    (line,) = re.findall(r'^\{"schema".*\}$', page.read_text(encoding="utf-8"), re.MULTILINE)
    assert is_sealed(line.encode())
    assert Envelope.model_validate_json(line).schema_ == SCHEMA


def test_steps_frames_and_elements_come_back(episode: Episode) -> None:
    assert (episode.finished, episode.torn, episode.in_flight) == (True, False, None)
    assert status_line(episode) == "The run succeeded."
    typing, click = episode.steps
    assert isinstance(typing.intent, Intent)
    assert typing.intent.action.kind == "type"
    assert typing.acted is not None
    assert typing.acted.sent == typing.intent.action
    assert click.observed is not None
    assert load_frame(episode, click.observed).image.size == (480, 360)
    elements = load_elements(episode, click.observed)
    assert elements is not None
    assert [element.value for element in elements if element.role == "textbox"] == [
        "a\nb\u2028☂ \x00"
    ]


def test_a_frame_seen_twice_is_kept_once(world: World, tmp_path: Path) -> None:
    with EpisodeWriter(path=tmp_path / "e") as writer:
        first, second = (writer.observed(step, world.observe()) for step in (0, 1))
    assert first.frame == second.frame
    assert len(list((tmp_path / "e" / "frames").iterdir())) == 1
    assert len(list((tmp_path / "e" / "elements").iterdir())) == 1


@same_folder
@given(data=st.data())
def test_cut_anywhere_it_reads_as_a_beginning_of_the_events(
    episode: Episode, data: st.DataObject
) -> None:
    path = episode.path / "episode.jsonl"
    whole = path.read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    try:
        path.write_bytes(whole[:cut])
        found = read_episode(episode.path)
    finally:
        path.write_bytes(whole)
    assert found.events == episode.events[: len(found.events)]
    assert len(found.events) == whole[:cut].count(b"\n")
    assert found.torn == (not whole[:cut].endswith(b"\n") and cut > 0)


@same_folder
@given(data=st.data())
@pytest.mark.parametrize("name", ["episode.jsonl", "meta.json"])
def test_any_changed_byte_is_noticed(episode: Episode, name: str, data: st.DataObject) -> None:
    path = episode.path / name
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - (1 if name == "episode.jsonl" else 2)))
    changed = bytearray(whole)
    changed[at] ^= data.draw(st.integers(1, 255))
    try:
        path.write_bytes(changed)
        found = read_episode(episode.path)
    except EpisodeError:
        return
    finally:
        path.write_bytes(whole)
    assert found.torn, "nothing was noticed"
    assert at == len(whole) - 1


def test_damage_names_the_line(episode: Episode) -> None:
    path = episode.path / "episode.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace(b"step", b"stop", 1)
    path.write_bytes(b"".join(lines))
    with pytest.raises(EpisodeCorruptError, match=r"episode\.jsonl, line 3: its checksum"):
        read_episode(episode.path)


def test_a_lost_line_is_noticed(episode: Episode) -> None:
    path = episode.path / "episode.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2] + lines[3:]))
    with pytest.raises(EpisodeCorruptError, match="line 3: it is event 3 where event 2 belongs"):
        read_episode(episode.path)


@pytest.mark.parametrize("name", ["meta.json", "episode.jsonl"])
def test_a_newer_major_version_is_refused(episode: Episode, name: str) -> None:
    rewrite(episode.path, name, lambda data: data.update(schema="2.0", new=1), line=0)
    with pytest.raises(EpisodeVersionError, match=r"schema 2\.0; this handeye reads up to 1\.4"):
        read_episode(episode.path)


def test_a_newer_minor_version_is_read_while_it_is_understood(episode: Episode) -> None:
    rewrite(episode.path, "meta.json", lambda data: data.update(schema="1.9", new=1), line=0)
    assert read_episode(episode.path).events == episode.events
    rewrite(episode.path, "episode.jsonl", lambda data: data["event"].update(new=1), line=1)
    with pytest.raises(EpisodeVersionError, match=r"line 2: .* does not know what is in .*new"):
        read_episode(episode.path)


OLD = (
    '{"schema":"1.0","seq":0,"time":1.0,"event":{"kind":"run_started","task":"x","url":"",'
    '"env":"browser","planner":"instructions","grounder":"elements","settings":{},"versions":{}}}',
    '{"seq":1,"time":2.0,"event":{"kind":"planned","step":0,"thought":"","action":{"kind":"done",'
    '"answer":"7","success":true}}}',
    '{"seq":2,"time":3.0,"event":{"kind":"run_ended","ok":true,"reason":"done","message":"",'
    '"answer":"7","steps":0,"timing":{"total":2.0,"observe":0.0,"plan":0.0,"ground":0.0,"act":0.0,'
    '"record":0.0}}}',
)


def test_an_episode_of_version_1_0_opens(tmp_path: Path) -> None:
    meta = b'{"format":"handeye-episode","schema":"1.0","id":"x","created":1.0,"handeye":"0.1.0"}'
    (tmp_path / "meta.json").write_bytes(seal(meta))
    (tmp_path / "episode.jsonl").write_bytes(b"".join(seal(line.encode()) for line in OLD))
    old = read_episode(tmp_path)
    assert old.ended is not None
    assert (old.ended.answer, old.ended.usage) == ("7", Usage())
    assert old.steps[0].planned is not None
    assert old.steps[0].planned.calls == ()


@pytest.mark.parametrize("folder", ["frames", "elements"])
@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_a_damaged_frame_or_element_list_is_noticed(
    episode: Episode, folder: str, damage: str
) -> None:
    for path in (episode.path / folder).iterdir():
        data = path.read_bytes()
        path.unlink()
        if damage == "changed":
            path.write_bytes(data[:-9] + b"x" + data[-8:])
    observed = episode.steps[0].observed
    assert observed is not None
    load: Callable[[Episode, Any], object] = load_frame if folder == "frames" else load_elements
    with pytest.raises(EpisodeCorruptError, match=observed.frame if folder == "frames" else "json"):
        load(episode, observed)


def test_a_hash_that_is_a_path_is_refused(episode: Episode, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    observed = episode.steps[0].observed
    assert observed is not None
    with pytest.raises(EpisodeCorruptError, match="is no content hash"):
        load_frame(episode, observed.model_copy(update={"frame": "../../secret"}))


def test_what_is_no_episode_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("x")
    for path in (tmp_path, tmp_path / "none", file):
        with pytest.raises(EpisodeNotFoundError, match="is no episode") as caught:
            read_episode(path)
        assert isinstance(caught.value, HandeyeError)
        assert caught.value.fix


def test_an_intent_without_a_result_may_have_happened(tmp_path: Path) -> None:
    target = Target(phrase="Buy", point=Point(x=1, y=2))
    with EpisodeWriter(path=tmp_path / "e") as writer:
        assert "stops before anything was done" in status_line(read_episode(writer.path))
        writer.emit(RunStarted(task="t", env="e", planner="p", grounder="g"))
        assert "No action was under way" in status_line(read_episode(writer.path))
        element = Element(role="button", name="Buy", box={"x1": 0, "y1": 0, "x2": 9, "y2": 9})  # type: ignore[arg-type]
        intent = Intent(step=0, action=Click(target=target), elements=(element,))
        writer.emit(intent)
    found = read_episode(tmp_path / "e")
    assert found.in_flight == intent
    assert not found.finished
    assert "Step 1 was under way (click Buy) and may have happened" in status_line(found)
