"""Charts as plain shapes for inline SVG: a name and two bars for each row, now and the year before. The table beside says
the same, with the rows that are 0.
"""

# As narrow as a telephone, so that the words are readable there.
WIDTH, NUMBERS, HEIGHT, NAME, GAP = 340, 50, 12, 20, 10
STEP = NAME + 2 * HEIGHT + GAP


def bars(rows):
    """What the template draws of ``rows``; None where there is nothing to draw or where something is hidden."""
    if any(row.hidden for row in rows):
        return None
    shown = [row for row in rows if row.value or row.change.before]
    if not shown:
        return None
    highest = max(number or 0 for row in shown for number in (row.value, row.change.before))
    room, shapes, labels = WIDTH - NUMBERS, [], []
    for place, row in enumerate(shown):
        top = place * STEP
        labels.append({"y": top + NAME - 6, "text": row.label})
        for shift, (kind, number) in enumerate((("now", row.value), ("before", row.change.before))):
            if number is None:
                continue
            width, y = round(room * number / highest, 1), top + NAME + shift * HEIGHT
            shapes.append({"kind": kind, "y": y, "width": width, "number": number, "text_y": y + HEIGHT - 2})
    return {
        "shapes": [{**each, "number_x": each["width"] + 5} for each in shapes],
        "labels": labels,
        "width": WIDTH,
        "height": len(shown) * STEP,
        "bar": HEIGHT - 2,
    }
