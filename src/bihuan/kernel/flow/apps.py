from django.apps import AppConfig


class FlowConfig(AppConfig):
    name = "bihuan.kernel.flow"
    label = "flow"

    def ready(self) -> None:
        """Let matters follow the calendar, and forget titles whose content is erased."""
        from bihuan.kernel.clock.actions.rippling import follow
        from bihuan.kernel.content.actions import purge_hooks
        from bihuan.kernel.flow.ripples import Matters, forget_title

        follow(Matters())
        if forget_title not in purge_hooks:
            purge_hooks.append(forget_title)
