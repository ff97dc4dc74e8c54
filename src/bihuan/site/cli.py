"""The program ``bihuan``.

Every command takes ``--json``: then standard output carries one JSON document and nothing
else. Exit status: 0 ok, 1 findings, 2 bad input, 3 conflict, 4 refused, 5 unavailable.
"""

import argparse
import getpass
import json
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import redirect_stdout, suppress
from typing import Any, NoReturn

from bihuan.kernel.commands import Answer, Command
from bihuan.kernel.errors import BadInput, BihuanError, Unavailable
from bihuan.site import cli_doctor, cli_plain
from bihuan.site.wording import _, from_rooms, language


class _Usage(Exception):
    """The command line can't be understood."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Usage(f"{message}\n{self.format_usage().strip()}")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in words
    try:
        answer = _run(words)
    except BihuanError as error:
        return _fail(error, as_json=as_json)
    except _Usage as error:
        return _fail(BadInput(str(error), where=" ".join(_named(words))), as_json=as_json, code="usage")
    except KeyboardInterrupt:
        return _fail(Unavailable(_("Interrupted.")), as_json=as_json, code="interrupted")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader left; nothing more to say to it
        return 0
    except Exception as error:
        return _fail(_explained(error), as_json=as_json)
    _print(answer.document if as_json else answer.text)
    return answer.exit


def _run(words: list[str]) -> Answer:
    arguments = parser(_commands(words)).parse_args(words)
    command: Command = arguments.command
    with redirect_stdout(sys.stderr):  # standard output is for the answer
        if not command.database:
            return command.run(arguments)
        return _with_database(command, arguments)


def _with_database(command: Command, arguments: argparse.Namespace) -> Answer:
    from bihuan.site import boot

    with boot.surroundings():
        boot.prepare_once()
        import django
        from django.db import connections
        from django.utils import translation

        django.setup()
        translation.activate(language())
        arguments.actor = _system()
        failed = ""
        try:
            return command.run(arguments)
        except BaseException as error:
            failed = getattr(error, "code", type(error).__name__)
            raise
        finally:
            _log(command.name, failed)
            connections.close_all()


def _commands(words: list[str]) -> list[Command]:
    """Return the commands to parse with; the plain ones alone when one is asked for, which is quick."""
    plain = list(cli_plain.COMMANDS)
    asked = " ".join(_named(words)) + " "
    if any(asked.startswith(f"{command.name} ") for command in plain):
        return plain
    if asked.startswith("doctor "):  # it must be able to say what keeps everything else from starting
        return [cli_doctor.DOCTOR]
    from bihuan.site import boot, cli_backup, cli_content, cli_kernel, cli_serve
    from bihuan.site.discovery import line_commands

    boot.fill_environment()  # manifests read settings
    kept = [*cli_kernel.COMMANDS, *cli_content.COMMANDS, *cli_backup.COMMANDS]
    return [*cli_serve.COMMANDS, *line_commands(), *plain, *kept]


def _named(words: list[str]) -> list[str]:
    return [word for word in words if not word.startswith("-")][:2]


def parser(commands: Sequence[Command]) -> argparse.ArgumentParser:
    """Return the parser of the given commands."""
    root = _Parser(
        prog="bihuan", description=_("Every promise kept open until the person it was for says it is done.")
    )
    first = root.add_subparsers(metavar=_("COMMAND"), required=True)
    groups: dict[str, Any] = {}
    for command in commands:
        head, _space, tail = command.name.partition(" ")
        if tail and head not in groups:
            group = first.add_parser(head, help=_GROUPS.get(head, head))
            groups[head] = group.add_subparsers(metavar=_("COMMAND"), required=True)
        made = (groups[head] if tail else first).add_parser(
            tail or head, help=from_rooms(command.help), description=from_rooms(command.help)
        )
        for one in command.arguments:
            said = {"help": from_rooms(one.options["help"])} if "help" in one.options else {}
            made.add_argument(*one.names, **{**one.options, **said})
        made.add_argument("--json", action="store_true", help=_("answer with one JSON document"))
        made.set_defaults(command=command)
    return root


_GROUPS = {
    "import": _("take in a workbook"),
    "export": _("write a workbook"),
    "clock": _("working days and limits"),
    "ledger": _("the history nobody can rewrite"),
    "content": _("what is kept encrypted"),
}


def _system() -> Any:
    from bihuan.kernel.identity.actors import Actor, Kind

    return Actor(Kind.SYSTEM, title=f"系统（{operator()}）")


def operator() -> str:
    """Return the operating-system user who runs this command."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _log(name: str, failed: str) -> None:
    """Write down who ran what, and how it ended."""
    from bihuan.kernel.now import now
    from bihuan.site.boot import state_dir
    from bihuan.site.cluster import private

    line = {"at": now().isoformat(), "user": operator(), "command": name, "failed": failed}
    with suppress(OSError), (private(state_dir()) / "commands.log").open("a", encoding="utf-8") as log:
        log.write(json.dumps(line, ensure_ascii=False) + "\n")


def _explained(error: Exception) -> BihuanError:
    """Return what to tell people about an error nobody foresaw."""
    import psycopg

    cause = error.__cause__ if isinstance(error.__cause__, psycopg.Error) else error
    if isinstance(cause, psycopg.OperationalError):
        return Unavailable(_("The database can't be reached: %s") % str(cause).strip(), where="DATABASE_URL")
    traceback.print_exc(file=sys.stderr)
    return Unavailable(_("Something failed that should not: %s") % f"{type(error).__name__}: {error}")


def _fail(error: BihuanError, *, as_json: bool, code: str = "") -> int:
    if as_json:
        _print({"error": {"code": code or error.code, "message": error.message, "where": error.where}})
    else:
        print(f"{error.where}: {error.message}" if error.where else error.message, file=sys.stderr)
    return error.exit


def _print(what: Any) -> None:
    text = what if isinstance(what, str) else json.dumps(what, ensure_ascii=False, indent=2, default=str)
    if not text:
        return
    try:
        print(text, flush=True)
    except BrokenPipeError:  # who reads us has seen enough (head, less)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
