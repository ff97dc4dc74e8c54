from django.apps import AppConfig


class AgencyConfig(AppConfig):
    name = "bihuan.lines.agency"
    label = "agency"
