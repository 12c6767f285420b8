"""Charts as plain shapes for inline SVG: two bars for each row, now and the year before. The table beside says the same."""

WIDTH, LABELS, HEIGHT, GAP = 720, 200, 14, 10
STEP = 2 * HEIGHT + GAP


def bars(rows):
    """What the template draws of ``rows``; None where there is nothing to draw or where something is hidden."""
    if any(row.hidden for row in rows):
        return None
    highest = max((number or 0 for row in rows for number in (row.value, row.change.before)), default=0)
    if not highest:
        return None
    room, shapes = WIDTH - LABELS - 60, []
    for place, row in enumerate(rows):
        top = place * STEP
        for shift, (kind, number) in enumerate((("now", row.value), ("before", row.change.before))):
            if number is None:
                continue
            width = round(room * number / highest, 1)
            shapes.append(
                {
                    "kind": kind,
                    "x": LABELS,
                    "y": top + shift * HEIGHT,
                    "width": width,
                    "number": number,
                    "number_x": round(LABELS + width + 4, 1),
                    "text_y": top + shift * HEIGHT + HEIGHT - 3,
                }
            )
    labels = [
        {"x": LABELS - 8, "y": place * STEP + HEIGHT + 4, "text": row.label[:16]}
        for place, row in enumerate(rows)
    ]
    return {
        "shapes": shapes,
        "labels": labels,
        "width": WIDTH,
        "height": len(rows) * STEP,
        "bar": HEIGHT - 2,
        "base": LABELS,
    }
