#!/usr/bin/env python3
"""The command line. Makes .venv from the hashed lock on first use.

Runs on any Python 3.11 or newer without anything installed: it imports only the
standard library until it stands in the environment that it made. Set
REGISTRY_NO_VENV=1 to use the Python at hand (containers, or an environment of
your own).
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
NEEDS_PACKAGES = "{} is not installed here: unset REGISTRY_NO_VENV, or install {}."


def main(arguments):
    """Run one command in the registry's own environment; return its exit code."""
    if sys.version_info < (3, 11):
        return (
            "The registry needs Python 3.11 or newer; this is " + sys.version.split()[0]
        )
    testing = arguments[:1] == ["test"]
    if os.environ.get("REGISTRY_NO_VENV") != "1" and Path(sys.prefix) != VENV:
        install(ROOT / ("requirements-dev.lock" if testing else "requirements.lock"))
        command = [str(PYTHON), str(ROOT / "manage.py"), *arguments]
        return hand_over(command)
    return run_tests(arguments[1:]) if testing else run(arguments)


def hand_over(command):
    """Become the command, so that signals reach it; wait for it on Windows."""
    if os.name == "nt":
        return subprocess.call(command)
    sys.stdout.flush()
    return os.execv(command[0], command)


def run(arguments):
    """Hand the command to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        return NEEDS_PACKAGES.format("Django", "requirements.lock")
    from registry.secrets import MissingSecret

    try:
        execute_from_command_line(["manage.py", *arguments])
    except MissingSecret as missing:
        return str(missing)
    return 0


def run_tests(arguments):
    """Hand the arguments to pytest; say what is missing if it is not there."""
    try:
        import pytest
    except ImportError:
        return NEEDS_PACKAGES.format("pytest", "requirements-dev.lock")
    os.chdir(ROOT)
    return int(pytest.main(arguments))


def install(lock):
    """Bring .venv in line with `lock`, unless it already is.

    The mark is written last, so an installation that was cut off starts again.
    """
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    mark = VENV / f"{lock.stem}.installed"
    if PYTHON.exists() and mark.exists() and mark.read_text() == digest:
        return
    if not PYTHON.exists():
        print("First start: making .venv ...", flush=True)
        make_environment()
    print(f"Installing the packages of {lock.name} (about a minute) ...", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--require-hashes"]
    pip += ["--disable-pip-version-check", "--no-input", "-r", str(lock)]
    finished = subprocess.run(pip, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        said = finished.stderr.strip().splitlines() or ["nothing"]
        sys.exit(
            "The packages could not be installed: this needs a network that reaches a "
            "Python package index, or a mirror of it that pip's settings name. "
            f"(pip said: {said[-1]})"
        )
    mark.write_text(digest)


def make_environment():
    """Create .venv, or say in one sentence what is missing."""
    try:
        subprocess.run(
            [sys.executable, "-m", "venv", str(VENV)],
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(
            "Python's venv module is missing or could not write here: install it "
            "(on Debian and Ubuntu: apt install python3-venv) and start again."
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
