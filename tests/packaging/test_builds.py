"""The wheel, the wheel made from the sdist, and the editable install hold the same files.

The folders of the package are links in the checkout, which a build may follow, drop or copy twice.
"""

import os
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from email.parser import Parser
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
# Modules that need an extra which is not installed here are looked up, not imported.
EVERYTHING = """
import importlib, importlib.util, pkgutil, handeye
from handeye.actions.errors import BackendError
EXTRAS = {
    "accelerate", "agentlab", "browsergym", "gymnasium", "fastapi", "llguidance", "matplotlib", "onnx", "safetensors", "starlette", "aiohttp", "textual", "textual_image", "textual_serve",
    "tokenizers", "torch",
    "transformers", "uvicorn",
}
names = [module.name for module in pkgutil.walk_packages(handeye.__path__, "handeye.")]
for name in names:
    if not name.endswith("__main__"):
        try:
            print(importlib.import_module(name).__file__)
        except (ModuleNotFoundError, BackendError) as error:
            missing = error if isinstance(error, ModuleNotFoundError) else error.__cause__
            if getattr(missing, "name", "").partition(".")[0] not in EXTRAS:
                raise
            print(importlib.util.find_spec(name).origin)
"""


def build(source: Path, target: str, into: Path) -> Path:
    """Build with the installed hatchling, as pip does with --no-build-isolation: no network."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(into)]
    made = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    (artifact,) = into.iterdir()
    return artifact


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def wheel_from_sdist(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    unpacked = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, **SAFELY)
    (source,) = unpacked.iterdir()
    return build(source, "wheel", tmp_path_factory.mktemp("wheel-from-sdist"))


@pytest.fixture(scope="module")
def editable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "wheel:editable", tmp_path_factory.mktemp("editable"))


def package_files(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return sorted(name for name in archive.namelist() if name.startswith("handeye/"))


def files_of_the_checkout() -> set[str]:
    found = set()
    for folder, _, names in os.walk(ROOT / "src" / "handeye", followlinks=True):
        if "__pycache__" not in folder:
            found |= {(Path(folder) / name).relative_to(ROOT / "src").as_posix() for name in names}
    return found


def test_no_file_is_missing_or_there_twice(wheel: Path) -> None:
    files = package_files(wheel)
    assert [name for name, count in Counter(files).items() if count > 1] == []
    assert set(files) == files_of_the_checkout()


def test_the_weights_of_the_icons_ship_with_their_notices(wheel: Path, sdist: Path) -> None:
    folder = "handeye/grounding/elements/icons/weights"
    weights = {f"{folder}/pictures.onnx", f"{folder}/phrases.npz"}
    with zipfile.ZipFile(wheel) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
        (notices,) = (name for name in sizes if name.endswith(f"licenses/src/{folder}/LICENSES.md"))
        assert "Font Awesome" in archive.read(notices).decode()
    with tarfile.open(sdist) as source:
        names = {name.partition("/src/")[2] for name in source.getnames()}
    assert weights <= names
    assert 1e6 < sum(sizes[name] for name in weights) < 6e6


def test_the_wheel_made_from_the_sdist_is_the_same(wheel: Path, wheel_from_sdist: Path) -> None:
    assert package_files(wheel_from_sdist) == package_files(wheel)


def test_the_editable_install_is_the_checkout_and_no_copy(editable: Path) -> None:
    assert package_files(editable) == []
    with zipfile.ZipFile(editable) as archive:
        (link,) = [name for name in archive.namelist() if name.endswith(".pth")]
        assert Path(archive.read(link).decode().strip()) == ROOT / "src"


def test_the_sdist_has_each_file_once_and_no_links(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        members = archive.getmembers()
    inside = Counter(name.partition("/")[2] for name in (member.name for member in members))
    assert [name for name, count in inside.items() if count > 1] == []
    assert [member.name for member in members if not member.isfile()] == []
    assert {"LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml"} <= set(inside)
    assert {f"src/{name}" for name in files_of_the_checkout()} <= set(inside)
    assert [name for name in inside if name.startswith("actions/")] == []


def test_the_metadata_is_complete(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (info,) = {name.split("/")[0] for name in archive.namelist() if ".dist-info/" in name}
        metadata = Parser().parsestr(archive.read(f"{info}/METADATA").decode())
        commands = archive.read(f"{info}/entry_points.txt").decode()
        assert "MIT License" in archive.read(f"{info}/licenses/LICENSE").decode()
    assert metadata["Name"] == "handeye"
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert "handeye = handeye.cli:main" in commands


@pytest.mark.heavy
def test_every_module_of_the_wheel_can_be_imported(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    fresh = subprocess.run(
        [sys.executable, "-c", EVERYTHING],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert fresh.returncode == 0, fresh.stderr
    places = [Path(line) for line in fresh.stdout.splitlines()]
    assert tmp_path / "handeye" / "actions" / "union.py" in places
    assert [place for place in places if not place.is_relative_to(tmp_path)] == []
