"""Where the encrypted bytes lie: a folder, addressed by their SHA-256, or a bucket of S3."""

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Unavailable
from bihuan.kernel.files.buckets import Bucket, place


class Store(Protocol):
    """Keeps bytes under their own hash."""

    def put(self, data: bytes) -> str:
        """Keep bytes durably and return their address."""

    def get(self, address: str) -> bytes:
        """Return the bytes; raise Unavailable when they are gone or damaged."""

    def drop(self, address: str) -> None:
        """Remove the bytes; none there is fine."""


class Folder:
    """A folder with two levels of subfolders, readable by its owner only."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _path(self, address: str) -> Path:
        if len(address) != 64 or not set(address) <= set("0123456789abcdef"):
            raise ValueError("not an address")
        return self.root / address[:2] / address[2:4] / address

    def put(self, data: bytes) -> str:
        """Write beside the place, flush to the disk, then rename: a crash leaves all or nothing.

        Raises Unavailable when the disk is full or broken; nothing is kept then.
        """
        address = hashlib.sha256(data).hexdigest()
        path = self._path(address)
        if path.exists():
            return address
        try:
            self._write(path, data)
        except OSError as error:
            said = _(
                "The file can't be kept: the disk is full or broken. Nothing was written; tell the administrator."
            )
            raise Unavailable(said, "file") from error
        return address

    def _write(self, path: Path, data: bytes) -> None:
        for folder in (self.root, path.parent.parent, path.parent):
            if not folder.exists():
                folder.mkdir(mode=0o700, parents=folder == self.root, exist_ok=True)
                _sync(folder.parent)  # a folder whose name is lost takes its files along
        handle, temporary = tempfile.mkstemp(dir=path.parent)  # 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(temporary).unlink()
            raise
        _sync(path.parent)

    def get(self, address: str) -> bytes:
        """Read the bytes and prove that they are those of the address."""
        try:
            data = self._path(address).read_bytes()
        except OSError as error:
            raise Unavailable(_("The stored file can't be read. Tell the administrator."), address) from error
        if hashlib.sha256(data).hexdigest() != address:
            raise Unavailable(_("The stored file is damaged. Tell the administrator."), address)
        return data

    def drop(self, address: str) -> None:
        """Remove the file if it is there."""
        with suppress(FileNotFoundError):
            self._path(address).unlink()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def store() -> Store:
    """Return the store of this installation: a bucket where ``settings.BIHUAN_FILES_S3`` names one.

    Else the folder ``settings.BIHUAN_FILES_DIR``, else ``files`` in STATE_DIR.
    """
    bucket = getattr(settings, "BIHUAN_FILES_S3", None)
    if bucket and bucket["url"]:
        return Bucket(place(bucket["url"], bucket["key"], bucket["secret"], bucket["region"]))
    given = getattr(settings, "BIHUAN_FILES_DIR", "")
    return Folder(Path(given) if given else Path(settings.STATE_DIR) / "files")
