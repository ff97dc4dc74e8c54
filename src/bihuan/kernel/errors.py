"""What can go wrong, each with one code, one HTTP status and one exit status."""

from typing import Any


class BihuanError(Exception):
    """A failure whose message is meant for the person who caused it.

    ``message`` is already translated and says what to do; ``where`` names the
    field, row or thing it is about.
    """

    code = "error"
    status = 500
    exit = 1

    def __init__(self, message: str, where: str = "", **details: Any) -> None:
        super().__init__(message)
        self.message = str(message)
        self.where = where
        self.details = details


class BadInput(BihuanError):
    """What was sent can't be read or isn't allowed; nothing was written."""

    code = "bad_input"
    status = 422
    exit = 2


class FieldErrors(BadInput):
    """A form with faults: ``errors`` maps field name to message."""

    code = "bad_fields"

    def __init__(self, errors: dict[str, str]) -> None:
        first = next(iter(errors), "")
        super().__init__(errors.get(first, ""), where=first, errors=errors)
        self.errors = errors


class Conflict(BihuanError):
    """Somebody was first, or the page was stale; nothing was written."""

    code = "conflict"
    status = 409
    exit = 3


class Refused(BihuanError):
    """The actor holds no permit for this."""

    code = "refused"
    status = 403
    exit = 4


class NotFound(BihuanError):
    """No such thing, or none the actor may see: the two look the same."""

    code = "not_found"
    status = 404
    exit = 2


class Unavailable(BihuanError):
    """A part the work needs is down or not installed."""

    code = "unavailable"
    status = 503
    exit = 5
