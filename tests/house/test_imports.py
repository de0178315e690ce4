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


PLANTED = {
    "actions/keys.py": ("import handeye.envs", "handeye.actions.keys -> handeye.envs"),
    "grounding/types.py": ("import handeye.agent", "handeye.grounding.types -> handeye.agent"),
    "agent/types.py": ("import handeye.cli", "handeye.agent.types -> handeye.cli"),
    "agent/steering.py": ("import handeye.tui", "handeye.agent.steering -> handeye.tui"),
    "agent/budget.py": ("def f():\n    import torch", "handeye.agent.budget -> torch"),
    "agent/loop.py": ("def f():\n    import playwright.sync_api", "handeye.agent.loop -> playwright"),
    "cli/console.py": ("from textual.app import App", "handeye.cli.console -> textual"),
    "envs/miniwob/env.py": ("import gymnasium", "handeye.envs.miniwob.env -> gymnasium"),
    "envs/types.py": ("import mss", "handeye.envs.types -> mss"),
}  # fmt: skip
BROKEN = [
    "The ladder of folders", "Model libraries only in grounding.phi4", "playwright only in",
    "textual only in tui", "Gymnasium only in envs.gym", "pyautogui and mss only in envs.desktop",
]  # fmt: skip


def test_wrong_imports_break_their_contracts_and_are_named(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    source = tmp_path / "src" / "handeye"
    shutil.copytree(ROOT / "src" / "handeye", source, ignore=shutil.ignore_patterns("__pycache__"))
    for module, (line, _) in PLANTED.items():
        with (source / module).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    checked = lint_imports(tmp_path)
    assert checked.returncode != 0
    broken = [text for text in checked.stdout.splitlines() if " BROKEN" in text]
    assert len(broken) == len(BROKEN)
    assert all(any(text.startswith(name) for text in broken) for name in BROKEN)
    assert [told for _, told in PLANTED.values() if told not in checked.stdout] == []


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
