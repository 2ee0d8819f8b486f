"""The catalogues of the public pages. `python3 dev.py languages` brings the template and every catalogue up to date.

`--check` changes nothing and says what is wrong and how much is translated. TRANSLATORS.md explains it.
Unlike the rest of the workshop it needs the project's libraries: it runs in the environment that `dev.py` has made.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po
from jinja2 import Environment, meta

from bullying_desk.clock import BERLIN
from bullying_desk.texts.catalogues import (
    FOLDER,
    TRANSLATED,
    Language,
    Part,
    is_translated,
    messages,
    part_of,
    read,
)
from bullying_desk.texts.extraction import file_of
from workshop.catalogues import readable

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = FOLDER / "public.pot"
PAGES = ROOT / "templates"
PROGRAM = ROOT / "bullying_desk"

# The pages of each part. What they include or import belongs to them; a part keeps what an earlier one has.
TEMPLATES: dict[Part, tuple[str, ...]] = {
    Part.JOURNEY: (
        "guidance/start.html",
        "guidance/help_now.html",
        "guidance/what_helps.html",
        "guidance/clear_history.html",
        "schools/*.html",
        "reports/**/*.html",
        "mailbox/*.html",
        "errors/*.html",
    ),
    Part.AROUND: (
        "guidance/*.html",
        "barriers/statement.html",
        "schoolyard/today.html",
        "schoolyard/wall.html",
        "peers/*.html",
    ),
    Part.PRINTS: (),
}
# An error page at the desk uses its frame, and one error only staff can meet with words of its own.
STAFF_PAGES = frozenset({"layouts/desk.html", "errors/changed_meanwhile.html"})
# Python and files of texts that speak to the public. After a colon: what staff read in it.
SOURCES: dict[Part, tuple[str, ...]] = {
    Part.JOURNEY: (
        "guidance/crisis_words.yml",
        "guidance/help_lines.yml",
        "reports/doors/doors.yml",
        "reports/doors/wording.yml",
        "reports/mailbox/asking_words.yml",
        "reports/readers/explaining.yml",
        "reports/doors/answers.py",
        "reports/filing/forms.py",
        "reports/mailbox/meetings.py",
        "reports/mailbox/forms.py",
        "reports/readers/explaining.py",
        "reports/readers/options.py",
        "reports/views/*.py",
        "schools/places.py",
        "schools/team.py",
        "web/errors.py",
        "web/forms.py",
        "web/language.py",
    ),
    Part.AROUND: ("accounts/views/barriers.py", "schoolyard/views/kiosk.py", "schoolyard/views/peers.py"),
    Part.PRINTS: ("schoolyard/prints/sheet_words.yml:staff text_block", "schoolyard/prints/facts.py"),
}
KEYWORDS = {"_": None, "chosen_gettext": None, "gettext": None, "mark": None, "ngettext": (1, 2)}
HEAD = "# The texts of the public pages. TRANSLATORS.md says how to work on them.\n# Licence: AGPL-3.0-or-later."


# ---------------------------------------------------------------------------------------------------- the template


def template() -> Catalog:
    """Return every text that pupils, parents and visitors can read, in the order in which they meet it."""
    found = Catalog(project="bullying-desk", version="public", charset="utf-8", fuzzy=False)
    found.header_comment = HEAD
    for part in Part:
        before = {_key(each) for each in messages(found)}
        for path, said, comments in _texts(part):
            mark = [] if part is Part.JOURNEY or said in before else [part.value]
            found.add(said if len(said) > 1 else said[0], None, [(path, 0)], auto_comments=[*comments, *mark])
    return found


Found = tuple[str, tuple[str, ...], list[str]]  # the file, the text with its plural, what translators should know


def _texts(part: Part) -> Iterator[Found]:
    for name in _with_parts(TEMPLATES[part]):
        yield from _said("jinja2.ext:babel_extract", PAGES / name, {"newstyle_gettext": "true"})
    for source in SOURCES[part]:
        pattern, _colon, staff = source.partition(":")
        for path in sorted(PROGRAM.glob(pattern)):
            yield from _of_file(path, staff.split()) if path.suffix == ".yml" else _said("python", path, {})


def _said(method: str, path: Path, options: dict[str, str]) -> Iterator[Found]:
    place = path.relative_to(ROOT).as_posix()
    for _line, said, comments, _context in extract_from_file(method, path, KEYWORDS, options=options):
        yield place, said if isinstance(said, tuple) else (said,), list(comments)


def _of_file(path: Path, staff: Sequence[str]) -> Iterator[Found]:
    """Yield the texts of a YAML file, without the entries that only staff read."""
    file, place = file_of(path), path.relative_to(ROOT).as_posix()
    lines = path.read_text("utf-8").splitlines()
    heads = [(number, line.rstrip(":")) for number, line in enumerate(lines, 1) if re.fullmatch(r"\w+:", line)]
    for said in file.said() if file is not None else ():
        entry = next((name for number, name in reversed(heads) if number <= said.line), "")
        if entry not in staff:
            yield place, (said.text,), []


def _with_parts(patterns: Sequence[str]) -> list[str]:
    """Return pages with everything they include, import or extend; pages first."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    found = (path.relative_to(PAGES).as_posix() for pattern in patterns for path in sorted(PAGES.glob(pattern)))
    names = [name for name in found if name not in STAFF_PAGES]
    for name in names:  # grows while it is read
        tree = environment.parse((PAGES / name).read_text("utf-8"))
        names += [each for each in meta.find_referenced_templates(tree) if each and each not in {*names, *STAFF_PAGES}]
    return names


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as the text of its file: no line numbers and no dates, so that only texts change it."""
    file = BytesIO()
    write_po(file, catalogue, width=0, include_lineno=False)
    lines = file.getvalue().decode("utf-8").splitlines(keepends=True)
    drop = (
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        '"Generated-By',
        '"Last-Translator',
        '"Report-Msgid',
        '"Language-Team',
    )
    return "".join(line for line in lines if not line.startswith(drop)).encode()


def update(languages: Sequence[Language]) -> None:
    """Write the template and bring catalogues up to date.

    A text that is gone is kept at the end of its catalogue. A text that has changed is missing until somebody has
    translated it again: an old translation of a sentence about who reads must not stand under a new one.
    """
    newest = template()
    TEMPLATE.write_bytes(written(newest))
    for language in languages:
        old = read(language)
        old.update(newest, no_fuzzy_matching=True)
        old.header_comment = f"{HEAD}\n# {language.name}"
        language.path.parent.mkdir(parents=True, exist_ok=True)
        language.path.write_bytes(written(old))
        glossary = glossary_of(language)
        glossary.write_text(_STATE.sub(state_line(old), glossary.read_text("utf-8")), "utf-8")


_STATE = re.compile(r"^State: .*$", re.MULTILINE)


def glossary_of(language: Language) -> Path:
    """Return the file with the fixed words of a language. It also says how much is translated."""
    return FOLDER / language.code / "glossary.md"


def state_line(catalogue: Catalog) -> str:
    """Say how much of each part is translated, in whole per cent, rounded down: 100 is only everything."""
    shares = (done * 100 // of if of else 0 for done, of in state(catalogue).values())
    return f"State: {', '.join(f'part {number} {share} %' for number, share in enumerate(shares, 1))}."


# ------------------------------------------------------------------------------------------------------ the checks

# What a translation must hold exactly as the German does: values the program fills in, and places of names.
_HOLES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|\[-?\w+\]")
# Telephone numbers, counts of days and signs, addresses: never other ones.
_NUMBERS = re.compile(r"\d(?:\d|[ .,\u00a0\u202f](?=\d))+")
_FORBIDDEN = {"\u00a0": "a fixed blank", "\u200b": "an invisible sign", "\u202e": "a sign that turns the text"}


def faults(language: Language, catalogue: Catalog, newest: Catalog) -> list[str]:
    """Return what is wrong in a catalogue, one line each. Missing texts are no fault: they are counted."""
    wanted = {_key(each): each for each in messages(newest)}
    found = {_key(each): each for each in messages(catalogue)}
    said = [f"not in the program any more: {_short(key)}" for key in found.keys() - wanted.keys()]
    said += [f"not in the catalogue yet: {_short(key)}" for key in wanted.keys() - found.keys()]
    for key, message in found.items():
        if message.fuzzy:
            said.append(f"marked as fuzzy: {_short(key)}")
        if key in wanted and is_translated(message):
            said += [f"{what}: {_short(key)}" for what in _wrong(language, catalogue, message)]
    return said


def _wrong(language: Language, catalogue: Catalog, message: Message) -> Iterator[str]:
    ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    forms = [form or "" for form in _forms(message)]
    if len(ids) > 1 and len(forms) != catalogue.num_plurals:
        yield f"{len(forms)} plural forms and not {catalogue.num_plurals}"
    german = ids[-1]
    for form in forms:
        several = len(ids) > 1
        if not several and Counter(_HOLES.findall(form)) != Counter(_HOLES.findall(german)):
            yield f"placeholders {sorted(_HOLES.findall(form))} and not {sorted(_HOLES.findall(german))}"
        if several and not set(_HOLES.findall(form)) <= set(_HOLES.findall(german)):
            yield f"unknown placeholders {sorted(_HOLES.findall(form))}"
        if not several and _digits(form) != _digits(german):
            yield f"numbers {sorted(_digits(form))} and not {sorted(_digits(german))}"
        if form != form.strip() and german == german.strip():
            yield "blanks at an end"
        if "<" in form and "<" not in german:
            yield "markup"
        yield from (f"it holds {what}" for sign, what in _FORBIDDEN.items() if sign in form and sign not in german)


def _forms(message: Message) -> Sequence[str | None]:
    return message.string if isinstance(message.string, (tuple, list)) else (message.string,)


def _digits(text: str) -> set[str]:
    plain = _HOLES.sub(" ", text)
    return {re.sub(r"\D", "", each) for each in _NUMBERS.findall(plain)} - {""}


def _key(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (message.id,)


def _short(key: tuple[str, ...]) -> str:
    return key[0] if len(key[0]) < 100 else f"{key[0][:99]}…"


def state(catalogue: Catalog) -> dict[Part, tuple[int, int]]:
    """Return for each part how many texts are translated, and how many there are."""
    counted = {part: [0, 0] for part in Part}
    for message in messages(catalogue):
        counted[part_of(message)][0] += is_translated(message)
        counted[part_of(message)][1] += 1
    return {part: (done, of) for part, (done, of) in counted.items()}


def report(languages: Sequence[Language]) -> int:
    """Print state and faults of catalogues; return 1 where there is a fault."""
    newest, bad = template(), 0
    if not TEMPLATE.is_file() or TEMPLATE.read_bytes() != written(newest):
        print("The template is out of date. Run: python3 dev.py languages")
        bad = 1
    for language in languages:
        catalogue = read(language)
        found = faults(language, catalogue, newest)
        shares = "  ".join(f"{part.name.lower()} {done}/{of}" for part, (done, of) in state(catalogue).items())
        offered = "offered" if state(catalogue)[Part.JOURNEY][0] == state(catalogue)[Part.JOURNEY][1] else "not offered"
        print(f"{language.code}  {shares}  {offered}  {len(found)} faults")
        for line in found:
            print(f"    {line}")
        bad = bad or bool(found)
    return int(bad)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="dev.py languages", description="The catalogues of the public pages.")
    parser.add_argument("codes", nargs="*", metavar="CODE", help="one language, for example tr")
    parser.add_argument("--check", action="store_true", help="change nothing; say what is wrong and what is missing")
    parser.add_argument("--readable", action="store_true", help="measure how hard the texts of each language are")
    given = parser.parse_args(arguments)
    if given.readable:
        return readable.write(datetime.now(BERLIN).date())
    chosen = [each for each in TRANSLATED if not given.codes or each.code in given.codes]
    if not given.check:
        update(chosen)
    return report(chosen)
