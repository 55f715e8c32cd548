"""The checkpoint: the last seal, signed, in a file outside the database.

It tells a database whose tail was cut off, or that was put back, from one that has seen
no change. So it only ever follows what it named before: a file that is missing, does
not carry our signature, or names what the database does not hold is left as it is,
until somebody who knows why renews it (`verify_audit --accept`).
"""

import hmac
import json
import logging
import os
from pathlib import Path
from typing import Any

from django.conf import settings

from registry.audit.digests import keyed, now
from registry.audit.models import Seal

log = logging.getLogger(__name__)


def sign_checkpoint(*, may_be_first: bool = False, anew: bool = False) -> None:
    """Write the last seal, signed, to AUDIT_CHECKPOINT; never an earlier one.

    Call it where no other can (`seals.one_at_a_time`). With `anew` it takes the place
    of whatever is there.
    """
    last = Seal.objects.order_by("pk").last()
    path = Path(settings.AUDIT_CHECKPOINT)
    if last is None or (not anew and not _follows(path, last, may_be_first)):
        return
    content = {"seal": last.pk, "digest": last.digest, "event": last.last, "at": now()}
    content["signature"] = signature(content)
    _replace(path, json.dumps(content, indent=1) + "\n")


def _follows(path: Path, last: Seal, may_be_first: bool) -> bool:
    """Tell whether a checkpoint of `last` may take the place of the one there."""
    written = read_checkpoint(path)
    if written is None and may_be_first and not path.exists():
        return True
    fault = fault_in(path, written)
    if written is None or fault:
        log.error("The checkpoint is not renewed. %s", fault)
        return False
    return bool(written["seal"] < last.pk)


def fault_in(path: Path, content: dict[str, Any] | None) -> str:
    """Say what is wrong between a checkpoint that was read and the database, if so."""
    if content is None:
        if path.exists():
            return f"The checkpoint {path} does not carry this registry's signature."
        return f"The checkpoint {path} is missing."
    named = (content["digest"], content["event"])
    seal = Seal.objects.filter(pk=content["seal"]).first()
    if seal is None or (seal.digest, seal.last) != named:
        return (
            f"The checkpoint of {content['at']} names seal {content['seal']} up to "
            f"event {content['event']}, which the database does not hold: the end of "
            f"the trail was cut off, or another database was put in its place."
        )
    return ""


def read_checkpoint(path: Path) -> dict[str, Any] | None:
    """Return a checkpoint whose signature holds, or None."""
    try:
        content = json.loads(path.read_text())
        signed = content.pop("signature")
        content["seal"], content["digest"], content["event"], content["at"]
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None
    told = str(signed).encode(errors="replace")
    if not hmac.compare_digest(told, signature(content).encode()):
        return None
    return dict(content)


def signature(content: dict[str, Any]) -> str:
    """Return the keyed digest of a checkpoint's content."""
    return keyed(json.dumps(content, sort_keys=True).encode())


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all; nobody else writes it meanwhile."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
