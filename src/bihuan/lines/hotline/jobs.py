"""When it is done: after a dispatch, a closing, a withdrawal, a heap's decision; and rounds for what is left."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.lines.hotline import actions
from bihuan.lines.hotline.aside import actions as aside
from bihuan.lines.hotline.doors import knocks
from bihuan.lines.hotline.phone import actions as phone
from bihuan.lines.hotline.whistling import actions as whistling


@task("hotline.pushed")
def pushed(matters: list[int]) -> None:
    """Tell the grid and the supporting units at once."""
    actions.push(matters)


@task("hotline.relocated")
def relocated(matters: list[int]) -> None:
    """Ask the grid an order lies in now, and no longer the one it was thought to lie in."""
    actions.push_anew(matters)


@task("hotline.closed")
def closed(matters: list[int]) -> None:
    """Answer everyone who asked about the same event."""
    actions.answer_twins(matters)


@task("hotline.withdrawn")
def withdrawn(matters: list[int]) -> None:
    """Nobody owes anything any more."""
    actions.take_back(matters)


@task("hotline.whistled")
def whistled(matters: list[int]) -> None:
    """Call the departments a whistle names."""
    whistling.call_out(matters)


@task("hotline.whistle_over")
def whistle_over(matters: list[int]) -> None:
    """Nobody owes anything to a whistle that was withdrawn."""
    whistling.take_back(matters)


@task("hotline.heap_decided")
def heap_decided(matters: list[int]) -> None:
    """Do to the orders of heaps what was decided of them."""
    aside.carry_out(matters)


@blueprint.periodic(cron="*/10 * * * *")
@task("hotline.round", queueing_lock="hotline.round")
def round_(timestamp: int = 0) -> None:
    """Put silence on record, archive what is whole, finish what was left, forget who knocked."""
    actions.note_silence()
    actions.note_uncontacted()
    actions.archive()
    whistling.note_late()
    phone.forget()
    aside.carry_out()
    aside.forget()
    knocks.forget()


@blueprint.periodic(cron="25 18 * * *")  # cron counts in UTC
@task("hotline.archive_old", queueing_lock="hotline.archive_old")
def archive_old(timestamp: int = 0) -> None:
    """Archive what waited for longer than a round looks back."""
    actions.archive(everything=True)
