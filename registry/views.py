"""The first page, and who has access."""

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from registry.access import Permission, allowed, check
from registry.audit.triggers import differences
from registry.models import Cohort, Event, Membership, Participant, Seal, Site, User


def what_the_user_may(request: HttpRequest) -> dict[str, Any]:
    """Give every template the permissions that the user holds somewhere."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"may": {}}
    return {"may": {p.value: True for p in Permission if allowed(user, p)}}


def home(request: HttpRequest) -> HttpResponse:
    """List the cohorts that the user may look into, with what is visible of each."""
    user = request.user
    may_see_records = allowed(user, Permission.VIEW_RECORDS)
    if not may_see_records and allowed(user, Permission.VIEW_ACCESS):
        return redirect("access")
    cohorts = Cohort.objects.visible_to(user, Permission.VIEW_RECORDS)
    visible = Participant.objects.visible_to(user, Permission.VIEW_RECORDS)
    sites = Site.objects.visible_to(user, Permission.VIEW_RECORDS)
    rows = [
        {
            "cohort": cohort,
            "participants": visible.filter(cohort=cohort).count(),
            "sites": sites.filter(cohorts=cohort),
        }
        for cohort in cohorts
    ]
    return TemplateResponse(request, "registry/home.html", {"rows": rows})


def access(request: HttpRequest) -> HttpResponse:
    """Show admins who may do what, where and until when, and how the audit stands."""
    check(request.user, Permission.VIEW_ACCESS)
    context = {
        "people": User.objects.order_by("username"),
        "memberships": Membership.objects.select_related("user", "site").order_by(
            "user__username", "site__code"
        ),
        "today": timezone.localdate(),
        "events": Event.objects.count(),
        "last_seal": Seal.objects.order_by("pk").last(),
        "differences": differences(connection),
    }
    return TemplateResponse(request, "registry/access.html", context)
