"""BrowserGym's own virtual environment under .bench/, made when first needed (about 360 MB).

It needs Playwright 1.44, which handeye's environment must not have. Its second browser, for its
chat, ignores `executable_path`: a folder that looks like Playwright's own download leads both of
its browsers to the one on this machine.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.bench.figures import err

from handeye.envs.browser.find import find_browser

HOME = Path(__file__).parents[3] / ".bench"
VENV = HOME / "browsergym"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
BROWSERS = HOME / "browsers"
PACKAGES = ("browsergym-miniwob==0.14.3", "miniwob==1.1.0")
CHROMIUM = {
    "linux": "chrome-linux/chrome",
    "darwin": "chrome-mac/Chromium.app/Contents/MacOS/Chromium",
    "win32": "chrome-win/chrome.exe",
}


def browsergym_ready() -> None:
    """Make the environment if it is not whole. Ends the program with one line when it cannot."""
    _link_browser()
    whole = VENV / "whole"
    if whole.exists():
        return
    if sys.version_info >= (3, 13):
        sys.exit("BrowserGym's Playwright 1.44 needs Python 3.11 or 3.12: run the benchmark there.")
    commands = {
        "Making BrowserGym's environment in .bench/": [sys.executable, "-m", "venv", str(VENV)],
        f"Installing {', '.join(PACKAGES)}": [str(PYTHON), "-m", "pip", "install", *PACKAGES],
    }
    for number, (title, command) in enumerate(commands.items(), 1):
        with err.status(f"{title} ({number}/{len(commands)})"):
            made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            sys.exit(f"{title} failed: {made.stderr.strip().splitlines()[-1]}")
    whole.touch()


def browsergym_environment() -> dict[str, str]:
    return {"PLAYWRIGHT_BROWSERS_PATH": str(BROWSERS)}


def miniwob_html() -> Path:
    """The folder of the MiniWoB++ pages."""
    places = VENV.glob("[Ll]ib*/**/site-packages/miniwob/html")
    return next(iter(places))


def _link_browser() -> None:
    link = BROWSERS / "chromium-1117" / CHROMIUM[sys.platform]
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(find_browser().path)
