"""Models of the classifier on disk: written whole or not at all, and refused with a reason."""

from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.logic.messages.classifier import Model, ModelError


def keep(model: Model, path: Path) -> None:
    """Write a model beside the old one, then put it in its place."""
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            file.write(model.to_bytes())
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except OSError as error:
        raise BadInput(
            _("The model can't be written: %(why)s") % {"why": error.strerror or error}, where=str(path)
        ) from error


def state(path: Path) -> tuple[int, int]:
    """Return what changes whenever a file does; zeros when there is none to read."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def model(path: Path) -> Model:
    """Return the model of a file; the last one read is remembered until its file changes.

    Raises:
        BadInput: no such file, no model, damaged, or made for other features than this program's.
    """
    try:
        state = path.stat()
        return _read(path, state.st_mtime_ns, state.st_size)
    except OSError as error:
        why = error.strerror or error
        raise BadInput(_("The model can't be read: %(why)s") % {"why": why}, where=str(path)) from error
    except ModelError as error:
        raise BadInput(_said(error.code), where=str(path)) from error


@lru_cache(maxsize=1)
def _read(path: Path, _changed: int, _size: int) -> Model:
    return Model.from_bytes(path.read_bytes())


def _said(code: str) -> str:
    return {
        "older": _("The model is older than this program's features: train it again."),
        "newer": _("The model was made by a newer version of this program."),
        "damaged": _("The model file is damaged: train it again or bring back a copy."),
    }.get(code, _("This file is no model of the hotline."))
