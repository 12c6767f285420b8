"""Compose the example agency's serial documents from its facts.

``content/source/facts`` holds what happened (a project, a date, a sum), ``content/source/families`` how
such a document reads. Together with the documents written by hand (``content/source/written.csv``) they
make ``content/manifest.csv``, ``content/timeline.csv`` and ``content/projects.json``. The same input always
gives the same files; nothing here asks a clock or rolls a die.

Run it with ``python -m example_site.content_builder``.
"""

import datetime
import json
import re
from pathlib import Path

from django.template import Context, Engine

from example_site import content_series
from example_site.content_tools import (
    chosen,
    in_chinese,
    is_working_day,
    read_csv,
    unfold,
    working_days_after,
    write_csv,
)

CONTENT = Path(__file__).parent / "content"
AGENCY = "临江市发展和改革委员会"
MANIFEST_FIELDS = (
    "source_key title body_file issuing_body responsible_department document_date index_number category "
    "disclosure_attribute keywords document_number summary genre topic statutory_head reporting_class source "
    "importance language"
).split()
SUMMARY_LIMIT = 200
# Reports that have to be public by 31 January (Art. 49): the most working days until they are, and until a
# translation follows.
PROMPT = {"annual-report": (2, 2), "website-report": (1, 1)}


class Builder:
    """Collects every document, numbers them in order of date, then writes them."""

    def __init__(self, content=CONTENT):
        self.content = content
        self.source = content / "source"
        self.engine = Engine(dirs=[str(self.source / "families")])
        self.families = json.loads((self.source / "families.json").read_text(encoding="utf-8"))
        self.facts = self.source / "facts"
        self.departments = {row["name"]: row for row in read_csv(content / "departments.csv")}
        self.projects = {row["id"]: row for row in read_csv(self.facts / "projects.csv")}
        self.sectors = {row["sector"]: row for row in read_csv(self.facts / "sectors.csv")}
        self.subjects = {row["category"]: row for row in read_csv(self.facts / "subjects.csv")}
        self.entries = []

    # -- collecting ---------------------------------------------------------

    def fact_rows(self, family):
        path = self.facts / f"{family}.csv"
        if path.exists():
            return read_csv(path)
        maker = getattr(content_series, f"{family}_rows", None)
        return maker(self) if maker else []

    def collect(self):
        for family, defaults in self.families.items():
            for order, row in enumerate(self.fact_rows(family)):
                self.entries.append(self.entry(family, defaults, order, row))
        self.entries.sort(key=lambda entry: (entry["date"], entry["source_key"]))

    def entry(self, family, defaults, order, row):
        facts = unfold(row)
        day = datetime.date.fromisoformat(row["date"])
        if not is_working_day(day):
            raise ValueError(f"{family} {order + 1}: {day} is not a working day")
        facts |= {
            "family": family,
            "order": order,
            "day": day,
            "date_cn": in_chinese(day),
            "defaults": defaults,
        }
        facts |= {"v2": order % 2, "v3": order % 3, "subject": self.subjects.get(row.get("category"), {})}
        project = self.projects.get(row.get("project", ""))
        if project:
            facts |= {"p": project, "sector": unfold(self.sectors[project["sector"]])}
            facts["code"] = content_series.project_code(project)
        extend = getattr(content_series, f"{family}_facts", None)
        if extend:
            facts |= extend(self, facts)
        key = f"{family.replace('_', '-')}-{order + 1:03}"
        return {"source_key": key, "date": day, "facts": facts, "family": family}

    # -- numbering ----------------------------------------------------------

    def number(self, written):
        """Give document numbers in order of date; numbers of hand-written documents are kept."""
        taken = {row["document_number"] for row in written}
        last = {}
        for entry in self.entries:
            defaults = entry["facts"]["defaults"]
            entry["number"] = ""
            if "prefix" not in defaults:
                continue
            year = entry["date"].year
            series = (defaults["prefix"], year)
            number = max(last.get(series, 0) + 1, round(entry["date"].timetuple().tm_yday * defaults["rate"]))
            while (text := f"{series[0]}〔{year}〕{number}号") in taken:
                number += 1
            last[series] = number
            entry["number"] = text

    def approvals_of(self, project_id):
        """The approvals a project received, oldest first."""
        families = ("feasibility", "approval", "energy", "design")
        return [
            entry
            for entry in self.entries
            if entry["family"] in families and entry["facts"]["p"]["id"] == project_id
        ]

    # -- writing ------------------------------------------------------------

    def text(self, source, facts):
        template = self.engine.from_string(source)
        return template.render(Context(facts, use_l10n=False, use_tz=False, autoescape=False)).strip()

    def manifest_row(self, entry):
        facts, defaults = entry["facts"], entry["facts"]["defaults"]
        row = {
            "source_key": entry["source_key"],
            "body_file": f"bodies/{entry['source_key']}.html",
            "issuing_body": AGENCY,
            "document_date": entry["date"].isoformat(),
            "index_number": "",
            "disclosure_attribute": "主动公开",
            "document_number": entry["number"],
            "source": "本委",
            "language": "zh-hans",
        }
        for field in MANIFEST_FIELDS:
            if field in row:
                continue
            row[field] = facts.get(field) if isinstance(facts.get(field), str) else ""
            row[field] = row[field] or self.text(defaults.get(field, ""), facts)
        if len(row["summary"]) > SUMMARY_LIMIT:
            row["summary"] = row["summary"][: SUMMARY_LIMIT - 1] + "…"
        return row

    def write_body(self, entry):
        facts = entry["facts"]
        department = facts.get("responsible_department") or facts["defaults"]["responsible_department"]
        late = getattr(content_series, f"{entry['family']}_references", None)
        facts |= {"number": entry["number"], "dept": self.departments[department]}
        facts |= late(self, entry) if late else {}
        template = self.engine.get_template(f"{entry['family']}.html")
        html = template.render(Context(facts, use_l10n=False, use_tz=False))
        html = re.sub(r"\n{2,}", "\n", html).strip() + "\n"
        (self.content / "bodies" / f"{entry['source_key']}.html").write_text(html, encoding="utf-8")

    def build(self):
        written = read_csv(self.source / "written.csv")
        self.collect()
        self.number(written)
        rows = list(written)
        (self.content / "bodies").mkdir(exist_ok=True)
        for entry in self.entries:
            self.write_body(entry)
            rows.append(self.manifest_row(entry))
        rows.sort(key=lambda row: (row["document_date"], row["source_key"]))
        write_csv(self.content / "manifest.csv", MANIFEST_FIELDS, rows)
        write_csv(self.content / "timeline.csv", ["source_key", "published_at"], self.timeline(rows))
        self.write_projects()
        return rows

    def timeline(self, rows):
        """When each document went public: within 20 working days of its date (Art. 26), most within eight."""
        for row in rows:
            key, day = row["source_key"], datetime.date.fromisoformat(row["document_date"])
            if row["disclosure_attribute"] == "不予公开":
                continue
            slowest, translated = PROMPT.get(key.removesuffix("-en").rpartition("-")[0], (8, 9))
            count = 0 if key.startswith("news") else chosen(key.removesuffix("-en"), 1, slowest)
            count += chosen(key, min(3, translated), translated) if row["language"] == "en" else 0
            published = working_days_after(day, count)
            minutes = chosen(key + "t", 0, 419)
            start = datetime.time(9 + minutes // 60 + (minutes >= 180), minutes % 60)
            yield {
                "source_key": key,
                "published_at": datetime.datetime.combine(published, start).isoformat("T", "minutes"),
            }

    def write_projects(self):
        out = []
        for project in self.projects.values():
            state = content_series.progress_of(project, content_series.STATUS_DATE, self.sectors)
            approvals = self.approvals_of(project["id"])
            out.append(
                {
                    "id": project["id"],
                    "code": content_series.project_code(project),
                    "name": project["name"],
                    "name_en": project["name_en"],
                    "kind": {
                        "gov": "政府投资项目",
                        "ent": "企业投资项目（核准）",
                        "file": "企业投资项目（备案）",
                    }[project["kind"]],
                    "owner": project["owner"],
                    "district": project["district"],
                    "sector": project["sector"],
                    "amount_10k_yuan": int(project["investment"]),
                    "funding": project["funding"],
                    "content": project["content"],
                    "start": project["start"],
                    "months": int(project["months"]),
                    "status": state["status"],
                    "progress_percent": state["pct"],
                    "stage": state["stage"],
                    "as_of": content_series.STATUS_DATE.isoformat(),
                    "approvals": [
                        {
                            "kind": entry["family"],
                            "number": entry["number"],
                            "date": entry["date"].isoformat(),
                            "source_key": entry["source_key"],
                        }
                        for entry in approvals
                    ],
                }
            )
        text = json.dumps(out, ensure_ascii=False, indent=1)
        (self.content / "projects.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    print(f"{len(Builder().build())} documents")
