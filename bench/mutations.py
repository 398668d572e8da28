"""The small changes that a mutant is made of: every way to break one place of a module."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from types import CodeType

Change = tuple[str, Callable[[], object]]
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv,
}  # fmt: skip
CALLS = {
    "max": "min", "min": "max", "any": "all", "all": "any", "sorted": "list",
    "passes": "exempt", "exempt": "passes", "fails": "unknown", "unknown": "fails",
}  # fmt: skip
# Words for people and the names of rules decide nothing.
QUIET_CALLS = {"Used", "rule"}


@dataclass(frozen=True)
class Mutant:
    """A module with one change, and what was changed."""

    module: str
    line: int
    change: str
    code: CodeType


def mutants_of(module: str, source: str) -> Iterator[Mutant]:
    """Return every way to break one module, in the order of its lines."""
    tree = ast.parse(source)
    _mark_quiet(tree)
    for at, node in enumerate(ast.walk(tree)):
        if getattr(node, "quiet", False):
            continue
        for number, (change, _) in enumerate(changes(node)):
            broken = copy.deepcopy(tree)
            target = next(found for place, found in enumerate(ast.walk(broken)) if place == at)
            list(changes(target))[number][1]()
            code = compile(ast.fix_missing_locations(broken), module, "exec")
            yield Mutant(module, getattr(node, "lineno", 0), change, code)


def changes(node: ast.AST) -> Iterator[Change]:
    """Return what may be changed at one place, each as words and what does it."""
    for kind, find in FINDERS.items():
        if isinstance(node, kind):
            yield from find(node)


def _mark_quiet(tree: ast.AST) -> None:
    """Mark what stays as it is: annotations, decorators, imports, what is exported, numbers cited."""
    for node in ast.walk(tree):
        for still in filter(None, _quiet_parts(node)):
            for part in ast.walk(still):
                part.quiet = True  # type: ignore[attr-defined]


def _quiet_parts(node: ast.AST) -> list[ast.AST | None]:
    if isinstance(node, ast.FunctionDef):
        return [*node.decorator_list, node.returns, *(arg.annotation for arg in node.args.args)]
    if isinstance(node, ast.ClassDef):
        return [*node.bases, *node.decorator_list]
    if isinstance(node, ast.AnnAssign):
        return [node.annotation]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [node]
    exports = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
    cites = isinstance(node, ast.Call) and getattr(node.func, "id", "") in QUIET_CALLS
    return [node] if exports or cites else []


def _compare(node: ast.Compare) -> Iterator[Change]:
    for at, op in enumerate(node.ops):
        for after in COMPARISONS[type(op)]:
            yield f"{_name(op)} -> {after.__name__}", partial(node.ops.__setitem__, at, after())


def _both(node: ast.BoolOp) -> Iterator[Change]:
    other, neutral = (ast.Or, True) if isinstance(node.op, ast.And) else (ast.And, False)
    yield f"{_name(node.op)} -> {other.__name__}", partial(setattr, node, "op", other())
    for at in range(len(node.values)):
        yield f"{_name(node.op)}: drop part {at}", partial(node.values.__setitem__, at, ast.Constant(neutral))


def _not(node: ast.UnaryOp) -> Iterator[Change]:
    if isinstance(node.op, ast.Not):
        yield "drop not", partial(setattr, node, "operand", ast.UnaryOp(ast.Not(), node.operand))


def _arithmetic(node: ast.BinOp) -> Iterator[Change]:
    if after := ARITHMETIC.get(type(node.op)):
        yield f"{_name(node.op)} -> {after.__name__}", partial(setattr, node, "op", after())


def _constant(node: ast.Constant) -> Iterator[Change]:
    value = node.value
    afters: tuple[object, ...] = ()
    if isinstance(value, bool):
        afters = (not value,)
    elif isinstance(value, int):
        afters = (value + 1, value - 1)
    elif isinstance(value, str) and value and value.isascii() and value.isprintable() and " " not in value:
        afters = ("",)
    for after in afters:
        yield f"{value!r} -> {after!r}", partial(setattr, node, "value", after)


def _call(node: ast.Call) -> Iterator[Change]:
    name = getattr(node.func, "id", "")
    if name in CALLS:
        yield f"{name} -> {CALLS[name]}", partial(_call_instead, node, CALLS[name])


def _call_instead(node: ast.Call, name: str) -> None:
    node.func = ast.Name(name, ast.Load())
    if name == "list":
        node.keywords = []


def _condition(node: ast.If | ast.IfExp) -> Iterator[Change]:
    for word in (True, False):
        yield f"if -> {word}", partial(setattr, node, "test", ast.Constant(word))


def _filters(node: ast.comprehension) -> Iterator[Change]:
    for at in range(len(node.ifs)):
        yield f"drop filter {at}", partial(node.ifs.pop, at)


def _name(op: object) -> str:
    return type(op).__name__


FINDERS: dict[type | tuple[type, ...], Callable[..., Iterator[Change]]] = {
    ast.Compare: _compare,
    ast.BoolOp: _both,
    ast.UnaryOp: _not,
    ast.BinOp: _arithmetic,
    ast.Constant: _constant,
    ast.Call: _call,
    (ast.If, ast.IfExp): _condition,
    ast.comprehension: _filters,
}
