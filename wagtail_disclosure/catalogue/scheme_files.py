"""Category schemes as CSV and XLSX: exported whole, imported after a look at what would change.

Categories are told apart by code. What is not in the file stays as it is; nothing is removed.
"""

import hashlib
import json
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from wagtail.log_actions import log

from ..departments.models import Department
from ..departments.names import NAME_LENGTH, check_name, other_languages
from ..rules.characters import check_code, folded_code
from ..rules.errors import RuleError
from . import sheets
from .models.schemes import LONGEST_CONTENT, Category, CategoryScheme
from .sheets import Column, Problem, SheetError

MAX_ROWS = 5000
MAX_PROBLEMS = 200
CODE_LENGTH = 40

CODE = Column("code", gettext_lazy("code"), ("代码", "类目代码"))
PARENT = Column("parent", gettext_lazy("parent code"), ("上级代码", "上级类目代码"))
NAME = Column("name", pgettext_lazy("disclosure", "name"), ("名称", "类目名称"))
CONTENT = Column("main_content", gettext_lazy("main content"), ("主要内容",))
DEPARTMENT = Column("department", gettext_lazy("department code"), ("负责部门代码", "责任部门代码"))
ORDER = Column("sort_order", gettext_lazy("order"), ("排序", "序号"))
ACTIVE = Column("active", gettext_lazy("in use"), ("启用",))


def no_such_scheme(code):
    """A sentence that names the schemes there are."""
    known = ", ".join(CategoryScheme.objects.order_by("code").values_list("code", flat=True))
    if not known:
        return _("There is no category scheme yet. Run disclosure_setup first.")
    return _("There is no category scheme “%(code)s”. There are: %(known)s.") % {"code": code, "known": known}


def columns():
    """The columns of a scheme file: the fixed ones and a name for each further language of the site."""
    names = [
        Column(f"name:{code}", format_lazy("{} ({})", NAME.label, label), (f"name ({code})",))
        for code, label in other_languages().items()
    ]
    return [CODE, PARENT, NAME, *names, CONTENT, DEPARTMENT, ORDER, ACTIVE]


# Export


def export_rows(scheme):
    """Yield the header and one row for each category of ``scheme``, as cells."""
    shown = columns()
    yield [str(column.label) for column in shown]
    nodes = scheme.categories.in_tree_order().select_related("parent", "responsible_department")
    for node in nodes:
        values = _stored_values(node)
        yield [_cell(column.key, values[column.key]) for column in shown]


def _stored_values(node):
    values = {
        "code": node.code,
        "parent": node.parent.code if node.parent_id else "",
        "name": node.name,
        "main_content": node.main_content,
        "department": node.responsible_department.code if node.responsible_department_id else "",
        "sort_order": node.sort_order,
        "active": node.active,
    }
    return values | {f"name:{code}": node.names.get(code, "") for code in other_languages()}


def _cell(key, value):
    return str(sheets.YES_LABEL if value else sheets.NO_LABEL) if key == "active" else value


# Import


@dataclass
class Change:
    """What the file says of one category that the scheme does not say yet. ``before`` is empty for a new one."""

    line: int
    code: str
    after: dict
    before: dict = field(default_factory=dict)

    @property
    def name(self):
        return self.after.get("name") or self.before.get("name", "")

    @property
    def differences(self):
        """``[(column label, before, after), …]``"""
        labels = {column.key: column.label for column in columns()}
        return [
            (labels[key], _cell(key, self.before[key]), _cell(key, value))
            for key, value in self.after.items()
            if key in self.before and self.before[key] != value
        ]


