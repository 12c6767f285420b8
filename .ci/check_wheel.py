"""The wheel holds each file of the package and the compiled translations, and nothing else.

usage: python .ci/check_wheel.py WHEEL
"""

import subprocess
import sys
import zipfile
from pathlib import PurePosixPath

NEEDED = ("templates/", "static/", "locale/en/LC_MESSAGES/django.mo", "locale/zh_Hans/LC_MESSAGES/django.mo")


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], capture_output=True, check=True)
    return {name for name in listed.stdout.decode().split("\0") if name}


def main(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    content = {name for name in names if ".dist-info/" not in name}
    expected = tracked("wagtail_disclosure") | {
        f"wagtail_disclosure/{name}" for name in tracked("locale/*/LC_MESSAGES/*.mo")
    }
    problems = [f"missing: {name}" for name in sorted(expected - content)]
    problems += [f"not expected: {name}" for name in sorted(content - expected)]
    problems += [
        f"nothing under wagtail_disclosure/{part}"
        for part in NEEDED
        if not any(name.startswith(f"wagtail_disclosure/{part}") for name in content)
    ]
    if not any(PurePosixPath(name).name == "LICENSE" for name in names - content):
        problems.append("missing: LICENSE")
    print(*problems, sep="\n", end="\n" if problems else "")
    print(f"{PurePosixPath(wheel).name}: {len(content)} files, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
