"""`synthesise PRESET --participants N --seed S`: a cohort with a known truth."""

from typing import Any

from django.core.management.base import CommandParser

from outcomes.synthetic.generate import generate
from outcomes.synthetic.presets import PRESETS
from outcomes.synthetic.store import store
from registry.commanding import RegistryCommand
from registry.errors import Refused

MOST = 200_000


class Command(RegistryCommand):
    """Store a synthetic cohort, fitted to a published series."""

    help = "Store a synthetic cohort: people who do not exist, with a known truth."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which preset, how many people, and the seed that makes them again."""
        parser.add_argument(
            "preset",
            choices=sorted(PRESETS),
            metavar="PRESET",
            help="one of: " + ", ".join(sorted(PRESETS)),
        )
        parser.add_argument("--participants", type=int, default=200)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--cohort", metavar="SLUG", help="default: from preset, seed"
        )

    def work(
        self,
        preset: str,
        participants: int,
        seed: int,
        cohort: str | None = None,
        **_: Any,
    ) -> None:
        """Generate, store, and say what is there now."""
        if not 1 <= participants <= MOST:
            raise Refused(
                f"--participants is {participants}; 1 to {MOST:,} is allowed."
            )
        if seed < 0:
            raise Refused(f"--seed is {seed}; 0 or more is allowed.")
        slug = cohort or f"synthetic-{preset.replace('_', '-')}-{seed}"
        generated = generate(preset, participants, seed)
        self.tell(f"Fitted to: {generated.preset.source}.")
        stored = store(generated, slug, self.tell)
        visits, scores = (
            len(t)
            for t in (generated.assessments["day"], generated.scores["instrument"])
        )
        self.tell(
            f"Stored {participants:,} people, {visits:,} assessments and {scores:,} "
            f"scores as the cohort '{stored.slug}' ({stored.name}). They do not exist."
        )
