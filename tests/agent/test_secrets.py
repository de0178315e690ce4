"""Planted secrets are typed where they belong, and stand in nothing that is told, kept or shown."""

import gzip
import html
import json
import re
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

import handeye
from handeye.actions import Target, Type
from handeye.actions.errors import UsageError
from handeye.agent.secrets import named, open_vault, told, vault_of
from handeye.envs.browser import BrowserEnv
from handeye.envs.domains import fits, is_pattern
from handeye.episodes import load_frame, read_episode
from handeye.episodes.exports import export
from handeye.grounding.ocr import read_text

USER, WORD = "Zebra Quartz & Co", "Violin4711Meadow"

PAGE = """<!doctype html><title>Sign in</title>
<style>body { font: 24px sans-serif } .loud { text-transform: uppercase }</style>
<form action="/welcome"><label>Email <input name="user"></label>
<label>Password <input type="password" name="word"></label><button>Sign in</button></form>
<label>Notes <textarea></textarea></label><label>Day <input type="date"></label>
<button onclick="tell()">Tell all</button>
<p id="cut"></p><p class="loud" id="loud"></p><p id="long"></p><p>Plain words stay.</p>
<iframe src="OTHER/inner" width="300" height="60"></iframe>
<script>
  function tell() {
    const said = document.querySelector("textarea").value
    cut.innerHTML = said.slice(0, 5) + "<b>" + said.slice(5, 9) + "</b><i>" + said.slice(9) + "</i>"
    loud.textContent = said
    long.textContent = "word ".repeat(38) + said
    document.title = "It is " + said
    alert("Really " + said + "?")
  }
</script>"""
INNER = "<body style='margin: 0'><input aria-label='Stranger'></body>"


def into(name: str, text: str) -> dict[str, Any]:
    return {"kind": "type", "text": text, "target": {"phrase": name}}


def click(name: str) -> dict[str, Any]:
    return {"kind": "click", "target": {"phrase": name}}


PLAN = [
    into("Email", "{{user}}"),
    into("Password", "{{word}}"),
    {"kind": "batch", "actions": [into("Notes", "{{word}}"), click("Tell all")]},
    {"kind": "zoom", "region": {"x1": 0, "y1": 0, "x2": 800, "y2": 400}},
    into("Day", "{{word}}"),
    into("Stranger", "{{word}}"),
    {"kind": "goto", "url": "http://127.0.0.1:1/{{word}}"},
    click("Sign in button"),
    {"kind": "goto", "url": "http://127.0.0.1:1/nobody"},
]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, lasting_site: Any) -> dict[str, Any]:
    """One run that gives every way out a chance."""
    folder, site = tmp_path_factory.mktemp("secrets"), lasting_site
    welcome = f"<title>Welcome</title><h1>Welcome</h1><p>You are {html.escape(USER)}.</p>"
    site.pages = {
        "/": PAGE.replace("OTHER", site.other_origin),
        "/inner": INNER,
        "/welcome": welcome,
    }
    (folder / "plan.json").write_text(json.dumps(PLAN))
    events: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANTED", WORD)
        result = handeye.run(
            f"Sign in as {USER}",
            url=site.url,
            planner=f"scripted:{folder / 'plan.json'}",
            secrets=["word=env:PLANTED", f"user=cmd:echo '{USER}'"],
            out=folder / "episode",
            on_event=events.append,
            approve=lambda *_: True,
            allow_domains=["localhost", "127.0.0.1"],
        )
    return {"site": site, "result": result, "events": events, "folder": folder}


def forms(value: str) -> list[str]:
    """A secret as it may be written down."""
    encoded = b64encode(value.encode()).decode()
    kinds = (value, quote(value), quote_plus(value), html.escape(value), json.dumps(value)[1:-1])
    return [form.casefold() for form in (*kinds, encoded, value[:9])]


def written(folder: Path) -> str:
    """Everything in a folder, unpacked, with the names of the files."""
    found = []
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        data = gzip.decompress(data) if path.suffix == ".gz" else data
        found += [str(path.relative_to(folder)), data.decode("latin-1")]
    return "\n".join(found).casefold()


def test_the_values_were_typed_where_they_belong(ran: dict[str, Any]) -> None:
    asked = [path for _, path, _ in ran["site"].log]
    assert f"/welcome?user={quote_plus(USER)}&word={WORD}" in asked
    outcomes = [
        each.error.message if each.error else "" for each in ran["events"] if each.kind == "acted"
    ]
    assert outcomes[:4] == [""] * 4
    assert outcomes[4] == "A date field cannot hold '{{word}}'. Type it like 2026-11-23."
    assert outcomes[5].startswith("{{word}} is not typed on http://localhost:")
    assert outcomes[6] == "{{word}} can only be typed into a field."


