"""Secrets on a desktop: typed into their window only, and in no file, no title and no frame."""

import shlex
import shutil
from pathlib import Path

import pytest

import handeye
from handeye.agent.secrets import vault_of
from handeye.envs.desktop import PrivateDisplay
from handeye.episodes import load_frame, read_episode
from handeye.grounding.ocr import read_text

WORD = "Violin4711Meadow"
XTERM = ["xterm", "-xrm", "*allowWindowOps: true", "-fa", "DejaVu Sans Mono", "-fs", "18"]
FORM = r"""
printf 'Plain words stay.\n'
IFS= read -r word
printf '%s' "$word" > "$0.got"
printf 'You said %s\n\033]0;It is %s\007\033[3;120;160t' "$word" "$word"
read -r _
"""
"""Says what was typed, in its window and in the window's title, and moves the window."""


def test_it_is_typed_there_and_shown_and_written_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("xterm") is None:
        pytest.skip("needs xterm: make packages")
    monkeypatch.setenv("PLANTED", WORD)
    form, got = tmp_path / "form", tmp_path / "form.got"
    form.write_text(FORM, encoding="utf-8")
    app = shlex.join([*XTERM, "-T", "Sign in", "-geometry", "40x8+40+40", "-e", "sh", str(form)])
    result = handeye.run(
        "type '{{word}}', press Enter, wait 1 second, press Shift",
        env="desktop", display="new", app=app, secrets=["word=env:PLANTED"],
        out=tmp_path / "episode",
    )  # fmt: skip
    assert result.ok, result.message
    assert got.read_text(encoding="utf-8") == WORD
    again = handeye.replay(
        result.episode or "", secrets=["word=env:PLANTED"], out=tmp_path / "again"
    )
    assert again.ok, again.message
    for folder in (tmp_path / "episode", tmp_path / "again"):
        files = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        assert WORD.encode() not in files
        assert b"{{word}}" in files
        episode = read_episode(folder)
        titles = [step.observed.title for step in episode.steps if step.observed]
        assert "It is {{word}}" in titles
        looks = [load_frame(episode, step.observed) for step in episode.steps if step.observed]
        seen = ["".join(line.text for line in read_text(shot)).replace(" ", "") for shot in looks]
        assert all("Plainwordsstay" in text for text in seen), seen
        for text in seen:
            for part in ("violin", "4711", "meadow"):
                assert part not in text.casefold(), text


def test_another_window_does_not_get_it() -> None:
    from handeye.actions import Type
    from handeye.envs.desktop import DesktopEnv

    vault = vault_of([f"word=cmd:echo {WORD}"], ["word=window:Wallet"])
    with PrivateDisplay() as display, DesktopEnv(display, failsafe=False, secrets=vault) as env:
        outcome = env.act(Type(text="{{word}}"))
    assert outcome.error is not None
    assert outcome.error.message.endswith("it is only for window:Wallet.")
