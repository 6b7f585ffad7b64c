"""The `casefy` command. Its own words are below; every other is a Django management command: `casefy import-log` runs
`import_log`, `casefy token create` runs `token_create`."""

import os
import sys
from collections.abc import Callable

from casefy import bootstrap, env, shared_counts
from casefy.embedded import home as embedded_home
from casefy.embedded.errors import CannotStart
from casefy.processes import BY_NAME, PROCESSES

USAGE = """\
casefy COMMAND

  up                 everything on this machine: database, cache, web, live updates, worker, beat
  migrate            bring the database up to date, as its owner
  check              say whether the settings are safe to serve with
{processes}
  help [COMMAND]     more commands: verify, token create, import-log, export-log, …
"""


def main(arguments: list[str] | None = None) -> None:
    """Run one command; ends the process with its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "casefy.settings")
    try:
        if not words or words[0] in {"-h", "--help"}:
            print(USAGE.format(processes="\n".join(f"  {p.name:<18} {p.purpose}" for p in PROCESSES)))
        elif words[0] in _OWN:
            _OWN[words[0]](words[1:])
        elif words[0] in BY_NAME:
            become(words[0])
        else:
            manage(words)
    except CannotStart as problem:
        sys.exit(f"casefy: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)


def become(name: str) -> None:
    """Turn into one of the product's processes, after the start-up checks."""
    env.load()
    if not os.environ.get("CASEFY_CHECKED"):  # `casefy up` checks once for all of them
        _django(["check_start"])
    os.environ.setdefault(
        "MALLOC_ARENA_MAX", "2"
    )  # a heap per thread costs memory and gains nothing under the GIL
    if name == "web":
        shared_counts.prepare(os.environ.get("CASEFY_PORT") or "8000")
    argv = BY_NAME[name].argv()
    os.execv(argv[0], argv)  # noqa: S606 - our own table


def manage(words: list[str]) -> None:
    """Run a Django management command on the database that is configured, or on the embedded one."""
    with embedded_home.available():
        _django(command_words(words))


def migrate(words: list[str]) -> None:
    """Apply migrations with the owner's role."""
    os.environ["CASEFY_AS_OWNER"] = "1"
    with embedded_home.available():
        if os.environ.get("SUPERUSER_DATABASE_URL"):
            bootstrap.from_environment(os.environ)
        _django(["migrate", *words])


def check(words: list[str]) -> None:
    """The start-up checks, without starting."""
    with embedded_home.available():
        _django(["check_start", *words])


def up(words: list[str]) -> None:
    """Everything on this machine."""
    from casefy import up as starting  # noqa: PLC0415 - heavy, and needed here only

    starting.run(words)


def command_words(words: list[str]) -> list[str]:
    """`token create --name x` → `token_create --name x`, when there is such a command; dashes become underscores."""
    import django  # noqa: PLC0415 - needs the environment loaded first
    from django.core.management import get_commands  # noqa: PLC0415

    django.setup()  # before: asked earlier, it would know Django's own commands alone, and remember that
    known = get_commands()
    head = [word.replace("-", "_") for word in words[:2] if not word.startswith("-")]
    if len(head) == 2 and "_".join(head) in known:
        return ["_".join(head), *words[2:]]
    return [head[0] if head else words[0], *words[1:]]


def _django(words: list[str]) -> None:
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - needs the environment loaded first

    execute_from_command_line(["casefy", *words])


_OWN: dict[str, Callable[[list[str]], None]] = {"up": up, "migrate": migrate, "check": check}
