"""The kinds of matters of works, one module each with a process and `declare()`; every module is declared at start."""

from importlib import import_module
from pkgutil import iter_modules


def declare_all() -> None:
    """Make every kind of this folder known; modules that begin with an underscore are shared by the others."""
    for module in sorted(iter_modules(__path__), key=lambda m: m.name):
        if not module.name.startswith("_"):
            import_module(f"{__name__}.{module.name}").declare()
