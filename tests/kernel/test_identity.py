"""Posts: who may act as what, when, and on whose behalf."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.identity import actions, roles, selectors
from bihuan.kernel.identity.actors import SYSTEM, Kind, Scope
from bihuan.kernel.identity.failures import ExpiredPost
from bihuan.kernel.identity.models import Delegation, Post, Role, User
from bihuan.kernel.now import LOCAL, now, travel
from bihuan.kernel.store.sql import run
from tests.kernel import factories as make

DAY = timedelta(days=1)


@pytest.fixture
def admin(db):
    """An administrator over a county that has a town; the role's rights reach no further."""
    make.make_role("office_admin", "scope", ["admin.posts", "admin.organisations"])
    return make.make_actor("office_admin", division=make.make_path("street")["county"])


def test_the_actor_carries_the_post(db):
    county = make.make_path("county")["county"]
    unit = make.make_org("某县项目中心", division=county)
    user = make.make_user("张三")
    post = make.make_post("officer", unit, county, user)
    actor = selectors.actor_of(user)
    assert (actor.kind, actor.user, actor.post, actor.role, actor.unit) == (
        Kind.POST,
        user,
        post,
        "officer",
        unit,
    )
    assert (actor.level, actor.division, actor.delegated_by, actor.title) == ("county", county, 0, "张三")


def test_an_enterprise_account_is_a_party(db):
    unit = make.make_org(kind="enterprise")
    actor = make.make_party(unit)
    assert (actor.kind, actor.party) == (Kind.PARTY, unit)


def test_an_expired_post_acting_is_refused_and_told_when_it_ended(db):
    with travel(date(2025, 6, 1)):
        user = make.make_user()
        post = make.make_post(user=user, valid_until=date(2025, 12, 31))
    with travel(datetime(2025, 12, 31, 23, 59, tzinfo=LOCAL)):
        assert selectors.actor_of(user, post).post == post
    with travel(datetime(2026, 1, 1, tzinfo=LOCAL)):
        with pytest.raises(ExpiredPost) as refused:
            selectors.actor_of(user, post)
        assert refused.value.exit == 4
        assert "2026-01-01 00:00" in refused.value.message
        with pytest.raises(Refused):
            selectors.actor_of(user)


def test_a_post_that_has_not_begun_is_refused(db):
    with travel(date(2026, 3, 2)):
        user = make.make_user()
        post = make.make_post(user=user, valid_from=date(2026, 4, 1))
        with pytest.raises(ExpiredPost):
            selectors.actor_of(user, post)
    with travel(datetime(2026, 4, 1, tzinfo=LOCAL)):
        assert selectors.actor_of(user, post)


def test_somebody_elses_post_is_refused(db):
    post = make.make_post()
    with pytest.raises(Refused) as refused:
        selectors.actor_of(make.make_user(), post)
    assert not isinstance(refused.value, ExpiredPost)


def test_ending_a_post_takes_effect_at_once_with_its_delegations(db):
    user, other = make.make_user(), make.make_user()
    post = make.make_post(user=user)
    actions.delegate(SYSTEM, post, other, valid_until=now() + 9 * DAY, reason="出差")
    assert selectors.actor_of(other, post).delegated_by == user
    actions.end_post(SYSTEM, post)
    for who in (user, other):
        with pytest.raises(ExpiredPost):
            selectors.actor_of(who, post)
    with pytest.raises(Conflict):
        actions.end_post(SYSTEM, post)


def test_a_closed_user_acts_no_more(db):
    user = make.make_user()
    make.make_post(user=user)
    actions.close_user(SYSTEM, user)
    assert selectors.posts_of(user) == []
    with pytest.raises(Refused):
        selectors.actor_of(user)


moments = st.datetimes(datetime(2024, 12, 30), datetime(2027, 1, 3)).map(lambda at: at.replace(tzinfo=UTC))
new_years = st.sampled_from([datetime(year, 12, 31, 16, tzinfo=UTC) for year in (2024, 2025, 2026)])
near_new_year = st.builds(lambda at, s: at + timedelta(seconds=s), new_years, st.integers(-3, 3))
some_moment = moments | near_new_year


