"""`demo`: synthetic cohorts in an embedded registry, three logins, a server."""

from typing import Any

from django.core.management.base import CommandParser

from outcomes.synthetic.demo import demo_cohorts
from registry.commanding import RegistryCommand
from registry.demo_logins import renew_demo_logins
from registry.server import serve

HOST = "127.0.0.1"


class Command(RegistryCommand):
    """Fill the registry with synthetic cohorts and serve it."""

    help = "Fill an embedded registry with synthetic cohorts, and serve it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen, or not at all."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true")

    def work(self, **_: Any) -> None:
        """Store the cohorts once; renew the logins each time."""
        cohorts = demo_cohorts(self.tell)
        logins = renew_demo_logins(cohorts[0].sites.order_by("code")[0])
        self.tell("Log in as (new passwords at each start):")
        for role, username, password in logins:
            self.tell(f"  {role:<13} {username:<6} {password}")

    def afterwards(self, port: int, no_serve: bool, **_: Any) -> None:
        """Serve until told to stop, unless it was not wanted."""
        if no_serve:
            self.tell("Serve it with: python3 manage.py demo")
            return
        self.tell(f"The registry is at http://{HOST}:{port}/ (Ctrl+C stops it).")
        serve(HOST, port)
