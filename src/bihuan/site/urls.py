"""Addresses: the root's own, then each line under its name."""

from django.urls import URLPattern, URLResolver, include, path

from bihuan.site import health
from bihuan.site.discovery import lines

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    *(path(f"{line.name}/", include(line.urls)) for line in lines() if line.urls),
]
