"""The name a school is shown under: „Grundschule Kleine Kielstraße“, not the register's „Städt. Gem. Grundschule“."""

from __future__ import annotations

import re

# Words before or after the name in the register that are no name: owner, kind, stage.
_GENERIC = re.compile(
    r"\b(?:städt|städtische[rs]?|gem|gemeinschafts?|kath|katholische[rs]?|ev|evangelische[rs]?|bekenntnis|der|stadt|"
    r"gemeinde|kreis(?:es)?|im|schulzentrum|verbund|(?:gemeinschafts?)?(?:grund|haupt|real|gesamt|sekundar|förder)?schule|"
    r"gymnasium|berufskolleg|weiterbildungskolleg|primarstufe|sekundarstufen?|i|ii|und)\b\.?",
    re.IGNORECASE,
)
_OWNER_FIRST = re.compile(r"^(?:Städt\.|Städtische[rs]?)\s*(?:Gem\.\s*)?|^Gem\.\s*")
# How the short name begins: „Dortmund, FÖ LE, ES Kielhornschule“.
_SHORT_FORMS = frozenset(
    {
        *("GG", "KG", "EG", "WG", "GV", "GGS", "KGS", "(VERB.)", "GH", "KH", "EH", "RS", "GE", "GYM", "SK", "GM", "PR"),
        *("BK", "WBK", "KOL", "AGY", "ABRS", "FW", "KR", "VS", "FÖ", "LE", "ES", "SQ", "KM", "SE", "HK"),
    }
)
_REGISTER_WIDTH = 40  # the register cuts every name here


def shown_name(name: str, addition: str, short_name: str, town: str, form_name: str) -> str:
    """Return the name that pupils recognise, with no word that the register does not have.

    A name that says only the kind of school, or that was cut at 40 characters, is replaced by the short name.
    """
    if addition.startswith("und "):  # „Dortmunder Berufskolleg für Sport“ + „und Gymnastik, Staatlich …“
        return f"{name} {addition.split(',')[0]}"
    if _is_generic(name, town) or _is_cut(name):
        short = _from_short_name(short_name)
        if short:
            return short if _says_form(short, form_name) else f"{form_name} {short}"
    return _OWNER_FIRST.sub("", name) or name


def _is_generic(name: str, town: str) -> bool:
    rest = _GENERIC.sub(" ", name.replace(town, " ") if town else name)
    return not re.search(r"\w", rest)


def _is_cut(name: str) -> bool:
    return name.endswith(("-", ",")) or len(name) >= _REGISTER_WIDTH


def _from_short_name(short_name: str) -> str:
    words = short_name.partition(",")[2].replace(",", " ").split()
    while words and words[0].upper() in _SHORT_FORMS:
        words = words[1:]
    return " ".join(words)


def _says_form(text: str, form_name: str) -> bool:
    folded = text.casefold()
    return form_name.casefold() in folded or "schule" in folded or "kolleg" in folded or "gymnasium" in folded
