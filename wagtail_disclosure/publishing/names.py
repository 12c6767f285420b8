"""Who took a decision, in words."""

from django.utils.translation import gettext as _


def decided_by(decision):
    """The name under an approval or a ledger entry; where a deputy decided, the name of the absent person as well."""
    if hasattr(decision, "actor_name"):
        name, absent = decision.actor_name, decision.data.get("acted_for_name", "")
    else:
        name, absent = decision.user_name, decision.acted_for_name
    return _("%(deputy)s for %(name)s") % {"deputy": name, "name": absent} if absent else name
