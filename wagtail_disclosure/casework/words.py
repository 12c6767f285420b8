"""How pages and mails speak of a case: a request, a letter. The words are data of its kind (``case_words.json``)."""

from ..rules.replies import words_of
from .standing import profile

PERSON = "person"
# As events and files name who sent the case, whatever its kind.
APPLICANT = "applicant"


def of(case, name):
    """The word or sentence ``name`` for the kind of ``case``, in the active language."""
    found = profile()
    return words_of(found, found.case_kinds.get(case.case_kind)).text(name)


def from_whom(case, row):
    """Who acted in an event of ``case``, or whose a file of it is: people of the office by name, others by their part."""
    if name := getattr(row, "actor_name", ""):
        return name
    field = "by" if hasattr(row, "by") else "origin"
    if getattr(row, field) == APPLICANT:
        return of(case, PERSON)
    return getattr(row, f"get_{field}_display")()


def about(case, sentence):
    """``sentence`` with who sent ``case`` in it, as ``%(person)s``."""
    return str(sentence) % {PERSON: of(case, PERSON)}
