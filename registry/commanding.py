"""What every command of the registry has in common: who acts, and how it refuses."""

from abc import ABC, abstractmethod
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.audit.context import command as acting_command
from registry.audit.triggers import AuditNotReady
from registry.errors import Refused
from registry.startup import prepare


class RegistryCommand(BaseCommand, ABC):
    """A command that acts in the operator's name and refuses in one sentence."""

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add nothing; each command adds its own."""

    def handle(self, *_: Any, **options: Any) -> str | None:
        """Prepare the registry, then do the work of the command."""
        name = type(self).__module__.rpartition(".")[2]
        try:
            prepare(self.tell)
            with acting_command(name):
                self.work(**options)
            self.afterwards(**options)
        except (Refused, AuditNotReady) as refusal:
            raise CommandError(str(refusal)) from refusal
        return None

    @abstractmethod
    def work(self, *arguments: Any, **options: Any) -> None:
        """Do what the command is for."""

    def afterwards(self, *arguments: Any, **options: Any) -> None:
        """Do what follows once the work is sealed in the trail: mostly nothing."""

    def tell(self, sentence: str) -> None:
        """Say one line at once, so that nobody waits in the dark."""
        self.stdout.write(sentence)
        self.stdout.flush()
