"""A frame in the terminal: Kitty or Sixel graphics where the terminal has them, else a mosaic."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual import events, work
from textual.app import ComposeResult
from textual.containers import Center, Vertical
from textual.message import Message
from textual.widgets import Static
from textual_image.widget import SixelImage, TGPImage, get_cell_size

from handeye.actions import Box, Point
from handeye.tui.graphics import GRAPHICS, Graphics
from handeye.tui.marks import Mark, around, prepared
from handeye.tui.widgets.mosaic import Mosaic, strips

if TYPE_CHECKING:
    from PIL import Image

COARSE = GRAPHICS is Graphics.CHARACTERS
"""Whether the terminal shows characters only."""

_ZOOMS = (1.0, 2.5, 5.0)


def _image_widget() -> Any:
    made: Any = {Graphics.SIXEL: SixelImage, Graphics.KITTY: TGPImage}.get(GRAPHICS, Mosaic)
    return made(id="image")


class Picture(Vertical):
    """A frame with marks and a caption. Scaling is done by a worker; a click gives a position."""

    class Clicked(Message):
        """A position of the frame was clicked, in screenshot pixels."""

        def __init__(self, picture: "Picture", point: Point) -> None:
            super().__init__()
            self.picture, self.point = picture, point

        @property
        def control(self) -> "Picture":
            return self.picture

    class Prepared(Message):
        """Scaled, and where there are no graphics, in characters."""

        def __init__(self, image: Any, serial: int) -> None:
            super().__init__()
            self.image, self.serial = image, serial
            self.lines = strips(image) if COARSE and image is not None else []

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._frame: Image.Image | None = None
        self._marks: tuple[Mark, ...] = ()
        self._caption = ""
        self._zoom = 0
        self._crop: Box | None = None
        self._serial = 0

    def compose(self) -> ComposeResult:
        with Center(id="holder"):
            yield _image_widget()
        yield Static(id="caption")

    def show(
        self, frame: "Image.Image | None", marks: Sequence[Mark] = (), caption: str = ""
    ) -> None:
        """Show a frame; None shows only the caption."""
        if caption != self._caption:
            self._caption = caption
            told = Text(caption, no_wrap=True, overflow="ellipsis")
            self.query_one("#caption", Static).update(told, layout=False)
        if self._frame is not frame or self._marks != tuple(marks):
            self._frame, self._marks = frame, tuple(marks)
            self._prepare()

    def zoom(self) -> str:
        """Come closer to what is marked, or go back; says how close."""
        self._zoom = (self._zoom + 1) % len(_ZOOMS)
        self._prepare()
        return f"{_ZOOMS[self._zoom]:g}×"

    def on_resize(self) -> None:
        self._prepare()

    def _prepare(self) -> None:
        self._serial += 1
        holder = self.query_one("#holder").size
        if self._frame is None or not holder.width or not holder.height:
            self.post_message(self.Prepared(None, self._serial))
            return
        cell = get_cell_size()
        fit = (holder.width * cell.width, holder.height * cell.height)
        self._crop = self._part(self._frame)
        pen = max(cell.width, cell.height // 2) if COARSE else 3
        self._scale(self._frame, self._marks, fit, pen, self._crop, self._serial)

    def _part(self, frame: "Image.Image") -> Box | None:
        if self._zoom == 0:
            return None
        first = next((mark for mark in self._marks if mark.point or mark.box), Mark())
        middle = first.point or (first.box.center if first.box else None)
        middle = middle or Point(x=frame.width / 2, y=frame.height / 2)
        return around(middle, frame.width, frame.height, _ZOOMS[self._zoom])

    @work(thread=True, exclusive=True, group="picture")
    def _scale(
        self,
        frame: "Image.Image",
        marks: tuple[Mark, ...],
        fit: tuple[int, int],
        pen: int,
        crop: Box | None,
        serial: int,
    ) -> None:
        self.post_message(self.Prepared(prepared(frame, marks, fit, pen, crop), serial))

    def on_picture_prepared(self, message: Prepared) -> None:
        message.stop()
        if message.serial != self._serial:
            return
        shown = self.query_one("#image")
        if isinstance(shown, Mosaic):
            shown.show(message.image, message.lines)
        else:
            shown.image = message.image  # type: ignore[attr-defined]

    def on_click(self, event: events.Click) -> None:
        region = self.query_one("#image").region
        if self._frame is None or not region.contains(event.screen_x, event.screen_y):
            return
        frame = self._frame
        part = self._crop or Box(x1=0, y1=0, x2=frame.width, y2=frame.height)
        x = (event.screen_x - region.x + 0.5) / region.width * part.width + part.x1
        y = (event.screen_y - region.y + 0.5) / region.height * part.height + part.y1
        self.post_message(self.Clicked(self, Point(x=round(x, 1), y=round(y, 1))))
