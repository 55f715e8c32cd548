"""Who acts, through which door and why: told to the triggers by every connection."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

LONGEST_BATCH = 40


@dataclass
class Acting:
    """What the trail will say of the changes made meanwhile."""

    actor: str
    through: str
    reason: str
    batch: str = ""
    has_written: bool = field(default=False, compare=False)


_current: ContextVar[Acting | None] = ContextVar("acting", default=None)
_sealing: ContextVar[bool] = ContextVar("sealing", default=False)


def current() -> Acting | None:
    """Return who acts now, or None: then every write is refused."""
    return _current.get()


@contextmanager
def acting(
    actor: str, *, through: str, reason: str = "", batch: str = ""
) -> Iterator[Acting]:
    """Act as `actor` (`user:cora`, `cli:root`) within the block; the inner one wins.

    A reason that is not given is the door itself. When the outermost block ends, what
    was written is sealed and the checkpoint is renewed.
    """
    outer = _current.get()
    now = _named(actor, through, reason, batch)
    token = _current.set(now)
    try:
        yield now
    finally:
        _current.reset(token)
        if outer is not None:
            outer.has_written |= now.has_written
        elif now.has_written:
            from registry.audit.seals import seal_and_sign

            seal_and_sign()


def _named(actor: str, through: str, reason: str, batch: str) -> Acting:
    """Return who acts, as both databases can keep it; who and through what, always."""
    who, door = _storable(actor, 200), _storable(through, 200)
    if not who or not door or len(batch) > LONGEST_BATCH:
        raise ValueError(
            f"Who acts ({actor!r}) and through what ({through!r}) must be told, and a "
            f"batch in {LONGEST_BATCH} characters ({batch!r})."
        )
    return Acting(who, door, _storable(reason, 500) or door, _storable(batch))


def _storable(text: str, longest: int = LONGEST_BATCH) -> str:
    """Cut text to length; what a database would not take becomes a replacement sign."""
    if text.isprintable():
        return text.strip()[:longest]
    kept = "".join(
        one if one.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for one in " ".join(text.split())
    )
    return kept[:longest]


@contextmanager
def command(name: str, *, reason: str = "", batch: str = "") -> Iterator[Acting]:
    """Act as the operator at the command line, through the command `name`."""
    through = f"command:{name}"
    with acting(operator(), through=through, reason=reason, batch=batch) as now:
        yield now


@contextmanager
def nobody() -> Iterator[None]:
    """Act as nobody within the block: every write in it is refused."""
    token = _current.set(None)
    try:
        yield
    finally:
        _current.reset(token)


def operator() -> str:
    """Return the operating system's name for whoever started this process."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # a container may run under a number without a name
        return "cli:unnamed"


@contextmanager
def sealing() -> Iterator[None]:
    """Let seals be written within the block, and nowhere else."""
    token = _sealing.set(True)
    try:
        yield
    finally:
        _sealing.reset(token)


def is_sealing() -> bool:
    """Tell whether seals may be written now."""
    return _sealing.get()
