"""Which things on a picture belong together: rows of tables and lists, and cards.

Prevents: "Delete in the row of Alice" being any Delete of the screen where no page says what a
row is.
"""

from collections.abc import Sequence

from handeye.actions import Box
from handeye.grounding.elements.pixels.inside import Middles

_LEAST = 2  # things that make a row, and rows that make a table


def rows_of(boxes: Sequence[Box], cards: Sequence[Box], unit: float) -> list[int | None]:
    """For each box the number of its row or card, or None."""
    numbers: list[int | None] = [None] * len(boxes)
    count = 0
    for members in _in_cards(boxes, cards):
        for n in members:
            numbers[n] = count
        count += 1
    left = [n for n, number in enumerate(numbers) if number is None]
    for group in _tables(_lines(boxes, left), boxes, unit):
        for members in group:
            for n in members:
                numbers[n] = count
            count += 1
    return numbers


def _in_cards(boxes: Sequence[Box], cards: Sequence[Box]) -> list[list[int]]:
    """What lies in each of several frames of one size; a frame around frames is none."""
    sizes = [(card.width, card.height) for card in cards]
    alike = [
        card
        for card, (width, height) in zip(cards, sizes, strict=True)
        if sum(abs(width - wide) < 6 and abs(height - high) < 40 for wide, high in sizes) >= _LEAST
    ]
    found, middles = [], Middles(boxes)
    for card in sorted(alike, key=lambda each: (each.y1, each.x1)):
        inside = middles.within(card)
        if len(inside) >= _LEAST:
            found.append(inside)
    return found


def _lines(boxes: Sequence[Box], places: Sequence[int]) -> list[list[int]]:
    """What stands side by side, from top to bottom."""
    lines: list[list[int]] = []
    for n in sorted(places, key=lambda n: boxes[n].center.y):
        if lines:
            first = boxes[lines[-1][0]]
            shared = min(first.y2, boxes[n].y2) - max(first.y1, boxes[n].y1)
            if shared > 0.5 * min(first.height, boxes[n].height):
                lines[-1].append(n)
                continue
        lines.append([n])
    return [sorted(line, key=lambda n: boxes[n].x1) for line in lines]


def _tables(lines: Sequence[list[int]], boxes: Sequence[Box], unit: float) -> list[list[list[int]]]:
    """Runs of lines that share at least two columns with the line before."""
    tables: list[list[list[int]]] = []
    for line in lines:
        if len(line) < _LEAST:
            continue
        last = tables[-1][-1] if tables else []
        near = bool(last) and boxes[line[0]].y1 - boxes[last[0]].y2 < 4 * unit
        if near and _shared(line, last, boxes, unit) >= _LEAST:
            tables[-1].append(line)
        else:
            tables.append([line])
    return [table for table in tables if len(table) >= _LEAST]


def _shared(line: Sequence[int], other: Sequence[int], boxes: Sequence[Box], unit: float) -> int:
    near = 0.5 * unit
    return sum(
        any(
            abs(boxes[n].x1 - boxes[m].x1) < near
            or abs(boxes[n].x2 - boxes[m].x2) < near
            or abs(boxes[n].center.x - boxes[m].center.x) < near
            for m in other
        )
        for n in line
    )