class Validity(HypothesisCase):
    """The statement that finds posts agrees with the definition, at every moment."""

    @given(begin=some_moment, length=st.none() | st.integers(1, 800 * 86400), at=some_moment)
    @example(begin=datetime(2025, 1, 1, tzinfo=UTC), length=86400, at=datetime(2025, 1, 2, tzinfo=UTC))
    @settings(max_examples=60, deadline=None)
    def test_valid_from_counts_and_valid_until_does_not(self, begin, length, at):
        until = begin + timedelta(seconds=length) if length else None
        user = make.make_user()
        post = make.make_post(user=user, valid_from=begin, valid_until=until)
        expected = begin <= at and (until is None or at < until)
        assert [row.id for row in selectors.posts_of(user, at)] == ([post] if expected else [])
        assert selectors.post(post).valid(at) is expected

    @given(day=st.dates(date(2024, 12, 28), date(2026, 1, 4)), at=some_moment)
    @settings(max_examples=60, deadline=None)
    def test_a_last_day_counts_wholly_in_beijing(self, day, at):
        user = make.make_user()
        make.make_post(user=user, valid_from=date(2020, 1, 1), valid_until=day)
        assert bool(selectors.posts_of(user, at)) is (at.astimezone(LOCAL).date() <= day)


def test_the_same_post_twice_at_once_is_excluded_by_the_database(db):
    post = Post.objects.get(id=make.make_post(valid_from=date(2026, 1, 1), valid_until=date(2026, 6, 30)))
    key = {"user_id": post.user_id, "organisation_id": post.organisation_id, "role_id": post.role_id,
           "division_id": post.division_id}  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(**key, valid_from=post.valid_until - timedelta(seconds=1))
    with pytest.raises(Conflict):
        actions.appoint(SYSTEM, post.user_id, post.organisation_id, post.role_id, post.division_id,
                        valid_from=date(2026, 6, 30))  # fmt: skip
    assert actions.appoint(SYSTEM, post.user_id, post.organisation_id, post.role_id, post.division_id,
                           valid_from=date(2026, 7, 1))  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_of_two_appointments_at_once_one_wins():
    post = Post.objects.get(id=make.make_post(valid_from=date(2020, 1, 1), valid_until=date(2020, 1, 2)))
    barrier = Barrier(2)

    def appoint(_number: int) -> str:
        try:
            barrier.wait()
            actions.appoint(SYSTEM, post.user_id, post.organisation_id, post.role_id, post.division_id,
                            valid_from=date(2026, 1, 1))  # fmt: skip
            return "won"
        except Conflict:
            return "conflict"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(appoint, range(2))) == ["conflict", "won"]
    assert Post.objects.filter(user_id=post.user_id).count() == 2


def test_the_delegate_has_the_same_rights_and_says_on_whose_behalf(db):
    user, other = make.make_user("李四"), make.make_user("王五")
    role = make.make_role("signer", rights=["export"])
    post = make.make_post(role, user=user, valid_from=date(2026, 1, 1))
    with travel(date(2026, 2, 2)):
        actions.delegate(
            selectors.actor_of(user, post), post, other, valid_until=date(2026, 2, 6), reason="年休假"
        )
        holder, delegate = selectors.actor_of(user, post), selectors.actor_of(other, post)
        same = ("kind", "post", "role", "unit", "level", "division", "party")
        assert [getattr(holder, name) for name in same] == [getattr(delegate, name) for name in same]
        assert (delegate.user, delegate.delegated_by, delegate.title) == (other, user, "王五（代李四）")
        assert holder.delegated_by == 0
    with travel(datetime(2026, 2, 6, 23, 59, tzinfo=LOCAL)):
        assert selectors.actor_of(other, post)
    with travel(date(2026, 2, 7)), pytest.raises(ExpiredPost):
        selectors.actor_of(other, post)


