"""Checks of this machine, each with one line on what to do when it fails.

Prevents: finding out in the middle of a run that the browser, the disk or the geometry is wrong.
"""

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Literal

from handeye.actions import HandeyeError, Value
from handeye.actions.errors import BackendError, DisplayError
from handeye.envs.browser.calibrate import Calibration, calibrate, start_browser
from handeye.envs.browser.find import find_browser
from handeye.episodes.home import episodes_home
from handeye.grounding.chat import Message
from handeye.grounding.chat.backends import ModelOptions, make_model
from handeye.grounding.chat.calibrate import ModelCalibration, calibrate_model
from handeye.grounding.chat.profiles import profile_for

SCALES = (1.0, 1.25, 2.0)
_GB = 1e9
_INSTALL = "For private displays, as root on Debian: apt-get install xvfb openbox"


class Check(Value):
    """`fail` stops handeye from working and has an exit code; `warn` costs only a part of it."""

    name: str
    status: Literal["ok", "warn", "fail"]
    detail: str
    fix: str = ""
    exit_code: int = 0
    calibration: Calibration | None = None
    pointing: ModelCalibration | None = None


def run_checks() -> Iterator[Check]:
    """Each check as it is done; those in the browser take seconds, and come last."""
    for check in (_python, _display, _ocr, _memory, _disk, _gpu, _desktop):
        yield check()
    browser = _browser()
    yield browser
    if browser.status == "ok":
        for scale in SCALES:
            yield _clicks(scale)


def _python() -> Check:
    version = importlib.metadata.version("handeye")
    detail = f"handeye {version}, Python {platform.python_version()}, {platform.platform()}"
    return Check(name="software", status="ok", detail=detail)


def _display() -> Check:
    if sys.platform in ("win32", "darwin"):
        return Check(name="display", status="ok", detail="the desktop's own")
    for variable, name in (("WAYLAND_DISPLAY", "Wayland"), ("DISPLAY", "X11")):
        if os.environ.get(variable):
            return Check(name="display", status="ok", detail=f"{name}, {os.environ[variable]}")
    return Check(
        name="display",
        status="warn",
        detail="none: the browser works without one, --headed does not",
        fix="For a visible browser log in on a desktop, or start Xvfb and set DISPLAY.",
    )


def _desktop() -> Check:
    """Whether `--env desktop` works here, on the desktop that there is and on a private one."""
    from handeye.envs.desktop.calibrate import calibrate_desktop
    from handeye.envs.desktop.private import missing_programs

    name = "desktop"
    if any(find_spec(package) is None for package in ("mss", "pyautogui")):
        fix = "Run `pip install 'handeye[desktop]'`."
        return Check(name=name, status="warn", detail="mss and pyautogui are missing", fix=fix)
    own = _own_desktop()
    missing = missing_programs()
    if missing:
        status: Literal["ok", "warn"] = "warn" if own.startswith("none") else "ok"
        detail = f"{own}; a private one needs {', '.join(missing)}"
        fix = _INSTALL if sys.platform == "linux" else ""
        return Check(name=name, status=status, detail=detail, fix=fix)
    try:
        result = calibrate_desktop()
    except DisplayError as error:
        return Check(name=name, status="warn", detail=error.message, fix=error.fix)
    detail = (
        f"{own}; a private one starts in {result.seconds:.1f} s, {result.received} of "
        f"{result.clicks} clicks arrived, at most {result.max_offset:.1f} px off"
    )
    return Check(name=name, status="ok" if result.ok else "warn", detail=detail)


def _own_desktop() -> str:
    if sys.platform in ("win32", "darwin"):
        return "this one"
    from handeye.envs.desktop.x11.link import connect, own_display

    try:
        name = own_display()
        connect(name).close()
    except DisplayError as error:
        return f"none that you are on ({error.message.rstrip('.')})"
    return f"X11, {name}"


def _ocr() -> Check:
    for module, package in (("faster_paddle", "faster-paddle"), ("rapidocr", "rapidocr")):
        if find_spec(module) is not None:
            detail = f"{package} {importlib.metadata.version(package)}"
            return Check(name="text reader", status="ok", detail=detail)
    return Check(
        name="text reader",
        status="warn",
        detail="none: text that is only in pixels cannot be found",
        fix="Run `pip install 'handeye[rapidocr]'`.",
    )


def _memory() -> Check:
    import psutil

    memory = psutil.virtual_memory()
    detail = f"{memory.available / _GB:.1f} GB free of {memory.total / _GB:.1f} GB"
    if memory.available < 1 * _GB:
        fix = "Close something: a browser and the text reader need about 1 GB."
        return Check(name="memory", status="warn", detail=detail, fix=fix)
    return Check(name="memory", status="ok", detail=detail)


