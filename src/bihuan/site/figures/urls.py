"""Addresses of figures, under ``figures/``."""

from django.urls import URLPattern, URLResolver, path

from bihuan.site.figures import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.overview, name="figures"),
    path("<str:counted_figure>/", pages.one, name="figure"),
]
