"""Addresses of links: short, for they are read out and typed."""

from django.urls import URLPattern, URLResolver, path

from bihuan.site.links import issuing, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("l/", pages.enter, name="link_enter"),
    path("l/<str:link_code>/", pages.link_page, name="link"),
    path("l/<str:link_code>/<int:link_matter>/<str:link_move>/", pages.link_move, name="link_move"),
    path("matters/<str:code>/links/", issuing.links, name="matter_links"),
    path("matters/<str:code>/links/<int:link>/revoke/", issuing.revoke, name="link_revoke"),
]
