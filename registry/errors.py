"""Refusals: one sentence, meant for the reader, the same on page, API and command."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler


class Refused(Exception):
    """A rule says no; the text tells what, where and what is allowed."""


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an API request that a rule refused, in the words that the page shows."""
    if isinstance(error, Refused):
        return Response({"detail": str(error)}, status=400)
    return exception_handler(error, context)