@dataclass
class Plan:
    """What an import would do to ``scheme``. Nothing is done while there are ``problems``."""

    scheme: CategoryScheme
    rows: list
    notice: str = ""
    problems: list = field(default_factory=list)
    added: list = field(default_factory=list)
    changed: list = field(default_factory=list)
    unchanged: int = 0
    not_in_file: list = field(default_factory=list)

    @property
    def fingerprint(self):
        """Differs when the scheme has changed since the plan was shown."""
        data = [[each.code, each.before, each.after] for each in [*self.added, *self.changed]]
        return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()

    @transaction.atomic
    def apply(self, user=None):
        """Write what was planned and return ``(added, changed)`` counts. Raises ``ValidationError`` on problems."""
        if self.problems:
            raise ValidationError(_("The file has problems; nothing was imported."))
        CategoryScheme.objects.select_for_update().get(pk=self.scheme.pk)
        if plan(self.scheme, self.rows).fingerprint != self.fingerprint:
            raise ValidationError(_("The scheme was changed in the meantime. Look at the changes again."))
        departments = _departments(self.scheme)
        nodes = {node.code: node for node in self.scheme.categories.all()}
        # First-level nodes first, so that every parent is there; nodes that move up before those below them.
        for change in sorted([*self.added, *self.changed], key=lambda each: bool(each.after.get("parent"))):
            node = nodes.setdefault(change.code, Category(scheme=self.scheme, code=change.code))
            _write(node, change.after, nodes, departments)
            action = "wagtail.edit" if change.before else "wagtail.create"
            log(instance=node, action=action, user=user, content_changed=True)
        return len(self.added), len(self.changed)


def _write(node, values, nodes, departments):
    for key, value in values.items():
        if key == "parent":
            node.parent = nodes[value] if value else None
        elif key == "department":
            node.responsible_department = departments[value] if value else None
        elif key.startswith("name:"):
            code = key.partition(":")[2]
            node.names = {**node.names, code: value} if value else _without(node.names, code)
        elif key != "code":
            setattr(node, key, value)
    node.full_clean()
    node.save()


def _without(names, code):
    return {key: text for key, text in names.items() if key != code}


def read(scheme, handle, name=""):
    """Read a file for ``scheme`` and return the :class:`Plan`. A file that cannot be read is a plan of problems."""
    rows = []
    try:
        sheet = sheets.open_sheet(handle, name)
        lines = sheet.lines()
        _line, header = next(lines, (1, None))
        if header is None:
            raise SheetError(_("The file is empty."))
        places, problems = sheets.match_header(header, columns(), required=["code", "name"])
        if problems:
            return Plan(scheme, [], sheet.notice, problems)
        for line, cells in lines:
            if len(rows) == MAX_ROWS:
                raise SheetError(_("The file has more than %(limit)d lines.") % {"limit": MAX_ROWS}, line)
            extra = [cell for cell in cells[len(header) :] if cell]
            if extra:
                raise SheetError(_("The line has more cells than the header."), line)
            rows.append([line, {key: _at(cells, place) for key, place in places.items()}])
    except SheetError as error:
        return Plan(scheme, [], "", [Problem(error.line, "", error.message)])
    if not rows:
        return Plan(
            scheme, [], sheet.notice, [Problem(None, "", _("The file has no lines below its header."))]
        )
    found = plan(scheme, rows)
    found.notice = sheet.notice
    return found


def _at(cells, place):
    return cells[place] if place < len(cells) else ""


def plan(scheme, rows):
    """Compare ``rows`` (``[[line, {column key: text}], …]``) with ``scheme`` and return the :class:`Plan`."""
    result = Plan(scheme, rows)
    nodes = {node.code: node for node in scheme.categories.select_related("parent", "responsible_department")}
    departments = _departments(scheme)
    cleaned, lines = {}, {}
    # Codes that differ in case alone are the same to everybody who reads them.
    there, seen = {folded_code(code): code for code in nodes}, {}
    for line, cells in rows:
        values = _clean_row(line, cells, departments, result.problems)
        code = values.get("code")
        if not code:
            continue
        before = seen.setdefault(folded_code(code), line)
        known = there.get(folded_code(code), code)
        if before != line:
            reason = _("The code stands in line %(line)d already.") % {"line": before}
            result.problems.append(Problem(line, str(CODE.label), reason, code))
        elif known != code:
            reason = _("The scheme has this code as %(code)s.") % {"code": known}
            result.problems.append(Problem(line, str(CODE.label), reason, code))
        else:
            cleaned[code], lines[code] = values, line
    _check_tree(cleaned, lines, nodes, result.problems)
    del result.problems[MAX_PROBLEMS:]
    for code, values in cleaned.items():
        if code not in nodes:
            result.added.append(Change(lines[code], code, values))
            continue
        before = _stored_values(nodes[code])
        if any(before[key] != value for key, value in values.items()):
            result.changed.append(Change(lines[code], code, values, before))
        else:
            result.unchanged += 1
    result.not_in_file = sorted(nodes.keys() - cleaned.keys())
    return result


