"""Addresses of other systems' logins, under ``enter/``."""

from django.urls import URLPattern, path

from bihuan.site.entrance import pages

urlpatterns: list[URLPattern] = [
    path("", pages.enter, name="enter"),
    path("oidc/", pages.oidc, name="enter_oidc"),
    path("oidc/back/", pages.oidc_back, name="enter_oidc_back"),
    path("oidc/leave/", pages.oidc_leave, name="enter_oidc_leave"),
    path("cas/", pages.cas, name="enter_cas"),
    path("cas/back/", pages.cas_back, name="enter_cas_back"),
    path("ticket/", pages.ticket, name="enter_ticket"),
]
