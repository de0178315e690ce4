"""Folders import only from those below them, and what is heavy is loaded only when it is used."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {
    "PIL", "Xlib", "accelerate", "aiohttp", "bitsandbytes", "cv2", "fastapi", "faster_paddle", "gymnasium", "huggingface_hub", "imageio_ffmpeg",
    "llguidance", "matplotlib", "mss", "numpy", "onnxruntime", "openai", "opentelemetry", "playwright", "pyarrow", "pyautogui", "rapidocr",
    "safetensors", "starlette", "textual", "textual_image", "textual_plotext", "textual_serve", "tokenizers", "torch", "transformers", "uvicorn",
}  # fmt: skip


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_import_contracts_hold() -> None:
    checked = lint_imports(ROOT)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("actions/keys.py", "import handeye.envs", "The ladder of folders"),
        ("grounding/types.py", "from handeye.agent import Plan", "The ladder of folders"),
        ("agent/types.py", "import handeye.cli", "The ladder of folders"),
        ("agent/types.py", "def f():\n    import torch", "Model libraries only in grounding.phi4"),
        ("agent/types.py", "def f():\n    import playwright.sync_api", "playwright only in"),
        ("cli/console.py", "from textual.app import App", "textual only in tui"),
        ("agent/steering.py", "import handeye.tui", "The ladder of folders"),
        ("envs/miniwob/env.py", "import gymnasium", "Gymnasium only in envs.gym"),
        ("envs/types.py", "import mss", "pyautogui and mss only in envs.desktop"),
    ],
)
def test_a_wrong_import_breaks_its_contract(
    tmp_path: Path, module: str, line: str, contract: str
) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    planted = tmp_path / "src" / "handeye" / module
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "handeye", tmp_path / "src" / "handeye", ignore=ignore)
    planted.write_text(planted.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    checked = lint_imports(tmp_path)
    assert checked.returncode != 0
    broken = [text for text in checked.stdout.splitlines() if " BROKEN" in text]
    assert len(broken) == 1
    assert broken[0].startswith(contract)


@pytest.mark.parametrize(
    "code",
    [
        "import handeye",
        "import handeye.cli",
        "sys.argv = ['handeye', '--help']; from handeye.cli import main; main()",
    ],
    ids=["import", "import-cli", "help"],
)
def test_a_fresh_start_loads_nothing_heavy(code: str) -> None:
    report = f"json.dump(sorted({HEAVY} & set(sys.modules)), sys.stderr)"
    fresh = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import atexit, json, sys\natexit.register(lambda: {report})\n{code}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert fresh.returncode == 0, fresh.stderr
    assert json.loads(fresh.stderr) == []
