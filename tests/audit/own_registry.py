"""A registry of its own, in processes of its own: what a test in one cannot show."""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
SET_UP = """
import django
django.setup()
from django.db import connection, transaction
from registry.audit.context import acting
from registry.audit.verify import verify
from registry.models import *
from outcomes.models import *
"""


class OwnRegistry:
    """Its environment, and how to run something in it."""

    def __init__(self, home, url):
        self.home, self.path = home, home / "registry.sqlite3"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "registry.settings",
            "REGISTRY_HOME": str(home),
            "REGISTRY_NO_VENV": "1",
            "DATABASE_URL": url,
            "SECRET_KEY": "a secret for tests alone",
            "AUDIT_KEY": "an audit key for tests alone",
            "PYTHONPATH": str(ROOT),
        }

    def command(self, *words):
        """Run a command of manage.py; return what became of it."""
        return self.process([sys.executable, str(ROOT / "manage.py"), *words])

    def python(self, code):
        """Run some lines with Django set up."""
        done = self.process([sys.executable, "-W", "error", "-c", SET_UP + code])
        assert done.returncode == 0, done.stderr
        return done.stdout

    def process(self, command):
        return subprocess.run(
            command,
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def start(self, code):
        """Start some lines with Django set up; the caller waits for them."""
        return subprocess.Popen(
            [sys.executable, "-c", SET_UP + code],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@contextmanager
def own_registry(home):
    """Make an empty registry on the configured engine, and take it away again."""
    configured = os.environ.get("DATABASE_URL", "")
    if not configured:
        yield migrated(OwnRegistry(home, ""))
        return
    import psycopg

    name = f"registry_of_its_own_{os.getpid()}"
    with psycopg.connect(configured, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield migrated(OwnRegistry(home, f"{configured.rsplit('/', 1)[0]}/{name}"))
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def migrated(registry):
    done = registry.command("migrate", "--skip-checks", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    assert registry.environment["AUDIT_KEY"] == settings.AUDIT_KEY
    return registry
