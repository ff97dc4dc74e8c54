"""Addresses of contacts, under ``callbacks/``."""

from django.urls import URLPattern, URLResolver, path

from bihuan.site.callbacks import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.desk, name="callbacks"),
    path("reasons/", pages.reasons, name="callbacks_reasons"),
    path("figures/<str:contact_figure>/<str:contact_part>/", pages.cases, name="callbacks_cases"),
]
