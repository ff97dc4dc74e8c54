from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "bihuan.kernel.meetings"
    label = "meetings"
