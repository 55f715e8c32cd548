"""`serve`: the registry for real work; the first start makes the first admin."""

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser

from registry.commanding import RegistryCommand
from registry.demo_logins import disable_demo_logins
from registry.server import serve
from registry.startup import make_first_admin


class Command(RegistryCommand):
    """Serve the registry on this machine."""

    help = "Serve the registry. The first start asks for the first admin."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def work(self, **_: Any) -> None:
        """Make the first admin where there is none; end what a demo left open."""
        ask = self.ask_for_admin if sys.stdin.isatty() else None
        admin = make_first_admin(ask)
        if admin:
            self.tell(f"{admin.username} is the first admin.")
        if disabled := disable_demo_logins():
            self.tell(f"Disabled the demo's logins: {', '.join(disabled)}.")

    def afterwards(self, host: str, port: int, **_: Any) -> None:
        """Serve until told to stop."""
        self.tell(f"The registry is at http://{host}:{port}/ (Ctrl+C stops it).")
        serve(host, port)

    def ask_for_admin(self) -> tuple[str, str]:
        """Ask at the terminal until the password passes the rules."""
        self.tell("Nobody can log in yet. The first admin:")
        username = input("Login name: ").strip()
        while True:
            password = getpass.getpass("Password (12 characters or more): ")
            try:
                validate_password(password)
            except ValidationError as error:
                self.tell(" ".join(error.messages))
                continue
            if password == getpass.getpass("The same again: "):
                return username, password
            self.tell("The two differ.")
