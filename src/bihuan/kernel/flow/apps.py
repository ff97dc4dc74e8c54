from django.apps import AppConfig


class FlowConfig(AppConfig):
    name = "bihuan.kernel.flow"
    label = "flow"

    def ready(self) -> None:
        """Let matters follow the calendar."""
        from bihuan.kernel.clock.actions.rippling import follow
        from bihuan.kernel.flow.ripples import Matters

        follow(Matters())
