"""Every screen is shown whole, within its budget, and answers come back to where they were."""

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handeye.actions import Box, Size
from handeye.actions.errors import UsageError
from handeye.actions.geometry import box_to_relative
from handeye.grounding.resolution import PATCH, STRATEGIES, Grid, Layout, Level, plan

HD = Size(width=1920, height=1080)
WHOLE = Box(x1=0, y1=0, x2=1920, y2=1080)

sides = st.integers(1, 6000)
screens = st.builds(Size, width=sides, height=sides)
names = st.sampled_from(sorted(STRATEGIES))
fractions = st.floats(0, 1)


@st.composite
def resolutions(draw: st.DrawFn) -> str:
    name = draw(names)
    return draw(
        st.just(name) | st.integers(STRATEGIES[name].least, 20_000).map(lambda n: f"{name}:{n}")
    )


def covered(screen: Size, boxes: list[Box]) -> bool:
    """Whether the boxes leave nothing of the screen out: their edges cut it into cells, and the
    middle of each cell lies in a box."""
    xs = sorted({0.0, float(screen.width)} | {x for box in boxes for x in (box.x1, box.x2)})
    ys = sorted({0.0, float(screen.height)} | {y for box in boxes for y in (box.y1, box.y2)})
    parts = [(box.x1, box.y1, box.x2, box.y2) for box in boxes]
    return all(
        any(x1 <= x <= x2 and y1 <= y <= y2 for x1, y1, x2, y2 in parts)
        for x in ((a + b) / 2 for a, b in pairwise(xs))
        for y in ((a + b) / 2 for a, b in pairwise(ys))
    )


@given(screens, names)
def test_the_tiles_of_every_level_cover_the_screen_and_nothing_else(
    screen: Size, name: str
) -> None:
    tiles = plan(name, screen).tiles
    assert all(
        0 <= tile.box.x1 < tile.box.x2 <= screen.width
        and 0 <= tile.box.y1 < tile.box.y2 <= screen.height
        for tile in tiles
    )
    for level in {tile.level for tile in tiles}:
        assert covered(screen, [tile.box for tile in tiles if tile.level == level])


@given(screens, resolutions())
def test_no_strategy_takes_more_than_its_tokens(screen: Size, resolution: str) -> None:
    name, _, number = resolution.partition(":")
    layout = plan(resolution, screen)
    assert 1 <= layout.tokens <= int(number or STRATEGIES[name].tokens)
    assert layout == plan(resolution, screen)


@given(screens, resolutions())
def test_tiles_are_whole_patches_and_a_token_is_a_patch_unless_levels_are_merged(
    screen: Size, resolution: str
) -> None:
    layout = plan(resolution, screen)
    for tile in layout.tiles:
        assert (tile.size.width, tile.size.height) == (
            tile.grid.columns * PATCH,
            tile.grid.rows * PATCH,
        )
    assert layout.multiscale == ("s2" in resolution)
    if not layout.multiscale:
        assert [tile.grid for tile in layout.tiles] == [each.tokens for each in layout.regions]
        assert layout.patches == layout.tokens


@given(screens, names, fractions, fractions)
def test_answers_come_back(screen: Size, name: str, x: float, y: float) -> None:
    layout = plan(name, screen)
    answer = Box(x1=0, y1=y / 2, x2=x, y2=y)
    placed = layout.to_screen(answer)
    assert dict(box_to_relative(placed, screen)) == pytest.approx(dict(answer))
    for at, region in enumerate(layout.regions):
        part = layout.to_screen(answer, at)
        assert part.x1 == region.box.x1
        assert part.width == pytest.approx(x * region.box.width, abs=1e-6)
        assert part.y1 - region.box.y1 == pytest.approx(y / 2 * region.box.height, abs=1e-6)
        assert part.height == pytest.approx(y / 2 * region.box.height, abs=1e-6)


