"""The classifier at the console: it proposes a class where it is sure, and is silent where it is not.

``settings.BIHUAN_HOTLINE_MODEL`` names the file that ``bihuan hotline train`` wrote; "" means there is none.
A file that can't be used (missing, damaged, older than its features) is told to the log once, not read again until
it changes, and the words of the catalogue advise as before.
"""

from collections.abc import Sequence
from pathlib import Path

import structlog
from django.conf import settings

from bihuan.kernel.errors import BadInput
from bihuan.lines.hotline.learning import keeping
from bihuan.lines.hotline.suggesting.selectors import use
from bihuan.logic.messages.classifier import Model

#: How many words are shown as reasons.
REASONS = 4
#: A message is read up to here; more than a caller says makes no class likelier.
LONGEST = 4000
log = structlog.get_logger(__name__)


#: The file that could not be used, and its state then.
_unusable: list[tuple[Path, tuple[int, int]]] = []


def _model() -> Model | None:
    """Return the model in use; None when there is none, or none that can be used as its file stands."""
    if not settings.BIHUAN_HOTLINE_MODEL:
        return None
    path = Path(settings.BIHUAN_HOTLINE_MODEL)
    found = keeping.state(path)
    if (path, found) in _unusable:
        return None
    try:
        return keeping.model(path)
    except BadInput as error:
        log.warning("the hotline's model can't be used", why=error.message, where=error.where)
        _unusable[:] = [(path, found)]
        return None


def advise(text: str, names: Sequence[str]) -> list[tuple[str, float, tuple[str, ...]]]:
    """Return (class, probability, words that decided) from likely to unlikely; nothing when it is not sure.

    Only classes that stand in the catalogue are proposed, so one that has left it is never named.
    """
    model = _model()
    if model is None:
        return []
    judged = model.judge(text[:LONGEST], reasons=REASONS)
    if not judged.sure or judged.first not in names:
        return []
    words = tuple(reason.word for reason in judged.reasons)
    return [
        (name, chance, words if name == judged.first else ())
        for name, chance in zip(judged.classes, judged.chances, strict=True)
    ]


use(advise)
