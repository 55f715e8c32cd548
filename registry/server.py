"""One process that serves the registry: waitress, with whitenoise for static files."""

import signal
import socket
import sys
from typing import NoReturn

from django.utils.module_loading import import_string

from registry.errors import Refused

THREADS = 8


def serve(host: str, port: int) -> None:
    """Serve until told to stop; requests under way are finished first."""
    _refuse_a_taken_port(host, port)
    from waitress import create_server  # loaded by this command alone

    application = import_string("registry.wsgi.application")
    server = create_server(application, host=host, port=port, threads=THREADS)

    def stop(*_: object) -> NoReturn:
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    try:
        server.run()
    finally:
        server.close()


def _refuse_a_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(
                f"Port {port} on {host} cannot be used ({error.strerror}): choose "
                f"another with --port."
            ) from error
