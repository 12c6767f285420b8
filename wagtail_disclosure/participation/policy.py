"""Who works with what the public sends (P7): people of the department in charge, and the office of the agency."""

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import Http404
from wagtail.permission_policies.base import BasePermissionPolicy

from ..casework import scope
from ..casework.policy import ADD, READ, departments_to_register_for
from ..departments.models import DepartmentMember
from .models.comments import seen_by


def is_open_to(user):
    """Whether ``user`` sees comments and answers at all."""
    if not user.is_authenticated or not user.is_active:
        return False
    return (
        user.is_superuser
        or DepartmentMember.objects.filter(user=user).exists()
        or bool(scope.overseen_by(user))
    )


class CommentPolicy(BasePermissionPolicy):
    """Comments are read and moderated by those who see them, registered by officers, and deleted by nobody."""

    def user_has_permission(self, user, action):
        if not is_open_to(user):
            return False
        return action == READ or (action == ADD and departments_to_register_for(user).exists())

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions):
        users = get_user_model().objects.filter(is_active=True)
        return users.filter(pk__in=[u.pk for u in users if self.user_has_any_permission(u, actions)])

    def user_has_permission_for_instance(self, user, action, instance):
        return action == READ and self.model.objects.visible_to(user).filter(pk=instance.pk).exists()

    def user_has_any_permission_for_instance(self, user, actions, instance):
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)

    def instances_user_has_any_permission_for(self, user, actions):
        objects = self.model.objects
        return objects.visible_to(user) if READ in actions else objects.none()


class ForStaff:
    """For views: open to whoever sees comments and answers at all."""

    def dispatch(self, request, *args, **kwargs):
        if not is_open_to(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


def pages_of(model, user):
    """The pages of ``model`` that belong to departments of ``user``, drafts included; one row for each language."""
    return model.objects.filter(seen_by(user, "department__agency")).select_related("department", "locale")


def page_or_404(model, user, pk):
    found = pages_of(model, user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
