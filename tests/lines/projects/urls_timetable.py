"""The site with the timetable's pages, whatever else of the line is there."""

from django.http import HttpResponse
from django.urls import include, path
from ninja import NinjaAPI

from bihuan.lines.projects.timetables.api import router
from bihuan.site.api import root
from bihuan.site.urls import urlpatterns as site

api = NinjaAPI(urls_namespace="timetables", docs_url=None)
for kind, handler in root.api._exception_handlers.items():
    api.add_exception_handler(kind, handler)
api.add_router("/projects", router)


def blank(request, project=0):
    return HttpResponse()


urlpatterns = [
    path("api/t/", api.urls),
    path("projects/", include("bihuan.lines.projects.timetables.urls")),
    *site,
    path("projects/", blank, name="projects"),
    path("projects/import/", blank, name="projects_import"),
    path("projects/<int:project>/", blank, name="project"),
]
