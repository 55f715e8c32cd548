"""Random participant codes with a check character.

A code is drawn, never derived from anything about the person. Its 29 characters leave
out vowels (no words), 0, 1, I and O (no look-alikes). 29 is prime, so the weighted sum
catches every single wrong character and every swap of two neighbours.
"""

import secrets

ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXYZ"
LENGTH = 7


def draw_study_id() -> str:
    """Return a new code such as `K7MQ-4TX9`; 29 ** 7 are possible."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return written(body + check_character(body))


def check_character(body: str) -> str:
    """Return the character that makes the weighted sum a multiple of 29."""
    weighted = sum(
        place * ALPHABET.index(character) for place, character in enumerate(body, 2)
    )
    return ALPHABET[-weighted % len(ALPHABET)]


def parse_study_id(typed: str) -> str:
    """Return the code as it is stored, or raise ValueError with what is wrong.

    Small letters, spaces and a missing hyphen are forgiven; a wrong character is not.
    """
    plain = typed.upper().replace("-", "").replace(" ", "")
    if len(plain) != LENGTH + 1 or set(plain) - set(ALPHABET):
        raise ValueError(f"'{typed}' is not a study code: eight letters and digits.")
    if check_character(plain[:-1]) != plain[-1]:
        raise ValueError(f"'{typed}' is mistyped: its check character does not match.")
    return written(plain)


def written(plain: str) -> str:
    """Write eight characters as two groups of four."""
    return f"{plain[:4]}-{plain[4:]}"
