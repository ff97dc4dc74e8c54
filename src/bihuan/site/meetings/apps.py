from django.apps import AppConfig


class MeetingPagesConfig(AppConfig):
    name = "bihuan.site.meetings"
    label = "meeting_pages"

    def ready(self) -> None:
        """Make the permits and figures of these pages known."""
        from bihuan.site.meetings import figures, permits

        assert figures.ALL  # its import makes them known
        permits.register()
