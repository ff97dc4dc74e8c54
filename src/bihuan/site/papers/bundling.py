"""All papers a list shows as one PDF: asked for, watched, fetched."""

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.papers import bundles, selectors
from bihuan.site.papers import register, seeing
from bihuan.site.papers.paper import sent
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Progress


@page(permit="post")
def papers_bundle(request: HttpRequest) -> HttpResponseBase:
    """Ask for the papers the list shows, from its first page on."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actor = actor_of(request)
    what = register.sought(request.GET)
    rows, _more = selectors.listed(seeing.ways(actor), what, limit=bundles.MOST)
    made = bundles.ask(actor, [row.id for row in rows if row.number])
    return done(request, reverse("papers_bundle_one", args=[made]))


@page(permit="post")
def papers_bundle_one(request: HttpRequest, bundle: int) -> Page:
    """Show how far the file is."""
    found = bundles.bundle(actor_of(request), bundle)
    words = {
        "waiting": _("Writing the file …"),
        "done": _("The file is ready."),
        "failed": _("The file was not written."),
    }
    download = Action(
        title=_("Download"), href=reverse("papers_bundle_file", args=[bundle]), icon="download", primary=True
    )
    panel = Progress(
        id="progress", title=_("%(n)s papers as one PDF") % {"n": found.whole},
        url=reverse("papers_bundle_one", args=[bundle]), text=words[found.state], part=found.part, whole=found.whole,
        done=found.state == "done", failed=found.error if found.state == "failed" else "",
        action=download if found.state == "done" else None,
    )  # fmt: skip
    return Page(
        title=_("Download"),
        kind="form",
        crumbs=[Crumb(_("Official papers"), reverse("papers"))],
        panels=[panel],
    )


@page(permit="post")
def papers_bundle_file(request: HttpRequest, bundle: int) -> HttpResponseBase:
    """Send the finished file."""
    return sent(bundles.fetch(actor_of(request), bundle), bundles.name_now(), "application/pdf")
