"""The tables of docs/resolution.md say what the code says."""

from pathlib import Path

from handeye.actions import Size
from handeye.grounding.resolution import STRATEGIES, plan

TEXT = (Path(__file__).parents[3] / "docs" / "resolution.md").read_text(encoding="utf-8")
SCREENS = [(1280, 720), (1920, 1080), (2560, 1440), (3840, 2160), (1170, 2532), (100, 100)]
NAMES = ["naflex", "naflex:2048", *list(STRATEGIES)[1:]]


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def test_the_tokens_of_common_screens() -> None:
    rows = []
    for width, height in SCREENS:
        layouts = [plan(name, Size(width=width, height=height)) for name in NAMES]
        rows.append([f"{width}×{height}", *(f"{layout.tokens:,}" for layout in layouts)])
    assert table(["screen", *(f"`{name}`" for name in NAMES)], rows) in TEXT


def test_what_the_encoder_works_on_for_an_hd_screen() -> None:
    rows = []
    for name in NAMES:
        layout = plan(name, Size(width=1920, height=1080))
        size = layout.tiles[0].size
        assert all(tile.size == size for tile in layout.tiles)
        finest = layout.tiles[-1]
        rows.append(
            [
                f"`{name}`",
                f"{len(layout.tiles)} of {size.width}×{size.height}",
                f"{layout.patches:,}",
                f"{layout.tokens:,}",
                f"{size.width / finest.box.width:.2f} × {size.height / finest.box.height:.2f}",
            ]
        )
    head = ["strategy", "images for the encoder", "patches", "tokens", "scale, across × down"]
    assert table(head, rows) in TEXT


def test_every_strategy_is_described_with_its_most_tokens() -> None:
    for name, strategy in STRATEGIES.items():
        assert f"| `{name}` | {strategy.tokens:,} |" in TEXT
