"""Secrets on a desktop: typed into their window only, and in no file, no title and no frame."""

import sys
from pathlib import Path

import pytest

import handeye
from handeye.agent.secrets import vault_of
from handeye.envs.desktop import PrivateDisplay
from handeye.episodes import load_frame, read_episode
from handeye.grounding.ocr import read_text

WORD = "Violin4711Meadow"
FORM = """
import tkinter, sys
root = tkinter.Tk(); root.title("Sign in"); root.geometry("600x300+40+40")
tkinter.Label(root, text="Plain words stay.", font=("sans", 20)).pack()
field = tkinter.Entry(root, font=("sans", 20)); field.pack(); field.focus_force()
said = tkinter.Label(root, font=("sans", 20)); said.pack()
def tell(_):
    open(sys.argv[1], "w").write(field.get()); root.title("It is " + field.get())
    said.config(text="You said " + field.get()); root.geometry("600x300+120+160")
root.bind("<Return>", tell); root.mainloop()
"""


def test_it_is_typed_there_and_shown_and_written_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tkinter")
    monkeypatch.setenv("PLANTED", WORD)
    (tmp_path / "form.py").write_text(FORM, encoding="utf-8")
    got = tmp_path / "got"
    app = f"{sys.executable} {tmp_path / 'form.py'} {got}"
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
