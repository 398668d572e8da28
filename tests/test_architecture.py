"""The structure holds itself: what the design promises of the code is checked on the code."""

import ast
import importlib
import importlib.util
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import AppConfig, apps
from django.urls import URLPattern, URLResolver, get_resolver

from jiugai.accounts.codes import Action
from jiugai.accounts.permissions import GRANTS, LABELS, Permission
from jiugai.accounts.roles import Role
from jiugai.web.tables.table import Table

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [p for p in (ROOT / "jiugai").rglob("*.py") if "migrations" not in p.parts]
LONGEST_FILE = 500
LONGEST_FUNCTION = 40


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def views(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, object]]:
    for entry in patterns:
        here = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from views(entry.url_patterns, here)
        else:
            yield here, entry.callback


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_files_and_functions_stay_short(path: Path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_FILE
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_public_functions_and_classes_say_what_they_mean(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and not node.name.endswith(("Config", "Meta"))
        and node.name != "Command"
    ]
    assert ast.get_docstring(tree) is not None or not tree.body
    assert not silent


CLOCK = re.compile(r"timezone\.(?:now|localdate|localtime)\(\)|date\.today\(|datetime\.now\(|\btime\.time\(\)")
EDGES = re.compile(r"/(?:views|management)/|/(?:tasks|middleware|lists|api_auth)\.py$")
# docs/adr/0006 says why these read it themselves
READ_THE_CLOCK = {
    "jiugai/accounts/audit.py", "jiugai/accounts/tables.py", "jiugai/web/templatetags/jg.py",
    "jiugai/web/tables/columns.py",
}  # fmt: skip


def test_clocks_are_read_where_a_request_or_job_comes_in():
    below = [shown(p) for p in SOURCES if not EDGES.search(shown(p)) and CLOCK.search(p.read_text(encoding="utf-8"))]
    assert [p for p in below if p.startswith(("jiugai/accounts/", "jiugai/web/")) and p not in READ_THE_CLOCK] == []


def test_forms_have_one_field_for_a_day():
    own = [shown(p) for p in SOURCES if '"type": "date"' in p.read_text(encoding="utf-8")]
    assert own == ["jiugai/web/fields.py"]


def test_every_address_says_who_may_open_it():
    undeclared = [
        where
        for where, view in views(get_resolver().url_patterns)
        if not hasattr(view, "permission") and not where.startswith("api/")
    ]
    assert not undeclared


def test_every_role_and_right_has_words_and_a_grant():
    assert set(LABELS) == set(Permission)
    assert set(GRANTS) == set(Role)
    assert {p for granted in GRANTS.values() for p in granted} == set(Permission)


def test_every_audited_action_is_used():
    text = "\n".join(p.read_text(encoding="utf-8") for p in SOURCES if p.name != "codes.py")
    assert [a.name for a in Action if f"Action.{a.name}" not in text] == []


def test_every_model_stands_in_the_glossary():
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    ours = [m for m in apps.get_models() if m.__module__.startswith("jiugai.") and not m.__name__.endswith("Event")]
    assert [m.__name__ for m in ours if f"`{m.__name__}`" not in glossary] == []


def test_migrations_import_nothing_of_ours():
    found = [
        shown(path)
        for path in (ROOT / "jiugai").rglob("migrations/0*.py")
        if re.search(r"^\s*(from|import) jiugai\.(?!accounts\.models|registry\.models)", path.read_text(), re.M)
    ]
    assert not found


def test_nothing_names_a_machine_or_a_registry():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    words = re.compile(r"/work/main|/root/(?!\.)|/tmp/jg|files\.pythonhosted\.org|registry\.npmjs\.org")
    mine = "tests/test_architecture.py"
    named = [
        name
        for name in tracked
        if name != mine
        and (path := ROOT / name).suffix in {".py", ".md", ".json", ".toml", ".lock", ".yaml", ".sh", ""}
        and path.is_file()
        and words.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert not named


def test_the_product_reads_nothing_from_the_workplace():
    readers = [shown(p) for p in SOURCES if re.search(r"\.\./shared|/shared/", p.read_text(encoding="utf-8"))]
    assert not readers


def test_every_list_begins_in_an_order_it_can_keep():
    modules = [importlib.import_module(f"{app.name}.tables") for app in apps.get_app_configs() if _has_tables(app)]
    tables = {table.key: table for module in modules for table in vars(module).values() if isinstance(table, Table)}
    unsorted = [key for key, table in tables.items() if not getattr(table.column(table.order.lstrip("-")), "sort", "")]
    assert len(tables) > 20
    assert not unsorted


def _has_tables(app: AppConfig) -> bool:
    return app.name.startswith("jiugai.") and importlib.util.find_spec(f"{app.name}.tables") is not None


def test_decisions_are_numbered_one_after_the_other():
    pages = sorted((ROOT / "docs/adr").glob("0*.md"))
    assert [int(p.name[:4]) for p in pages] == list(range(1, len(pages) + 1))
    assert all(p.read_text(encoding="utf-8").startswith(f"# {p.name[:4]} ") for p in pages)
