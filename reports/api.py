"""Reports for programs: the numbers of the page, as they are in its JSON file."""

from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from reports.views import answer, declared_report, visible


@api_view(["GET"])
def report(request: Request, cohort: str, report: str) -> Response:
    """Answer a report; `measure` and `by` as on the page. 400 says what is wrong."""
    from reports.render.record import record

    found, participants = visible(request, cohort)
    declared = declared_report(report)
    asked = {name: request.GET.get(name, "") for name in ("measure", "by")}
    return Response(record(answer(declared, found, participants, **asked)))
