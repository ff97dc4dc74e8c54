"""Addresses of the line, under ``enterprise/``."""

from django.urls import URLPattern, URLResolver, path

from bihuan.lines.enterprise.pages import board, home, intake, joining

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="enterprise_home"),
    path("raise/", home.raise_need, name="enterprise_raise"),
    path("board/", board.board, name="enterprise_board"),
    path("take-in/", intake.take_in, name="enterprise_take_in"),
    path("invitations/", joining.invitations, name="enterprise_invitations"),
    path("join/", joining.join, name="enterprise_join"),
]
