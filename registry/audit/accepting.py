"""Accepting: after an incident, what is there now is taken as it is, and said to be so.

A backup put back, a power cut that took the last commits, a change made with the
triggers off: the proof fails for ever after, rightly. Somebody who knows why accepts
it. Nothing is mended in silence: each row that differs gets an event, and so does the
acceptance itself, with the reason.
"""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from registry.audit import triggers
from registry.audit.checkpoint import read_checkpoint, sign_checkpoint
from registry.audit.context import acting, operator
from registry.audit.migrating import applied, event_by_hand, record_and_install
from registry.audit.seals import one_at_a_time, seal
from registry.audit.verify import first_fault
from registry.errors import Refused

CHECKPOINT = "registry_audit_checkpoint"


def accept(connection: Any, reason: str) -> int:
    """Record every row that differs as found so, and renew triggers and checkpoint.

    Returns how many rows differed. Refuses where events or seals do not hold: what
    history says cannot be made true again.
    """
    if not reason.strip():
        raise Refused("Say why the registry is accepted as it is.")
    apps = applied(connection)
    if fault := first_fault(connection, apps, ("events", "seals")):
        raise Refused(f"History itself was changed; put a backup back. {fault}")
    through = "command:verify_audit --accept"
    with acting(operator(), through=through, reason=reason) as acts:
        with transaction.atomic(using=connection.alias):
            count = record_and_install(connection, apps, "found")
            triggers.remove(connection)
            named = json.dumps(read_checkpoint(Path(settings.AUDIT_CHECKPOINT)))
            acts.reason = f"{acts.reason} (checkpoint before: {named})"[:500]
            row = (CHECKPOINT, "0", None, None)
            event_by_hand(connection, acts, "accept", *row).save(force_insert=True)
            triggers.install(connection, apps)
        acts.has_written = False
    seal()
    with one_at_a_time():
        sign_checkpoint(anew=True)
    return count
