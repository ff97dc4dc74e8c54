"""Fill an empty catalogue with the sample that comes with the program."""

import json
from importlib.resources import files

from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.registers.actions import Change, Item, amend_many
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.agency import selectors
from bihuan.lines.agency.actions import CATALOGUE
from bihuan.lines.agency.registers import ITEMS, PRESETS

_CAUSE = "随程序提供的示例目录，待核实"


def load_sample(actor: Actor) -> int:
    """Enter the sample catalogue and presets where there is none yet; return how many items. A second press adds none.

    Every entry says 示例 or 待核实: nothing of it is law before somebody has checked it.
    """
    rights.need(actor, CATALOGUE)
    with atomic():
        run("SELECT pg_advisory_xact_lock(hashtextextended('agency.catalogue', 0))")
        if selectors.items():
            return 0
        sample = json.loads(files(__package__).joinpath("defaults.json").read_text())
        for register, rows in ((ITEMS, sample["items"]), (PRESETS, sample["presets"])):
            made = [Item({name: Change(code) for name, code in row.items()}) for row in rows]
            amend_many(actor, register, made, cause=_CAUSE)
        return len(sample["items"])
