from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "bihuan.kernel.people"
    label = "people"

    def ready(self) -> None:
        from bihuan.kernel.content.actions import purge_hooks
        from bihuan.kernel.people.actions import forget

        if forget not in purge_hooks:
            purge_hooks.append(forget)
