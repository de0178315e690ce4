"""The desktop: mss for pictures, X11 or pyautogui for input, and private displays."""

from handeye.envs.desktop.env import DesktopEnv
from handeye.envs.desktop.private import SCREEN, PrivateDisplay
from handeye.envs.desktop.view import View, parse_view

__all__ = ["SCREEN", "DesktopEnv", "PrivateDisplay", "View", "parse_view"]
