"""How often the same came lately: keyed hashes, each of one day, and moments; nothing that leads back to anybody.

The key of a hash holds its day, so that nobody can be followed from one day to the next; a day later it is forgotten.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _

from bihuan.kernel.identity.failures import TooManyTries
from bihuan.kernel.identity.selectors.links import keyed
from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import run

_KEPT = timedelta(days=1)


def mark(what: str, value: str) -> bytes:
    """Return what tells a sender, a number or words apart today."""
    return keyed(f"hotline-{what}", f"{today()}:{value}")


#: No more are counted than are asked for: in a flood the count of one costs as much as that of few.
_COUNT = """SELECT count(*) FROM (SELECT FROM hotline_knock WHERE address = %s AND at > %s LIMIT %s) lately"""


def reached(one: bytes, most: int, within: timedelta) -> bool:
    """Whether the same came so often lately."""
    return int(run(_COUNT, (one, now() - within, most))[0][0]) >= most


def too_many(one: bytes, most: int, within: timedelta) -> None:
    """Raise TooManyTries where so many came lately that one more has to wait."""
    if reached(one, most, within):
        raise TooManyTries(
            _("Too much came from here within minutes. Please try again later, or call 12345.")
        )


def note(marks: Iterable[bytes]) -> None:
    """Write down that they came."""
    sql = "INSERT INTO hotline_knock (address, at) SELECT unnest(%s::bytea[]), %s"
    run(sql, (list(marks), now()))


def forget() -> None:
    """Forget what came longer than a day ago."""
    run("DELETE FROM hotline_knock WHERE at < %s", (now() - _KEPT,))
