"""Data sets from the hub: a server on loopback answers as huggingface.co does."""

import hashlib
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image

pytest.importorskip("huggingface_hub")

COMMIT = "5" * 40
Hub = Callable[[Mapping[str, bytes]], str]


def oid(data: bytes) -> str:
    """A name for the content, as long as git's."""
    return hashlib.sha256(data).hexdigest()[:40]


def entry(name: str, data: bytes) -> dict[str, str | int]:
    return {"type": "file", "path": name, "size": len(data), "oid": oid(data)}


@pytest.fixture
def hub() -> Iterator[Hub]:
    """Serves the files of one repository; gives its address."""
    servers: list[ThreadingHTTPServer] = []

    def serve(files: Mapping[str, bytes]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self._answer()

            def do_GET(self) -> None:
                self._answer()

            def _answer(self) -> None:
                path = self.path.partition("?")[0]
                name = path.partition(f"/resolve/{COMMIT}/")[2]
                if "/tree/" in path:
                    body = json.dumps([entry(each, data) for each, data in files.items()]).encode()
                elif path.startswith("/api/"):
                    rows = [{"rfilename": each} for each in files]
                    body = json.dumps({"id": "x/y", "sha": COMMIT, "siblings": rows}).encode()
                elif name in files:
                    body = files[name]
                else:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("ETag", f'"{oid(body)}"')
                self.send_header("X-Repo-Commit", COMMIT)
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def handeye(folder: Path, hub: str, *words: str) -> subprocess.CompletedProcess[str]:
    own = {"HF_ENDPOINT": hub, "HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_XET": "1"}
    homes = {"XDG_CACHE_HOME": str(folder / "cache"), "HF_HOME": str(folder / "hf")}
    return subprocess.run(
        [sys.executable, "-c", "from handeye.cli import main; main()", "eval", *words],
        cwd=folder,
        env={**os.environ, **own, **homes},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )


def picture() -> bytes:
    packed = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(packed, "PNG")
    return packed.getvalue()


def archive(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with ZipFile(packed, "w") as zipped:
        for name, data in files.items():
            zipped.writestr(name, data)
    return packed.getvalue()


def test_screenspot_v2_comes_from_the_hub_with_its_images_unpacked(
    hub: Hub, tmp_path: Path
) -> None:
    row = {
        "img_filename": "one.png",
        "bbox": [100, 100, 40, 20],
        "instruction": "open",
        "data_type": "text",
        "data_source": "macos",
    }
    repository = {
        "screenspot_desktop_v2.json": json.dumps([row]).encode(),
        "screenspotv2_image.zip": archive({"screenspotv2_image/one.png": picture()}),
    }
    (tmp_path / "answers.json").write_text(json.dumps({"open": [110, 110]}), encoding="utf-8")
    words = ("screenspot-v2", "--grounder", "scripted:answers.json", "--out", "run")
    ran = handeye(tmp_path, hub(repository), *words)
    assert ran.returncode == 0, ran.stderr
    assert "100.0 %" in ran.stdout
    assert (tmp_path / "cache/handeye/datasets/screenspot-v2/screenspotv2_image/one.png").is_file()


@pytest.mark.parametrize(
    ("name", "files", "code", "said"),
    [
        ("screenspot-pro", None, 5, "The hub does not give likaixin/ScreenSpot-Pro"),
        ("screenspot-v2", {"screenspotv2_image.zip": b"no zip"}, 5, "is no whole archive"),
        ("vstar", {"README.md": b"moved"}, 2, "holds no"),
        ("osworld-g", {}, 2, "Give its folder with --data"),
        ("cuactspot", {}, 2, "Give its folder with --data"),
    ],
)
def test_what_does_not_come_is_said_with_what_to_do(
    hub: Hub,
    tmp_path: Path,
    name: str,
    files: Mapping[str, bytes] | None,
    code: int,
    said: str,
) -> None:
    ran = handeye(tmp_path, "http://127.0.0.1:9" if files is None else hub(files), name)
    assert (ran.returncode, ran.stdout) == (code, ""), ran.stderr
    assert said in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr
