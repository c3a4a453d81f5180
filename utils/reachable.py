"""What code can reach of ``utils``: definitions, what these name in turn, and so on.

Found by reading, not by running: a name counts wherever it stands, so the answer is
rather too long than too short. Comments and docstrings do not count.
"""

import ast
from collections.abc import Iterable
from functools import lru_cache
import hashlib
import io
from pathlib import Path
import re
import tokenize

KEYS = {"fingerprints", "reachable"}  # they name results and change none
LAZY = {"__getattr__", "HOMES", "__all__"}  # of utils/__init__.py: where a name lives


def sha256(content: str | bytes) -> str:
    """The SHA-256 in hexadecimal of bytes, or of a text as UTF-8."""
    content = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(content).hexdigest()


def used_definitions(code: Iterable[str], folder: Path) -> dict[str, str]:
    """A hash of each definition of ``utils`` that pieces of code can reach.

    They are named "module.name"; ``folder`` is that of ``utils``. What a module does
    when it is imported counts as "module.". A piece that is no Python (that is reported
    elsewhere) counts as one that uses everything.
    """
    walk = _Walk(folder)
    trees = []
    for piece in code:
        try:
            trees.append(ast.parse(re.sub(r"(?m)^(\s*)[%!].*$", r"\1pass", piece)))
        except SyntaxError:
            for module in walk.names():
                walk.whole(module)
    tree = ast.Module([node for tree in trees for node in tree.body], [])
    walk.follow(_mentions([tree]), imports_of_utils(tree))
    return dict(sorted(walk.found.items()))


class _Module:
    """A module of ``utils`` taken apart: definitions by name, the rest, its imports."""

    def __init__(self, source: str):
        self.lines = _bare(source)
        self.definitions: dict[str, list[ast.stmt]] = {}
        self.effects: list[ast.stmt] = []
        tree = ast.parse(source)
        self.imports = imports_of_utils(tree)
        for statement in tree.body:
            names = _defined(statement)
            for name in names:
                self.definitions.setdefault(name, []).append(statement)
            simple = isinstance(
                statement,
                (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign,
                 ast.AnnAssign, ast.Import, ast.ImportFrom),
            )  # fmt: skip
            if not (simple and names) and not _is_text(statement):
                self.effects.append(statement)
        self.named = {name: _mentions(d) for name, d in self.definitions.items()}
        self.named[""] = _mentions(self.effects)

    def text(self, statements: list[ast.stmt]) -> str:
        """The statements' code without comments, docstrings and empty lines."""
        parts = []
        for statement in statements:
            decorators = getattr(statement, "decorator_list", [])
            first = min([statement.lineno, *(d.lineno for d in decorators)])
            parts += self.lines[first - 1 : statement.end_lineno]
        return "\n".join(line for line in parts if line.strip())


def _mentions(nodes: list[ast.AST]) -> list[ast.AST]:
    """Where names stand in ``nodes``: alone, before an attribute, in an import."""
    return [
        part
        for node in nodes
        for part in ast.walk(node)
        if isinstance(part, (ast.Name, ast.alias))
        or (isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name))
    ]


_taken_apart = lru_cache(maxsize=64)(_Module)  # of one source, once


