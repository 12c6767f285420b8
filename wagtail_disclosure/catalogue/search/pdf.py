"""The text of PDF attachments for the search, where ``pypdf`` is installed (extra ``pdf``).

It is read while the document is published, so it is bounded; a file that cannot be read is found by its name only.
"""

import logging
import time

from ...publishing.safety import pdf

logger = logging.getLogger(__name__)

# One file in bytes and pages; all files of one item in characters and seconds.
MOST_BYTES = 5 * 1024 * 1024
MOST_PAGES = 100
MOST_CHARACTERS = 200_000
MOST_SECONDS = 10


def texts_of(documents):
    """Yield the text of each PDF among ``documents`` (rows of the document model), as far as the limits allow."""
    if pdf.pypdf is None:
        return
    left, until = MOST_CHARACTERS, time.monotonic() + MOST_SECONDS
    for document in documents:
        text = _text_of(document, left, until)
        left -= len(text)
        if text:
            yield text
        if left <= 0 or time.monotonic() > until:
            return


def _text_of(document, most, until):
    stored = document.file
    try:
        if not stored.name.lower().endswith(".pdf") or stored.size > MOST_BYTES:
            return ""
        with stored.storage.open(stored.name) as handle:
            data = handle.read(MOST_BYTES + 1)
        return pdf.pages_text(data, pages=MOST_PAGES, characters=most, until=until)
    except Exception as error:  # A damaged file fails in many ways, and none of them may stop a publication.
        logger.info("No text was read from document %s: %s", document.pk, type(error).__name__)
        return ""
