"""Makes the picture of a run on a private display: `python docs/images/make_desktop.py`.

It shows a real run: a letter is written in mousepad and saved; its report is photographed.
"""

import tempfile
from contextlib import chdir
from pathlib import Path

import handeye
from handeye.actions import Press, Size
from handeye.envs.browser import BrowserEnv
from handeye.episodes import read_episode, write_report

FOLDER = Path(__file__).parent
SCREEN = Size(width=1360, height=860)
STEP = 4
"""How many steps into the episode the picture of the report shows."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder, "desk")
        desk.mkdir()
        for name in ("invoices.txt", "holiday.txt"):
            (desk / name).write_text(name)
        letter = desk / "letter.txt"
        task = (
            "type 'Dear Zoë, the meeting is at 9.', press ctrl+s, press ctrl+a, "
            f"type '{letter}', click Save"
        )
        out = Path(folder, "episode")
        with chdir(desk):
            result = handeye.run(task, env="desktop", display="new", app="mousepad", out=out)
        assert result.ok, result.message
        assert letter.read_text("utf-8") == "Dear Zoë, the meeting is at 9."
        page = Path(folder, "report.html")
        write_report(read_episode(out), page)
        with BrowserEnv(page.as_uri(), viewport=SCREEN) as env:
            for _ in range(STEP):
                env.act(Press(keys=("ArrowRight",)))
            shot = env.observe().screenshot
        shot.image.save(FOLDER / "desktop.png", optimize=True)


if __name__ == "__main__":
    main()