def test_a_delegates_entry_names_the_holder(db):
    user, other = make.make_user(), make.make_user()
    make.make_role("office_admin", "scope", ["admin.posts", "admin.organisations"])
    post = make.make_post("office_admin", user=user)
    actions.delegate(SYSTEM, post, other, valid_until=now() + DAY, reason="出差")
    actor = selectors.actor_of(other, post)
    actions.create_organisation(actor, "某局", "government", division=actor.division)
    sql = "SELECT text FROM ledger_entry WHERE move = 'organisation.create' ORDER BY seq DESC LIMIT 1"
    said = json.loads(run(sql)[0][0])["actor"]
    assert (said["user"], said["delegated_by"], said["post"]) == (other, user, post)


def test_delegations_do_not_chain(db):
    user, other, third = (make.make_user() for _ in range(3))
    post = make.make_post(user=user)
    actions.delegate(SYSTEM, post, other, valid_until=now() + DAY, reason="出差")
    with pytest.raises(Refused):
        actions.delegate(selectors.actor_of(other, post), post, third, valid_until=now() + DAY, reason="出差")
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.create(post_id=post, from_user_id=other, to_user_id=third, reason="转托",
                                  valid_from=now() + 5 * DAY, valid_until=now() + 6 * DAY)  # fmt: skip


def test_delegations_to_oneself_overlapping_or_outlasting_are_refused(db):
    user, other, third = (make.make_user() for _ in range(3))
    post = make.make_post(user=user, valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31))
    with travel(date(2026, 5, 6)):
        with pytest.raises(BadInput):
            actions.delegate(SYSTEM, post, user, valid_until=date(2026, 5, 8), reason="会议")
        with pytest.raises(BadInput):
            actions.delegate(SYSTEM, post, other, valid_until=date(2027, 1, 1), reason="会议")
        with pytest.raises(BadInput):
            actions.delegate(SYSTEM, post, other, valid_until=date(2026, 5, 8), reason=" ")
        given_id = actions.delegate(SYSTEM, post, other, valid_until=date(2026, 5, 8), reason="会议")
        with pytest.raises(Conflict):
            actions.delegate(SYSTEM, post, third, valid_from=date(2026, 5, 8), valid_until=date(2026, 5, 9),
                             reason="会议")  # fmt: skip
        actions.end_delegation(selectors.actor_of(user, post), given_id)
        with pytest.raises(ExpiredPost):
            selectors.actor_of(other, post)
        assert actions.delegate(SYSTEM, post, third, valid_until=date(2026, 5, 9), reason="会议")
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.create(post_id=post, from_user_id=user, to_user_id=user, reason="自己",
                                  valid_from=now() + 500 * DAY, valid_until=now() + 501 * DAY)  # fmt: skip


def test_an_administrator_reaches_only_the_own_divisions(admin):
    street = make.make_division("某镇", "street", admin.division)
    user = make.make_user()
    make.make_role("clerk")
    assert actions.appoint(admin, user, make.make_org(), "clerk", street)
    with pytest.raises(Refused):
        actions.appoint(admin, user, make.make_org(), "clerk", make.make_division())
    with pytest.raises(Refused):
        actions.create_organisation(admin, "外县某局", "government", division=make.make_division())


def test_nobody_gives_rights_beyond_the_own(admin):
    make.make_role("tree_admin", "scope", ["admin.posts", "admin.divisions"])
    with pytest.raises(Refused):
        actions.appoint(admin, admin.user, admin.unit, "tree_admin", admin.division)
    mighty = make.make_user()
    make.make_post("tree_admin", division=admin.division, user=mighty)
    with pytest.raises(Refused):
        actions.set_password(admin, mighty, "correct horse battery")