def test_they_stand_in_nothing_that_is_written_or_told(ran: dict[str, Any]) -> None:
    told_too = "\n".join(each.model_dump_json() for each in ran["events"])
    everything = written(ran["folder"]) + told_too.casefold() + repr(ran["result"]).casefold()
    for value in (USER, WORD):
        for form in forms(value):
            assert form not in everything, form
    assert "you are {{user}}." in everything
    assert "it is {{word}}" in everything, "the title"
    assert "really {{word}}?" in everything, "the dialog"
    assert "/welcome?user={{user}}&word={{word}}" in everything, "the address"
    started = read_episode(ran["result"].episode).started
    assert started is not None
    assert (started.task, started.secrets) == ("Sign in as {{user}}", ("word", "user"))


def test_no_frame_shows_them(ran: dict[str, Any]) -> None:
    episode = read_episode(ran["result"].episode)
    looks = {step.observed.frame: step.observed for step in episode.steps if step.observed}
    shots = [load_frame(episode, look) for look in [*looks.values()][2:]]
    closer = [
        step.acted.closer_look for step in episode.steps if step.acted and step.acted.closer_look
    ]
    assert len(closer) == 1
    seen = ["".join(line.text for line in read_text(shot)).replace(" ", "") for shot in shots]
    assert "Plainwordsstay" in seen[1], "what is no secret can be read"
    for text in seen:
        for part in ("zebra", "quartz", "violin", "4711", "meadow"):
            assert part not in text.casefold(), text


def test_without_the_vault_the_frames_would_have_told(ran: dict[str, Any]) -> None:
    with BrowserEnv(ran["site"].url) as env:
        field = next(each for each in env.observe().elements or () if each.name == "Notes")
        env.act(Type(text=WORD, target=Target(point=field.box.center)))
        text = "".join(line.text for line in read_text(env.observe().screenshot))
    assert "violin" in text.casefold()


@pytest.mark.parametrize("form", ["html", "playwright", "atif"])
def test_no_export_tells_them(ran: dict[str, Any], form: str, tmp_path: Path) -> None:
    export(read_episode(ran["result"].episode), form, tmp_path / f"out.{form}")
    everything = written(tmp_path)
    assert "{{word}}" in everything or "word" in everything
    assert not [form for value in (USER, WORD) for form in forms(value) if form in everything]


