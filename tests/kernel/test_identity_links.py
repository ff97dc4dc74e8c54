"""Links: one matter by a code, throttled, expiring, taken back; never more than was given."""

from datetime import timedelta

import pytest
from django.db import InternalError, ProgrammingError

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.writing import _BLANK
from bihuan.kernel.identity import actions, rights, selectors
from bihuan.kernel.identity.actors import SYSTEM, Actor, Kind
from bihuan.kernel.identity.failures import BadLink, TooManyTries
from bihuan.kernel.identity.selectors.links import DIGITS, check_digit, plain, spoken
from bihuan.kernel.identity.selectors.posts import FAILURE_WINDOW_SECONDS, FAILURES_ALLOWED
from bihuan.kernel.now import now, travel
from bihuan.kernel.permits.rules import Branch, branches, may, sees, sees_field
from bihuan.kernel.store.sql import atomic, run
from bihuan.logic.mechanism import Grant
from tests.kernel import factories as make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HERE, THERE = "10.0.0.1", "10.0.0.2"


def matter(**columns) -> MatterRow:
    return MatterRow(**{**_BLANK, "created": now(), "moved": now(), **columns})


def issue(matter=7, **more) -> str:
    return actions.issue_link(SYSTEM, matter, valid_until=now() + 30 * DAY, **more)


def events(matter=7) -> list[str]:
    sql = "SELECT e.what FROM identity_linkevent e JOIN identity_link k ON k.id = e.link_id WHERE k.matter_id = %s"
    return [row[0] for row in run(f"{sql} ORDER BY e.id", (matter,))]


def wrong_code(n: int) -> str:
    digits = f"{n:0{DIGITS - 1}d}"
    return digits + check_digit(digits)


def test_a_code_opens_its_matter_and_only_its_hash_is_kept():
    firm = make.make_org(kind="enterprise")
    code = issue(party=firm, purpose="answer")
    link, actor = actions.enter_by_link(spoken(code), HERE)
    assert (link.matter, link.party, link.purpose) == (7, firm, "answer")
    assert (actor.kind, actor.matter, actor.party, actor.unit, actor.role) == (
        Kind.LINK,
        7,
        firm,
        firm,
        "answer",
    )
    assert len(code) == DIGITS
    assert code.encode() not in bytes(run("SELECT hash FROM identity_link")[0][0])
    assert events() == ["issued", "seen"]


@pytest.mark.parametrize(
    "typed", ["{0}", " {0} ", "{0:.4}-{1:.4}-{2:.4}-{3:.4}", "{0:.4} {1:.4} {2:.4} {3:.4}"]
)
def test_a_code_is_read_as_people_type_it(typed):
    code = issue()
    parts = [code, *(code[n:] for n in (4, 8, 12))]
    text = typed.format(*parts)
    assert plain(text) == code
    assert plain(text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))) == code


def test_a_mistyped_code_is_told_so_and_does_not_count():
    code = issue()
    swapped = next(
        code[:n] + code[n + 1] + code[n] + code[n + 2 :] for n in range(DIGITS) if code[n] != code[n + 1]
    )
    for text in (swapped, code[:-1], "", "四五六七"):
        with pytest.raises(BadLink) as refusal:
            actions.enter_by_link(text, HERE)
        assert refusal.value.where == "mistyped"
    assert run("SELECT count(*) FROM identity_failures") == [(0,)]


def test_guessing_ends_unheard_and_only_for_that_address():
    code = issue()
    for n in range(FAILURES_ALLOWED):
        with pytest.raises(BadLink):
            actions.enter_by_link(wrong_code(n), HERE)
    with pytest.raises(TooManyTries):
        actions.enter_by_link(code, HERE)
    assert actions.enter_by_link(code, THERE)[0].matter == 7
    with travel(now() + timedelta(seconds=FAILURE_WINDOW_SECONDS + 1)):
        assert actions.enter_by_link(code, HERE)[0].matter == 7


def test_an_expired_and_a_revoked_link_say_so_and_are_logged():
    old, gone = issue(1), issue(2)
    clerk = make.make_actor("linker_none")
    link = selectors.links_of(2)[0].id
    with pytest.raises(Refused):
        actions.revoke_link(clerk, link, 2)
    with pytest.raises(NotFound):
        actions.revoke_link(SYSTEM, link, 1)
    actions.revoke_link(SYSTEM, link, 2)
    with pytest.raises(Conflict):
        actions.revoke_link(SYSTEM, link, 2)
    with pytest.raises(BadLink, match="taken back"):
        actions.enter_by_link(gone, HERE)
    with travel(now() + 31 * DAY), pytest.raises(BadLink, match="expired"):
        actions.enter_by_link(old, HERE)
    assert events(2) == ["issued", "revoked", "refused"]
    assert events(1) == ["issued", "refused"]
    assert run("SELECT count(*) FROM identity_failures") == [(0,)], "who holds a real code is no guesser"


def test_a_forwarded_link_shows():
    code = issue()
    for address in (HERE, HERE, THERE):
        actions.enter_by_link(code, address)
    assert events() == ["issued", "seen", "seen"], "the same address within five minutes once"
    assert selectors.links_of(7)[0].places == 2


def test_who_may_issue_and_for_how_long():
    make.make_role("linker", "scope", ["links.issue"])
    with pytest.raises(Refused):
        actions.issue_link(make.make_actor("linker_none"), 7, valid_until=now() + DAY)
    with pytest.raises(Refused):
        actions.issue_link(
            selectors.link_actor(selectors.links_of(7)[0]) if issue() else SYSTEM, 7, valid_until=now() + DAY
        )
    post = make.make_actor("linker")
    for until in (now(), now() + 400 * DAY):
        with pytest.raises(BadInput):
            actions.issue_link(post, 7, valid_until=until)
    with pytest.raises(ValueError, match="purpose"):
        actions.issue_link(post, 7, purpose="linker", valid_until=now() + DAY)
    first = actions.issue_link(post, 8, valid_until=now() + DAY, key="once")
    assert actions.issue_link(post, 8, valid_until=now() + DAY, key="once") == first
    assert len(selectors.links_of(8)) == 1
    assert actions.issue_link(make.make_actor("linker"), 8, valid_until=now() + DAY, key="once") != first


def test_the_log_only_grows():
    issue()
    for sql in ("UPDATE identity_linkevent SET what = 'x'", "DELETE FROM identity_linkevent"):
        with pytest.raises((InternalError, ProgrammingError)), atomic():
            run(sql)


def test_a_link_stands_only_to_its_own_matter():
    issue(7, party=3, purpose="track")
    link = selectors.link_actor(selectors.links_of(7)[0])
    own, other = matter(id=7, party=3, holder_unit=3), matter(id=8, party=3, holder_unit=3)
    assert branches(link) == (Branch("id", 7),)
    assert (sees(link, own), sees(link, other)) == (True, False)
    for relation in ("", "party", "holder", "link"):
        grant = [Grant(kind="link", relation=relation)]
        assert (may(link, grant, own), may(link, grant, other)) == (True, False)
    assert not may(link, [Grant(kind="link", role="answer")], own), "issued for another purpose"
    assert not may(link, [Grant(relation="holder")], own), "what a post may a link may not"
    assert not may(Actor(Kind.PARTY, party=3), [Grant(kind="link", relation="link")], own)
    for cls in ("personal", "sensitive", "sealed"):
        assert not sees_field(link, cls, own), "a link can be passed on"
    assert sees_field(link, "open", own)
    assert rights.rights_of(link) == frozenset()
