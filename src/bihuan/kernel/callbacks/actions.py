"""Ask whom a matter was for: confirmation, rating and call-back in one contact."""

from django.db import IntegrityError
from django.utils.translation import gettext as _

from bihuan.kernel.callbacks import registry, selectors, titles
from bihuan.kernel.callbacks.words import BAD, CONTACT, RECALL, RECTIFY
from bihuan.kernel.content.selectors import SHOWN, open_values
from bihuan.kernel.errors import BihuanError
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import bulk
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.rows import MatterRow, Receipt
from bihuan.kernel.forms.fields import ORIGINAL
from bihuan.kernel.identity.actors import SYSTEM, Actor, Scope
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run


def ask(actor: Actor, matter_id: int, party: int = 0) -> Receipt | None:
    """Open the contact about a matter's present episode; None when it is open, or nobody can be asked.

    ``party`` is whom it was for (default: the matter's own). Once an episode, whoever asks and
    however often: the database refuses a second.
    """
    row = matters.by_ids([matter_id])[matter_id]
    party = party or row.party
    if row.open or row.closing == "withdrawn" or not (party or selectors.has_link(row.id)):
        return None
    if seen := selectors.contact_of(row.id, row.episode):
        return _receipt(seen)
    data = {
        "title": _contact_title(row, party),
        "about": row.code,
        "turn": row.episode,
    }
    if rated := row.lead_unit or row.first_unit:
        data["rated"] = rated
    try:
        return flow.open(
            actor,
            CONTACT,
            data,
            scope=scope_of(row),
            party=party,
            parent=row.id,
            key=f"ask:{row.id}:{row.episode}",
        )
    except IntegrityError:
        seen = selectors.contact_of(row.id, row.episode)
        return _receipt(seen) if seen else None


def scope_of(row: MatterRow) -> Scope:
    """Return the place a matter lies in."""
    return Scope(**{name: getattr(row, name) for name in Scope.__dataclass_fields__})


def _receipt(row: MatterRow) -> Receipt:
    return Receipt(row.id, row.code, row.seq, row.ver, row.stage, bytes(row.head), again=True)


def ask_many(matter_ids: list[int]) -> None:
    """Ask about matters that were closed; one that meanwhile was reopened is not asked about."""
    for matter in matter_ids:
        ask(SYSTEM, matter)


def answered(contact_ids: list[int]) -> None:
    """Let the matter know what was answered, and have a bad grade called back. Twice does no harm."""
    for contact in matters.by_ids(contact_ids).values():
        grade = str(contact.value("grade", ""))
        _tell_matter(contact, grade)
        if grade in BAD:
            rated = contact.value("rated", 0)
            said = {"rated": rated, "why": _why(contact), ORIGINAL.name: _as_said(contact)}
            opened = _open(contact, RECALL, _("Call back: %(about)s"), said)
            _over_to_supervision(contact, [opened.matter], rated)


_DESK_ELSEWHERE = """
SELECT 1 FROM identity_post p WHERE p.role_id = 'coordinator' AND p.organisation_id <> %s AND p.division_id = ANY(%s)
  AND p.valid_from <= %s AND (p.valid_until IS NULL OR p.valid_until > %s) LIMIT 1"""


def _over_to_supervision(contact: MatterRow, waiting: list[int], unit: int) -> None:
    """Let it wait for the supervision office where the centre itself was rated: it can't call back about itself."""
    place = scope_of(contact)
    places = [key for name in Scope.__dataclass_fields__ if (key := getattr(place, name))]
    if unit and not run(_DESK_ELSEWHERE, (unit, places, now(), now())):
        bulk.hand_on(SYSTEM, waiting, role="supervisor")


def reported(rectify_ids: list[int]) -> None:
    """Have what the centre itself reports as put right looked at by the supervision office."""
    for row in matters.by_ids(rectify_ids).values():
        if row.stage == "reported":
            _over_to_supervision(row, [row.id], row.lead_unit)


def _why(contact: MatterRow) -> str:
    values = open_values(contact.id, ["why"])
    return next((v.text for v in values.values() if v.state == SHOWN and v.cls == "open"), "")


def _as_said(contact: MatterRow) -> str:
    """Return the words with names and numbers in them, for whoever calls back; '' where none were hidden."""
    values = open_values(contact.id, [ORIGINAL.name])
    return next((v.text for v in values.values() if v.state == SHOWN), "")


