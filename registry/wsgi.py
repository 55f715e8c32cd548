"""The application, for any WSGI server; it refuses to start without its audit."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
application = get_wsgi_application()

from django.db import connection  # noqa: E402  (Django is set up by the line above)

from registry.audit.triggers import ready  # noqa: E402

ready(connection)