def test_a_replay_types_them_again_on_the_same_sites_only(
    ran: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDEYE_HOME", str(tmp_path))
    site, episode = ran["site"], ran["result"].episode
    with pytest.raises(UsageError, match=r"secret '(user|word)' was not recorded"):
        handeye.replay(episode)
    before = len(site.log)
    vault = [f"word=cmd:echo {WORD}"]
    again = handeye.replay(episode, secrets=vault, values={"user": USER}, url=site.other_origin)
    assert again.steps == 5, "what failed is left out"
    asked = [path for _, path, _ in site.log[before:]]
    assert f"/welcome?user={quote_plus(USER)}&word={WORD}" in asked
    bound = vault_of(vault, ["word=shop.test"])
    stopped = handeye.replay(episode, values={"user": USER}, secrets=bound)
    assert stopped.reason is handeye.StopReason.ACTION_FAILED
    assert "it is only for shop.test" in stopped.message
    everything = written(tmp_path)
    assert not [form for value in (USER, WORD) for form in forms(value) if form in everything]


def test_a_model_reads_their_names_only() -> None:
    vault = vault_of(["word=cmd:echo hunter2"])
    assert told(vault) == "\nSecret texts that you type by name, braces included: {{word}}."
    assert "hunter2" not in repr(vault) + str(vault.model_dump()) + vault.model_dump_json()
    assert named(vault, "Use hunter2 there") == "Use {{word}} there"
    assert named(vault, "Write {{ word }} and {{ x }}") == "Write {{ word }} and {{ x }}"


def test_where_they_come_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backend import KeyringBackend
    from keyring.backends.fail import Keyring as NoKeyring

    class Ring(KeyringBackend):
        priority = 1  # type: ignore[assignment]

        def get_password(self, service: str, username: str) -> str | None:
            return "from the ring" if (service, username) == ("my/shop", "ann") else None

        def set_password(self, service: str, username: str, password: str) -> None:
            raise NotImplementedError

        def delete_password(self, service: str, username: str) -> None:
            raise NotImplementedError

    monkeypatch.setenv("TOKEN", "from the environment")
    file = tmp_path / "secrets.toml"
    text = '[word]\nfrom = "cmd:printf \'one\\\\ntwo\'"\ndomains = ["*.shop.test"]\n'
    file.write_text(text, encoding="utf-8-sig")  # as some editors write it
    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    try:
        vault = vault_of(["TOKEN", "pin=keyring:my/shop/ann"], ["word=shop.test"], file)
        with pytest.raises(UsageError, match="nothing for my/shop/bob"):
            vault_of(["pin=keyring:my/shop/bob"])
        keyring.set_keyring(NoKeyring())
        with pytest.raises(UsageError, match="The keyring cannot be read"):
            vault_of(["pin=keyring:my/shop/ann"])
    finally:
        keyring.set_keyring(before)
    assert vault.values == {"word": "one", "TOKEN": "from the environment", "pin": "from the ring"}
    domains = {secret.name: secret.domains for secret in vault.secrets}
    assert domains == {"word": ("*.shop.test", "shop.test"), "TOKEN": (), "pin": ()}
    bound = vault.bound(["http://here.test"])
    assert bound.secrets[1].domains == ("http://here.test",)
    assert bound.secrets[0].domains == domains["word"]


@pytest.mark.parametrize(
    ("specs", "domains", "problem"),
    [
        (["word=hunter2"], [], "'word' comes from cannot be read"),
        (["word=env:"], [], "'word' comes from cannot be read"),
        (["NOT_SET_AT_ALL"], [], "NOT_SET_AT_ALL is not set"),
        (["a b=env:HOME"], [], "'a b' is no name"),
        (["word=cmd:echo"], [], "'word' is empty"),
        (["word=cmd:printf 'a\\tb'"], [], "more than one line of text"),
        (["word=cmd:false"], [], "ended with 1"),
        (["word=cmd:no-such-command-here"], [], "No such file"),
        (["word=cmd:'open"], [], "it cannot be read"),
        (["word=cmd:echo x"], ["other=shop.test"], "no secret 'other'"),
        (["word=cmd:echo x"], ["shop.test"], "no NAME=DOMAIN"),
        (["word=cmd:echo x"], ["word=shop.test/login"], "no domain"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_without_a_value(
    specs: list[str], domains: list[str], problem: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(problem)) as error:
        vault_of(specs, domains)
    assert "hunter2" not in str(error.value)


def test_a_file_of_secrets_that_is_wrong_says_how_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "secrets.toml"
    with pytest.raises(UsageError, match="No such file"):
        vault_of(file=file)
    for text in ("no toml", 'word = "hunter2"', '[word]\nvalue = "hunter2"', "[word]\nfrom = 7"):
        file.write_text(text)
        with pytest.raises(UsageError, match=r'from = "env:SHOP_PASSWORD"') as error:
            vault_of(file=file)
        assert "hunter2" not in str(error.value)


def test_names_without_a_secret_and_secrets_without_a_window_are_refused() -> None:
    with pytest.raises(UsageError, match="and there is no such secret"):
        handeye.run("type '{{word}}' into Search", url="http://127.0.0.1:1")
    with pytest.raises(UsageError, match="into which window the secret 'word' may be typed"):
        handeye.run("x", env="desktop", secrets=["word=cmd:echo x"])
    assert open_vault(()).names == ()


@pytest.mark.parametrize(
    ("pattern", "url", "expected"),
    [
        ("shop.test", "https://shop.test/login", True),
        ("shop.test", "https://SHOP.test.:443/", True),
        ("shop.test", "http://shop.test/", False),
        ("http://shop.test", "http://shop.test/", True),
        ("http://shop.test", "http://shop.test:8080/", False),
        ("shop.test", "https://shop.test.evil.test/", False),
        ("shop.test", "https://a.shop.test/", False),
        ("shop.test", "https://shop.test@evil.test/", False),
        ("*.shop.test", "https://a.b.shop.test/", True),
        ("*.shop.test", "https://shop.test/", False),
        ("*.shop.test", "https://evilshop.test/", False),
        ("localhost", "http://localhost:8000/", True),
        ("127.0.0.1:8000", "http://127.0.0.1:8000/", True),
        ("127.0.0.1:8000", "http://127.0.0.1:8001/", False),
        ("*", "https://any.test/", True),
        ("*", "http://any.test/", False),
        ("*", "file:///etc/passwd", False),
        ("shop.test", "data:text/html,shop.test", False),
        ("shop.test", "https://[", False),
        ("window:Mail", "window:Inbox - mail", True),
        ("window:Mail", "window:Notes", False),
        ("window:Mail", "https://mail/", False),
        ("window:*", "window:", True),
        ("*", "window:Mail", False),
        ("mail", "window:mail", False),
    ],
)  # fmt: skip
def test_which_site_a_pattern_names(pattern: str, url: str, expected: bool) -> None:
    assert is_pattern(pattern)
    assert fits(pattern, url) is expected
