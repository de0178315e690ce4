"""The golden episode of version 1 opens, verifies and replays for ever; the schema is the code's."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from handeye.episodes import Episode, load_elements, load_frame, read_episode, replay, summarise
from handeye.episodes.keep import verify_episode
from handeye.episodes.lines import Lines
from handeye.episodes.migrations import MIGRATIONS, migrated
from handeye.episodes.schema import json_schema

GOLDEN = Path(__file__).with_name("golden") / "v1"
DOCS = Path(__file__).parents[2] / "docs"


def test_the_golden_episode_opens_with_all_it_holds() -> None:
    episode = read_episode(GOLDEN)
    assert verify_episode(GOLDEN) == []
    kinds = {recorded.event.kind for recorded in episode.events}
    assert kinds == {
        "run_started", "observed", "planned", "grounded", "judged", "intent", "acted", "replied",
        "run_ended",
    }  # fmt: skip
    assert [step.what for step in summarise(episode)] == [
        "type 'desk {{what}}' into Search", "click Open @ desk lamp", "click Add to cart", "ask: Sure?",
    ]  # fmt: skip
    assert episode.started is not None
    assert (episode.started.parameters, episode.started.secrets) == ({"what": "lamp"}, ("key",))
    assert episode.ended is not None
    assert (episode.ended.answer, episode.ended.usage.cost) == ("42", 0.03)
    for step in episode.steps:
        assert step.observed is not None
        assert load_frame(episode, step.observed).image.size == (480, 360)
        assert load_elements(episode, step.observed)


def test_the_golden_episode_replays(new_world: Callable[..., Any]) -> None:
    world = new_world(("desk lamp", "floor lamp"))
    result = replay(read_episode(GOLDEN), world, url="http://one.test/")
    assert (result.ok, result.message) == (True, "")
    assert (world.cart, world.field["Search"]) == (["desk lamp"], "desk lamp")


def test_the_schema_in_the_documentation_is_the_one_of_the_models() -> None:
    """When it differs: handeye episodes schema > docs/episode.schema.json"""
    documented = json.loads((DOCS / "episode.schema.json").read_text(encoding="utf-8"))
    assert documented == json.loads(json.dumps(json_schema()))


def test_migrations_are_numbered_without_gaps_and_run_in_order() -> None:
    assert [name.__name__ for name in MIGRATIONS.values()] == [
        f"migrate_{major}_{minor}" for major, minor in MIGRATIONS
    ]
    assert list(MIGRATIONS) == sorted(MIGRATIONS)
    assert migrated({"seq": 1}, "1.0") == {"seq": 1}


def test_an_older_line_is_the_same_event(world: Any, record_in: Callable[..., Episode]) -> None:
    episode = record_in(world)
    data = (episode.path / "episode.jsonl").read_bytes()
    from handeye.episodes.envelope import seal

    first, *rest = data.splitlines()
    line = json.loads(first) | {"schema": "1.0"}
    line.pop("sum")
    old = seal(json.dumps(line).encode()) + b"\n".join(rest) + b"\n"
    assert tuple(Lines(episode.path, old)) == episode.events
