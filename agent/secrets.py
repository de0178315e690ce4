"""Where the values of secrets come from: the environment, the system's keyring, or a command.

Only a person says so, on the command line or in a file; nothing in an episode, a page or a model's
answer is read here. Prevents: a password in a script, in the history of a shell, or in an episode.
"""

import os
import re
import shlex
import subprocess
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from handeye.actions.errors import UsageError
from handeye.envs.domains import is_pattern
from handeye.envs.secrets import Secret, Vault

_WAY = "Write NAME=env:VARIABLE, NAME=keyring:SERVICE/USER or NAME=cmd:COMMAND."
_COMMAND_SECONDS = 60.0


def vault_of(
    specs: Sequence[str] = (), domains: Sequence[str] = (), file: Path | None = None
) -> Vault:
    """The secrets of "name=env:VAR" and the like, bound to the sites of "name=pattern".

    A name alone is taken from the environment variable of that name. `file` is a TOML file with a
    table for each secret: `from`, and perhaps `domains`. Raises UsageError for what cannot be read,
    is not there, or is empty; no message holds a value.
    """
    found: dict[str, tuple[str, tuple[str, ...]]] = _in_file(file) if file is not None else {}
    for spec in specs:
        name, equals, source = spec.partition("=")
        name = name.strip()
        found[name] = (source.strip() if equals else f"env:{name}", found.get(name, ("", ()))[1])
    for given in domains:
        name, equals, pattern = given.partition("=")
        if not equals:
            raise UsageError(f"{given!r} is no NAME=DOMAIN.", "Write password=shop.example.")
        if name.strip() not in found:
            raise UsageError(f"There is no secret {name!r} to bind to a domain.", "Add --secret.")
        source, known = found[name.strip()]
        found[name.strip()] = (source, (*known, pattern.strip()))
    return Vault(secrets=tuple(_secret(name, *about) for name, about in found.items()))


def open_vault(secrets: Sequence[str] | Vault) -> Vault:
    """The vault, or the one of specs such as "name=env:VAR". Raises UsageError like `vault_of`."""
    return secrets if isinstance(secrets, Vault) else vault_of(secrets)


def named(vault: Vault, task: str) -> str:
    """The task with names in the place of secrets.

    Raises UsageError for a name in it for which there is no secret.
    """
    task = vault.redactor.text(task)
    for name in re.findall(r"\{\{(\w+)\}\}", task):
        if name not in vault.names:
            raise UsageError(
                f"The task names {{{{{name}}}}}, and there is no such secret.",
                f"Give it with --secret {name}=env:VARIABLE.",
            )
    return task


def told(vault: Vault) -> str:
    """What a model is told of the secrets: their names."""
    names = ", ".join(f"{{{{{name}}}}}" for name in vault.names)
    return f"\nSecret texts that you type by name, braces included: {names}." if names else ""


def _secret(name: str, source: str, domains: tuple[str, ...]) -> Secret:
    if not re.fullmatch(r"\w+", name):
        raise UsageError(f"{name!r} is no name of a secret.", "Use letters, digits and _.")
    for pattern in domains:
        if not is_pattern(pattern):
            fix = "Write shop.example, *.shop.example, http://host:port, * or window:TITLE."
            raise UsageError(f"{pattern!r} is no domain.", fix)
    way, colon, rest = source.partition(":")
    read = _SOURCES.get(way)
    if not colon or read is None or not rest:
        raise UsageError(f"Where the secret {name!r} comes from cannot be read.", _WAY)
    value = read(rest)
    if not value or not value.isprintable():
        what = "is empty" if not value else "is more than one line of text"
        raise UsageError(f"The secret {name!r} {what}.", f"Look at {way}:{rest}.")
    return Secret(name=name, value=SecretStr(value), domains=domains)


def _from_environment(variable: str) -> str:
    if not os.environ.get(variable):
        raise UsageError(f"The environment variable {variable} is not set.", "Set it.")
    return os.environ[variable]


def _from_keyring(place: str) -> str:
    service, slash, user = place.rpartition("/")
    if not slash:
        raise UsageError(f"{place!r} is no SERVICE/USER of a keyring.", _WAY)
    try:
        import keyring
        from keyring.errors import KeyringError
    except ModuleNotFoundError as error:
        fix = "Run: pip install 'handeye[keyring]'"
        raise UsageError("Keyrings need a package that is not installed.", fix) from error
    try:
        value: str | None = keyring.get_password(service, user)
    except KeyringError as error:
        raise UsageError(f"The keyring cannot be read: {error}", "Unlock it.") from error
    if value is None:
        fix = f"Run: keyring set {shlex.quote(service)} {shlex.quote(user)}"
        raise UsageError(f"The keyring has nothing for {place}.", fix)
    return value


def _from_command(command: str) -> str:
    """The first line that the command prints; no shell reads it."""
    try:
        words = shlex.split(command)
        ran = subprocess.run(
            words, stdout=subprocess.PIPE, text=True, check=True, timeout=_COMMAND_SECONDS
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        why = _why(error)
        raise UsageError(f"The command {command!r} gave no secret: {why}.", "Try it.") from error
    return ran.stdout.partition("\n")[0].rstrip("\r")


def _why(error: Exception) -> str:
    """Without what the command printed."""
    if isinstance(error, subprocess.CalledProcessError):
        return f"it ended with {error.returncode}"
    if isinstance(error, subprocess.TimeoutExpired):
        return f"it took more than {_COMMAND_SECONDS:.0f} seconds"
    return (error.strerror or str(error)) if isinstance(error, OSError) else "it cannot be read"


_SOURCES: Mapping[str, Callable[[str], str]] = {
    "env": _from_environment,
    "keyring": _from_keyring,
    "cmd": _from_command,
}


def _in_file(file: Path) -> dict[str, tuple[str, tuple[str, ...]]]:
    fix = '[password]\nfrom = "env:SHOP_PASSWORD"\ndomains = ["shop.example"]'
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"Cannot read {file}: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} is no TOML: {error}.", fix) from error
    return {name: _table(file, name, table, fix) for name, table in tables.items()}


def _table(file: Path, name: str, table: Any, fix: str) -> tuple[str, tuple[str, ...]]:
    if isinstance(table, dict) and set(table) <= {"from", "domains"}:
        source, domains = table.get("from"), table.get("domains", [])
        whole = isinstance(domains, list) and all(isinstance(each, str) for each in domains)
        if isinstance(source, str) and whole:
            return source, tuple(domains)
    raise UsageError(f"[{name}] in {file} does not say where it comes from.", f"Write: {fix}")
