"""Official metrics against counts by hand; intervals against published values."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handeye.grounding.calls import ModelCall, Usage
from handeye.grounding.evaluate import official
from handeye.grounding.evaluate.detail import Detail
from handeye.grounding.evaluate.intervals import paired_bootstrap, wilson
from handeye.grounding.evaluate.summary import distance, overlap, summarize

Made = Callable[..., Detail]


@pytest.fixture
def some(detail: Made) -> list[Detail]:
    dev = {"application": "vscode", "group": "Dev", "platform": "macos"}
    cad = {"application": "autocad", "group": "CAD", "platform": "windows"}
    return [
        detail("a", ui_type="text", correctness="correct", pred=(20, 20), **dev),
        detail("b", ui_type="icon", correctness="wrong", pred=(33, 34), **dev),
        detail("c", ui_type="icon", correctness="correct", pred=(10, 10), **cad),
        detail("d", ui_type="text", correctness="wrong_format", **cad),
    ]


def test_the_official_metrics(some: list[Detail]) -> None:
    found = official.metrics(some)
    assert found["overall"] == {
        "num_correct_action": 2,
        "num_total": 4,
        "wrong_format_num": 1,
        "action_acc": 0.5,
        "text_acc": 0.5,
        "icon_acc": 0.5,
    }
    assert {style: list(groups) for style, groups in found.items() if style != "overall"} == {
        "fine_grained": [
            "plat:macos app:vscode inst_style:instruction gt_type:positive",
            "plat:windows app:autocad inst_style:instruction gt_type:positive",
        ],
        "seeclick_style": [
            "plat:macos inst_style:instruction gt_type:positive",
            "plat:windows inst_style:instruction gt_type:positive",
        ],
        "leaderboard_simple_style": ["group:CAD", "group:Dev"],
        "leaderboard_detailed_style": ["app:autocad", "app:vscode"],
    }
    cad = found["leaderboard_simple_style"]["group:CAD"]
    assert (cad["action_acc"], cad["text_acc"], cad["icon_acc"]) == (0.5, 0.0, 1.0)
    assert cad["wrong_format_num"] == 1


def test_nothing_to_count_is_zero_as_in_the_official_script() -> None:
    assert official.counts([])["action_acc"] == 0


def test_the_other_figures(some: list[Detail]) -> None:
    summary = summarize(some)
    assert (summary.overall.right, summary.overall.total, summary.wrong_format) == (2, 4, 1)
    assert summary.mean_of_groups == 0.5
    assert [(part.name, part.right, part.total) for part in summary.by_size] == [
        ("16 to 32 px", 2, 4)
    ]
    assert summary.median_error == 0  # of 0, 5 and 0
    assert summary.costs.mean_seconds is None


def test_costs_are_those_of_all_calls_of_an_item(detail: Made) -> None:
    def call(tokens: int) -> ModelCall:
        usage = Usage(completion_tokens=tokens, cost=0.01)
        return ModelCall(purpose="ground", model="m", usage=usage)

    costs = summarize(
        [detail("a", seconds=1.0, calls=(call(10), call(20))), detail("b", seconds=4.0)]
    ).costs
    assert (costs.mean_seconds, costs.median_seconds) == (2.5, 2.5)
    assert costs.mean_output_tokens == 30
    assert costs.total_cost == pytest.approx(0.02)


def test_distance_is_to_the_nearest_edge(detail: Made) -> None:
    assert distance(detail(pred=(33, 34))) == 5
    assert distance(detail(pred=(10, 30))) == 0
    assert distance(detail()) is None


def test_overlap_needs_two_boxes(detail: Made) -> None:
    assert overlap(detail(pred_bbox=(10, 10, 30, 30))) == 1
    assert overlap(detail(pred_bbox=(20, 10, 40, 30))) == pytest.approx(1 / 3)
    assert overlap(detail()) is None


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_newcombe_has_it(right: int, total: int, low: float, high: float) -> None:
    assert wilson(right, total) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_stays_a_share(pair: tuple[int, int]) -> None:
    right, total = pair
    low, high = wilson(right, total)
    share = right / total if total else 0.5
    assert 0 <= low <= share <= high <= 1


def test_the_bootstrap_finds_what_differs_and_nothing_else() -> None:
    first = [True] * 50 + [False] * 50
    second = [True] * 80 + [False] * 20
    found = paired_bootstrap(first, second)
    assert found.gain == pytest.approx(0.3)
    assert found.interval.low == pytest.approx(0.3 - 1.96 * math.sqrt(0.3 * 0.7 / 100), abs=0.02)
    assert found.interval.high == pytest.approx(0.3 + 1.96 * math.sqrt(0.3 * 0.7 / 100), abs=0.02)
    assert paired_bootstrap(first, first).interval == (0, 0)
    assert paired_bootstrap(first, second) == found  # seeded
    with pytest.raises(ValueError, match="same items"):
        paired_bootstrap(first, second[1:])


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_the_bootstrap_is_the_same_backwards(pairs: list[tuple[bool, bool]]) -> None:
    first, second = [list(each) for each in zip(*pairs, strict=True)]
    there = paired_bootstrap(first, second, draws=200)
    back = paired_bootstrap(second, first, draws=200)
    assert there.gain == pytest.approx(-back.gain)
    assert -1 <= there.interval.low <= there.interval.high <= 1
