"""How pages and mails speak of a case: a request, a letter. The words are data of its kind (``case_words.json``)."""

from ..rules.replies import words_of
from .standing import profile

PERSON = "person"


def of(case, name):
    """The word or sentence ``name`` for the kind of ``case``, in the active language."""
    found = profile()
    return words_of(found, found.case_kinds.get(case.case_kind)).text(name)


def about(case, sentence):
    """``sentence`` with who sent ``case`` in it, as ``%(person)s``."""
    return str(sentence) % {PERSON: of(case, PERSON)}
