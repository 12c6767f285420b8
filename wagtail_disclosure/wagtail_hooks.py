"""The index of hooks: pulls in each domain's hooks."""

from .required_apps import missing

if not missing():
    from .casework import hooks as casework_hooks  # noqa: F401
    from .catalogue import dashboard  # noqa: F401
    from .catalogue import hooks as catalogue_hooks  # noqa: F401
    from .departments import hooks as departments_hooks  # noqa: F401
    from .interchange import hooks as interchange_hooks  # noqa: F401
    from .interchange.delivery import hooks as delivery_hooks  # noqa: F401
    from .mailboxes import hooks as mailbox_hooks  # noqa: F401
    from .participation import hooks as participation_hooks  # noqa: F401
    from .portal import display as display_hooks  # noqa: F401
    from .portal import hooks as portal_hooks  # noqa: F401
    from .publishing import bulk as bulk_hooks  # noqa: F401
    from .publishing import hooks as publishing_hooks  # noqa: F401
    from .publishing import offered as publishing_offered  # noqa: F401
    from .publishing import refusals as publishing_refusals  # noqa: F401
    from .publishing import scope as publishing_scope  # noqa: F401
    from .publishing.leaving import hooks as leaving_hooks  # noqa: F401
    from .publishing.verification import hooks as verification_hooks  # noqa: F401
    from .reports import hooks as reports_hooks  # noqa: F401
    from .requests import hooks as requests_hooks  # noqa: F401