def _disk() -> Check:
    home = episodes_home()
    existing = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            free = shutil.disk_usage(existing).free
    except OSError as error:
        return Check(
            name="episodes",
            status="fail",
            detail=f"{home} cannot be written: {error.strerror}",
            fix="Set HANDEYE_HOME to a folder that can be written.",
            exit_code=4,
        )
    detail = f"{home}, {free / _GB:.1f} GB free"
    if free < 1 * _GB:
        fix = "Delete old episodes, or set HANDEYE_HOME to a folder on another disk."
        return Check(name="episodes", status="warn", detail=detail, fix=fix)
    return Check(name="episodes", status="ok", detail=detail)


def _gpu() -> Check:
    """torch is only looked up, never imported: that alone would take seconds."""
    torch = "torch is not installed (nothing needs it yet)"
    if find_spec("torch") is not None:
        torch = f"torch {importlib.metadata.version('torch')}"
    return Check(name="model", status="ok", detail=f"{torch}; {_graphics_card()}")


def _graphics_card() -> str:
    command = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return "no NVIDIA GPU"
    return "; ".join(answer.stdout.split("\n")).strip("; ") or "no NVIDIA GPU"


def _browser() -> Check:
    try:
        found = find_browser()
        started = start_browser()
    except HandeyeError as error:
        return Check(
            name="browser",
            status="fail",
            detail=error.message,
            fix=error.fix,
            exit_code=error.exit_code,
        )
    detail = f"{found.name} {started.version}, {found.path}, starts in {started.seconds:.1f} s"
    return Check(name="browser", status="ok", detail=detail)


def _clicks(scale: float) -> Check:
    name = f"clicks at {scale:g}x"
    try:
        result = calibrate(scale)
    except HandeyeError as error:
        return Check(
            name=name,
            status="fail",
            detail=error.message,
            fix=error.fix,
            exit_code=error.exit_code,
        )
    detail = (
        f"{result.received} of {result.clicks} arrived, offset {result.mean_offset:.2f} px "
        f"(at most {result.max_offset:.2f}), scale {result.scale_x:.3f} × {result.scale_y:.3f}"
    )
    if result.ok:
        return Check(name=name, status="ok", detail=detail, calibration=result)
    return Check(
        name=name,
        status="fail",
        detail=detail,
        fix="Screenshot and mouse disagree: try another browser with HANDEYE_BROWSER.",
        exit_code=3,
        calibration=result,
    )


def model_checks(spec: str, options: ModelOptions) -> Iterator[Check]:
    """Whether the model that `spec` names answers, and where it points when it is asked.

    Raises UsageError for a spec or profile that is none.
    """
    try:
        model = make_model(spec, options)
        profile = profile_for(model.name, options.profile)
        start = time.monotonic()
        model.complete([Message("user", ("Answer with one word: ready",))], max_tokens=4096)
        eyes = (
            "sees pictures" if profile.eyes else "has no eyes: it plans from the elements of a page"
        )
        detail = f"{model.name} answers after {time.monotonic() - start:.1f} s, and {eyes}"
        yield Check(name="model", status="ok", detail=detail)
        if profile.eyes:
            yield _pointing(calibrate_model(model, profile))
    except BackendError as error:
        yield Check(
            name="model",
            status="fail",
            detail=error.message,
            fix=error.fix,
            exit_code=error.exit_code,
        )


def _pointing(found: ModelCalibration) -> Check:
    """ok: it hits four of five targets. fail: it hits less than half of them."""
    share = found.hits / found.asked
    status: Literal["ok", "warn", "fail"]
    status = "ok" if share >= 0.8 else "warn" if share >= 0.5 else "fail"
    return Check(
        name="pointing",
        status=status,
        detail=_how_it_points(found),
        fix="" if status == "ok" else _what_to_try(found),
        exit_code=5 if status == "fail" else 0,
        pointing=found,
    )


def _how_it_points(found: ModelCalibration) -> str:
    parts = [f"profile {found.profile}: {found.hits} of {found.asked} targets hit"]
    if found.mean_offset is not None:
        parts.append(f"offset {found.mean_offset:.1f} px (at most {found.max_offset:.1f})")
    if found.scale_x is not None and found.scale_y is not None:
        parts.append(f"scale {found.scale_x:.3f} × {found.scale_y:.3f}")
    parts.append(f"seems to answer in {found.seems}" if found.seems else "no known convention fits")
    cost = "" if found.usage.cost is None else f", ${found.usage.cost:.4f}"
    return ", ".join(parts) + f" ({found.seconds / found.asked:.1f} s an answer{cost})"


def _what_to_try(found: ModelCalibration) -> str:
    if found.seems and found.profile not in found.fitting:
        first, *others = found.fitting
        return f"Use --profile {first}" + (f" (or {', '.join(others)})." if others else ".")
    if found.read < found.asked and found.unread:
        return f"It does not answer as the profile asks: {found.unread!r}. Try another profile."
    return "Its places are inexact: use --grounder elements, or another model to ground."
