"""Every exception that handeye raises, and the exit code that the command line gives it.

    HandeyeError                 1
    ├── UsageError               2   what the user typed or passed in cannot be used
    │   ├── InstructionError         part of an instruction is not understood
    │   └── ImageError               a file or buffer is no usable image
    ├── EnvError                 3   the browser, display or network
    │   ├── BrowserMissingError      no browser on this machine
    │   ├── BrowserLostError         the browser died and could not be started again
    │   ├── NavigationError          a page could not be opened
    │   ├── DisplayError             no display to look at, or it may not be used
    │   ├── DisplayBusyError         another handeye works on the display
    │   └── StoppedError             a person stopped the run at the screen
    ├── EpisodeError             4   an episode cannot be read or written
    │   ├── EpisodeNotFoundError
    │   ├── EpisodeVersionError      written by a newer handeye
    │   ├── EpisodeCorruptError      bytes in it were changed or lost
    │   └── RecordingError           the disk is full or read-only
    ├── BackendError             5   a grounder, planner or model cannot be used
    └── SpentError                   a limit of a run was reached while a model was asked

What is expected to go wrong inside a run (a click that misses, a page that crashes) is data,
never an exception: see `handeye.envs.Outcome` and `handeye.agent.StopReason`.
"""

from typing import ClassVar


class HandeyeError(Exception):
    """Root of the tree: a title, what happened, and what to do about it."""

    title: ClassVar[str] = "handeye failed"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message} {self.fix}".strip()


class UsageError(HandeyeError):
    title = "This cannot be used"
    exit_code = 2


class InstructionError(UsageError):
    """`part` is the piece of the instruction that is not understood."""

    title = "Instruction not understood"

    def __init__(self, message: str, fix: str = "", *, part: str = "") -> None:
        super().__init__(message, fix)
        self.part = part


class ImageError(UsageError):
    title = "Not a usable image"


class EnvError(HandeyeError):
    title = "The environment failed"
    exit_code = 3


class BrowserMissingError(EnvError):
    title = "No browser found"


class BrowserLostError(EnvError):
    title = "The browser was lost"


class NavigationError(EnvError):
    title = "The page could not be opened"


class DisplayError(EnvError):
    title = "The desktop cannot be used"


class DisplayBusyError(EnvError):
    title = "The display is in use"


class StoppedError(EnvError):
    title = "Stopped"


class EpisodeError(HandeyeError):
    title = "The episode cannot be used"
    exit_code = 4


class EpisodeNotFoundError(EpisodeError):
    title = "No such episode"


class EpisodeVersionError(EpisodeError):
    title = "The episode is newer than this handeye"


class EpisodeCorruptError(EpisodeError):
    title = "The episode is damaged"


class RecordingError(EpisodeError):
    title = "The episode could not be written"


class BackendError(HandeyeError):
    title = "The model or backend cannot be used"
    exit_code = 5


class SpentError(HandeyeError):
    """Ends an answer in the middle; the loop turns it into the reason why the run ended."""

    title = "A limit was reached"
