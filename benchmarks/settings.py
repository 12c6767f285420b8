"""The settings of the tests, with a database on disk and a router to a second one, which the harness adds."""

import os
import tempfile

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

FOLDER = os.environ.get("BENCHMARK_FOLDER") or tempfile.mkdtemp(prefix="disclosure-benchmark-")

database = DATABASES["default"]
if "sqlite" in database["ENGINE"]:
    # As in use; the tests of Django would keep it in memory.
    database["TEST"] = {"NAME": os.path.join(FOLDER, "register.sqlite3")}
    database["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536"
    )
else:
    database["TEST"] = {"NAME": "disclosure_benchmark"}
DATABASE_ROUTERS = ["benchmarks.harness.Router"]
ROOT_URLCONF = "benchmarks.contenders"
