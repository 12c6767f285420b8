"""What the jurisdiction says of reading points, and of the ways in which requests are taken at a place."""

from ...casework.standing import profile

# Where the jurisdiction says nothing of it.
USUAL = {"working_days": 20, "recall_working_days": 5}


def kinds():
    return profile().reading_points


def kind_choices():
    return kinds().choices()


def fact(kind, name):
    """``working_days`` or ``recall_working_days`` for points of that kind."""
    found = kinds().find(kind)
    return (found.fact(name) if found is not None else None) or USUAL[name]


def wanted():
    """The kinds of which an agency has one at least (Art. 25)."""
    return [each for each in kinds() if each.fact("wanted")]


def ways_of_asking():
    """Pairs of code and label: how a request may reach a place, by a form on this site excepted."""
    return [(each.code, each.label()) for each in profile().request_channels if not each.fact("public")]