@given(screens)
def test_the_rectangle_of_dynamic_s2_distorts_least(screen: Size) -> None:
    (region,) = plan("dynamic-s2", screen).regions
    *squares, fine = region.levels
    assert [level.size.width for level in squares] == [384, 768]

    def distortion(tiles: Grid) -> float:
        return abs(math.log(tiles.columns / tiles.rows * screen.height / screen.width))

    others = [
        Grid(rows, columns)
        for rows in range(1, min(21, math.ceil(screen.height / 384)) + 1)
        for columns in range(1, min(21, math.ceil(screen.width / 384)) + 1)
        if rows * columns <= 21
    ]
    assert fine.tiles in others
    assert distortion(fine.tiles) <= min(map(distortion, others)) + 1e-9
    assert fine.tile_size == Size(width=384, height=384)
    assert region.tokens.cells == fine.tiles.cells * 12 * 12


@given(screens, st.sampled_from([("multi-crop", 384, 5), ("multi-crop-s2", 1536, 3)]))
def test_crops_keep_proportions_and_are_as_large_as_fits(
    screen: Size, crop: tuple[str, int, int]
) -> None:
    name, side, most = crop
    assume(max(screen.width, screen.height) <= most * min(screen.width, screen.height))
    boxes = [region.box for region in plan(name, screen).regions]
    assert len(boxes) <= most
    assert all(box.width == pytest.approx(box.height, rel=0.003) for box in boxes)
    scale = side / boxes[0].width
    wanted = max(1, side / min(screen.width, screen.height))
    assert scale <= 1.01 * wanted
    if scale < 0.99 * wanted:
        larger = [math.ceil(1.01 * scale * each / side) for each in (screen.width, screen.height)]
        assert math.prod(larger) > most


def test_an_hd_screen_each_way() -> None:
    (region,) = plan("naflex", HD).regions
    assert region.levels == (Level(size=Size(width=1280, height=720)),)
    assert plan("naflex:2048", HD).tiles[0].size == Size(width=960, height=544)
    (region,) = plan("dynamic-s2", HD).regions
    assert region.levels[-1] == Level(size=Size(width=1920, height=1152), tiles=Grid(3, 5))
    assert region.tokens == Grid(36, 60)
    crops = [region.box for region in plan("multi-crop", HD).regions]
    assert [(box.x1, box.y1, box.x2, box.y2) for box in crops] == [
        (0, 0, 960, 960),
        (960, 0, 1920, 960),
        (0, 120, 960, 1080),
        (960, 120, 1920, 1080),
    ]
    wide = plan("multi-crop-s2", HD)
    spans = [(round(region.box.x1), round(region.box.x2)) for region in wide.regions]
    assert spans == [(0, 1080), (840, 1920)]
    assert [level.tiles.cells for level in wide.regions[0].levels] == [1, 4, 16]
    panned = [region.box for region in plan("pan-and-scan", HD).regions]
    assert panned[0] == WHOLE
    assert [(box.x1, box.y1, box.x2, box.y2) for box in panned[1:]] == [
        (0, 0, 960, 1080),
        (960, 0, 1920, 1080),
    ]


def test_tokens_buy_more_crops() -> None:
    boxes = [len(plan(f"multi-crop:{576 * most}", HD).regions) for most in (1, 2, 6, 15, 100)]
    assert boxes == [1, 2, 6, 15, 15]
    assert len(plan("pan-and-scan:9407", HD).regions) == 1
    assert len(plan("pan-and-scan:9408", HD).regions) == 3


@pytest.mark.parametrize(
    ("resolution", "said"),
    [
        ("naflx", "no resolution called 'naflx'. Use one of: naflex, dynamic-s2, multi-crop"),
        ("", "no resolution called ''"),
        ("naflex:", "no usable number of tokens. Write naflex:TOKENS with 1 or more"),
        ("naflex:0", "no usable number"),
        ("naflex:-5", "no usable number"),
        ("naflex:many", "no usable number"),
        ("naflex:٣", "no usable number"),
        ("naflex:" + "9" * 5000, "no usable number"),
        ("multi-crop:575", "multi-crop:TOKENS with 576 or more"),
        ("dynamic-s2:143", "144 or more"),
        ("pan-and-scan:3135", "3136 or more"),
    ],
)
def test_names_that_cannot_be_used(resolution: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        plan(resolution, HD)


def test_a_layout_is_data() -> None:
    layout = plan("multi-crop-s2", HD)
    assert Layout.model_validate_json(layout.model_dump_json()) == layout
