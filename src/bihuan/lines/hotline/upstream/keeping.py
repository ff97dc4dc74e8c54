"""Keep the deadline of the city as it stands now."""

from datetime import datetime

from bihuan.kernel.store.sql import run


def keep_due(matter: int, due: datetime) -> None:
    """Write down the deadline that the city put an order off to."""
    run("UPDATE hotline_city SET due = %s WHERE matter = %s", (due, matter))
