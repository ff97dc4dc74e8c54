"""Addresses of the line, under ``enterprise/``."""

from django.urls import URLPattern, URLResolver, path

from bihuan.lines.enterprise.pages import board, by_link, home, intake, joining

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="enterprise_home"),
    path("raise/", home.raise_need, name="enterprise_raise"),
    path("by-link/<str:link_code>/", by_link.raise_need, name="enterprise_by_link"),
    path("board/", board.board, name="enterprise_board"),
    path("take-in/", intake.take_in, name="enterprise_take_in"),
    path("invitations/", joining.invitations, name="enterprise_invitations"),
    path("join/", joining.join, name="enterprise_join"),
]
