"""Coded terms: what is stored, and what the reader sees."""

from enum import StrEnum
from typing import Self


def _(sentence: str) -> str:
    """Mark a sentence for translation where Django may not be imported."""
    return sentence


class Coded(StrEnum):
    """A closed list of terms; each member is its code and carries a label."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        """Make the member from its code, and keep the label beside it.

        Looking a member up, `Side("left")`, needs no label; declaring one does.
        """
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Return (code, label) pairs, in the order of the list."""
        return [(member.value, member.label) for member in cls]

    @classmethod
    def codes(cls) -> list[str]:
        """Return the codes, in the order of the list."""
        return [member.value for member in cls]
