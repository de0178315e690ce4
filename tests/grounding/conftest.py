"""Pictures of screens drawn with Pillow and its own TrueType font; a server of a model."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from handeye.actions import ScreenSpace, Size
from handeye.envs import Screenshot

if TYPE_CHECKING:
    import uvicorn
    from openai import OpenAI


def draw_form(dark: bool = False) -> Image.Image:
    """A form of 1000×600: labels, two fields, a search field with a placeholder, two buttons."""
    back, ink, line = ("#1b1b1f", "#e8e8e8", "#888") if dark else ("white", "#111", "#777")
    image = Image.new("RGB", (1000, 600), back)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=18)
    draw.text((100, 60), "Account settings", fill=ink, font=ImageFont.load_default(size=28))
    draw.text((100, 140), "Email address", fill=ink, font=font)
    draw.rectangle((300, 132, 600, 168), outline=line)
    draw.text((100, 200), "Nickname", fill=ink, font=font)
    draw.rounded_rectangle((100, 232, 400, 268), radius=6, outline=line)
    draw.rectangle((700, 52, 950, 88), outline=line)
    draw.text((712, 60), "Search", fill="#888", font=font)
    draw.rectangle((100, 400, 220, 440), outline=line)
    draw.text((138, 409), "Save", fill=ink, font=font)
    draw.text((300, 409), "Cancel   Delete", fill=ink, font=font)
    return image


def shot_of(image: Image.Image) -> Screenshot:
    packed = BytesIO()
    image.save(packed, "PNG")
    space = ScreenSpace(size=Size(width=image.width, height=image.height))
    return Screenshot(data=packed.getvalue(), space=space)


@pytest.fixture
def form() -> Image.Image:
    return draw_form()


@pytest.fixture(params=["light", "dark"])
def form_shot(request: pytest.FixtureRequest) -> Screenshot:
    return shot_of(draw_form(dark=request.param == "dark"))


@pytest.fixture
def form_file(tmp_path: Path, form: Image.Image) -> Path:
    path = tmp_path / "form.png"
    form.save(path)
    return path


@dataclass(frozen=True)
class Running:
    """A server and its address, "http://127.0.0.1:PORT"."""

    url: str
    server: "uvicorn.Server"

    def client(self, key: str = "any") -> "OpenAI":
        from openai import OpenAI

        return OpenAI(base_url=f"{self.url}/v1", api_key=key, max_retries=0, timeout=20)


@pytest.fixture
def serving() -> Iterator[Callable[..., Running]]:
    """Serves a model on a free port; every server is ended at the end of the test."""
    import uvicorn

    from handeye.grounding.serve import Limits, create_app, listen

    started: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(model: Any, key: str = "", limits: Limits | None = None) -> Running:
        listener = listen("127.0.0.1", 0, key=key)
        app = create_app(model, key=key, limits=limits or Limits())
        config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        started.append((server, thread))
        end = time.monotonic() + 10
        while not server.started and time.monotonic() < end:
            time.sleep(0.01)
        return Running(f"http://127.0.0.1:{listener.getsockname()[1]}", server)

    yield start
    for server, thread in started:
        server.should_exit = True
        thread.join()
