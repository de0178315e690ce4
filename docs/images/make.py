"""Makes the pictures in this folder: `python docs/images/make.py`, with handeye installed.

They show real runs: the demo task is done in the shop, and its report is photographed; a page of
the shop is cut as each resolution cuts it.
"""

import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

import handeye
from handeye.actions import Press, Size
from handeye.envs.browser import BrowserEnv
from handeye.envs.shop import DEMO, serve
from handeye.episodes import read_episode, write_report
from handeye.grounding.resolution import Layout, plan
from handeye.grounding.resolution.layout import cells

FOLDER = Path(__file__).parent
SCREEN = Size(width=1360, height=860)
STEP = 5
"""How many steps into the episode the picture of the report shows."""

HD = Size(width=1920, height=1080)
RESOLUTIONS = [
    "naflex", "naflex:2048", "dynamic-s2", "multi-crop", "multi-crop-s2", "pan-and-scan",
]  # fmt: skip
PANEL = Size(width=800, height=450)
GAP, TITLE = 24, 44
COLOURS = ["#d6274c", "#1668c7", "#12825b", "#a85a00", "#6b35b8"]


def report(folder: Path) -> Path:
    """Do the demo task and write its report."""
    with serve() as shop:
        result = handeye.run(DEMO.instruction, url=shop.url, out=folder / "episode")
        assert result.ok, result.message
    path = folder / "report.html"
    write_report(read_episode(folder / "episode"), path)
    return path


def resolutions(screen: Image.Image) -> Image.Image:
    """A panel for each resolution: thin lines part the tokens, thick lines the finest tiles."""
    across, down = 2, -(-len(RESOLUTIONS) // 2)
    sheet = Image.new(
        "RGB",
        (across * (PANEL.width + GAP) + GAP, down * (PANEL.height + TITLE + GAP) + GAP),
        "white",
    )
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(24)
    for at, name in enumerate(RESOLUTIONS):
        left = GAP + at % across * (PANEL.width + GAP)
        top = GAP + at // across * (PANEL.height + TITLE + GAP)
        layout = plan(name, HD)
        size = layout.tiles[0].size
        images = f"{len(layout.tiles)} of {size.width}x{size.height}"
        draw.text((left, top + 4), f"{name}: {layout.tokens:,} tokens, {images}", "black", font)
        sheet.paste(cut(screen, layout), (left, top + TITLE))
    return sheet


def cut(screen: Image.Image, layout: Layout) -> Image.Image:
    """The screen under the lines of a layout; each region has a colour, so overlaps show."""
    shown = screen.resize((PANEL.width, PANEL.height), Image.Resampling.LANCZOS)
    shown = Image.blend(shown, Image.new("RGB", shown.size, "white"), 0.45)
    scale = PANEL.width / layout.screen.width
    draw = ImageDraw.Draw(shown, "RGBA")
    for at, region in enumerate(layout.regions):
        colour = COLOURS[at % len(COLOURS)]
        for grid, width, alpha in (region.tokens, 1, "50"), (region.levels[-1].tiles, 3, "ff"):
            for box in cells(region.box, grid):
                edges = [edge * scale for edge in (box.x1, box.y1, box.x2, box.y2)]
                draw.rectangle(edges, outline=colour + alpha, width=width)
    return shown


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        page = report(Path(folder))
        with BrowserEnv(page.as_uri(), viewport=SCREEN) as env:
            for _ in range(STEP):
                env.act(Press(keys=("ArrowRight",)))
            shot = env.observe().screenshot
        shot.image.save(FOLDER / "report.png", optimize=True)
    with serve() as shop, BrowserEnv(shop.url, viewport=HD) as env:
        sheet = resolutions(env.observe().screenshot.image)
    sheet.save(FOLDER / "resolution.png", optimize=True)


if __name__ == "__main__":
    main()