def _departments(scheme):
    departments = Department.objects.all()
    if scheme.agency_id:
        departments = departments.filter(agency=scheme.agency_id)
    return {department.code: department for department in departments}


def _clean_row(line, cells, departments, problems):
    """The values of one line; what is wrong is added to ``problems`` and left out."""
    values = {}
    for column in columns():
        if column.key not in cells:
            continue
        text = cells[column.key]
        try:
            _check_text(text)
            values[column.key] = _clean_cell(column.key, text, departments)
        except ValidationError as error:
            problems.append(Problem(line, str(column.label), " ".join(error.messages), text))
    return values


def _check_text(text):
    if reason := sheets.why_no_value(text):
        raise ValidationError(reason)
    check_name(text)


def _clean_cell(key, text, departments):
    if key in ("code", "parent"):
        return _clean_code(text, required=key == "code")
    if key == "name" and not text:
        raise ValidationError(_("The name is missing."))
    if key.startswith("name"):
        if len(text) > NAME_LENGTH:
            raise ValidationError(_("At most %(limit)d characters."), params={"limit": NAME_LENGTH})
        return text
    if key == "department":
        if text and text not in departments:
            raise ValidationError(_("No department has this code."))
        return text
    if key == "main_content" and len(text) > LONGEST_CONTENT:
        raise ValidationError(_("At most %(limit)d characters."), params={"limit": LONGEST_CONTENT})
    if key == "sort_order":
        return _clean_number(text)
    if key == "active":
        return _clean_flag(text)
    return text


def _clean_code(text, required):
    if not text:
        if required:
            raise ValidationError(_("The code is missing."))
        return ""
    if len(text) > CODE_LENGTH:
        raise ValidationError(_("At most %(limit)d characters."), params={"limit": CODE_LENGTH})
    try:
        check_code(text)
    except RuleError as error:
        raise ValidationError(str(error)) from error
    return text


def _clean_number(text):
    try:
        number = int(text or 0)
    except ValueError:
        number = None
    if number is None or abs(number) > 10**6:
        raise ValidationError(pgettext("disclosure", "Enter a whole number."))
    return number


def _clean_flag(text):
    folded = text.casefold()
    if not folded or folded in sheets.YES:
        return True
    if folded in sheets.NO:
        return False
    raise ValidationError(_("Enter yes or no."))


def _check_tree(cleaned, lines, nodes, problems):
    """Every parent exists and stands on the first level, as it would be after the import."""
    parents = {code: node.parent.code if node.parent_id else "" for code, node in nodes.items()}
    parents |= {code: values["parent"] for code, values in cleaned.items() if "parent" in values}
    parents |= {code: "" for code in cleaned if code not in parents}
    for code, line in lines.items():
        parent = parents[code]
        if not parent:
            continue
        reason = ""
        if parent == code or (parent in parents and parents[parent] == code):
            reason = _("A category cannot stand below itself.")
        elif parent not in parents:
            reason = _("There is no category with this code in the file or in the scheme.")
        elif parents[parent]:
            reason = _("This would be a third level. Categories have two levels.")
        if reason:
            problems.append(Problem(line, str(PARENT.label), reason, parent))
    # A category that moves below another takes those below it to a third level, though they are not in the file.
    for code, parent in parents.items():
        if code not in lines and parent and parent in lines and parents[parent]:
            reason = _("“%(code)s” stands below this category, so it belongs to the first level.")
            problems.append(
                Problem(lines[parent], str(PARENT.label), reason % {"code": code}, parents[parent])
            )
