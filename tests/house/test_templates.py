"""Pages are written the same way everywhere: nothing inline, every text for people through gettext, no dead file."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser

from jinja2 import Environment

from tests.house.project import PACKAGE, Module, for_each, functions, modules, templates

PAGES = {name: source for name, source in templates().items() if name.endswith((".html", ".xml"))}
# Markup that is not escaped, and why it may be trusted.
TRUSTED_MARKUP: dict[str, str] = {}
ALL = "\n".join(PAGES.values())
# Text that is the same in every language.
SAME_EVERYWHERE = re.compile(
    r"^(?:[\W\d_]|AGPL|CC BY-SA 4\.0|PDF|DOCX|ODT|CSV|XLSX|QR|DIN A\d|E-Mail|[\w.-]+@[\w.-]+|(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?)*$"
)
# Blocks that hold class names, and attributes that belong to a component of their own.
CLASS_BLOCKS = {"body_class", "sheet_class"}
LOOSE_ATTRIBUTES = re.compile(r"\bdata-[\w-]+(?:=\"[^\"]*\")?")
SPOKEN_ATTRIBUTES = {"alt", "title", "aria-label", "aria-description", "placeholder"}
_jinja = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)


@for_each(PAGES)
def test_nothing_is_inline(name: str) -> None:
    """The policy `default-src 'none'` would block it, and a hole for one is a hole for all."""
    source = PAGES[name]
    assert not re.search(r"<style\b", source)
    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source)
    assert "javascript:" not in source.lower()
    for attributes in re.findall(r"<script\b([^>]*)>", source):
        assert "src=" in attributes or "application/ld+json" in attributes, attributes


@for_each(PAGES)
def test_nothing_is_unescaped_without_a_reason(name: str) -> None:
    trusts = bool(re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", PAGES[name]))
    assert trusts == (name in TRUSTED_MARKUP)


TYPED = re.compile(r"<(?:textarea|input(?![^>]*type=\"(?:hidden|checkbox|radio|file|submit|reset|button)\"))\b[^>]*>")
"""Fields that hold what somebody types. Those of forms come from components/control.html."""


@for_each(PAGES)
def test_no_browser_remembers_what_is_typed(name: str) -> None:
    """A name may stand in any field, and the next person at a shared computer would be offered it."""
    assert not [field for field in TYPED.findall(_literal(PAGES[name])) if "autocomplete=" not in field]


@for_each(PAGES)
def test_every_text_goes_through_gettext(name: str) -> None:
    assert not _untranslated(PAGES[name])


def test_a_bare_text_would_be_found() -> None:
    assert _untranslated('<p>Hallo {{ name }}</p><img alt="Ein Baum">') == ["Hallo ￼", "Ein Baum"]
    assert not _untranslated('<p class="a {% if b %}c{% endif %}">{{ _("Hallo") }} · 1</p>{# Wort #}')
    assert not _untranslated("{% trans %}Hallo{% endtrans %}")


def _untranslated(source: str) -> list[str]:
    """Return the words for people that are bare in a template; ￼ takes the place of an expression."""
    bare = _BareText()
    bare.feed(LOOSE_ATTRIBUTES.sub("", _literal(source)).replace("<￼", "<p"))
    bare.close()
    return [each for each in bare.texts if not SAME_EVERYWHERE.match(each.replace("￼", ""))]


def _literal(source: str) -> str:
    parts: list[str] = []
    silent = ""  # the tag that ends the part which is no bare text
    words: list[str] = []
    for _line, kind, value in _jinja.lex(source):
        if kind == "block_begin":
            words = []
        elif kind == "name":
            words.append(value)
        elif kind == "block_end" and words:
            silent = "" if words[0] == silent else silent or _end_of_silence(words)
        elif kind == "variable_begin":
            parts.append("￼")
        elif kind == "data" and not silent:
            parts.append(value)
    return "".join(parts)


def _end_of_silence(words: list[str]) -> str:
    if words[0] == "trans":
        return "endtrans"
    return "endblock" if words[0] == "block" and words[1] in CLASS_BLOCKS else ""


class _BareText(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        self.texts += [value for key, value in attrs if key in SPOKEN_ATTRIBUTES and value]

    def handle_data(self, data: str) -> None:
        if data.strip() and self._inside not in {"script", "style"}:
            self.texts.append(data.strip())


def _literals(module: Module) -> set[str]:
    return {
        node.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[\w/.-]+\.\w+", node.value)
    }


def test_every_template_is_used_and_every_used_one_exists() -> None:
    said = {each for module in modules() for each in _literals(module)}
    named = set(re.findall(r"{%-?\s*(?:extends|import|from|include)\s+[\"']([^\"']+)", "\n".join(templates().values())))
    rendered = {each for module in modules() for each in _rendered(module)}
    assert (named | rendered) <= set(templates())
    # Error pages are chosen by number.
    assert {name for name in templates() if not name.startswith("errors/")} <= named | said


def _rendered(module: Module) -> set[str]:
    return {
        node.args[0].value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "render_template"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


@for_each([each for each in modules() if each.is_view])
def test_a_page_is_called_like_its_view(module: Module) -> None:
    """`cases.show` renders `cases/show.html`, written as a literal, so that either is found from the other."""
    blueprint = re.search(r"Blueprint\(\s*\"(\w+)\"", module.source)
    if blueprint is None:
        return
    for function in functions(module.tree):
        pages = _rendered(Module(module.path, module.name, "", ast.Module([function], [])))
        assert all(page.startswith((f"{blueprint[1]}/", "errors/")) for page in pages), (function.name, pages)
        if pages and any(_is_get(decorator) for decorator in function.decorator_list):
            assert f"{blueprint[1]}/{function.name}.html" in pages, (function.name, pages)


def _is_get(decorator: ast.expr) -> bool:
    return (
        isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute) and decorator.func.attr == "get"
    )


@for_each([name for name in PAGES if name.startswith("components/")])
def test_a_component_file_holds_one_macro_of_its_name(name: str) -> None:
    """A file may have small helpers above its macro; other files import the one macro only."""
    macros = re.findall(r"{%-?\s*macro\s+(\w+)", PAGES[name])
    own = name.removeprefix("components/").removesuffix(".html")
    assert macros[-1:] == [own]
    taken = re.findall(rf"from\s+[\"']{re.escape(name)}[\"']\s+import\s+([^%]+?)\s*(?:with context\s*)?-?%}}", ALL)
    assert {each.split(" as ")[0].strip() for names in taken for each in names.split(",")} <= {own}


def test_undefined_names_are_errors() -> None:
    assert "StrictUndefined" in (PACKAGE / "app.py").read_text("utf-8")
