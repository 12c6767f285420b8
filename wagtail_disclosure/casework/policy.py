"""P7 for the admin of cases: which views open for whom, and the one mixin by which every view finds its cases."""

from django.contrib.auth import get_user_model
from django.http import Http404
from wagtail.permission_policies.base import BasePermissionPolicy

from ..departments.models import Department, DepartmentMember
from . import scope

READ, ADD = "view", "add"


class CasePolicy(BasePermissionPolicy):
    """Whoever has a role in a department, oversees an agency or has a case in hand reads cases; officers register them.

    Nobody changes or deletes a case: it moves by its actions.
    """

    def user_has_permission(self, user, action):
        if not user.is_authenticated or not user.is_active:
            return False
        if action == READ:
            return (
                user.is_superuser
                or DepartmentMember.objects.filter(user=user).exists()
                or bool(scope.overseen_by(user))
                or self.model.objects.filter(officer=user.pk).exists()
                or self.model.is_open_besides(user)
            )
        return action == ADD and bool(departments_to_register_for(user).exists())

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions):
        users = get_user_model().objects.filter(is_active=True)
        return users.filter(pk__in=[u.pk for u in users if self.user_has_any_permission(u, actions)])

    def user_has_permission_for_instance(self, user, action, instance):
        return action == READ and scope.may_see(user, instance, involved=True)

    def user_has_any_permission_for_instance(self, user, actions, instance):
        return READ in actions and scope.may_see(user, instance, involved=True)

    def instances_user_has_any_permission_for(self, user, actions):
        objects = self.model.objects
        return objects.visible_to(user, involved=True) if READ in actions else objects.none()


def departments_to_register_for(user):
    """The active departments for which ``user`` registers requests."""
    active = Department.objects.active()
    if user.is_superuser:
        return active
    found = active.drafted_by(user)
    return found | active.filter(agency__in=scope.overseen_by(user)).distinct()


class CaseScope:
    """For every view about cases: it has those that its user may see, and no others.

    ``opens_to_involved``: with those in which a department of the user takes part. Such a view shows them what
    concerns their task and nothing else.
    """

    opens_to_involved = False

    def get_base_queryset(self):
        return self.model.objects.visible_to(self.request.user, involved=self.opens_to_involved)

    def get_object(self, queryset=None):
        found = self.get_base_queryset().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found
