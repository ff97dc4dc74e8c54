"""A virus scanner stands before the store: what it knows is not kept, and when it is silent nothing is taken."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest

from bihuan.kernel.errors import BadInput, Unavailable
from bihuan.kernel.files.actions import upload
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.store.sql import run

pytestmark = pytest.mark.django_db
#: What a scanner's makers agreed to find in a test, written so that none finds it here.
HARMFUL = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Scanner:
    """What clamd does with INSTREAM: parts until an empty one, then a line."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listening.getsockname()[1]}"
        self.answer: Callable[[bytes], bytes] = lambda data: (
            b"stream: Eicar-Test-Signature FOUND\0" if HARMFUL.encode() in data else b"stream: OK\0"
        )
        self.seen = b""
        self.serving = threading.Thread(target=self.serve, daemon=True)
        self.serving.start()

    def serve(self) -> None:
        while True:
            try:
                wire, _address = self.listening.accept()
            except OSError:
                return
            with wire, wire.makefile("rb") as read:
                assert read.read(10) == b"zINSTREAM\0"
                self.seen = b""
                while size := struct.unpack("!I", read.read(4))[0]:
                    self.seen += read.read(size)
                wire.sendall(self.answer(self.seen))


@pytest.fixture
def scanner(settings) -> Iterator[Scanner]:
    made = Scanner()
    settings.BIHUAN_CLAMD = made.address
    yield made
    made.listening.shutdown(socket.SHUT_RDWR)  # closing alone would leave the thread waiting for ever
    made.serving.join()
    made.listening.close()


def kept() -> int:
    return run("SELECT count(*) FROM files_file")[0][0]


def test_what_is_clean_is_kept_and_was_seen_whole(scanner: Scanner):
    text = "供水管网验收说明。\n" * 9000
    assert upload(SYSTEM, BytesIO(text.encode()), "说明.txt").ok
    assert scanner.seen == text.encode()


def test_what_it_knows_leaves_nothing(scanner: Scanner):
    with pytest.raises(BadInput, match=r"harmful|有害"):
        upload(SYSTEM, BytesIO(HARMFUL.encode()), "说明.txt")
    assert kept() == 0


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: ?" * 600])
def test_a_scanner_that_says_nothing_of_use_lets_nothing_past(scanner: Scanner, answer: bytes):
    scanner.answer = lambda data: answer
    with pytest.raises(Unavailable):
        upload(SYSTEM, BytesIO("说明".encode()), "说明.txt")
    assert kept() == 0


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.sock", "nonsense"])
def test_a_scanner_that_is_not_there_lets_nothing_past(settings, address: str):
    settings.BIHUAN_CLAMD = address
    with pytest.raises(Unavailable):
        upload(SYSTEM, BytesIO("说明".encode()), "说明.txt")
