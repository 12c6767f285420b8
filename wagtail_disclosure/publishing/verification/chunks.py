"""Reading large tables in pieces, in the order of a key, without a cursor that stays open."""

SIZE = 200


def chunks(queryset, key="pk", size=SIZE):
    """Yield the rows of ``queryset`` in lists of ``size``, by ascending ``key``."""
    last = None
    queryset = queryset.order_by(key)
    while True:
        rows = list((queryset if last is None else queryset.filter(**{f"{key}__gt": last}))[:size])
        if not rows:
            return
        yield rows
        last = getattr(rows[-1], key)