def test_without_the_right_nothing_is_written(db):
    clerk, other = make.make_actor("clerk"), make.make_user()
    before = make.admin_entries()
    for act in (
        lambda: actions.create_user(clerk, "new", "新人"),
        lambda: actions.create_organisation(clerk, "某局", "government"),
        lambda: actions.add_division(clerk, "某县", "county"),
        lambda: actions.import_divisions(clerk, [("43", "湖南省")]),
        lambda: actions.end_post(clerk, clerk.post),
        lambda: actions.set_password(clerk, other, "correct horse battery"),
    ):
        with pytest.raises(Refused):
            act()
    assert make.admin_entries() == before


def test_a_taken_login_name_is_a_conflict_and_leaves_nothing(db):
    actions.create_user(SYSTEM, "zhangsan", "张三")
    before = make.admin_entries()
    with pytest.raises(Conflict):
        actions.create_user(SYSTEM, "zhangsan", "张三丰")
    assert make.admin_entries() == before
    assert User.objects.filter(username="zhangsan").count() == 1


def test_a_password_is_ones_own_to_set(db):
    user = make.make_user()
    make.make_post(user=user)
    actions.set_password(selectors.actor_of(user), user, "correct horse battery")
    assert User.objects.get(id=user).check_password("correct horse battery")


def test_who_holds_a_role_over_a_place_is_found_at_the_nearest_level(db):
    path = make.make_path("community")
    scope = selectors.scope_of(path["community"])
    county = make.make_post("chair", division=path["county"])
    make.make_post("chair", division=path["city"])
    make.make_post("chair", division=make.make_division("别县", "county", path["city"]))
    assert [row.id for row in selectors.find_posts("chair", scope)] == [county]
    street = [make.make_post("chair", division=path["street"]) for _ in range(2)]
    assert [row.id for row in selectors.find_posts("chair", scope)] == street
    assert selectors.find_posts("nobody_is", scope) == []
    assert selectors.find_posts("chair", Scope()) == []
    for post in street:
        actions.end_post(SYSTEM, post)
    assert [row.id for row in selectors.find_posts("chair", scope)] == [county]


def test_posts_in_a_unit(db):
    unit = make.make_org()
    first, second = make.make_post("clerk", unit), make.make_post("chair", unit)
    make.make_post("clerk")
    assert [row.id for row in selectors.posts_in(unit)] == [first, second]
    assert [row.id for row in selectors.posts_in(unit, role="chair")] == [second]


def test_roles_are_mirrored_and_those_gone_become_inactive(db, monkeypatch):
    monkeypatch.setattr(roles, "_roles", {})
    roles.register(roles.Role("a", "Role A", "scope", frozenset({"export"}), "projects"))
    assert actions.sync_roles() >= 1
    assert actions.sync_roles() == 0
    row = Role.objects.get(name="a")
    assert (row.title, row.sees, row.rights, row.line) == ("Role A", "scope", ["export"], "projects")
    roles._roles.clear()
    assert actions.sync_roles() == 1
    assert not Role.objects.get(name="a").is_active
    with pytest.raises(BadInput):
        actions.appoint(SYSTEM, make.make_user(), make.make_org(), "a", make.make_division())


def test_a_declared_role_needs_no_sync_to_be_given(db, monkeypatch):
    monkeypatch.setattr(roles, "_roles", {})
    roles.register(roles.Role("fresh", "Fresh", "own"))
    actions.appoint(SYSTEM, make.make_user(), make.make_org(), "fresh", make.make_division())
    assert Role.objects.get(name="fresh").sees == "own"


def test_the_administrative_chain_is_one_and_unbroken(db):
    make.make_post()
    make.make_post()
    rows = run(
        """SELECT e.seq, encode(e.hash, 'hex'), e.text::jsonb ->> 'prev' FROM ledger_entry e
           JOIN identity_adminchain c ON c.id = e.chain_id ORDER BY e.seq"""
    )
    chains = run("SELECT seq, encode(head, 'hex') FROM identity_adminchain")
    assert chains == [(len(rows), rows[-1][1])]
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert [row[2] for row in rows] == ["", *(row[1] for row in rows[:-1])]


def test_an_unknown_post_is_not_found(db):
    with pytest.raises(NotFound):
        selectors.post(987654321)
