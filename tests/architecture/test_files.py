"""What the repository holds besides code."""

import re
import subprocess

import pytest

from tests.architecture.source import ROOT


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_carry_hashes_and_no_address(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    pinned = re.findall(r"^[a-z0-9-]+==", text, re.MULTILINE)
    assert len(pinned) > 10
    assert text.count("--hash=sha256:") >= len(pinned)


def test_every_dependency_has_its_reason():
    project = (ROOT / "pyproject.toml").read_text()
    listed = re.findall(r'^    "[A-Za-z][^"]*",(.*)$', project, re.MULTILINE)
    lines = [rest for rest in listed if rest.strip()]
    named = re.findall(r'^    "[a-z-]+[\[~>=][^"]*",.*$', project, re.MULTILINE)
    assert len(named) > 15
    assert all("#" in line for line in named), named
    assert lines


def test_the_interface_is_marked_for_translation():
    """A template with words in it loads the translation tags."""
    templates = [
        path for path in ROOT.glob("*/templates/**/*.html") if path.name != "500.html"
    ]
    assert templates
    for path in templates:
        text = re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", "", path.read_text(), flags=re.DOTALL)
        if re.search(r"[A-Za-z]{3}", text):
            assert "{% load i18n" in path.read_text() or "i18n" in path.read_text(), (
                path
            )


def test_every_decision_says_context_decision_and_consequence():
    records = sorted((ROOT / "registry" / "decisions").glob("*.md"))
    assert records
    for record in records:
        text = record.read_text()
        for part in ("## Context", "## Decision", "## Consequence"):
            assert part in text, f"{record.name} lacks {part}"


def test_the_gate_is_valid_shell():
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)