def _tell_matter(contact: MatterRow, grade: str) -> None:
    parent = matters.by_ids([contact.parent]).get(contact.parent)
    if parent is None or parent.episode != contact.value("turn"):
        return
    heard = registry.of(parent.kind)
    if contact.value("unsolved"):
        said = _why(contact) or _("Whom it was for says that it is not solved.")
        for name in heard.unsolved:
            if _try(parent.id, name, {heard.reason: said}, f"contact:{contact.id}:{name}"):
                return
    elif heard.confirm and grade in heard.grades:
        _try(parent.id, heard.confirm, {heard.into: heard.grades[grade]}, f"contact:{contact.id}")


def _try(matter: int, move: str, data: dict[str, object], key: str) -> bool:
    """Carry out a move of the system; a matter that has gone on meanwhile, or has older rules, keeps its way."""
    try:
        flow.move(SYSTEM, matter, move, data, key=key)
    except BihuanError:
        return False
    return True


def _open(contact: MatterRow, kind: str, title: str, data: dict[str, object]) -> Receipt:
    """Open what follows from a contact, once. It names no party: who has to act learns why, not who said so."""
    about = matters.by_ids([contact.parent]).get(contact.parent)
    code = about.code if about else contact.code
    filled = {name: value for name, value in data.items() if value}
    return flow.open(
        SYSTEM, kind, {"title": _follow_up_title(title, about, code), "about": code, **filled},
        scope=scope_of(contact), parent=contact.id, key=f"{kind}:{contact.id}",
    )  # fmt: skip


def _contact_title(row: MatterRow, party: int) -> str:
    return _("Call-back: %(what)s") % {"what": titles.of(row, party)}


def _follow_up_title(title: str, about: MatterRow | None, code: str) -> str:
    """Return what follows from a contact is called; whom it was for is not named: the rated reads why, not who."""
    return (title % {"about": f"{code} {titles.of(about)}" if about else code})[:200]


#: Contacts, and what followed from them, whose title names the code of what they are about: all old ones do.
_BY_CODE = """
SELECT m.id, p.id FROM flow_matter m JOIN flow_matter p ON p.id = m.parent AND strpos(m.title, p.code) > 0
WHERE m.kind = %s
UNION ALL
SELECT m.id, p.id FROM flow_matter m JOIN flow_matter c ON c.id = m.parent
  JOIN flow_matter p ON p.id = c.parent AND strpos(m.title, p.code) > 0
WHERE m.kind IN (%s, %s)"""


def name_old() -> int:
    """Call contacts of earlier versions, and what followed from them, by what they are about; return how many."""
    found: dict[int, int] = dict(run(_BY_CODE, (CONTACT, RECALL, RECTIFY)))
    rows = matters.by_ids([*found, *found.values()])
    follow_ups = {RECALL: _("Call back: %(about)s"), RECTIFY: _("Put right: %(about)s")}
    named = {}
    for key, about in found.items():
        row, parent = rows[key], rows[about]
        named[key] = (
            _contact_title(parent, row.party)
            if row.kind == CONTACT
            else _follow_up_title(follow_ups[row.kind], parent, parent.code)
        )
    return bulk.name_anew(SYSTEM, named)


def rectify(recall_ids: list[int]) -> None:
    """Have the rated unit put right what the call-back found."""
    for recall in matters.by_ids(recall_ids).values():
        contact = matters.by_ids([recall.parent])[recall.parent]
        said = open_values(recall.id, ["said"]).values()
        text = next((v.text for v in said if v.state == SHOWN), "")
        detail = "\n".join(filter(None, (_why(contact), text)))
        data = {"unit": recall.value("unit", 0) or contact.value("rated", 0), "detail": detail}
        _open(contact, RECTIFY, _("Put right: %(about)s"), data)


def rectified(rectify_ids: list[int]) -> None:
    """Ask once more, after it was put right."""
    for row in matters.by_ids(rectify_ids).values():
        _try(row.parent, "again", {}, f"again:{row.id}")


def void(matter_ids: list[int]) -> None:
    """Take back the question about matters that are being handled again."""
    for contact in selectors.waiting_for(matter_ids):
        said = _("The matter is being handled again.")
        _try(contact, "void", {"reason": said}, f"void:{contact}")
