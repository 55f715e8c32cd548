"""What every test needs: somebody who acts, and a checkpoint of its own."""

import pytest
from django.db import connections
from django.test import TransactionTestCase

from registry.audit import triggers
from registry.audit.context import acting

flush_as_django_does = TransactionTestCase._fixture_teardown


def flush_the_trail_too(case):
    """Empty the tables after a test that commits; the triggers would refuse it."""
    triggers.remove(connections["default"])
    flush_as_django_does(case)
    triggers.install(connections["default"])


TransactionTestCase._fixture_teardown = flush_the_trail_too


@pytest.fixture(autouse=True)
def somebody_acts(settings, tmp_path):
    """Let the test itself write, and keep its checkpoint apart from other tests'."""
    settings.AUDIT_CHECKPOINT = tmp_path / "checkpoint.json"
    with acting("cli:tests", through="tests", reason="a test") as now:
        yield
        now.has_written = False  # the test's rows are gone: there is nothing to seal
