"""Makes the data set that comes with handeye: `python -m tests.bench.embedded_set`.

40 screens: 13 scenes in 8 looks with icons of 12 sets, in six windows. Kits and icons come from the npm registry
into .make/embedded_set; the result replaces grounding/evaluate/embedded. Which of a screen's elements
are asked for is drawn with a fixed seed, whatever any grounder answers.
"""

import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from tests.bench.embedded_set.icons import SETS, IconSet
from tests.bench.embedded_set.kits import KITS, LAYOUT, Kit, Markup
from tests.bench.embedded_set.scenes import SCENES

from handeye.actions import Size
from handeye.envs.browser import BrowserEnv
from handeye.grounding.evaluate.make.choose import Chosen
from handeye.grounding.evaluate.make.screens import Screen, View, look, write

ROOT = Path(__file__).parents[3]
WORK = ROOT / ".make" / "embedded_set"
PLACE = ROOT / "grounding" / "evaluate" / "embedded"
PACKAGES = (
    "@picocss/pico@2.1.1", "fomantic-ui-css@2.9.4", "uikit@3.25.29", "milligram@1.4.1",
    "spectre.css@0.5.9", "@primer/octicons@19.42.0", "heroicons@2.2.0", "ionicons@8.1.0",
    "feather-icons@4.29.2", "boxicons@2.1.4", "iconoir@7.12.1", "lucide-static@1.62.0",
    "@mdi/svg@7.4.47", "@tabler/icons@3.52.0", "bootstrap-icons@1.13.2",
    "@phosphor-icons/core@2.1.1", "@material-design-icons/svg@0.14.15",
)  # fmt: skip
COUNT = 40
EACH = {"icon": 3, "field": 2, "check": 2, "text": 2}
"""So many of each group on a screen, at most."""

_LAPTOP, _DESKTOP = Size(width=1280, height=720), Size(width=1920, height=1080)
_PHONE = Size(width=390, height=844)
VIEWS = (
    View(_LAPTOP, 1.0), View(_DESKTOP, 1.0), View(_LAPTOP, 1.0), View(_LAPTOP, 1.5),
    View(_LAPTOP, 1.0), View(_DESKTOP, 1.0), View(_LAPTOP, 2.0), View(_LAPTOP, 1.0),
    View(_PHONE, 2.0), View(Size(width=2560, height=1440), 1.0),
)  # fmt: skip


class Page(NamedTuple):
    """One page, and the window that it is seen in."""

    scene: str
    kit: Kit
    icons: IconSet
    view: View

    def html(self, modules: Path) -> str:
        def buttons(*functions: str) -> str:
            drawn = ((name, self.icons.svg(modules, name)) for name in functions)
            return "".join(markup.part("icon", label=name, svg=svg) for name, svg in drawn if svg)

        markup = Markup(self.kit)
        body = SCENES[self.scene](markup, buttons)
        css = "".join(f'<link rel="stylesheet" href="{modules / path}">' for path in self.kit.css)
        return (
            f'<!doctype html><html lang="en" {self.kit.html}><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><title>{self.title}</title>{css}'
            f"<style>{LAYOUT}{self.kit.own}</style>{body}"
        )

    @property
    def title(self) -> str:
        return f"{self.scene}, {self.kit.name}, {self.icons.package}"


def pages() -> list[Page]:
    scenes = list(SCENES)
    return [
        Page(
            scenes[n % len(scenes)],
            KITS[(n * 3 + n // len(KITS)) % len(KITS)],
            SETS[n % len(SETS)],
            VIEWS[n % len(VIEWS)],
        )
        for n in range(COUNT)
    ]


def looks(modules: Path) -> Iterator[tuple[Page, Screen]]:
    """Every page rendered, with the elements that are asked for; one browser a window."""
    path = WORK / "page.html"
    for view in dict.fromkeys(VIEWS):
        with BrowserEnv(viewport=view.size, device_scale=view.scale) as env:
            for page in (each for each in pages() if each.view == view):
                path.write_text(page.html(modules), encoding="utf-8")
                screen = look(env, path.as_uri(), view, most=1000)
                yield page, screen._replace(chosen=_drawn(page, screen.chosen))


def _drawn(page: Page, chosen: list[Chosen]) -> list[Chosen]:
    lots = random.Random(page.title)
    found = []
    for group, most in EACH.items():
        some = [each for each in chosen if each.group == group]
        found += lots.sample(some, min(most, len(some)))
    return sorted(found, key=lambda each: (each.element.box.y1, each.element.box.x1))


def main() -> None:
    modules = WORK / "node_modules"
    if not modules.exists():
        WORK.mkdir(parents=True, exist_ok=True)
        quiet = ("--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--legacy-peer-deps")
        subprocess.run(["npm", "install", *quiet, *PACKAGES], cwd=WORK, check=True)
    made = WORK / "made"
    shutil.rmtree(made, ignore_errors=True)
    found = list(looks(modules))
    write([screen for _, screen in found], made)
    _publish(made, {screen.page: page for page, screen in found})


def _publish(made: Path, by_title: dict[str, Page]) -> None:
    """Images in a smaller format without loss, icons in a group by their set."""
    for part in ("images", "annotations"):
        shutil.rmtree(PLACE / part, ignore_errors=True)
        (PLACE / part).mkdir(parents=True)
    rows = json.loads((made / "annotations" / "own.json").read_text(encoding="utf-8"))
    for row in rows:
        page = by_title[row["application"]]
        if row["group"] == "icon":
            row["group"] = page.icons.group
        row["id"] = row["id"].replace("own", "embedded")
        row["img_filename"] = row["img_filename"].replace(".png", ".webp")
    for path in (made / "images").iterdir():
        Image.open(path).convert("RGB").save(
            PLACE / "images" / f"{path.stem}.webp", lossless=True, quality=100, method=6
        )
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (PLACE / "annotations" / "embedded.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    size = sum(path.stat().st_size for path in (PLACE / "images").iterdir())
    print(f"{len(rows)} items on {len(by_title)} screens, {size / 1e6:.1f} MB of images")
    print(f"look through {made / 'review.html'}")


if __name__ == "__main__":
    main()
