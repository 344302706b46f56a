"""The archive's own app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "年报库"

    def ready(self) -> None:
        from .roles import prepare_roles  # needs the models of the apps that are ready only now

        post_migrate.connect(prepare_roles, sender=self)
