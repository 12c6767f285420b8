"""One verification from end to end, as a stream of differences."""

import logging

from wagtail import hooks

from . import anchors, evidence
from .chain import Chain
from .findings import Finding, shortened
from .items import PublicItems

logger = logging.getLogger("wagtail_disclosure.verification")
HOOK = "disclosure_verify"


class Verification:
    """Compares everything public with its approval, and the ledger with itself.

    ``read_files=False`` leaves the bytes of files out, ``item`` limits it to one item, ``anchor`` is an open text file
    with an earlier export or receipt of the ledger. ``progress(items)`` is called now and then.

    A site adds checks of its own with the hook ``disclosure_verify``: ``check(read_files)`` yields
    :class:`~wagtail_disclosure.publishing.verification.findings.Finding`.
    """

    def __init__(self, *, read_files=True, item=None, anchor=None, progress=None):
        self.read_files, self.item, self.anchor = read_files, item, anchor
        self.chain = Chain()
        self.public = PublicItems(read_files=read_files, key_lost=self.chain.key_lost, progress=progress)

    def findings(self):
        """Yield each :class:`Finding`. Raises :class:`~.anchors.BadAnchor` for a file that is no anchor."""
        if self.anchor is not None:
            yield from anchors.compare(self.anchor)
        if self.item is not None:
            yield from self._one()
            return
        yield from self.chain.walk()
        yield from evidence.check(self.chain.key_lost)
        yield from self.public.walk()
        if self.public.is_storage_away:
            yield Finding("storage_away")
        for check in hooks.get_hooks(HOOK):
            yield from self._checked(check)

    def _checked(self, check):
        """A check that falls over what was tampered with does not hide what else was found."""
        try:
            yield from check(self.read_files)
        except Exception as error:
            logger.exception("A check of the verification could not be finished")
            yield Finding("check_failed", {"error": shortened(f"{type(error).__name__}: {error}")})

    def _one(self):
        from ..models.items import base_content_type

        key = (base_content_type(self.item).pk, str(self.item.pk))
        yield from evidence.check(self.chain.key_lost, only=key)
        yield from self.public.one(self.item)
