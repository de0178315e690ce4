"""`handeye ground`: where a phrase is on a picture of a screen."""

import codecs
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import typer
from pydantic import ConfigDict, ValidationError
from rich.markup import escape

from handeye.actions import Value
from handeye.actions.errors import BackendError, SpentError, UsageError
from handeye.cli.console import err, out, print_json

if TYPE_CHECKING:
    from PIL import Image

    from handeye.envs import Observation
    from handeye.grounding import Grounder, Grounding

_QUIET = 10  # seconds that a question may take before a word is said of it


def ground(
    screenshot: Annotated[Path | None, typer.Argument(help="A picture file.")] = None,
    phrase: Annotated[str | None, typer.Argument(help="What to find: 'the Save button'.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON answer on stdout.")] = False,
    annotate: Annotated[
        Path | None, typer.Option(help="Write a copy of the picture with the answer drawn on it.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="List all that can be named on the picture.")
    ] = False,
    batch: Annotated[
        str | None,
        typer.Option(
            help='Lines {"image": …, "phrase": …} in a file ("-": stdin); one answer a line.'
        ),
    ] = None,
    grounder: Annotated[
        str,
        typer.Option(
            help="Which grounder answers: elements, phi4:PATH, remote:NAME@URL, zoom:GROUNDER."
        ),
    ] = "elements",
    profile: Annotated[
        str, typer.Option(help="The conventions of a remote model, where its name does not tell.")
    ] = "",
    load: Annotated[
        Literal["full", "8bit", "4bit"], typer.Option(help="The precision of a phi4:PATH.")
    ] = "full",
    max_seconds: Annotated[
        float, typer.Option(min=1, help="Give up a server that takes longer for one phrase.")
    ] = 120,
) -> None:
    """Find what a phrase means on a screenshot.

    Exit codes: 0 found, 1 not found or ambiguous (a batch: some line had an error), 2 bad input,
    5 the model cannot be used.
    """
    from handeye.grounding.backends import make_grounder
    from handeye.grounding.images import load_screenshot

    if batch is not None:
        if screenshot or phrase or annotate or everything:
            raise UsageError("--batch goes without SCREENSHOT, PHRASE, --annotate and --all.")
        asked = make_grounder(grounder, profile=profile, load=load)
        raise typer.Exit(_batch(batch, asked, max_seconds))
    if everything:
        if screenshot is None or phrase is not None or grounder != "elements":
            raise UsageError("--all goes with a SCREENSHOT alone, and the grounder elements.")
        raise typer.Exit(_show_all(screenshot, annotate, as_json))
    if screenshot is None or phrase is None:
        raise UsageError("What to find where?", "Give SCREENSHOT and PHRASE, or --batch FILE.")
    if not phrase.strip():
        raise UsageError("The phrase is empty.", 'Say what to find, such as "the Save button".')
    observation = load_screenshot(screenshot)
    _check_copy(annotate, screenshot)
    with err.status("Looking …"):
        asked = make_grounder(grounder, profile=profile, load=load)
        answer = _ask(asked, observation, phrase, max_seconds)
    if annotate is not None:
        from handeye.grounding.annotate import annotated

        _write(annotated(observation.screenshot.image, answer), annotate)
    if as_json:
        print_json(_fields(str(screenshot), answer))
    else:
        _show(answer)
    raise typer.Exit(0 if answer.status == "found" else 1)


def _ask(
    grounder: "Grounder", observation: "Observation", phrase: str, seconds: float
) -> "Grounding":
    """The answer. Raises BackendError where a server takes longer than `seconds`."""
    from handeye.grounding.chat.limit import Until, limited

    try:
        with _told(grounder.name, seconds), limited(Until.now_and(seconds)):
            return grounder.ground(observation, phrase)
    except SpentError as error:
        fix = "Look whether it still works, or give it longer with --max-seconds."
        text = f"{grounder.name} did not answer in {seconds:g} s."
        raise BackendError(text, fix) from error


@contextmanager
def _told(name: str, seconds: float) -> Iterator[None]:
    """Say a word of what takes long, also where stderr is a file and shows no spinner."""
    ends = f"; it is given up after {seconds:g} s (--max-seconds)" if "remote:" in name else ""
    text = f"Still asking {name}{ends}."
    how = {"markup": False, "highlight": False, "soft_wrap": True}
    timer = threading.Timer(min(_QUIET, seconds / 2), err.print, [text], how)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class _Query(Value):
    """One line of a batch; other keys (an id, a source) are left alone."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="ignore")

    image: str
    phrase: str


def _batch(source: str, grounder: "Grounder", seconds: float) -> int:
    """Answer every line in order; the exit code is 1 when one of them had an error."""
    folder = Path() if source == "-" else Path(source).parent
    failed = False
    for line in _lines(source):
        if not line.strip():
            continue
        answer = _answer_line(line, folder, grounder, seconds)
        failed = failed or "error" in answer
        print_json(answer)
    return 1 if failed else 0


def _lines(source: str) -> Iterator[bytes]:
    if source == "-":
        yield from sys.stdin.buffer
        return
    try:
        with Path(source).open("rb") as file:
            yield from file
    except OSError as error:
        raise UsageError(f"{source} cannot be read: {error.strerror}.") from error


def _answer_line(line: bytes, folder: Path, grounder: "Grounder", seconds: float) -> dict[str, Any]:
    try:
        query = _Query.model_validate_json(line.removeprefix(codecs.BOM_UTF8))
    except ValidationError:
        text = line.decode(errors="replace").strip()
        return {"line": text[:200], "error": 'not a line {"image": …, "phrase": …}'}
    try:
        answer = _ask(grounder, _load(folder / query.image), query.phrase, seconds)
    except UsageError as error:
        return {"image": query.image, "phrase": query.phrase, "error": str(error)}
    return _fields(query.image, answer)


@lru_cache(maxsize=4)
def _load(path: Path) -> "Observation":
    from handeye.grounding.images import load_screenshot

    return load_screenshot(path)


def _fields(image: str, answer: "Grounding") -> dict[str, Any]:
    """An answer as JSON; positions in pixels of the picture, upright."""
    fields: dict[str, Any] = {
        "image": image,
        "phrase": answer.phrase,
        "status": answer.status,
        "point": [answer.point.x, answer.point.y] if answer.point else None,
        "box": _numbers(answer.box),
        "confidence": answer.confidence,
        "alternatives": [
            {"box": _numbers(option.box), "score": option.score, "label": option.label}
            for option in answer.alternatives
        ],
    }
    said = {"reason": answer.reason, "raw": answer.raw}
    return fields | {name: text for name, text in said.items() if text}


def _numbers(box: Any) -> list[float] | None:
    return [round(edge, 1) for edge in (box.x1, box.y1, box.x2, box.y2)] if box else None


def _show(answer: "Grounding") -> None:
    from rich.table import Table

    if answer.raw:
        said = "".join(char if char.isprintable() else " " for char in answer.raw)
        out.print(f"said  {' '.join(said.split())}", markup=False, highlight=False, soft_wrap=True)
    if answer.point is not None:
        label = answer.alternatives[0].label if answer.alternatives else ""
        box, sure = _numbers(answer.box), answer.confidence
        edges = "  box {:.0f}, {:.0f} – {:.0f}, {:.0f}".format(*box) if box else ""
        out.print(f"[bold green]found[/] at ({answer.point.x:.0f}, {answer.point.y:.0f})", end="")
        out.print(edges + (f"  confidence {sure:.2f}" if sure else ""))
        if label:
            out.print(f"text  {label}", markup=False, highlight=False)
        return
    out.print(f"[bold yellow]{answer.status}[/]: ", end="")
    out.print(answer.reason, markup=False, highlight=False)
    if answer.status == "ambiguous":
        table = Table("#", "x", "y", "text", box=None)
        for number, option in enumerate(answer.alternatives, 1):
            center = option.box.center
            table.add_row(str(number), f"{center.x:.0f}", f"{center.y:.0f}", escape(option.label))
        out.print(table)
        out.print("Say which: “the second …”, “… next to X”, “… in the top right”.")


def _show_all(screenshot: Path, annotate: Path | None, as_json: bool) -> int:
    from rich.table import Table

    from handeye.grounding.annotate import annotated_all
    from handeye.grounding.elements import candidates
    from handeye.grounding.images import load_screenshot

    seen = load_screenshot(screenshot).screenshot
    _check_copy(annotate, screenshot)
    found = candidates(seen)
    if annotate is not None:
        _write(annotated_all(seen.image, found), annotate)
    if as_json:
        rows = [{"role": e.role, "label": e.label, "box": _numbers(e.box)} for e in found]
        print_json({"image": str(screenshot), "found": rows})
        return 0
    table = Table("role", "x", "y", "label", box=None)
    for each in found:
        center = each.box.center
        label = (
            each.label
            if each.element is None or each.element.checked is None
            else (f"{each.label} ({'on' if each.element.checked else 'off'})")
        )
        table.add_row(each.role, f"{center.x:.0f}", f"{center.y:.0f}", escape(label))
    out.print(table)
    return 0 if found else 1


def _check_copy(annotate: Path | None, screenshot: Path) -> None:
    """Refuse what cannot be written before a model is asked."""
    from PIL import Image

    if annotate is None:
        return
    if annotate.exists() and annotate.samefile(screenshot):
        raise UsageError(f"{annotate} is the screenshot itself.", "Name another file.")
    if Image.registered_extensions().get(annotate.suffix.lower()) not in Image.SAVE:
        reason = "its ending is that of no picture that can be written"
        raise UsageError(f"{annotate} cannot be written: {reason}.", "Name a .png file.")


def _write(picture: "Image.Image", path: Path) -> None:
    if path.is_dir():
        raise UsageError(f"{path} is a folder.", "Name a .png file.")
    part = path.with_name(f"part-{path.name}")  # the ending says in which format to write
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.save(part)
        part.replace(path)
    except (OSError, ValueError) as error:
        with suppress(OSError):
            part.unlink()
        reason = getattr(error, "strerror", None) or error
        fix = "Name a .png file in a folder that can be written."
        raise UsageError(f"{path} cannot be written: {reason}.", fix) from error
