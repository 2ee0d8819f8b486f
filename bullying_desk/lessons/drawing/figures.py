"""Draws one person of the kit, standing, walking, sitting on a chair or on the floor; feet are at (0, 0)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bullying_desk.lessons.drawing.kit import HEAD, Person, kit, scaled, short


@dataclass(frozen=True, slots=True)
class Stature:
    """How a body is built: height, radius of the head, length of the legs, half the width of shoulders and hips."""

    height: float
    head: float
    legs: float
    shoulders: float
    hips: float

    @property
    def trunk(self) -> float:
        """From the hips to the shoulders."""
        return self.height - 2 * self.head - self.legs + 1

    @property
    def arm(self) -> float:
        """The length of an arm."""
        return self.height * 0.32


SMALL: Final = Stature(92, 18.5, 25, 12, 10)
MIDDLE: Final = Stature(106, 17.5, 35, 13, 10.5)
TALL: Final = Stature(120, 16.5, 43, 14.5, 11)
ADULT: Final = Stature(130, 17, 48, 16, 12)
#: Where the hips are, above the floor, on a chair, on the floor, in a wheelchair.
_SEATS: Final = {"sit": 26.0, "floor": 8.0, "wheels": 30.0}
_SHOE: Final = "#4a4238"
_RIMS: Final = "M-13.5 1a6 6 0 1 0 12 0a6 6 0 1 0-12 0M1.5 1a6 6 0 1 0 12 0a6 6 0 1 0-12 0"
_MOUTH: Final = "#8c3b3b"
_WOOD: Final = "#7d6547"


def stature_of(grades: Iterable[int]) -> Stature:
    """Return how tall the children of these grades are."""
    youngest, oldest = min(grades, default=13), max(grades, default=13)
    if oldest <= 4 or youngest <= 2:
        return SMALL
    return MIDDLE if youngest <= 6 else TALL


@dataclass(frozen=True, slots=True)
class Acting:
    """What a person does: legs (`stand`, `walk`, `run`, `sit`, `floor`), a pose of the arms, a face, where to look."""

    legs: str
    pose: str
    face: str
    look: str


def figure(person: Person, stature: Stature, acting: Acting, place: str) -> str:
    """Return the shapes of a person; `place` is the SVG transform that brings the feet to their place."""
    legs = "wheels" if person.uses == "wheelchair" else acting.legs
    hip = -_SEATS.get(legs, stature.legs)
    shoulder = hip - stature.trunk
    head = shoulder + 1 - stature.head * 0.95
    behind = _hair(person, stature, head, 0)
    parts = [
        behind if acting.look != "back" else "",
        _seat(legs, hip),
        _legs(person, stature, legs, hip),
        _trunk(person, stature, hip, shoulder, legs),
        _wheel() if legs == "wheels" else "",
        _head(person, stature, head, acting),
        behind if acting.look == "back" else "",
        _arms(person, stature, acting, shoulder),
    ]
    turn = " scale(-1 1)" if acting.look == "left" else ""
    return f'<g transform="{place}{turn}">{"".join(parts)}</g>'


def _limb(path: str, colour: str, width: float) -> str:
    return (
        f'<path d="{path}" stroke-width="{short(width + 3.6)}"/>'
        f'<path d="{path}" stroke="{colour}" stroke-width="{short(width)}"/>'
    )


def _seat(legs: str, hip: float) -> str:
    if legs == "sit":
        back, seat = short(hip - 26), short(hip + 6)
        return f'<path d="M-13 {back}V0M15 {seat}V0M-13 {seat}H16" stroke="{_WOOD}" stroke-width="4"/>'
    if legs == "wheels":
        return f'<path d="M-22 {short(hip - 20)}H-15L-13 {short(hip + 7)}H14L19-4H25" stroke-width="3"/>'
    return ""


def _wheel() -> str:
    rim = '<circle cx="-5" cy="-19" r="18" stroke-width="3"/>'
    return f'{rim}<circle cx="-5" cy="-19" r="3"/><circle cx="17" cy="-4" r="4"/>'


def _legs(person: Person, stature: Stature, legs: str, hip: float) -> str:
    wide, top = stature.hips * 0.52, short(hip - 2)
    ways = {
        "stand": ((-wide, f"L{short(-wide - 0.5)}-5"), (wide, f"L{short(wide + 0.5)}-5")),
        "walk": ((-wide, "L-9-5"), (wide, "L11-5")),
        "run": ((-wide, f"L-7 {short(hip * 0.5)}L-19 {short(hip * 0.35)}"), (wide, f"L12 {short(hip * 0.55)}L10-5")),
        "sit": ((-3, f"L13 {short(hip)}L13-5"), (3, f"L18 {short(hip + 1)}L19-5")),
        "wheels": ((-3, f"L14 {short(hip + 1)}L18-7"), (3, f"L17 {short(hip + 1)}L23-7")),
        "floor": ((-wide, "Q-24 0-2-3"), (wide, "Q24 0 2-4")),
    }[legs]
    path = "".join(f"M{short(x)} {top}{way}" for x, way in ways)
    colour = person.skin if person.skirt else person.legs
    shoes = "" if legs == "floor" else _shoes(legs, wide, hip)
    return _limb(path, colour, 7 if stature.height < 100 else 8) + shoes


def _shoes(legs: str, wide: float, hip: float) -> str:
    (x, y), (other, low) = {
        "stand": ((-wide - 4, -3.0), (wide, -3.0)),
        "walk": ((-11, -3.0), (11, -3.0)),
        "run": ((-23, hip * 0.35), (10, -3.0)),
        "sit": ((13, -3.0), (19, -3.0)),
        "wheels": ((18, -6.0), (23, -6.0)),
    }[legs]
    path = f"M{short(x)} {short(y)}h5M{short(other)} {short(low)}h4"
    return f'<path d="{path}" stroke="{_SHOE}" stroke-width="8"/>'


def _trunk(person: Person, stature: Stature, hip: float, shoulder: float, legs: str) -> str:
    wide, low = stature.shoulders, stature.hips
    end, flare = (hip + 12, low + 6) if person.skirt and legs in ("stand", "walk", "run") else (hip + 2, low)
    top, soft = short(shoulder), short(shoulder + 7)
    shape = (
        f"M{short(-wide)} {soft}Q{short(-wide)} {top} {short(-wide + 7)} {top}H{short(wide - 7)}"
        f"Q{short(wide)} {top} {short(wide)} {soft}L{short(flare)} {short(end)}H{short(-flare)}Z"
    )
    return f'<path d="{shape}" fill="{person.top}"/>' + _pattern(person, low, hip, shoulder)


def _pattern(person: Person, low: float, hip: float, shoulder: float) -> str:
    middle, w = (hip + shoulder) / 2, low - 2
    m, s, h = short(middle), short(shoulder), short(hip + 1)
    lines = "".join(f"M{short(2 - w)} {short(middle + step)}H{short(w - 2)}" for step in (-4, 4, 11))
    spots = "".join(f"M{dx} {short(middle + dy)}h.1" for dx, dy in ((-5, -3), (4, -5), (0, 3), (-6, 9), (6, 8)))
    paths = {
        "stripes": (lines, "line", "3.5"),
        "dots": (spots, "line", "4"),
        "star": (f"M0 {short(middle - 7)}l2 5 5 0-4 3 2 5-5-3-5 3 2-5-4-3 5 0Z", "area", ".1"),
        "zip": (f"M-6 {s}L0 {short(shoulder + 6)}L6 {s}M0 {short(shoulder + 6)}V{h}", "ink", "1.6"),
        "pocket": (f"M-7 {h}V{short(hip - 8)}H7V{h}M-3 {s}v6M3 {s}v6", "ink", "1.6"),
        "bib": (f"M-6 {s}V{m}H6V{s}M-6 {m}L{short(-low)} {h}H{short(low)}L6 {m}Z", "area", "1.8"),
        "blazer": (f"M-6 {s}L0 {m}L6 {s}ZM0 {m}V{h}", "area", "1.6"),
        "vest": (f"M-5 {s}V{h}M5 {s}V{h}", "line", "4"),
        "apron": (f"M-6 {short(middle - 5)}H6L{short(w)} {h}H{short(-w)}Z", "area", "1.6"),
    }
    if person.pattern not in paths:
        return ""
    path, kind, width = paths[person.pattern]
    paint = {"line": f' stroke="{person.accent}"', "area": f' fill="{person.accent}"', "ink": ""}[kind]
    return f'<path d="{path}"{paint} stroke-width="{width}"/>'


def _hair(person: Person, stature: Stature, head: float, layer: int) -> str:
    path = kit().hair[person.style][layer]
    if not path:
        return ""
    return f'<path d="{scaled(path, stature.head / HEAD, dy=head)}" fill="{person.hair}"/>'


def _head(person: Person, stature: Stature, head: float, acting: Acting) -> str:
    r, factor = stature.head, stature.head / HEAD
    if acting.look == "back":
        crown = person.skin if person.style == "bald" else person.hair
        return f'<circle cx="0" cy="{short(head)}" r="{short(r)}" fill="{crown}"/>'
    shift = 0.0 if acting.look == "front" else 4.5 * factor
    ears = _ears(r, head, acting.look)
    skull = f'<g fill="{person.skin}">{ears}<circle cx="0" cy="{short(head)}" r="{short(r)}"/></g>'
    beard = ""
    if person.beard:
        path = scaled("M-19 4C-17 27 17 27 19 4C13 9 8 5 0 5C-8 5-13 9-19 4Z", factor, dy=head)
        beard = f'<path d="{path}" fill="{person.hair}"/>'
    return skull + beard + _hair(person, stature, head, 1) + _face(person, acting.face, factor, shift, head)


def _ears(r: float, head: float, look: str) -> str:
    sides = (-1, 1) if look == "front" else (-1,)
    return "".join(f'<circle cx="{short(side * r)}" cy="{short(head + 3)}" r="3.6"/>' for side in sides)


def _face(person: Person, face: str, factor: float, shift: float, head: float) -> str:
    eyes, brows, mouth = (scaled(part, factor, shift, head) for part in kit().faces[face])
    wide = "4.4" if "h.1" in kit().faces[face][0] else "2"
    filled = f' fill="{_MOUTH}"' if mouth.endswith("Z") else ""
    ink = ' stroke="#f3ead9"' if person.beard and not filled else ""
    out = f'<path d="{eyes}" stroke-width="{wide}"/><path d="{mouth}"{filled}{ink}/>'
    nose = scaled("M1 2Q4 6 0 6", factor, shift, head)
    out += f'<path d="{brows}{nose}" stroke-width="1.7"/>'
    if person.uses == "glasses":
        rims = scaled(_RIMS, factor, shift, head)
        out += f'<path d="{rims}" stroke-width="1.6"/>'
    if person.uses == "hearing":
        out += f'<path d="{scaled("M-19-4C-27-5-26 9-20 9", factor, 0, head)}" stroke="#5b4a8a" stroke-width="3.4"/>'
    return out


def _arms(person: Person, stature: Stature, acting: Acting, shoulder: float) -> str:
    names = kit().poses[acting.pose]
    path, hands, cane = "", "", ""
    for side, name in zip((-1, 1), names, strict=True):
        if person.uses == "cane" and side == -1:
            name = "cane"
        ex, ey, hx, hy = kit().arms[name]
        x, y = side * (stature.shoulders - 3), shoulder + 7
        elbow = f"{short(x + side * ex * stature.arm)} {short(y + ey * stature.arm)}"
        at, to = x + side * hx * stature.arm, y + hy * stature.arm
        path += f"M{short(x)} {short(y)}Q{elbow} {short(at)} {short(to)}"
        hands += _hand(name, short(at), short(to))
        if name == "cane":
            cane = f'<path d="M{short(at)} {short(to - 2)}V-1" stroke="{_WOOD}" stroke-width="3.4"/>'
    skin = f'<path d="{hands}" fill="{person.skin}"/>'
    return cane + _limb(path, person.top, 6) + skin + _held(acting.pose, shoulder + 7 + stature.arm * 0.6)


def _hand(name: str, x: str, y: str) -> str:
    if name == "stop":
        return f"M{x} {y}m-5 2v-9q5-6 10 0v9q-5 5-10 0Z"
    return f"M{x} {y}m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z"


def _held(pose: str, y: float) -> str:
    """Return what the hands of a pose hold, at this height."""
    top = short(y - 14)
    match pose:
        case "reads":
            return f'<path d="M-13 {top}q7-3 13 1q6-4 13-1v13q-7-3-13 1q-6-4-13-1Z" fill="#fff"/>'
        case "phone":
            return f'<path d="M2 {top}h9v16h-9Z" fill="#3d4660"/>'
        case "sheet":
            return f'<path d="M-9 {top}h18v20h-18Z" fill="#fff"/><path d="M-5 {short(y - 8)}h10m-10 5h10m-10 5h6"/>'
    return ""
