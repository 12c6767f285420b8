"""Dates, text and files: the small tools the example agency's documents are composed with."""

import csv
import datetime
import hashlib

import holidays

NUMERALS = "零一二三四五六七八九十"
CALENDAR = holidays.country_holidays("CN", years=range(2023, 2028))


def is_working_day(day):
    return CALENDAR.is_working_day(day)


def working_days_after(day, count):
    """The ``count``-th working day after ``day``."""
    while count:
        day += datetime.timedelta(days=1)
        count -= is_working_day(day)
    return day


def in_chinese(day):
    return f"{day.year}年{day.month}月{day.day}日"


def chosen(seed, low, high):
    """A number from ``low`` to ``high`` that always is the same for the same seed."""
    digest = hashlib.sha256(seed.encode()).digest()
    return low + int.from_bytes(digest[:4]) % (high - low + 1)


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def write_csv(path, fields, rows):
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def chinese_ordinal(number):
    tens, units = divmod(number, 10)
    if not tens:
        return NUMERALS[units]
    return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[units] if units else "")


class Paragraph(dict):
    """A list item: its text, its number and its Chinese number; prints as its text."""

    def __str__(self):
        return self["text"]


def unfold(row):
    """Split the ``…_list`` and ``…_table`` columns of a fact row."""
    unfolded = {}
    for name, value in row.items():
        if name.endswith("_list"):
            items = value.split("¶")
            unfolded[name.removesuffix("_list")] = [
                Paragraph(text=text, n=n, cn=chinese_ordinal(n)) for n, text in enumerate(items, 1)
            ]
        elif name.endswith("_table"):
            rows = [line.split("~") for line in value.split("¶")]
            unfolded[name.removesuffix("_table")] = [
                {"n": n, "cells": cells} | {str(i): cell for i, cell in enumerate(cells)}
                for n, cells in enumerate(rows, 1)
            ]
        else:
            unfolded[name] = value
    return unfolded


def cost_breakdown(total, seed):
    """Divide a project's total (10,000 yuan) into the usual four heads."""
    heads = (("工程费用", chosen(seed + "a", 760, 835)), ("工程建设其他费用", chosen(seed + "b", 90, 125)))
    heads += (("预备费", chosen(seed + "c", 38, 55)),)
    rows, left, share_left = [], total, 1000
    for name, share in heads:
        amount = round(total * share / 1000)
        rows.append((name, amount, share))
        left, share_left = left - amount, share_left - share
    rows.append(("建设期利息及铺底流动资金", left, share_left))
    return [
        (name, str(amount), f"{share / 10:.1f}%", chinese_ordinal(n))
        for n, (name, amount, share) in enumerate(rows, 1)
    ]
