"""A module holds one thing and a function can be read at a glance."""

import ast

import pytest

from tests.architecture.source import ROOT, dotted, modules

LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
HOMELESS = {"utils", "helpers", "constants", "mixins", "base", "core", "common"}
EVERYWHERE = [*modules(), *modules("tests", "benchmarks"), ROOT / "manage.py"]


@pytest.mark.parametrize("path", EVERYWHERE, ids=dotted)
def test_modules_are_short(path):
    assert len(path.read_text().splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", EVERYWHERE, ids=dotted)
def test_functions_are_short(path):
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("path", EVERYWHERE, ids=dotted)
def test_every_module_is_named_for_what_it_holds(path):
    assert not HOMELESS & set(path.relative_to(ROOT).with_suffix("").parts)
