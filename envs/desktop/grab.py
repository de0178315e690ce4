"""One picture of a desktop, for whoever only looks."""

from contextlib import closing

from handeye.envs.desktop.camera import Camera
from handeye.envs.desktop.system import open_system
from handeye.envs.desktop.view import View
from handeye.envs.types import Screenshot


def grab(view: View, display: str = "") -> Screenshot:
    """What is on the screen now. Raises DisplayError where there is none, or it may not be seen."""
    with open_system(display) as system:
        camera = Camera(
            view, display=system.display, key_file=system.key_file, window=system.window_box
        )
        with closing(camera):
            return camera.grab().screenshot
