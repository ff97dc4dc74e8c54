from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "bihuan.lines.projects"
    label = "projects"
