"""Write down which orders are about the same event. Called by the effects of the moves, in their transaction."""

from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run


def join(matter: int, root: int) -> None:
    """Handle an order with another from now on; the database refuses a second root."""
    run("INSERT INTO hotline_join (matter, root, since) VALUES (%s, %s, %s)", (matter, root, now()))


def part(matter: int) -> None:
    """Let an order stand alone again."""
    run("UPDATE hotline_join SET until = %s WHERE matter = %s AND until IS NULL", (now(), matter))
