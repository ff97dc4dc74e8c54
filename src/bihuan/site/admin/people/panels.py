"""Tables of posts, stand-ins and tokens, the same wherever they stand."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.now import local, now
from bihuan.site.admin.people import selectors
from bihuan.site.admin.people.selectors import Key, PostLine, Posts, Standing
from bihuan.site.admin.words import role_title
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.panels import Action, Column, Empty, Pager, Table

_DAY = timedelta(days=1)


def person_href(user: int) -> str:
    """Return the address of a person."""
    return reverse("admin_person", args=[user])


def post_href(post: int) -> str:
    """Return the address of a post."""
    return reverse("admin_post", args=[post])


def state(row: PostLine) -> Any:
    """Return the state of a post as a tag; who stands in for it beside it."""
    tags = {
        "valid": cells.Tag(_("valid"), "good"),
        "soon": cells.Tag(_("ends soon"), "warn"),
        "ended": cells.Tag(_("ended"), "quiet"),
        "coming": cells.Tag(_("not begun"), "info"),
    }
    marks: list[Any] = [tags[row.state]]
    if row.stand_in:
        marks.append(cells.Tag(_("%(name)s stands in") % {"name": row.stand_in}, "info"))
    if not row.user_active:
        marks.append(cells.Tag(_("account closed"), "bad"))
    return cells.Row(marks)


def last_day(row: PostLine | Standing) -> Any:
    """Return the last day of a period that ends with a day, else the moment it ends."""
    until = row.valid_until
    if until is None:
        return cells.Quiet(_("until ended"))
    at = local(until)
    if (at.hour, at.minute, at.second) == (0, 0, 0):
        return fmt.day(local(until).date() - _DAY)
    return until


def first_day(row: PostLine | Standing) -> Any:
    """Return the day a period begins."""
    return local(row.valid_from).date()


def posts_table(
    rows: list[PostLine],
    *,
    id: str = "posts",
    title: str = "",
    without: tuple[str, ...] = (),
    pager: Pager | None = None,
    empty: str = "",
    actions: tuple[Action, ...] = (),
) -> Table:
    """Return a table of posts; ``without`` leaves out what the page says anyway: unit or person."""
    columns = {
        "unit": Column(_("Organisation"), "unit_name", head="person" in without),
        "person": Column(_("Person"), "user_name", head=True, link=lambda row: post_href(row.id)),
        "role": Column(_("Role"), lambda row: role_title(row.role), link=lambda row: post_href(row.id)),
        "division": Column(_("Over"), lambda row: cells.Hint(row.division_short, row.division_name)),
        "from": Column(_("Begins"), first_day),
        "until": Column(_("Last day"), last_day),
        "state": Column(_("State"), state),
    }
    return Table(
        id=id,
        title=title,
        caption=_("Posts"),
        rows=rows,
        row_href=lambda row: post_href(row.id),
        pager=pager,
        actions=actions,
        empty=Empty(text=empty or _("No posts."), icon="people"),
        columns=[column for name, column in columns.items() if name not in without],
    )


def posts_of_unit(unit: int) -> Table:
    """Return the posts of an organisation, the valid ones and those to come."""
    rows = [
        *selectors.posts(SYSTEM, Posts(unit=unit), limit=500)[0],
        *selectors.posts(SYSTEM, Posts(unit=unit, state="coming"), limit=500)[0],
    ]
    return posts_table(rows, title=_("Posts"), without=("unit",), empty=_("Nobody holds a post here."))


def standings_table(rows: list[Standing], *, actions: bool, title: str = "") -> Table:
    """Return who stands in for whom; with ``actions`` a way to end what still holds."""
    moment = now()
    columns = [
        Column(_("Who stands in"), "to_name", head=True),
        Column(_("Stands in for"), "from_name"),
        Column(_("Begins"), first_day),
        Column(_("Last day"), last_day),
        Column(_("Why"), "reason"),
        Column(_("State"), lambda row: _holds(row, moment)),
    ]
    if actions:
        columns.append(Column(_("Action"), lambda row: _end_standing(row, moment)))
    return Table(
        id="standings", title=title or _("Standing in while absent"), rows=rows, columns=columns,
    )  # fmt: skip


def _holds(row: Standing, moment: datetime) -> Any:
    if row.valid_until <= moment:
        return cells.Tag(_("over"), "quiet")
    return cells.Tag(_("holds"), "good") if row.valid_from <= moment else cells.Tag(_("not begun"), "info")


def _end_standing(row: Standing, moment: datetime) -> Any:
    if row.valid_until <= moment:
        return ""
    return cells.To(_("End standing in"), reverse("admin_standing_end", args=[row.id]))


def keys_table(
    rows: list[Key], *, posts: dict[int, str] | None = None, actions: tuple[Action, ...] = ()
) -> Table:
    """Return tokens with a way to revoke what still works; ``posts`` names them when there are several."""
    moment = now()
    named = [Column(_("Acts as"), lambda row: (posts or {}).get(row.post, ""))] if posts else []
    return Table(
        id="tokens",
        title=_("Tokens for programs"),
        rows=rows,
        actions=actions,
        columns=[
            Column(_("What for"), "name", head=True),
            Column(_("Begins with"), "prefix"),
            *named,
            Column(_("May"), lambda row: "、".join(row.abilities)),
            Column(_("Valid until"), "expires_at"),
            Column(_("Last used"), lambda row: row.used_at or cells.Quiet(_("never"))),
            Column(_("State"), lambda row: _key_state(row, moment)),
            Column(_("Action"), lambda row: _revoke(row, moment)),
        ],
    )


def _key_state(row: Key, moment: datetime) -> Any:
    return {
        "valid": cells.Tag(_("valid"), "good"),
        "expired": cells.Tag(_("expired"), "quiet"),
        "revoked": cells.Tag(_("revoked"), "bad"),
    }[row.state(moment)]


def _revoke(row: Key, moment: datetime) -> Any:
    if row.state(moment) != "valid":
        return ""
    return cells.To(_("Revoke"), reverse("token_revoke", args=[row.id]))
