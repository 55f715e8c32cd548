"""A result as one HTML file that needs nothing else: figure, words, numbers."""

from base64 import b64encode

from django.template.loader import render_to_string

from reports.figures.look import svg_of
from reports.render.readable import sections
from reports.run import Result


def document(result: Result) -> bytes:
    """Return the file; its figure is inside it, and it can run no script."""
    context = {
        "result": result,
        "topic": result.topic,
        "words": result.words,
        "sections": sections(result),
        "figure": b64encode(svg_of(result.figure())).decode("ascii"),
    }
    return render_to_string("reports/document.html", context).encode()
