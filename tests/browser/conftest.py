"""A real browser in front of a real registry: the demo, started as a user starts it."""

import os
import re
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass

import pytest

from tests.architecture.source import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"wide": (1280, 900), "narrow": (390, 844)}


@dataclass(frozen=True)
class Demo:
    """Where the demo is served, and the password of each login."""

    address: str
    passwords: dict[str, str]


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        sentence = "Chromium is not installed (on Debian: apt install chromium)."
        if os.environ.get("REGISTRY_REQUIRE_BROWSER") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def demo(browser, tmp_path_factory):
    home = tmp_path_factory.mktemp("demo")
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    } | {"REGISTRY_HOME": str(home), "REGISTRY_NO_VENV": "1"}
    for name in ("SECRET_KEY", "AUDIT_KEY"):
        environment.pop(name, None)
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Demo(f"http://127.0.0.1:{port}", read_logins(server))
    finally:
        server.terminate()
        server.wait(timeout=30)
        server.stdout.close()


@pytest.fixture(params=WIDTHS)
def page(browser, request):
    """An empty page, wide and narrow; it fails the test on any console error."""
    width, height = WIDTHS[request.param]
    context = browser.new_context(viewport={"width": width, "height": height})
    new = context.new_page()
    complaints = []
    new.on("console", lambda said: complaints.append(said.text))
    new.on("pageerror", lambda error: complaints.append(str(error)))
    yield new
    context.close()
    unexpected = [text for text in complaints if "404 (Not Found)" not in text]
    assert unexpected == []


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read_logins(server):
    """Read what the demo prints until it serves; return login name -> password."""
    said, passwords = [], {}
    for line in server.stdout:
        said.append(line)
        if found := re.match(r"  (\w+) +(\w+) +(\S+)$", line):
            passwords[found[2]] = found[3]
        if "is at http" in line:
            return passwords
    pytest.fail("The demo did not start:\n" + "".join(said[-30:]))
