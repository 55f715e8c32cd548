"""The text of a page, without what differs at every answer."""

import re

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


def text_of(response):
    """Return the body of a page without its form token."""
    return TOKEN.sub(b"", response.content)
