"""The rules by which setup creates, repairs and leaves alone. ``docs/setup.md`` tells them to people."""

from django.utils.translation import gettext as _

from .models import InstalledItem


class Keeper:
    """Keeps the things of one site under keys.

    - Never recorded: taken over if something serves already, created otherwise.
    - Recorded and there: left alone, whatever people made of it.
    - Recorded and gone: created again if the rest cannot work without it (``needed``) or if the operator asked
      for it (``restore``); otherwise a person deleted it, and that stands.
    """

    def __init__(self, site, report, *, restore=False):
        self.prefix = f"site:{site.pk}/"
        self.made = set()
        self.report = report
        self.restore = restore

    def is_adopted(self, key, *, shared=False):
        """Whether the thing under ``key`` was there before setup came: its parts are none of setup's business."""
        key = key if shared else self.prefix + key
        return InstalledItem.objects.filter(key=key, adopted=True).exists()

    @staticmethod
    def _record(key):
        return InstalledItem.objects.filter(key=key).first() or InstalledItem(key=key)

    @staticmethod
    def _remember(record, item, adopted=False):
        record.adopted = adopted
        record.point_to(item)
        record.save()

    def keep(self, key, *, make, find=lambda: None, needed=False, label=str, called="", shared=False):
        """The thing under ``key``, or None where its deletion is respected.

        ``make()`` creates it; ``find()`` looks for one that serves already; ``called`` names it when it is gone.
        ``shared`` things belong to all sites.
        """
        full_key = key if shared else self.prefix + key
        record = self._record(full_key)
        first = record.pk is None
        item = None if first else record.item
        if item is not None:
            self.report.kept(label(item))
            return item
        item = find()
        adopted = item is not None
        if adopted:
            self.report.kept(label(item))
        elif first or needed or self.restore:
            item = make()
            self.made.add(key)
            (self.report.created if first else self.report.repaired)(label(item))
        else:
            self.report.respected(
                _("%(thing)s was deleted; --restore brings it back.") % {"thing": called or key}
            )
            return None
        self._remember(record, item, adopted)
        return item

    def keep_part(self, key, owner, *, has, add, label, of=""):
        """A part of ``owner`` that is no thing of its own, such as a right of a group. True when it is there.

        It comes with its owner: when the owner was made anew, so is the part. Taken from an owner that is still
        there, it stays away. ``of`` is the owner's key: what comes with a new owner is not told one by one.
        """
        record = self._record(self.prefix + key)
        mine = record.pk is not None and record.is_about(owner)
        present = has()
        if not present and mine and not self.restore:
            self.report.respected(_("%(part)s was taken away; --restore brings it back.") % {"part": label})
            return False
        if not present:
            add()
            if of not in self.made:
                (self.report.created if record.pk is None else self.report.repaired)(label)
        if not mine:
            self._remember(record, owner)
        return True