class _Walk:
    """Follows names from one definition of ``utils`` to the next."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.modules: dict[str, _Module] = {}
        self.found: dict[str, str] = {}

    def names(self) -> list[str]:
        """All modules of ``utils``."""
        return sorted(path.stem for path in self.folder.glob("*.py"))

    def module(self, name: str) -> _Module:
        """The module, after what its import does was followed."""
        if name not in self.modules:
            if name in KEYS:
                return self.modules.setdefault(name, _taken_apart(""))
            source = (self.folder / f"{name}.py").read_text(encoding="utf-8")
            module = self.modules[name] = _taken_apart(source)
            if name != "__init__":
                self.module("__init__")
            for target in module.imports.values():
                if imported := self._module_behind(target) or target[0]:
                    self.module(imported)
            if module.effects:
                self.found[f"{name}."] = sha256(module.text(module.effects))
                self.inside(name, "")
        return self.modules[name]

    def whole(self, name: str) -> None:
        """Every definition of the module."""
        for definition in self.module(name).definitions:
            self.definition(name, definition)

    def definition(self, module_name: str, name: str) -> None:
        """One definition, and what it names in turn."""
        module = self.module(module_name)
        key = f"{module_name}.{name}"
        if module_name == "__init__" and name not in module.definitions:
            if home := _homes(module).get(name):
                return self.definition(home, name)
            return None
        if key in self.found or name not in module.definitions or name in LAZY:
            return
        self.found[key] = sha256(module.text(module.definitions[name]))
        self.inside(module_name, name)

    def inside(self, module_name: str, definition: str) -> None:
        """What a definition names of its module's own and of its imports."""
        module = self.module(module_name)
        own = {name: (module_name, name) for name in module.definitions}
        self.follow(module.named[definition], own | module.imports)

    def follow(self, mentions: list[ast.AST], known: dict[str, tuple]) -> None:
        """Follow each name that is mentioned to the definition that it stands for."""
        attributes = set()
        for part in mentions:
            if isinstance(part, ast.Attribute) and (
                target := self._module_behind(known.get(part.value.id))
            ):
                attributes.add(id(part.value))
                self.definition(target, part.attr)
        for part in mentions:
            if isinstance(part, ast.alias):
                self._meet(known.get((part.asname or part.name).split(".")[0]), True)
            elif isinstance(part, ast.Name) and id(part) not in attributes:
                self._meet(known.get(part.id), False)

    def _module_behind(self, target: tuple | None) -> str | None:
        """The module of ``utils`` that a name stands for, if it is one."""
        if target is None:
            return None
        module, name = target
        if name is None:
            return module
        is_module = module == "__init__" and name in self.names()
        return name if is_module and name not in _homes(self.module(module)) else None

    def _meet(self, target: tuple | None, imported: bool) -> None:
        """A name that stands alone: a definition, or a module that is handed on."""
        if target is None:
            return
        if module := self._module_behind(target):
            self.module(module) if imported else self.whole(module)
        else:
            self.definition(*target)


def bare_code(source: str) -> str:
    """Python code without comments, docstrings and empty lines."""
    return "\n".join(line for line in _bare(source) if line.strip())


def imports_of_utils(tree: ast.AST) -> dict[str, tuple[str, str | None]]:
    """Names that imports of ``utils`` bind: name -> (module, definition or None)."""
    found = {}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").split(".")[0] == "utils"
        ):
            module = node.module.partition(".")[2] or "__init__"
            for alias in node.names:
                found[alias.asname or alias.name] = (module, alias.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                package, _, module = alias.name.partition(".")
                if package == "utils":
                    bound = (module or "__init__") if alias.asname else "__init__"
                    found[alias.asname or package] = (bound, None)
    return found


def _homes(package: _Module) -> dict[str, str]:
    """The modules of the names that ``utils/__init__.py`` loads when asked."""
    for statement in package.definitions.get("HOMES", []):
        return ast.literal_eval(statement.value)
    return {}


def _defined(statement: ast.stmt) -> set[str]:
    """The names that a top-level statement binds."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    names = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
    return names


def _is_text(statement: ast.stmt) -> bool:
    """Whether the statement is a docstring."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _bare(source: str) -> list[str]:
    """The source's lines without comments and docstrings; their number is the same."""
    lines = source.split("\n")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(source)):
        body = getattr(node, "body", None)
        if not isinstance(body, list) or not body or not _is_text(body[0]):
            continue
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            text = body[0]
            for row in range(text.lineno, text.end_lineno + 1):
                lines[row - 1] = ""
    return [line.rstrip() for line in lines]
