"""The training from a registry to weights that can be used, on a set of six icons."""

import base64
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

pytest.importorskip("onnx", reason="the dependency group `train` is not installed")
pytest.importorskip("resvg_py", reason="the dependency group `train` is not installed")
pytest.importorskip("torch", reason="the dependency group `train` is not installed")

from handeye.grounding.elements.icons.model import Model
from handeye.grounding.elements.train import catalogue
from handeye.grounding.elements.train.net import Both
from handeye.grounding.elements.train.pool import icon_round
from handeye.grounding.elements.train.resume import take
from handeye.grounding.elements.train.run import Settings, drawings, run
from handeye.grounding.elements.train.sets import Package, Sources, files

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2">{}</svg>'
DRAWN = {
    "x": '<path d="M4 4 20 20M20 4 4 20"/>',
    "plus": '<path d="M12 3v18M3 12h18"/>',
    "circle": '<circle cx="12" cy="12" r="9"/>',
    "menu": '<path d="M3 6h18M3 12h18M3 18h18"/>',
    "play": '<path d="M6 3 20 12 6 21z" fill="currentColor"/>',
    "brand-acme": '<path d="M3 3h9v9h-9z"/>',
}
TAGS = {"x": ["close", "dismiss"], "plus": ["add"], "menu": ["bars"]}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def sources(tmp_path: Path) -> Iterator[Sources]:
    """A registry on this machine with one package, in the format of lucide-static."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        held = {f"icons/{name}.svg": SVG.format(shape) for name, shape in DRAWN.items()}
        for path, text in {**held, "tags.json": json.dumps(TAGS)}.items():
            member = tarfile.TarInfo(f"package/{path}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    served = tmp_path / "registry"
    sha512 = base64.b64encode(hashlib.sha512(packed.getvalue()).digest()).decode()
    package = Package("lucide-static", "1.0.0", sha512, "MIT")
    target = served / package.path
    target.parent.mkdir(parents=True)
    target.write_bytes(packed.getvalue())
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=served)) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        yield Sources((package,), (), (), address, tmp_path / "cache")
        server.shutdown()
        thread.join()


@pytest.mark.heavy
def test_training_makes_weights_that_load(sources: Sources, tmp_path: Path) -> None:
    figures = run(Settings(tmp_path / "out", (2, 1), 2, 1, 0, sources, nothings=64))
    assert figures["steps"] == 3
    assert json.loads((tmp_path / "out" / "figures.json").read_text()) == figures
    model = Model(tmp_path / "out")
    vectors = model.look([np.full((20, 20, 3), 255, np.uint8)])
    assert vectors.shape == (1, 96)
    assert model.likeness(vectors, "close").shape == (1,)


def test_a_cycle_starts_from_the_weights_as_they_were_written(
    sources: Sources, tmp_path: Path
) -> None:
    import torch

    run(Settings(tmp_path / "out", (2,), 2, 1, 0, sources, nothings=64))
    model = Model(tmp_path / "out")
    crops = icon_round(0, drawings(sources.icons, sources).masks, sources.cache)
    again = Both(len(np.load(tmp_path / "out" / "phrases.npz")["rows"]))
    take(again, tmp_path / "out", np.array(crops))
    with torch.no_grad():
        vectors = again.eval().pictures(torch.from_numpy(crops[:, None] / np.float32(255)))
    assert vectors.numpy() == pytest.approx(model.look_prepared(crops), abs=1e-3)


def test_the_same_seed_makes_the_same_weights(sources: Sources, tmp_path: Path) -> None:
    for out in ("one", "two"):
        run(Settings(tmp_path / out, (1, 1), 1, 1, 7, sources, nothings=64))
    first, second = (np.load(tmp_path / out / "phrases.npz")["rows"] for out in ("one", "two"))
    assert np.array_equal(first, second)


def test_icons_have_the_terms_of_their_set_and_of_their_function(sources: Sources) -> None:
    drawn = drawings(sources.icons, sources)
    assert [icon.name for icon in drawn.icons] == ["circle", "menu", "play", "plus", "x"]
    assert {"x", "close", "dismiss", "cancel"} <= set(drawn.said[-1])
    assert {"menu", "hamburger", "bars"} <= set(drawn.said[1])


def test_a_package_that_was_changed_is_refused(sources: Sources) -> None:
    other = sources.icons[0]._replace(sha512="A" * 86 + "==")
    with pytest.raises(ValueError, match="is not what it was"):
        files(other, sources.cache, sources.registry)
    assert not list(sources.cache.glob("*.tgz"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bell-outline", "bell"),
        ("trash_can", "trash can"),
        ("arrow-left-circle-fill", "arrow left circle"),
        ("outline", "outline"),
        ("Grid 3x3", "grid 3 x 3"),
    ],
)
def test_names_lose_what_says_only_the_style(name: str, words: str) -> None:
    assert catalogue.plain(name) == words
