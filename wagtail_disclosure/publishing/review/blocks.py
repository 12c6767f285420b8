"""The difference between two states of a streamfield: only what changed, and tables as rows and cells.

A block is shown as a table if it has ``rows_of(value)``, which gives rows of cells, and ``cells_name``, the name of
the part that holds them.
"""

import re
from difflib import SequenceMatcher

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import blocks
from wagtail.admin import compare

from .values import changed, yes_or_no

PARAGRAPH_KEY = re.compile(r'(<[^<>]*) data-block-key="[a-z0-9]+"')
# A row of a table counts as changed and not as replaced from this likeness on.
ALIKE = 0.4
# Among so many rows that follow, its counterpart is looked for.
NEAR = 10


class StreamComparison(compare.FieldComparison):
    """Compares a streamfield block by block; blocks that did not change are counted and left out."""

    def htmldiff(self):
        return comparison_of(self.field.stream_block, True, True, self.val_a, self.val_b).htmldiff()


def comparison_of(block, exists_a, exists_b, val_a, val_b):
    """The comparison of two values of ``block``: one of ours where Wagtail's shows too much or too little."""
    if isinstance(block, blocks.StreamBlock):
        kind = _Stream
    elif isinstance(block, blocks.ListBlock):
        kind = _List
    elif isinstance(block, blocks.BooleanBlock):
        kind = _Boolean
    elif isinstance(block, blocks.RichTextBlock):
        kind = _RichText
    elif isinstance(block, blocks.StructBlock) and hasattr(block, "rows_of"):
        kind = _Table
    elif isinstance(block, blocks.StructBlock) and not hasattr(block, "get_comparison_class"):
        kind = _Struct
    else:
        kind = compare.get_comparison_class_for_block(block)
    return kind(block, exists_a, exists_b, val_a, val_b)


class _Sequence:
    def htmldiff(self):
        parts, same = [], 0
        for each in self.get_block_comparisons():
            each = comparison_of(each.block, each.exists_a, each.exists_b, each.val_a, each.val_b)
            if each.exists_a and each.exists_b and not each.has_changed():
                same += 1
                continue
            parts += [_left_out(same), _shown(each)] if same else [_shown(each)]
            same = 0
        return mark_safe("\n".join([*parts, _left_out(same)] if same else parts))

    def htmlvalue(self, val):
        children = self.get_blocks_from_value(val)
        shown = [comparison_of(each.block, True, True, each.value, each.value) for each in children]
        return format_html_join("\n", "<div>{}</div>", ((each.htmlvalue(each.val_a),) for each in shown))


class _Stream(_Sequence, compare.StreamBlockComparison):
    pass


class _List(_Sequence, compare.ListBlockComparison):
    pass


def _left_out(count):
    text = ngettext("%(count)d part unchanged", "%(count)d parts unchanged", count) % {"count": count}
    return format_html('<p class="disclosure-review__same">{}</p>', text)


def _shown(each):
    if each.is_new():
        kind, word, html = "addition", _("added"), each.htmlvalue(each.val_b)
    elif each.is_deleted():
        kind, word, html = "deletion", _("removed"), each.htmlvalue(each.val_a)
    else:
        kind, word, html = "", "", each.htmldiff()
    label = " · ".join(str(part) for part in (each.block.label, word) if part)
    return format_html(
        '<div class="comparison__child-object {}"><p class="disclosure-review__block">{}</p>{}</div>',
        kind,
        label,
        html,
    )


class _RichText(compare.RichTextBlockComparison):
    """The editor gives every paragraph a key when it opens a text for the first time. That is no change."""

    def has_changed(self):
        return _without_keys(self.val_a) != _without_keys(self.val_b)


def _without_keys(text):
    return PARAGRAPH_KEY.sub(r"\1", getattr(text, "source", text) or "")


class _Boolean(compare.BlockComparison):
    def htmlvalue(self, val):
        return escape(yes_or_no(val))

    def htmldiff(self):
        return changed(yes_or_no(self.val_a), yes_or_no(self.val_b))


class _Struct(compare.StructBlockComparison):
    """The parts of a block by their labels: all of one that is new, of another those that changed."""

    def _parts(self, val_a, val_b):
        for name, block in self.block.child_blocks.items():
            yield comparison_of(block, True, True, val_a[name], val_b[name])

    def htmlvalue(self, val):
        return _listed((part.block.label, part.htmlvalue(part.val_a)) for part in self._parts(val, val))

    def htmldiff(self):
        parts = self._parts(self.val_a, self.val_b)
        return _listed((part.block.label, part.htmldiff()) for part in parts if part.has_changed())


def _listed(rows):
    return format_html("<dl>{}</dl>", format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))


class _Table(_Struct):
    """The rows of a table, after what else changed of it."""

    def _parts(self, val_a, val_b):
        return (part for part in super()._parts(val_a, val_b) if part.block.name != self.block.cells_name)

    def htmlvalue(self, val):
        rows = (("", [escape(cell) for cell in row]) for row in self.block.rows_of(val))
        return super().htmlvalue(val) + _table(rows)

    def htmldiff(self):
        before, after = self.block.rows_of(self.val_a), self.block.rows_of(self.val_b)
        table = _table(_rows(before, after)) if before != after else ""
        others = any(part.has_changed() for part in self._parts(self.val_a, self.val_b))
        return format_html("{}{}", super().htmldiff() if others else "", table)


def _rows(before, after):
    """``(kind, cells as HTML)`` of each row that changed; a number stands for so many rows that did not."""
    matcher = SequenceMatcher(
        None, [tuple(row) for row in before], [tuple(row) for row in after], autojunk=False
    )
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            yield end - start, []
            continue
        yield from _changed_rows(before[start:end], after[new_start:new_end])


def _changed_rows(before, after):
    """Pairs the rows in their order as long as they are alike; the others were removed or added."""
    waiting = list(before)
    for row in after:
        like = next((old for old in waiting[:NEAR] if _alike(old, row)), None)
        if like is None:
            yield "addition", [escape(cell) for cell in row]
            continue
        while (old := waiting.pop(0)) is not like:
            yield "deletion", [escape(cell) for cell in old]
        width = max(len(old), len(row))
        cells = zip(old + [""] * (width - len(old)), row + [""] * (width - len(row)), strict=True)
        yield "change", [changed(a, b) for a, b in cells]
    for old in waiting:
        yield "deletion", [escape(cell) for cell in old]


def _alike(old, new):
    if old and new and old[0] == new[0]:
        return True
    matcher = SequenceMatcher(None, "\t".join(old), "\t".join(new), autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _table(rows):
    rows = list(rows)
    width = max((len(cells) for _kind, cells in rows), default=0) + 1
    made = format_html_join("", "{}", ((_row(kind, cells, width),) for kind, cells in rows))
    return format_html('<div class="disclosure-review__table"><table>{}</table></div>', made)


def _row(kind, cells, width):
    if isinstance(kind, int):
        text = ngettext("%(count)d row unchanged", "%(count)d rows unchanged", kind) % {"count": kind}
        return format_html('<tr><td colspan="{}" class="disclosure-review__same">{}</td></tr>', width, text)
    # What happened to a row is said in words, too, and not by colour alone.
    words = {"addition": _("added"), "deletion": _("removed"), "change": _("changed")}
    head = format_html('<th scope="row">{}</th>', words[kind]) if kind else ""
    row = format_html_join("", "<td>{}</td>", ((cell,) for cell in cells))
    return format_html('<tr class="{}">{}{}</tr>', kind, head, row)
