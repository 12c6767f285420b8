"""The numbers of a report for machines: CSV with a row for each cell, and JSON."""

from ...catalogue.sheets import rows_as_csv
from ...departments.names import own_language


def rows_of(form, values, language=None):
    """A heading, then a row for every cell: code, table, row, column, number. No number is an empty field, nil is 0."""
    language = language or own_language()
    yield ["code", "table", "row", "column", "value"]
    for cell in form.cells():
        rows = " · ".join(each.label(language) for each in cell.table.path(cell.row))
        columns = " · ".join(each.label(language) for each in cell.table.path(cell.column))
        value = values.get(cell.code)
        yield [cell.code, cell.table.label(language), rows, columns, "" if value is None else str(value)]


def as_csv(form, values, language=None):
    """Yield the bytes of a CSV file."""
    return rows_as_csv(rows_of(form, values, language))


def as_json(form, values, *, year, body, **more):
    """A JSON object: numbers as text, so that none is rounded on its way, ``null`` where there is none."""
    return {
        "form": form.code,
        "year": year,
        "body": body,
        **more,
        "cells": {
            cell.code: None if values.get(cell.code) is None else str(values[cell.code])
            for cell in form.cells()
        },
    }
