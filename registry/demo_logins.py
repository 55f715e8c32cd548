"""The demo's three logins: new passwords at each start, none outside the demo."""

import secrets

from registry.access import Role
from registry.models import Site, User
from registry.startup import enrol

DEMO_PEOPLE = {
    "cora": ("Cora, coordinator", Role.COORDINATOR),
    "ivan": ("Ivan, investigator", Role.INVESTIGATOR),
    "ada": ("Ada, admin", Role.ADMIN),
}


def renew_demo_logins(coordinator_site: Site) -> list[tuple[str, str, str]]:
    """Return (role, login name, new password) of each demo login.

    The coordinator belongs to one site, so that the limits of a site can be seen.
    """
    logins = []
    for username, (display_name, role) in DEMO_PEOPLE.items():
        password = secrets.token_urlsafe(9)
        user, _ = User.objects.get_or_create(
            username=username, defaults={"display_name": display_name}
        )
        user.is_active = True
        user.set_password(password)
        user.save()
        enrol(user, role, coordinator_site if role is Role.COORDINATOR else None)
        logins.append((role.label, username, password))
    return logins


def disable_demo_logins() -> list[str]:
    """Disable the demo's logins where they are active; return their names."""
    active = User.objects.filter(
        username__in=DEMO_PEOPLE,
        display_name__in=[name for name, _ in DEMO_PEOPLE.values()],
        is_active=True,
    )
    names = sorted(active.values_list("username", flat=True))
    active.update(is_active=False)
    return names
