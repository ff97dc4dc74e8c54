from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "bihuan.kernel.content"
    label = "content"
    #: Tables the application's role may only INSERT into and SELECT from.
    insert_only = ("content_value", "content_reading")
