"""What ``bihuan doctor`` asks the database: keys that fit the data, the calendar, jobs, the sweep, pages' files."""

from collections.abc import Iterator

from bihuan.site.checks import Check, Look, bad, good
from bihuan.site.wording import _

#: Seconds. A minute's job that waits five, and a reminder three late, show that nobody is at work.
_STUCK, _LATE = 300, 180


def fitting() -> Iterator[Check]:
    """The keys set here open what lies in the database, and signed its last head."""
    from bihuan.kernel.content.keys import ring
    from bihuan.kernel.ledger.keys import known_keys
    from bihuan.kernel.store.sql import run

    rows = run(
        "(SELECT kek FROM content_key ORDER BY chain_id, seq, field LIMIT 1) UNION"
        " (SELECT kek FROM content_key ORDER BY chain_id DESC, seq DESC, field DESC LIMIT 1)"
    )
    strange = [kek for (kek,) in rows if kek not in ring().ciphers]
    if strange:
        yield bad(
            "keys and data",
            "key.wrong",
            _("contents were encrypted under a content key that is not set here (%s)") % ", ".join(strange),
            _("texts, names and files of that time can't be read"),
            _(
                "bring the key back (secrets/content_key, or a further line in it); don't go on with a new one"
            ),
        )
    signed = run("SELECT key FROM ledger_root ORDER BY size DESC LIMIT 1")
    if signed and signed[0][0] not in known_keys():
        yield bad(
            "keys and data",
            "key.unsigned",
            _("the last head of the ledger was signed with another key"),
            _("`bihuan ledger verify` will call it forged"),
            _("bring the signing key back, or put its public half into BIHUAN_OLD_PUBLIC_KEYS"),
        )
    elif not strange:
        yield good("keys and data", _("belong together"))


def calendar() -> Iterator[Check]:
    """The State Council announces a year in the November before it; a finding earlier helps nobody."""
    from bihuan.kernel.now import today
    from bihuan.kernel.store.sql import run

    known, day = {year for (year,) in run("SELECT year FROM clock_calendarnotice")}, today()
    wanted = [day.year, day.year + 1] if day.month >= 10 else [day.year]
    missing = [year for year in wanted if year not in known]
    if missing:
        yield bad(
            "calendar",
            "calendar.unannounced",
            _("holidays of %s are not entered") % ", ".join(map(str, missing)),
            _("limits that reach there are provisional and will move"),
            _("enter the State Council's notice under Administration → Calendar once it is out"),
        )
    else:
        yield good("calendar", _("holidays known up to %d") % max(known, default=0))


def jobs() -> Iterator[Check]:
    """Somebody works on the queue, and nothing in it was given up."""
    from bihuan.site import vitals

    found = vitals.look()
    if found.given_up:
        yield bad(
            "jobs",
            "jobs.failed",
            _("%d jobs failed for good") % found.given_up,
            _("what they should have done is not done: a notice, an import, a score"),
            _(
                "read the log for event job, outcome failed; mend the cause, then ask again for what is missing"
            ),
        )
    if found.waiting and found.oldest > _STUCK:
        yield bad(
            "jobs",
            "queue.stuck",
            _("%(count)d jobs wait, the oldest for %(minutes)d minutes; %(workers)d workers are alive")
            % {"count": found.waiting, "minutes": found.oldest // 60, "workers": found.workers},
            _("reminders, notices, imports and sealing stand still"),
            _(
                "start `bihuan up`, or bihuan-worker; if one is alive, see in its log what it is at, or start more"
            ),
        )
    elif not found.given_up:
        yield good("jobs", _("none failed, none stuck"))


def sweep() -> Iterator[Check]:
    """Reminders are given when they are due, and connections are left for those who come."""
    from bihuan.site import vitals

    found = vitals.look()
    if found.sweep_late > _LATE:
        yield bad(
            "sweep",
            "sweep.late",
            _("a reminder should have been given %d minutes ago") % (found.sweep_late // 60),
            _("nobody is told of what falls due; the due instants themselves stay right"),
            _("start a job worker; what was missed is told at once, oldest first"),
        )
    else:
        yield good("sweep", _("on time"))
    if found.connections_most and sum(found.connections.values()) > found.connections_most * 0.9:
        yield bad(
            "connections",
            "connections.few",
            _("%(used)d of %(most)d connections are taken")
            % {"used": sum(found.connections.values()), "most": found.connections_most},
            _("the next page or job may be turned away"),
            _("raise max_connections, start fewer web processes, or put a pooler between"),
        )


def browser_files() -> Iterator[Check]:
    """Style sheets and scripts of the pages are there."""
    from django.contrib.staticfiles import finders

    needed = ("vendor/htmx.min.js", "vendor/tabler.min.css", "vendor/echarts.min.js")
    missing = [name for name in needed if finders.find(name) is None]
    if missing:
        yield bad(
            "browser files",
            "static.missing",
            _("missing: %s") % ", ".join(missing),
            _("pages come without style and charts"),
            _("run make in a checkout, or install the built wheel"),
        )
    else:
        yield good("browser files", _("complete"))


LOOKS: tuple[Look, ...] = (fitting, calendar, jobs, sweep, browser_files)
