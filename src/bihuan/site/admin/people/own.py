"""One's own posts: who stands in while one is away, and tokens for programs that act as them."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Conflict, NotFound
from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity.rights import has_right
from bihuan.kernel.now import now
from bihuan.site.admin import permits
from bihuan.site.admin.doors import Ask, Sure, Told, ask, sure
from bihuan.site.admin.people import actions, forms, panels, selectors
from bihuan.site.admin.people.posts import title_of
from bihuan.site.admin.people.selectors import PostLine
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Alert, Column, Empty, Facts, Table

#: How long a token lives unless somebody says otherwise.
_DAYS = 90


@page(permit="signed_in")
def my_posts(request: HttpRequest) -> Page:
    """Show one's own posts, who stands in for them, and their tokens."""
    posts = actions.own_posts(actor_of(request))
    ids = [post.id for post in posts]
    names = {post.id: title_of(post) for post in posts}
    make = Action(title=_("Make a token"), href=reverse("token_add"), icon="plus")
    table = Table(
        id="posts",
        title=_("Posts"),
        rows=posts,
        empty=Empty(text=_("You hold no valid post. Ask your administrator to appoint you.")),
        columns=[
            Column(_("Post"), title_of, head=True),
            Column(_("Over"), "division_name"),
            Column(_("Begins"), panels.first_day),
            Column(_("Last day"), panels.last_day),
            Column(_("State"), panels.state),
            Column(_("Action"), _stand),
        ],
    )
    found = [
        table,
        panels.standings_table(selectors.standings(ids), actions=True),
        panels.keys_table(selectors.keys(ids), posts=names, actions=(make,) if posts else ()),
    ]
    return Page(title=_("My posts"), panels=found)


def _stand(row: PostLine) -> Any:
    return cells.To(_("Let somebody stand in"), reverse("post_delegate", args=[row.id]))


@page(permit="signed_in")
def token_add(request: HttpRequest) -> Page | HttpResponseBase:
    """Make a token for one's own post; it is shown once."""
    actor = actor_of(request)
    posts = actions.own_posts(actor)
    if not posts:
        raise NotFound(_("You hold no valid post. Ask your administrator to appoint you."), where="post")
    back = reverse("my_posts")

    def act(values: dict[str, Any]) -> Told:
        post, days = int(values["post"]), values["days"]
        _id, raw = actions.make_token(actor, post, values["name"], values["abilities"], days)
        again = _("This token was made already and shown once. Revoke it and make another if it is lost.")
        return Told(url=back, message=_("The token is made."), page=_secret(values["name"], raw), again=again)

    start = {"post": str(posts[0].id), "days": str(_DAYS)}
    form = forms.token([(str(post.id), title_of(post)) for post in posts], actions.abilities(posts))
    intro = _("A program that sends this token acts as your post. Give it the least it needs.")
    crumbs = [Crumb(_("My posts"), back)]
    what = Ask(form=form, act=act, back=back, crumbs=crumbs, start=start, submit=_("Make it"), intro=intro)
    return ask(request, what)


def _secret(name: str, raw: str) -> Page:
    back = reverse("my_posts")
    return Page(
        title=_("Token: %(name)s") % {"name": name},
        kind="form",
        crumbs=[Crumb(_("My posts"), back)],
        panels=[
            Alert(id="once", tone="warn", text=_("This token is shown this once. Copy it now.")),
            Facts(
                id="secret", title=_("To copy"), columns=1,
                items=[(_("Token"), cells.Tag(raw)), (_("Sent as"), "Authorization: Bearer …")],
                action=Action(title=_("Done"), href=back, primary=True),
            ),
        ],
    )  # fmt: skip


@page(permit="signed_in")
def token_revoke(request: HttpRequest, token: int) -> Page | HttpResponseBase:
    """Revoke a token: its programs stop working at once."""
    actor = actor_of(request)
    row, post = actions.find_key(actor, token)
    own = post.user == actor.user or not has_right(actor, permits.POSTS)
    back = reverse("my_posts") if own else panels.post_href(post.id)

    def act() -> Told:
        if row.state(now()) == "expired":
            raise Conflict(_("This token has expired; nothing needs to be revoked."), where="token")
        identity.revoke_token(actor, row.id)
        return Told(url=back, message=_("The token is revoked."))

    text = _("Programs that use “%(name)s” are turned away at once.") % {"name": row.name}
    title = _("Revoke a token")
    return sure(
        request,
        Sure(
            title=title,
            text=text,
            button=_("Revoke it"),
            act=act,
            back=back,
            crumbs=[Crumb(title_of(post), back)],
        ),
    )
