"""The index of models: every model of the package can be imported from here."""

from .catalogue.models import *  # noqa: F403
from .catalogue.models import __all__ as catalogue_models
from .departments.models import Agency, Department, DepartmentMember
from .publishing.models import *  # noqa: F403
from .publishing.models import __all__ as publishing_models

__all__ = ["Agency", "Department", "DepartmentMember", *publishing_models, *catalogue_models]
