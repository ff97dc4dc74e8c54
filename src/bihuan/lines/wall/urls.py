"""Addresses of the line, under ``wall/``."""

from django.urls import path

from bihuan.lines.wall.pages import behind, screen, visitors

urlpatterns = [
    path("", screen.wall, name="wall"),
    path("visitors/", visitors.visitors, name="wall_visitors"),
    path("projects/", behind.projects, name="wall_projects"),
    path("matters/", behind.matters, name="wall_matters"),
    path("orders/", behind.orders, name="wall_orders"),
    path("units/<int:ranked>/", behind.unit, name="wall_unit"),
]
