"""A paper as read back: frozen, with what is derived from its columns."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from bihuan.kernel.papers.models import SIGNED, VOID


@dataclass(frozen=True, slots=True)
class PaperRow:
    """What is known of a paper but for its data (:func:`selectors.data`)."""

    id: int
    seq: int
    head: bytes
    ver: int
    kind: str
    title: str
    state: str
    about: int
    corrects: int
    unit: int
    party: int
    division: int
    province: int
    city: int
    county: int
    street: int
    community: int
    grid: int
    micro: int
    park: int
    template: bytes
    data_seq: int
    hash: bytes
    code: str
    creator_user: int
    creator_post: int
    created: datetime
    reviewer_user: int
    reviewer_post: int
    reviewed: datetime | None
    form: str
    signer_user: int
    signer_post: int
    signer_name: str
    recorder_user: int
    recorder_post: int
    recorder_name: str
    scan: int
    signed: datetime | None
    signed_on: date | None
    issuer: str
    number: str
    valid_until: date | None
    voided: datetime | None
    sign_key: str

    @property
    def is_signed(self) -> bool:
        """Whether it stands under a signature now."""
        return self.state == SIGNED

    @property
    def is_void(self) -> bool:
        """Whether it has been made void, signed or not."""
        return self.state == VOID


NAMES = tuple(item.name for item in fields(PaperRow))
COLUMNS = ", ".join(f"p.{name}" for name in NAMES)


def read(row: tuple[object, ...]) -> PaperRow:
    """Return a row of the columns as a paper."""
    values = dict(zip(NAMES, row, strict=True))
    for name in ("head", "template", "hash"):
        values[name] = bytes(values[name])  # type: ignore[call-overload]
    return PaperRow(**values)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class RoundRow:
    """Somebody who was asked to read a paper, and when they did."""

    post: int
    user_name: str
    unit_name: str
    role: str
    asked: datetime
    read: datetime | None
    reader_name: str
