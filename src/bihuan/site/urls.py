"""Addresses: the root's own, then each line under its name."""

from django.urls import URLPattern, URLResolver, include, path

from bihuan.site import health
from bihuan.site.api.root import api
from bihuan.site.discovery import lines
from bihuan.site.pages import (
    downloads,
    files,
    glossary,
    lists,
    matter,
    mechanisms,
    moves,
    notices,
    receipts,
    search,
    workbench,
)
from bihuan.site.papers import check

urlpatterns: list[URLPattern | URLResolver] = [
    # First: programs ask the most often, and each address is looked for from the top.
    path("api/v1/", api.urls),
    path("", workbench.home, name="home"),
    path("post/", matter.switch_post, name="switch_post"),
    path("search/", search.search_page, name="search"),
    path("notices/", notices.notices, name="notices"),
    path("matters/", lists.matters, name="matters"),
    path("exports/matters.csv", downloads.matters, name="matters_export"),
    path("matters/<str:code>/", matter.matter, name="matter"),
    path("matters/<str:code>/receipt/", receipts.receipt, name="receipt"),
    path("matters/<str:code>/reveal/", moves.matter_reveal, name="matter_reveal"),
    path("matters/<str:code>/moves/<str:name>/", moves.matter_move, name="matter_move"),
    path("words/", glossary.glossary, name="glossary"),
    path("", include("bihuan.site.links.urls")),
    path("callbacks/", include("bihuan.site.callbacks.urls")),
    path("mechanisms/", mechanisms.mechanisms, name="mechanisms"),
    path("mechanisms/<str:name>/", mechanisms.mechanism, name="mechanism"),
    path("orders/", include("bihuan.site.orders.urls")),
    path("papers/", include("bihuan.site.papers.urls")),
    path("check/", check.check_start, name="check_start"),
    path("check/<str:check_code>/", check.check, name="check"),
    path("admin/", include("bihuan.site.admin.urls")),
    path("", include("bihuan.site.notices.urls")),
    path("meetings/", include("bihuan.site.meetings.urls")),
    path("figures/", include("bihuan.site.figures.urls")),
    path("files/<int:file_id>/", files.file, name="file"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.figures, name="metrics"),
    path("enter/", include("bihuan.site.entrance.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    *(path(f"{line.name}/", include(line.urls)) for line in lines() if line.urls),
]

handler400 = "bihuan.ui.errors.bad_request"
handler403 = "bihuan.ui.errors.forbidden"
handler404 = "bihuan.ui.errors.not_found"
handler500 = "bihuan.ui.errors.broken"
