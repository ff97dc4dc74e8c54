from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "bihuan.kernel.search"
    label = "search"
