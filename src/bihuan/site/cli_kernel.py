"""Commands over the kernel: clocks, the ledger, the sweep."""

import json
from argparse import Namespace
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bihuan.kernel.commands import Answer, Command, argument
from bihuan.kernel.errors import BadInput
from bihuan.site.cli_doctor import DOCTOR
from bihuan.site.wording import _


def plain(value: Any) -> Any:
    """Return a value of the kernel as JSON values."""
    return json.loads(json.dumps(value, default=_as_json))


def _as_json(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: getattr(value, one.name) for one in fields(value)}
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return value.hex() if isinstance(value, bytes) else str(value)


def find_matter(arguments: Namespace) -> Any:
    """Return the matter a command is about, by its code or its id."""
    from bihuan.kernel.errors import NotFound
    from bihuan.kernel.flow import selectors

    try:
        return selectors.matter(arguments.actor, arguments.matter)
    except NotFound:
        if not arguments.matter.isdecimal():
            raise
        return selectors.matter(arguments.actor, int(arguments.matter))


def clock_explain(arguments: Namespace) -> Answer:
    """Explain the clocks of a matter, line by line."""
    from bihuan.kernel.clock import selectors

    matter = find_matter(arguments)
    clocks, text = [], [f"{matter.code} {matter.title}"]
    for clock in selectors.clocks_of([matter.id]).get(matter.id, []):
        lines = selectors.explain_row(clock)
        told = {"name": clock.name, "rule": clock.rule, "state": clock.state, "due": clock.due}
        told |= {"started": clock.started, "provisional": clock.provisional, "lines": lines}
        clocks.append(plain(told))
        text += ["", f"{clock.name} ({clock.rule}): {clock.state}", *(f"  {line.text}" for line in lines)]
    return Answer({"matter": matter.code, "clocks": clocks}, "\n".join(text))


def sweep(arguments: Namespace) -> Answer:
    """Raise what is due: reminders, urges, bulletins. Safe beside any number of workers."""
    from bihuan.kernel.clock import actions

    told = actions.sweep()
    return Answer(
        told, "\n".join(f"{kind}: {count}" for kind, count in told.items()) or _("Nothing was due.")
    )


def ledger_verify(arguments: Namespace) -> Answer:
    """Recompute the whole ledger; findings make the exit status 1."""
    from bihuan.kernel.ledger.actions import verify

    report = verify(anchors=_anchors(arguments.anchors))
    findings = [{"kind": f.kind, "where": f.where, "message": f.message} for f in report.findings]
    document = {
        "ok": report.ok,
        "entries": report.entries,
        "sealed": report.leaves,
        "heads": report.heads,
        "root": report.root,
        "unsealed": report.unsealed,
        "unsealed_since": plain(report.unsealed_since),
        "unsealed_window_seconds": report.window.total_seconds(),
        "findings_count": report.count,
        "findings": findings,
    }
    lines = [_("%(entries)d entries, %(sealed)d sealed under %(heads)d heads") % document]
    if report.unsealed:
        lines.append(_("%(unsealed)d not sealed yet, the oldest since %(unsealed_since)s") % document)
    lines += [f"{f['kind']} {f['where']}: {f['message']}" for f in findings]
    lines.append(_("Nothing was altered.") if report.ok else _("%d findings") % report.count)
    return Answer(document, "\n".join(lines), exit=0 if report.ok else 1)


def _anchors(name: str | None) -> list[dict[str, Any]]:
    if name is None:
        return []
    try:
        document = json.loads(Path(name).read_bytes())
        heads = document["heads"] if isinstance(document, dict) else document
        if not isinstance(heads, list) or not all(isinstance(head, dict) for head in heads):
            raise TypeError(name)
    except OSError as error:
        raise BadInput(_("The file can't be read: %s") % (error.strerror or error), where=name) from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(_("The file does not hold heads of the ledger."), where=name) from error
    return heads


def ledger_receipt(arguments: Namespace) -> Answer:
    """Give out the receipt of a matter's last entry (or of the one asked for)."""
    from bihuan.kernel.ledger import actions, selectors

    matter = find_matter(arguments)
    number = arguments.entry if arguments.entry is not None else selectors.history(matter.id)[-1].seq
    actions.seal()  # what has just been written can be proven at once
    receipt = selectors.receipt(matter.id, number)
    if arguments.qr:
        try:
            Path(arguments.qr).write_text(selectors.receipt_qr(receipt), encoding="utf-8")
        except OSError as error:
            raise BadInput(
                _("The file can't be written: %s") % (error.strerror or error), where=arguments.qr
            ) from error
    return Answer(receipt, json.dumps(receipt, ensure_ascii=False, indent=2))


_MATTER = argument("matter", help=_("code or number of the matter"))

COMMANDS = (
    Command("clock explain", _("explain a matter's clocks line by line"), clock_explain, (_MATTER,)),
    Command(
        "ledger verify",
        _("recompute the ledger and say what was altered"),
        ledger_verify,
        (argument("--anchors", metavar="FILE", help=_("heads that went out earlier (JSON)")),),
    ),
    Command(
        "ledger receipt",
        _("give out the receipt of an entry, to be verified offline"),
        ledger_receipt,
        (
            _MATTER,
            argument("--entry", type=int, help=_("number of the entry (default: the last)")),
            argument("--qr", metavar="FILE.svg", help=_("also write it as a QR code")),
        ),
    ),
    Command("sweep", _("raise what is due now: reminders, urges, bulletins"), sweep),
    DOCTOR,
)
