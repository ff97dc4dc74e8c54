"""A virus scanner asked before anything is kept: clamd's INSTREAM, at ``settings.BIHUAN_CLAMD``; "" asks nobody.

``host:port`` or the path of a socket. Whatever clamd can't answer is not taken: a scanner that is down must not be a
way past it.
"""

import logging
import socket
import struct

from django.conf import settings
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Unavailable

logger = logging.getLogger(__name__)

_PATIENCE = 30.0  # seconds until an answer counts as none
_PART = 1 << 16
_LONGEST = 4096  # of an answer, which is a line


def scan(data: bytes) -> None:
    """Ask the scanner; BadInput for what it knows, Unavailable when it says nothing of use."""
    address = settings.BIHUAN_CLAMD
    if not address:
        return
    try:
        with _connect(address) as wire:
            wire.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), _PART):
                part = data[start : start + _PART]
                wire.sendall(struct.pack("!I", len(part)) + part)
            wire.sendall(struct.pack("!I", 0))
            said = _line(wire)
    except (OSError, ValueError) as error:
        logger.warning("the virus scanner can't be asked: %s", error)
        raise _unanswered() from error
    if said.endswith(" FOUND"):
        logger.warning("a virus was handed in: %s", said)
        raise BadInput(_("The virus scanner knows this file as harmful. It was not kept."), where="file")
    if not said.endswith(" OK"):
        logger.warning("the virus scanner says: %s", said)
        raise _unanswered()


def _connect(address: str) -> socket.socket:
    if address.startswith("/"):
        wire = socket.socket(socket.AF_UNIX)
        wire.settimeout(_PATIENCE)
        try:
            wire.connect(address)
        except OSError:
            wire.close()
            raise
        return wire
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), _PATIENCE)


def _line(wire: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < _LONGEST and (more := wire.recv(_LONGEST)):
        said += more
    return said.rstrip(b"\0\n ").decode(errors="replace")


def _unanswered() -> Unavailable:
    return Unavailable(
        _("The virus scanner does not answer, so the file was not taken. Try again in a few minutes."),
        where="file",
    )
