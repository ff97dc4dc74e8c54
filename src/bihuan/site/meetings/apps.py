from django.apps import AppConfig


class MeetingPagesConfig(AppConfig):
    name = "bihuan.site.meetings"
    label = "meeting_pages"

    def ready(self) -> None:
        """Make the permits of these pages known."""
        from bihuan.site.meetings import permits

        permits.register()
