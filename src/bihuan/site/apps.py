from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "bihuan.site"
    label = "site"
