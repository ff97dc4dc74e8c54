from django.apps import AppConfig


class WallConfig(AppConfig):
    name = "bihuan.lines.wall"
    label = "wall"
