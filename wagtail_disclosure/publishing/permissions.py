"""What Wagtail's admin is told about guarded pages. Screens follow from it; the gate does not rely on it."""

from wagtail.models import PagePermissionTester

from . import guard


class GuardedPagePermissionTester(PagePermissionTester):
    """Nobody publishes, unpublishes or restricts a guarded page directly, superusers included."""

    def can_publish(self):
        return False

    def can_publish_subpage(self):
        return False

    def can_unpublish(self):
        return False

    def can_unschedule(self):
        # What was approved for a later time can be taken back until then by those who may edit it.
        return self.can_edit()

    def can_set_view_restrictions(self):
        return False

    def can_delete(self, *args, **kwargs):
        return not self.page.live and super().can_delete(*args, **kwargs)

    def can_move(self):
        return not self.page.live and super().can_move()


def tester_for(page, user):
    """Replacement for ``Page.permissions_for_user`` on guarded page types."""
    specific = page.specific_class
    guarded = specific is not None and guard.is_guarded(specific)
    return (GuardedPagePermissionTester if guarded else PagePermissionTester)(user, page)
