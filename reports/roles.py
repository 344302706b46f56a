"""The three roles, as Django groups: written down here, put into the database after every migration."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

EDITOR, PUBLISHER, ADMINISTRATOR = "编辑", "审核发布", "管理员"

# Uploads, reviews, adds a court that is missing; may look at the records.
EDITOR_MAY = {
    "reports.add_sourcefile",
    "reports.review_report",
    "reports.add_court",
    "reports.view_sourcefile",
    "reports.view_report",
    "reports.view_event",
    "reports.view_court",
    "reports.view_courtname",
    "reports.view_region",
    "reports.view_regionchange",
    "reports.view_theme",
    "reports.view_indicatorkind",
}
# Also decides what the public sees.
PUBLISHER_MAY = EDITOR_MAY | {"reports.publish_report"}
# Also looks after reference data and accounts. Nobody deletes an account: it is disabled, so that history keeps its name.
ADMINISTRATOR_MAY = PUBLISHER_MAY | {
    "reports.change_court",
    "reports.add_courtname",
    "reports.change_courtname",
    "reports.delete_courtname",
    "reports.add_region",
    "reports.change_region",
    "reports.add_theme",
    "reports.change_theme",
    "reports.add_indicatorkind",
    "reports.change_indicatorkind",
    "auth.view_user",
    "auth.add_user",
    "auth.change_user",
}
ROLES = {EDITOR: EDITOR_MAY, PUBLISHER: PUBLISHER_MAY, ADMINISTRATOR: ADMINISTRATOR_MAY}


def prepare_roles(sender: AppConfig, **kwargs: Any) -> None:
    """Make the groups exactly what is written above."""
    for name, allowed in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        wanted = Q()
        for label in allowed:
            app, codename = label.split(".")
            wanted |= Q(content_type__app_label=app, codename=codename)
        group.permissions.set(Permission.objects.filter(wanted))
