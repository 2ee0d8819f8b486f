"""A worksheet shows its author's text: marks, gaps, cards, tables; and nothing that is code."""

from __future__ import annotations

from bullying_desk.lessons.format.blocks import (
    Box,
    Cards,
    Chat,
    DrawingSpace,
    Figure,
    Foreign,
    Gap,
    Heading,
    Listing,
    PageBreak,
    Paragraph,
    Table,
    Text,
    WritingLines,
    inline_text,
    plain_passages,
)
from bullying_desk.lessons.format.lesson_markup import parse, split_front_matter


def test_marks_of_their_own_lines() -> None:
    blocks = parse("[Zeilen: 3]\n\n[Zeichenfeld: 6,5 cm]\n\n[Neue Seite]\n\n![Ein Hund](hund.svg)\n").blocks
    assert blocks == (WritingLines(3, 1), DrawingSpace(6.5, 3), PageBreak(5), Figure("hund.svg", "Ein Hund", 7))


def test_a_gap_is_no_emphasis() -> None:
    block = parse("Ich heiße ____ und **bin** ________ Jahre.").blocks[0]
    assert isinstance(block, Paragraph)
    assert [inline.width for inline in block.inlines if isinstance(inline, Gap)] == [4, 8]


def test_another_language_is_known_as_such() -> None:
    block = parse("Sag [قف]{ar}!").blocks[0]
    assert isinstance(block, Paragraph)
    assert block.inlines == (Text("Sag "), Foreign("ar", "قف"), Text("!"))


def test_cards_begin_with_their_title() -> None:
    block = parse("::: karten 3\n### Eins\n\nText\n\n### Zwei\n\n- a\n- b\n:::\n").blocks[0]
    assert isinstance(block, Cards)
    assert (block.columns, [card.title for card in block.cards]) == (3, ["Eins", "Zwei"])
    assert isinstance(block.cards[1].blocks[0], Listing)


def test_a_chat_knows_who_speaks() -> None:
    block = parse("::: chat\nMia: Hallo: du?\nCan: Ja\n:::").blocks[0]
    assert block == Chat((("Mia", "Hallo: du?"), ("Can", "Ja")), 1)


def test_a_table_keeps_widths_caption_and_line() -> None:
    text = "Vorher\n\nTabelle: Wer was tut\n\n| A | B |\n|---|---------|\n| **x** | y |\n"
    table = parse(text, first_line=10).blocks[-1]
    assert isinstance(table, Table)
    assert (table.caption, table.widths, table.line) == ("Wer was tut", (0.25, 0.75), 14)
    assert [inline_text(cell) for cell in table.rows[0]] == ["x", "y"]


def test_a_list_goes_on_after_writing_lines() -> None:
    first, _, second = parse("1. Eins\n\n[Zeilen: 2]\n\n2. Zwei\n").blocks
    assert isinstance(first, Listing)
    assert isinstance(second, Listing)
    assert (first.start, second.start) == (1, 2)


def test_code_stays_words() -> None:
    text = '<script>alert(1)</script> `#read("/etc/hostname")`{=typst} #import "x" $a$ [x](javascript:alert(1))'
    parsed = parse(text)
    said = " ".join(words for _, words in plain_passages(parsed.blocks))
    assert "<script>" in said
    assert "#import" in said
    assert "javascript" in said, "no link is made of it"


def test_what_is_wrong_is_said_with_its_line() -> None:
    parsed = parse("Text\n\n::: kiste\n\nInnen\n", first_line=20)
    assert [line for line, _, _ in parsed.faults] == [22, 22]
    assert parse("# Zu groß").faults
    assert parse("Wort ![x](y.svg) Wort").faults
    assert parse("::: karten\nohne Titel\n:::").faults
    assert parse("::: chat\nniemand sagt\n:::").faults
    assert parse("::: kasten\n::: chat\n:::\n:::").faults
    assert not parse("::: kasten\n**Gut**\n:::\n\n## Titel\n").faults


def test_boxes_hold_blocks() -> None:
    block = parse("::: tafelbild\n**A**\n\n- b\n:::").blocks[0]
    assert isinstance(block, Box)
    assert [type(inner) for inner in block.blocks] == [Paragraph, Listing]


def test_front_matter_is_cut_off_with_the_right_line() -> None:
    head, body, line = split_front_matter("---\na: 1\n---\n## Los\n")
    assert (head, body, line) == ("a: 1", "## Los\n", 4)
    assert isinstance(parse(body, line).blocks[0], Heading)
    assert split_front_matter("Kein Kopf") == ("", "Kein Kopf", 1)
