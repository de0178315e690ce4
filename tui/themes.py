"""The looks of the terminal interface: dark, light, and one of highest contrast."""

from rich.terminal_theme import TerminalTheme
from textual.theme import Theme

DARK = Theme(
    name="handeye-dark",
    primary="#4cc2ff",
    secondary="#b69cff",
    accent="#ff5ca8",
    foreground="#e6edf3",
    background="#0d1117",
    surface="#131a23",
    panel="#1c2530",
    success="#56d364",
    warning="#f2b84b",
    error="#ff7b72",
    dark=True,
)
LIGHT = Theme(
    name="handeye-light",
    primary="#0a62a8",
    secondary="#6b35b8",
    accent="#b8005c",
    foreground="#1c2024",
    background="#fbfbfa",
    surface="#f1f1ee",
    panel="#e3e4e0",
    success="#0f6b3a",
    warning="#8a5300",
    error="#b3261e",
    dark=False,
)
CONTRAST = Theme(
    name="handeye-contrast",
    primary="#ffff00",
    secondary="#00ffff",
    accent="#ff66ff",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#262626",
    success="#00ff66",
    warning="#ffcc00",
    error="#ff8080",
    dark=True,
)
THEMES = (DARK, LIGHT, CONTRAST)

# What "green", "red" and so on mean in texts: 8 colours, then 8 bright ones.
_NIGHT = [(13, 17, 23), (255, 123, 114), (86, 211, 100), (242, 184, 75), (108, 164, 248),
          (219, 137, 255), (76, 194, 255), (230, 237, 243)]  # fmt: skip
_DAY = [(28, 32, 36), (179, 38, 30), (15, 107, 58), (138, 83, 0), (10, 98, 168),
        (120, 50, 160), (0, 105, 130), (60, 64, 68)]  # fmt: skip
ANSI_DARK = TerminalTheme((13, 17, 23), (230, 237, 243), _NIGHT, _NIGHT)
ANSI_LIGHT = TerminalTheme((251, 251, 250), (28, 32, 36), _DAY, _DAY)
