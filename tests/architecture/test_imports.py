"""Imports follow the rings: registry <- outcomes <- reports; pure modules stay pure."""

import subprocess
import sys

import pytest

from tests.architecture.source import PACKAGES, ROOT, dotted, imported, modules

MAY_NOT_IMPORT = {
    "registry": ("outcomes", "reports", "tests"),
    "outcomes": ("reports", "tests"),
    "reports": ("tests",),
}
PURE = (
    "registry/anatomy.py",
    "registry/coded.py",
    "registry/privacy.py",
    "registry/secrets.py",
    "registry/study_ids.py",
    "registry/vocabulary.py",
    "outcomes/instruments.py",
    "outcomes/protocols.py",
    "outcomes/schedule.py",
    "outcomes/scoring.py",
    "outcomes/vocabulary.py",
    "outcomes/checks",
    "outcomes/imports/identifiers.py",
    "reports/analysis",
    "reports/figures",
)
SLOW = ("scipy", "statsmodels")
DRAWING = "matplotlib"
FRAMES = "pandas"


def below(names: set[str], packages: tuple[str, ...] | str) -> set[str]:
    packages = (packages,) if isinstance(packages, str) else packages
    return {name for name in names if name.split(".")[0] in packages}


def pure_modules() -> list:
    found = []
    for place in PURE:
        path = ROOT / place
        found += modules(place) if path.is_dir() else [path]
    return found


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_nothing_imports_outwards(path):
    package = path.relative_to(ROOT).parts[0]
    assert below(imported(path), MAY_NOT_IMPORT[package]) == set()


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_slow_libraries_are_imported_where_they_are_used(path):
    assert below(imported(path, at_start_only=True), SLOW) == set()


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_only_reports_know_frames_and_only_figures_draw(path):
    place = path.relative_to(ROOT).as_posix()
    if not place.startswith(("reports/", "outcomes/imports/")):
        assert below(imported(path), FRAMES) == set()
    if not place.startswith("reports/figures/"):
        assert below(imported(path), DRAWING) == set()


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_a_view_uses_no_other_packages_view(path):
    package = path.relative_to(ROOT).parts[0]
    strangers = {
        name
        for name in imported(path)
        if name.split(".")[0] in PACKAGES
        and name.split(".")[1:2] == ["views"]
        and name.split(".")[0] != package
    }
    assert strangers == set()


def test_pure_modules_work_without_django():
    names = [dotted(path) for path in pure_modules()]
    program = (
        "import importlib, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "sys.exit('django' in sys.modules)"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False
    )
    assert finished.returncode == 0, finished.stderr.decode()[-2000:]


def test_starting_up_loads_no_heavy_library():
    """pandas, scipy and matplotlib take seconds; a command must not pay for them."""
    program = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'\n"
        "import django; django.setup()\n"
        "from django.urls import get_resolver; get_resolver().url_patterns\n"
        "heavy = {'pandas', 'numpy', 'scipy', 'matplotlib'} & set(sys.modules)\n"
        "print(sorted(heavy)); sys.exit(bool(heavy))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False
    )
    assert finished.returncode == 0, finished.stdout.decode() + finished.stderr.decode()
