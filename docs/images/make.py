"""Makes the pictures in this folder: `python docs/images/make.py`, with handeye installed.

They show real runs: the demo task is done in the shop, and its report is photographed.
"""

import tempfile
from pathlib import Path

import handeye
from handeye.actions import Press, Size
from handeye.envs.browser import BrowserEnv
from handeye.envs.shop import DEMO, serve
from handeye.episodes import read_episode, write_report

FOLDER = Path(__file__).parent
SCREEN = Size(width=1360, height=860)
STEP = 5
"""How many steps into the episode the picture of the report shows."""


def report(folder: Path) -> Path:
    """Do the demo task and write its report."""
    with serve() as shop:
        result = handeye.run(DEMO.instruction, url=shop.url, out=folder / "episode")
        assert result.ok, result.message
    path = folder / "report.html"
    write_report(read_episode(folder / "episode"), path)
    return path


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        page = report(Path(folder))
        with BrowserEnv(page.as_uri(), viewport=SCREEN) as env:
            for _ in range(STEP):
                env.act(Press(keys=("ArrowRight",)))
            shot = env.observe().screenshot
        shot.image.save(FOLDER / "report.png", optimize=True)


if __name__ == "__main__":
    main()
