"""Who else may read an instruction: said by who entered it or by its leader; nobody is taken off again."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.selectors.posts import staff_over
from bihuan.kernel.orders import instructions as register
from bihuan.logic.mechanism import said
from bihuan.site.admin.doors import Ask, Told, Values, ask
from bihuan.site.orders.permits import READS
from bihuan.ui.page import Crumb, Page, actor_of, page

_TITLE = said("Let others read it")


@page(permit=READS)
def readers(request: HttpRequest, instruction: int) -> Page | HttpResponseBase:
    """Choose further readers of an instruction; each can read it from then on."""
    actor = actor_of(request)
    row = register.read(actor, instruction)
    if not register.may_let_read(actor, row):
        raise NotFound(_("Who entered it, or the leader, says who else may read it."), where=row.code)
    known = {post for post, _who in register.readers_of(actor, row.id)}
    offered = tuple(
        (str(one.id), f"{one.unit_name} · {one.user_name}")
        for one in staff_over(actor.division)
        if one.id not in known
    )
    form = Form("orders.readers", _TITLE, (
        Field("readers", said("Who else may read it"), "choices", required=True, choices=offered),
    ))  # fmt: skip
    back = reverse("instruction", args=[row.id])

    def act(values: Values) -> Told:
        fresh = register.let_read(actor, row.id, [int(one) for one in values["readers"]])
        return Told(url=back, message=_("%(n)s more may read it now.") % {"n": len(fresh)})

    what = Ask(
        form=form, act=act, back=back, submit=_("Let them read it"), crumbs=[Crumb(row.code, back)],
        intro=_("They see the wording and the scan. It is written down who let whom read it."),
    )  # fmt: skip
    return ask(request, what)
