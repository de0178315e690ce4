"""Recordings with little to go by: things without names, steps without screens."""

import ast
from pathlib import Path
from typing import Any

import pytest

from handeye.actions import Point, SelectOption, Target, Upload
from handeye.actions.errors import UsageError
from handeye.envs import Element
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
        writer.emit(writer.observed(0, seen.model_copy(update={"elements": alike})))
        writer.emit(Planned(step=0, action=action))
        writer.emit(Intent(step=0, action=action, elements=(alike[1],)))
        writer.emit(writer.acted(0, world.act(action)))
    text = export(read_episode(tmp_path / "e"), "playwright", tmp_path / "test_e.py").read_text()
    ast.parse(text)
    assert f"    page.locator({found}." in text


def test_a_desktop_is_nothing_for_playwright(tmp_path: Path) -> None:
    with EpisodeWriter(path=tmp_path / "e") as writer:
        writer.emit(RunStarted(task="t", url="", env="desktop", planner="p", grounder="g"))
    with pytest.raises(UsageError, match="Playwright has no desktop"):
        export(read_episode(tmp_path / "e"), "playwright", tmp_path / "test_e.py")


def test_nothing_to_film_is_said(tmp_path: Path) -> None:
    with EpisodeWriter(path=tmp_path / "e"):
        pass
    for name in ("gif", "mp4", "webm"):
        with pytest.raises(UsageError, match="has no pictures"):
            export(read_episode(tmp_path / "e"), name, tmp_path / f"x.{name}")
    for name in ("playwright", "atif", "osworld", "dataset", "html"):
        assert export(read_episode(tmp_path / "e"), name, tmp_path / name).exists()
