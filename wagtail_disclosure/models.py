"""The index of models: every model of the package can be imported from here."""

from .casework.models import *  # noqa: F403
from .catalogue.models import *  # noqa: F403
from .departments.models import Agency, Department, DepartmentMember  # noqa: F401
from .installation.models import InstalledItem  # noqa: F401
from .interchange.models import *  # noqa: F403
from .mailboxes.models import *  # noqa: F403
from .participation.models import *  # noqa: F403
from .portal.models import *  # noqa: F403
from .publishing.models import *  # noqa: F403
from .reports.models import *  # noqa: F403
from .requests.models import *  # noqa: F403
