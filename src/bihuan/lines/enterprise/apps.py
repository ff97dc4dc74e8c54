from django.apps import AppConfig


class EnterpriseConfig(AppConfig):
    name = "bihuan.lines.enterprise"
    label = "enterprise"
