"""The look of the printed lesson: page, type, tables, boxes, cards, writing lines, as Typst definitions."""

from __future__ import annotations

from typing import Final

PREAMBLE: Final = """
#set page(paper: "a4", margin: (x: 1.9cm, top: 1.6cm, bottom: 1.8cm), footer: context {
  set text(8pt, fill: rgb("#434a6e"))
  fusszeile
  h(1fr)
  counter(page).display("1 / 1", both: true)
})
#set text(lang: "de", region: "DE", font: schriften, size: 9.5pt, hyphenate: true, fill: rgb("#171e45"))
#set par(leading: 0.6em, spacing: 0.75em, justify: false)
#set list(marker: [•], spacing: 0.55em)
#set enum(spacing: 0.7em)
#set table(stroke: 0.5pt + rgb("#6d759b"), inset: (x: 4pt, y: 4pt), fill: (x, y) => if y == 0 { rgb("#e6eaf6") })
#set table.cell(breakable: false)
#show table.cell.where(y: 0): strong
#show table: set par(justify: false, spacing: 0.5em)
#show figure.where(kind: table): set figure.caption(position: top)
#show figure.where(kind: table): set block(breakable: true)
#show figure.caption: set block(sticky: true)
#show figure.caption: set text(9pt)
#show figure.caption: set align(start)
#show figure.where(kind: table): set align(start)
#set figure(numbering: none)
#show heading: set text(fill: rgb("#28378f"), hyphenate: false)
#show heading.where(level: 1): set text(0.95em)
#show heading.where(level: 2): set text(0.92em)
#show heading.where(level: 3): set text(1em)
#show heading: set block(above: 1.15em, below: 0.7em, sticky: true)
#show title: set text(20pt, fill: rgb("#28378f"), hyphenate: false)
#let kasten(body) = block(width: 100%, inset: 8pt, stroke: 0.8pt + rgb("#171e45"), radius: (right: 6pt), body)
#let tafelbild(body) = block(width: 100%, inset: 9pt, stroke: 1.4pt + rgb("#33500d"), fill: rgb("#f6f9ee"), body)
#let achtung(body) = block(width: 100%, inset: 8pt, stroke: (left: 4pt + rgb("#6b3500")), fill: rgb("#fcefdc"), body)
#let luecke(n) = box(width: n * 0.19cm, height: 0.9em, stroke: (bottom: 0.6pt + rgb("#171e45")))
#let zeile = block(width: 100%, height: 0.95cm, stroke: (bottom: 0.6pt + rgb("#6d759b")))
#let zeilen(n) = block(width: 100%, above: 0.4em, below: 1em, breakable: false, stack(..range(n).map(_ => zeile)))
#let zeichenfeld(h) = block(width: 100%, height: h, stroke: 0.8pt + rgb("#6d759b"), radius: 4pt)
#let blase(i, wer, body) = align(if calc.even(i) { start } else { end }, block(width: 72%, inset: 7pt, radius: 8pt,
  breakable: false, fill: if calc.even(i) { rgb("#e6eaf6") } else { rgb("#eaf1d6") },
  align(start)[#text(0.85em, strong(wer)) \\ #body]))
#let schnitt = (dash: "dashed", thickness: 0.7pt, paint: rgb("#434a6e"))
#let karten(n, ..k) = grid(columns: (1fr,) * n, inset: 10pt, stroke: schnitt,
  ..k.pos().map(c => grid.cell(breakable: false, c)))
"""
