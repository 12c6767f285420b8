"""The scripts of the letters: what each is about, and what happens to it, counted back from the load.

A row of ``letters.csv`` names a topic, the place that it is about, and a path. ``take`` in a path are the steps until
the letter lies with whoever answers it, ``draft`` is the reply in the time that its type allows.
"""

from dataclasses import dataclass

from example_site.content_tools import chosen

from .case_scripts import Script, parse
from .content import data, table

# A year, in working days.
YEAR = 235
FAST = ("consultation", "help")


@dataclass
class LetterScript(Script):
    """One letter of ``letters.csv`` with its path."""

    @property
    def mailbox(self):
        return self.row["mailbox"]


def scripts():
    """All letters with their steps."""
    topics, paths = data("letter_topics"), data("letter_paths")
    found = []
    for row in table("letters"):
        topic = topics[row["topic"]]
        written = {
            name: topic.get(name, "").replace("{place}", row["place"])
            for name in ("subject", "body", "reply")
        }
        row = {**row, **topic, **written, "description": written["body"], "reply_text": written["reply"]}
        path = {"case_kind": "letter", "channel": "online", "reply": "answered", "reply_again": "answered"}
        path |= paths["paths"][row["path"]]
        script = LetterScript(row, path)
        script.steps = [parse(word, row["key"]) for word in _words(row, path["steps"], paths)]
        script.ago = _ago(script)
        # Not moved again by what years its text names.
        script.path = {**path, "ago": [script.ago, script.ago]}
        found.append(script)
    return found


def small(found):
    """Those of a small load: one of most paths, three that are selected, and what belongs together."""
    most, seen, kept = {"selected": 3, "cluster": 5}, {}, []
    repeated = {script.row["earlier"] for script in found}
    for script in found:
        path = script.row["path"]
        seen[path] = seen.get(path, 0) + 1
        wanted = 0 if script.path.get("only_full") else most.get(path, 1)
        if seen[path] <= wanted or script.key in repeated:
            kept.append(script)
    return kept


def _words(row, text, paths):
    box = next(each for each in data("mailboxes") if each["code"] == row["mailbox"])
    passed_on = f"hand_over={3 if row['type'] in FAST else 8}"
    written_out = {
        **paths["macros"],
        "draft": paths["drafts"][row["type"]],
        "take": f"submit accept+0-1 {'' if box['department'] == row['department'] else passed_on} assign handle+0-1",
        "hand_over": passed_on,
    }
    for word in text.split():
        if written_out.get(word, word) == word:
            yield word
        else:
            yield from _words(row, written_out[word], paths)


def _ago(script):
    if script.row["ago"]:
        return max(int(script.row["ago"]), script.total)
    if "ago" in script.path:
        low, high = script.path["ago"]
        return chosen(f"{script.key}ago", max(low, script.total), max(high, script.total))
    return chosen(f"{script.key}ago", script.least, YEAR)
