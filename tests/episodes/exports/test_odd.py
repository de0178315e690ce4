"""Recordings with little to go by: things without names, steps without screens."""

import ast
from pathlib import Path
from typing import Any

import pytest

from handeye.actions import Action, Click, Point, SelectOption, Target, Upload
from handeye.actions.errors import UsageError
from handeye.envs import Element, Observation, Outcome
from handeye.episodes import EpisodeWriter, read_episode
from handeye.episodes.events import Intent, Planned, RunStarted
from handeye.episodes.exports import export

World = Any


@pytest.mark.parametrize(
    ("tag", "role", "found"),
    [("select", "combobox", "'select').nth(1)"), ("input", "file", "'input[type=file]').nth(1)")],
)
def test_a_list_or_a_field_for_files_without_a_name_is_counted(
    world: World, tmp_path: Path, tag: str, role: str, found: str
) -> None:
    target = Target(point=Point(x=20, y=20))
    action = (
        SelectOption(target=target, options=("red",))
        if tag == "select"
        else Upload(target=target, paths=("a",))
    )
    seen = world.observe()
    box = seen.elements[0].box
    alike = tuple(
        Element(role=role, name="", tag=tag, box=box, value=value) for value in ("1", "2")
    )
    with EpisodeWriter(path=tmp_path / "e") as writer:
        writer.emit(RunStarted(task="t", url="http://a/", env="e", planner="p", grounder="g"))
        _step(writer, seen.model_copy(update={"elements": alike}), action, alike[1])
    text = export(read_episode(tmp_path / "e"), "playwright", tmp_path / "test_e.py").read_text()
    ast.parse(text)
    assert f"    page.locator({found}." in text


def _step(
    writer: EpisodeWriter, seen: Observation, action: Action, element: Element | None = None
) -> None:
    writer.emit(writer.observed(0, seen))
    writer.emit(Planned(step=0, action=action))
    writer.emit(Intent(step=0, action=action, elements=(element,)))
    writer.emit(writer.acted(0, Outcome(sent=action, seconds=0.0)))


def test_a_desktop_is_nothing_for_playwright(world: World, tmp_path: Path) -> None:
    with EpisodeWriter(path=tmp_path / "e") as writer:
        writer.emit(RunStarted(task="t", url="", env="desktop", planner="p", grounder="g"))
        _step(writer, world.observe(), Click(target=Target(point=Point(x=20, y=20))))
    with pytest.raises(UsageError, match="Playwright has no desktop"):
        export(read_episode(tmp_path / "e"), "playwright", tmp_path / "test_e.py")


def test_nothing_to_film_is_said(tmp_path: Path) -> None:
    with EpisodeWriter(path=tmp_path / "e"):
        pass
    for name in ("gif", "mp4", "webm"):
        with pytest.raises(UsageError, match="has no pictures"):
            export(read_episode(tmp_path / "e"), name, tmp_path / f"x.{name}")
    for name in ("playwright", "osworld", "dataset"):
        with pytest.raises(UsageError, match="no step that was done"):
            export(read_episode(tmp_path / "e"), name, tmp_path / name)
    for name in ("atif", "html"):
        assert export(read_episode(tmp_path / "e"), name, tmp_path / name).exists()
