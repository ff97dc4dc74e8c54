"""``bihuan hotline train``, ``evaluate`` and ``hotspots``: learnt offline, from the office's own messages."""

import csv
import time
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop as N_

from bihuan.kernel.commands import Answer, Command, argument

if TYPE_CHECKING:
    from bihuan.logic.messages.classifier import Model
    from bihuan.logic.messages.training import Measured, Suspicion

#: How many messages are judged one by one to say how long one takes.
_TIMED = 200


def train(arguments: Namespace) -> Answer:
    """Train on labelled messages and write the model; what is printed was measured out of fold."""
    _words()
    from django.utils.translation import gettext as _

    from bihuan.kernel.errors import BadInput, Unavailable
    from bihuan.lines.hotline.learning import keeping, tables
    from bihuan.logic.messages import training

    path = Path(arguments.file)
    texts, labels = tables.labelled(path)
    try:
        made = training.train(texts, labels, _today())
    except training.TrainingError as error:
        if error.code == "few":
            message = _("Fewer than %(fewest)d messages for: %(names)s. Add messages or leave the class out.")
            text = message % {"fewest": training.FEWEST, "names": error.detail}
        else:
            text = _("All messages have one label: there is nothing to learn.")
        raise BadInput(text, where=str(path)) from error
    except training.NoTrainer as error:
        raise Unavailable(
            _("Training needs the extra “solve” (scikit-learn)."), where="bihuan[solve]"
        ) from error
    keeping.keep(made.model, Path(arguments.out))
    if arguments.suspicious:
        _list(Path(arguments.suspicious), made.suspicions, texts)
    return _answer(made.measured, _milliseconds(made.model, texts))


def evaluate(arguments: Namespace) -> Answer:
    """Measure a model on labelled messages it was not trained on."""
    _words()
    from bihuan.lines.hotline.learning import keeping, tables
    from bihuan.logic.messages import training

    model = keeping.model(Path(arguments.model))
    texts, labels = tables.labelled(Path(arguments.file))
    numbers = {name: number for number, name in enumerate(model.classes)}
    import numpy as np

    wanted = np.array([numbers.get(label, -1) for label in labels])
    measured = training.measure(model.chances(texts), wanted, model.threshold)
    return _answer(measured, _milliseconds(model, texts))


def _words() -> None:
    """Set Django up for its translations; no database is opened."""
    import django

    django.setup()


def _today() -> str:
    from bihuan.kernel.now import today

    day: date = today()
    return day.isoformat()


def _milliseconds(model: "Model", texts: Sequence[str]) -> float:
    """Return the mean time of judging one message by itself, with its reasons."""
    some = texts[:: max(1, len(texts) // _TIMED)][:_TIMED]
    model.judge(some[0], reasons=5)
    begun = time.perf_counter()
    for text in some:
        model.judge(text, reasons=5)
    return (time.perf_counter() - begun) * 1000 / len(some)


def _answer(measured: "Measured", milliseconds: float) -> Answer:
    from django.utils.translation import gettext as _

    document: dict[str, Any] = {
        name: round(value, 4) if isinstance(value, float) else value
        for name, value in asdict(measured).items()
    } | {"ms_per_message": round(milliseconds, 2)}
    text = _(
        "%(n)d messages: right %(accuracy).4f, macro-F1 %(macro_f1).4f, among the first two %(top2_accuracy).4f.\n"
        "From a probability of %(threshold).4f on: %(coverage).4f of the messages, %(precision).4f of them right.\n"
        "Probabilities are off by %(calibration_error).4f; %(ms_per_message).2f ms a message."
    )
    return Answer(document, text % document)


def _list(path: Path, suspicions: "Sequence[Suspicion]", texts: Sequence[str]) -> None:
    from django.utils.translation import gettext as _

    from bihuan.kernel.errors import BadInput

    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["row", "label", "rather", "chance_label", "chance_rather", "text"])
            for one in suspicions:
                chances = f"{one.chance_label:.4f}", f"{one.chance_rather:.4f}"
                writer.writerow(
                    [one.row + 1, one.label, one.rather, *chances, _harmless(texts[one.row][:200])]
                )
    except OSError as error:
        raise BadInput(
            _("The file can't be written: %(why)s") % {"why": error.strerror or error}, where=str(path)
        ) from error


def _harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def hotspots(arguments: Namespace) -> Answer:
    """Find the events that many write about, hottest first."""
    _words()
    from django.utils.translation import gettext as _

    from bihuan.kernel.errors import Unavailable
    from bihuan.lines.hotline.learning import tables
    from bihuan.logic.messages import merging

    messages = tables.messages(Path(arguments.file))
    try:
        found = merging.hotspots(messages)
    except merging.NoMerger as error:
        raise Unavailable(_("Merging needs the extra “solve” (scipy)."), where="bihuan[solve]") from error
    document = {
        "hotspots": [
            {
                "rank": one.rank, "title": one.title, "place": one.place, "from": f"{one.since:%Y-%m-%d}",
                "to": f"{one.until:%Y-%m-%d}", "heat": one.heat, "messages": list(one.messages),
            }
            for one in found
        ]
    }  # fmt: skip
    lines = [
        f"{one.rank:>3}  {one.heat:>6}  {one.since:%Y-%m-%d} – {one.until:%Y-%m-%d}  {one.title}"
        for one in found
    ]
    return Answer(document, "\n".join(lines))


_TABLE = N_("a table (.csv or .csv.gz) with the columns text and label")
TRAIN = Command(
    "hotline train",
    N_("learn the classes of messages from labelled ones"),
    train,
    (
        argument("file", metavar="FILE", help=_TABLE),
        argument("--out", metavar="MODEL", required=True, help=N_("where the model is written")),
        argument("--suspicious", metavar="CSV", help=N_("where doubtful labels are listed")),
    ),
    database=False,
)
EVALUATE = Command(
    "hotline evaluate",
    N_("measure a model on labelled messages"),
    evaluate,
    (
        argument("file", metavar="FILE", help=_TABLE),
        argument("--model", metavar="MODEL", required=True, help=N_("the model that train wrote")),
    ),
    database=False,
)
HOTSPOTS = Command(
    "hotline hotspots",
    N_("find the events that many messages are about"),
    hotspots,
    (argument("file", metavar="FILE", help=N_("a table (.csv or .csv.gz) with the columns of 附件3")),),
    database=False,
)
