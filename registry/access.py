"""Who may do what, where: the one place.

Fetching is the check: a view takes its rows from `visible_to(user, permission)`, and a
row that is not visible does not exist (404). Memberships are read anew each time, so a
right that ends has ended at the next request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils import timezone

from registry.coded import Coded, _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from registry.models import Membership, User

Person: TypeAlias = "User | AnonymousUser"


class Permission(Coded):
    """What a person may do."""

    VIEW_RECORDS = "view_records", _("see participants' records")
    ENTER_DATA = "enter_data", _("enter and change records")
    READ_INDEX_DATE = "read_index_date", _("read the sealed index date")
    VERIFY_RECORDS = "verify_records", _("verify, query and lock records")
    RUN_REPORTS = "run_reports", _("run reports")
    VIEW_ACCESS = "view_access", _("see who has access and whether the audit holds")


class Role(Coded):
    """What a person is, at a site or at all sites."""

    COORDINATOR = "coordinator", _("coordinator")
    MONITOR = "monitor", _("monitor")
    INVESTIGATOR = "investigator", _("investigator")
    ADMIN = "admin", _("admin")


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.COORDINATOR: frozenset(
        {
            Permission.VIEW_RECORDS,
            Permission.ENTER_DATA,
            Permission.READ_INDEX_DATE,
            Permission.RUN_REPORTS,
        }
    ),
    Role.MONITOR: frozenset(
        {Permission.VIEW_RECORDS, Permission.VERIFY_RECORDS, Permission.RUN_REPORTS}
    ),
    Role.INVESTIGATOR: frozenset({Permission.VIEW_RECORDS, Permission.RUN_REPORTS}),
    # Admins manage people and prove what happened; they see no clinical data.
    Role.ADMIN: frozenset({Permission.VIEW_ACCESS}),
}


def roles_with(permission: str) -> list[str]:
    """Return the codes of the roles that carry `permission`."""
    return [role.value for role, granted in GRANTS.items() if permission in granted]


def memberships(user: Person, permission: str) -> QuerySet[Membership]:
    """Return the memberships in force today that give `user` this permission."""
    model = apps.get_model("registry", "Membership")
    if not user.is_authenticated or not user.is_active:
        return model.objects.none()
    today = timezone.localdate()
    return model.objects.filter(
        Q(expires_on=None) | Q(expires_on__gte=today),
        user=user,
        starts_on__lte=today,
        role__in=roles_with(permission),
    )


def allowed(user: Person, permission: str) -> bool:
    """Tell whether `user` has `permission` at any site."""
    return memberships(user, permission).exists()


def check(user: Person, permission: Permission) -> None:
    """Raise PermissionDenied, in a sentence, unless `user` has it somewhere."""
    if not allowed(user, permission):
        raise PermissionDenied(f"You may not {permission.label}.")


class VisibleQuerySet(QuerySet[Any]):
    """Rows that belong to a site, seen only by those with a right there."""

    def visible_to(self, user: Person, permission: str) -> VisibleQuerySet:
        """Keep the rows of the sites at which `user` has `permission`."""
        held = memberships(user, permission)
        if held.filter(site=None).exists():
            return self
        sites = list(held.values_list("site", flat=True))
        return self.filter(**{f"{self.model.site_path}__in": sites})
