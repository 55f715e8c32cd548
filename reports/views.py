"""The page of a report, and its files."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from registry.access import Permission
from registry.errors import Refused
from registry.models import Cohort, Participant
from reports.forms import ReportForm
from reports.measures import recorded_measures

# An SVG that is opened by itself styles its own lines, and does nothing else.
FIGURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
SHOWN_IN_PLACE = ("svg", "png")


@require_safe
def report(request: HttpRequest, cohort: str, report: str) -> HttpResponse:
    """Show a report: the form, the finding, the figure and its numbers."""
    found, participants = visible(request, cohort)
    declared = declared_report(report)
    measures = recorded_measures(participants, found.protocol)
    asked = {
        "measure": request.GET.get("measure") or (measures[0].slug if measures else ""),
        "by": request.GET.get("by", ""),
    }
    context = {"cohort": found, "report": declared}
    if measures:
        context["form"] = ReportForm(measures, **asked)
    if not asked["measure"]:
        return TemplateResponse(request, "reports/report.html", context)
    try:
        result = answer(declared, found, participants, **asked)
    except Refused as refusal:
        context["refusal"] = str(refusal)
        return TemplateResponse(request, "reports/report.html", context, status=400)
    context |= shown(result, asked)
    return TemplateResponse(request, "reports/report.html", context)


@require_safe
def report_file(
    request: HttpRequest, cohort: str, report: str, extension: str
) -> HttpResponse:
    """Hand out a report as a file, or as the figure of its page."""
    from reports.render import FORMS, file_name

    found, participants = visible(request, cohort)
    declared = declared_report(report)
    if extension not in FORMS:
        raise Http404("No such file.")
    measure, by = request.GET.get("measure", ""), request.GET.get("by", "")
    try:
        result = answer(declared, found, participants, measure=measure, by=by)
    except Refused as refusal:
        return HttpResponse(str(refusal), status=400, content_type="text/plain")
    form = FORMS[extension]
    response = HttpResponse(form.make(result), content_type=form.content_type)
    place = "inline" if extension in SHOWN_IN_PLACE else "attachment"
    name = file_name(result, extension)
    response.headers["Content-Disposition"] = f'{place}; filename="{name}"'
    response.headers["Content-Security-Policy"] = FIGURE_POLICY
    return response


def visible(request: HttpRequest, cohort: str) -> tuple[Cohort, QuerySet[Participant]]:
    """Return a cohort and those in it that the user may report on; else 404."""
    cohorts = Cohort.objects.visible_to(request.user, Permission.RUN_REPORTS)
    found = get_object_or_404(cohorts, slug=cohort)
    people = Participant.objects.visible_to(request.user, Permission.RUN_REPORTS)
    return found, people.filter(cohort=found)


def declared_report(slug: str) -> Any:
    """Return the report of that name; else 404."""
    from reports.catalogue import REPORTS

    if slug not in REPORTS:
        raise Http404("No such report.")
    return REPORTS[slug]


def answer(
    report: Any,
    cohort: Cohort,
    participants: QuerySet[Participant],
    *,
    measure: str,
    by: str,
) -> Any:
    """Run a report with what the address asks for; an empty grouping is none."""
    from reports.run import run

    return run(
        report,
        cohort=cohort,
        participants=participants,
        instrument=measure,
        by=by or None,
    )


def shown(result: Any, asked: dict[str, str]) -> dict[str, Any]:
    """Return what the page shows of a result."""
    from reports.render import FORMS
    from reports.render.readable import sections

    query = urlencode({name: value for name, value in asked.items() if value})
    where = (result.cohort.slug, result.report.slug)
    addresses = {
        extension: f"{reverse('report-file', args=(*where, extension))}?{query}"
        for extension in FORMS
    }
    return {
        "result": result,
        "words": result.words,
        "sections": sections(result),
        "figure_address": addresses["svg"],
        "files": [
            {"extension": extension, "name": form.name, "address": addresses[extension]}
            for extension, form in FORMS.items()
        ],
    }
