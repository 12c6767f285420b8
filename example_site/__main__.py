"""``python -m example_site``: load the example agency where it is not loaded yet, and serve it."""

import argparse
import os
import sys
import time
from pathlib import Path

COMMANDS = ("run", "load", "serve")


def main(arguments=None):
    options = parse(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example_site.settings")
    os.environ.setdefault("DEMO_URL", f"http://{options.host}:{options.port}")
    hosts = os.environ.get("DEMO_HOSTS", "127.0.0.1,localhost,testserver").split(",")
    os.environ["DEMO_HOSTS"] = ",".join(dict.fromkeys([*hosts, options.host]))
    import django
    from django.conf import settings

    Path(settings.DEMO_DIR).mkdir(parents=True, exist_ok=True)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    if options.command != "serve":
        run_load(options)
    from example_site.loader.agency import serve_at

    serve_at(options.host, options.port)
    tell(options)
    if options.command != "load":
        call_command("runserver", f"{options.host}:{options.port}", insecure_serving=True, use_reloader=False)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="python -m example_site", description=__doc__)
    parser.add_argument("command", nargs="?", choices=COMMANDS, default="run")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--scale", choices=("small", "full"), default="full", help="how much to load")
    return parser.parse_args(arguments)


def run_load(options):
    from example_site.loader.load import is_loaded, load

    if is_loaded():
        return
    print(
        "Loading the example agency: three years of documents, each drafted, reviewed and published by people, two "
        "years of requests and one of letters."
    )
    print("This takes some minutes, once. It can be interrupted and goes on where it stopped.")
    started = time.monotonic()
    load(scale=options.scale, host=options.host, port=options.port, progress=Progress())
    print(f"\nLoaded in {time.monotonic() - started:.0f} seconds.")


class Progress:
    """One line that tells how far the load is; on a file or in a pipe, a line for every tenth."""

    def __init__(self):
        self.shown = -1

    def __call__(self, done, total, event):
        tenth = done * 10 // total
        if sys.stdout.isatty():
            print(f"\r  {event.at:%Y-%m-%d}  {done:>5} of {total} steps", end="", flush=True)
        elif tenth != self.shown:
            print(f"  {event.at:%Y-%m-%d}  {done:>5} of {total} steps", flush=True)
        self.shown = tenth


def tell(options):
    from example_site.loader import cases, letters
    from example_site.logins import lines

    url = f"http://{options.host}:{options.port}"
    print("\n".join(lines(url, [*cases.tracked(), *letters.tracked()])), flush=True)


if __name__ == "__main__":
    main()
