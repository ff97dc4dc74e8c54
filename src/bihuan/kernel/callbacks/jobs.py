"""When it is done: after a matter closes, after an answer, and every hour for who stayed silent."""

from bihuan.kernel.callbacks import actions, reminding
from bihuan.kernel.jobs import blueprint, task


@task("callbacks.ask")
def ask(matters: list[int]) -> None:
    """Ask whom the closed matters were for."""
    actions.ask_many(matters)


@task("callbacks.answered")
def answered(matters: list[int]) -> None:
    """Let the matters know, and have bad grades called back."""
    actions.answered(matters)


@task("callbacks.rectify")
def rectify(matters: list[int]) -> None:
    """Have it put right."""
    actions.rectify(matters)


@task("callbacks.reported")
def reported(matters: list[int]) -> None:
    """Have the supervision office look at what the centre itself has put right."""
    actions.reported(matters)


@task("callbacks.rectified")
def rectified(matters: list[int]) -> None:
    """Ask once more."""
    actions.rectified(matters)


@task("callbacks.void")
def void(matters: list[int]) -> None:
    """Take the question back: they are being handled again."""
    actions.void(matters)


@task("callbacks.name_old")
def name_old() -> None:
    """Call contacts of earlier versions by what they are about."""
    actions.name_old()


@blueprint.periodic(cron="7 * * * *")
@task("callbacks.sweep", queueing_lock="callbacks.sweep")
def sweep(timestamp: int = 0) -> None:
    """Remind, and close what stayed silent."""
    reminding.sweep()
