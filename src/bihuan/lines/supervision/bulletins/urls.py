"""Addresses of bulletins, under ``supervision/bulletins/``."""

from django.urls import URLPattern, URLResolver, path

from bihuan.lines.supervision.bulletins import case_pages, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.bulletins, name="supervision_bulletins"),
    path("new/", pages.new, name="supervision_bulletin_new"),
    path("<int:bulletin>/", pages.bulletin, name="supervision_bulletin"),
    path("<int:bulletin>/cases/<str:counted>/", case_pages.cases, name="supervision_bulletin_cases"),
]
