"""The product's source, read as text and as syntax trees."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("registry", "outcomes", "reports")


def modules(*folders: str) -> list[Path]:
    """Return every Python file of the folders, migrations left out."""
    return [
        path
        for folder in folders or PACKAGES
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def dotted(path: Path) -> str:
    """Return the name under which a file is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path, *, at_start_only: bool = False) -> set[str]:
    """Return the modules that a file imports, anywhere or only when it is loaded."""
    tree = ast.parse(path.read_text())
    nodes = list(_run(tree, functions_too=not at_start_only))
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def _run(tree: ast.AST, *, functions_too: bool) -> Iterator[ast.AST]:
    """Yield the nodes that are ever run: what stands there for types alone is not."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.Lambda) and not functions_too:
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield node
        yield from _run(node, functions_too=functions_too)
