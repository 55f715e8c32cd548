"""A cohort, a participant, and the history of a participant's record."""

from django.core.paginator import Paginator
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone

from outcomes import summary
from outcomes.checks import examine
from outcomes.history import described, events_of
from outcomes.instruments import INSTRUMENTS
from outcomes.protocols import PROTOCOLS
from outcomes.records import record
from registry.access import Permission
from registry.models import Cohort, Participant
from registry.privacy import shown_age
from registry.sealed_dates import open_dates

PARTICIPANTS_A_PAGE = 50
CHANGES_A_PAGE = 50


def cohort(request: HttpRequest, cohort: str) -> HttpResponse:
    """Show a cohort: its protocol, its reports, and who is in it."""
    cohorts = Cohort.objects.visible_to(request.user, Permission.VIEW_RECORDS)
    found = get_object_or_404(cohorts, slug=cohort)
    participants = (
        Participant.objects.visible_to(request.user, Permission.VIEW_RECORDS)
        .filter(cohort=found)
        .select_related("site", "arm")
        .annotate(last_day=Max("assessments__day"))
        .order_by("study_id")
    )
    page = Paginator(participants, PARTICIPANTS_A_PAGE).get_page(
        request.GET.get("page")
    )
    protocol = PROTOCOLS.get(found.protocol)
    context = {
        "cohort": found,
        "page": page,
        "protocol": protocol,
        "visits": [
            {
                "visit": visit,
                "measures": [INSTRUMENTS[slug].short for slug in visit.instruments],
            }
            for visit in (protocol.visits if protocol else ())
        ],
    }
    return TemplateResponse(request, "outcomes/cohort.html", context)


def participant(request: HttpRequest, study_id: str) -> HttpResponse:
    """Show everything that is known of one participant."""
    person = _visible_participant(request, study_id)
    last_day = summary.last_day(person)
    assessments = list(person.assessments.prefetch_related("scores", "findings").all())
    day_zero = None
    if summary.takes_part(person):
        day_zero = open_dates([person.pk], by=request.user).get(person.pk)
    today = timezone.localdate()
    context = {
        "participant": person,
        "cohort": person.cohort,
        "age": shown_age(person.age_at_index, last_day),
        "last_day": last_day,
        "columns": summary.columns(assessments, person.cohort.protocol),
        "score_rows": summary.score_rows(assessments),
        "findings": [
            finding for visit in assessments for finding in visit.findings.all()
        ],
        "asked_days": [visit.day for visit in assessments if visit.complications_asked],
        "planned": (
            summary.planned_visits(person, day_zero, today) if day_zero else None
        ),
        "day_zero": day_zero,
        "violations": examine(record(person)),
    }
    return TemplateResponse(request, "outcomes/participant.html", context)


def history(request: HttpRequest, study_id: str) -> HttpResponse:
    """Show who changed what in one participant's record, when and why."""
    person = _visible_participant(request, study_id)
    page = Paginator(events_of(person), CHANGES_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "participant": person,
        "cohort": person.cohort,
        "page": page,
        "changes": [described(event) for event in page],
    }
    return TemplateResponse(request, "outcomes/history.html", context)


def _visible_participant(request: HttpRequest, study_id: str) -> Participant:
    people = Participant.objects.visible_to(request.user, Permission.VIEW_RECORDS)
    return get_object_or_404(
        people.select_related("cohort", "site", "arm"), study_id=study_id.upper()
    )
