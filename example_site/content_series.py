"""What the example agency publishes at regular intervals, worked out from its projects and prices."""

import calendar
import datetime
import json
import math

from example_site.content_tools import (
    Paragraph,
    chinese_ordinal,
    chosen,
    cost_breakdown,
    read_csv,
    working_days_after,
)

STATUS_DATE = datetime.date(2026, 10, 31)
YEARS = (2024, 2025, 2026)
APPLICANTS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
SEASONS = {
    1: "元旦春节备货期间，肉类和反季节蔬菜需求集中，设施蔬菜受低温影响上市偏慢。",
    2: "春节前后消费需求先升后降，节后部分批发市场休市，中旬以后供应陆续恢复。",
    3: "气温回升，本地叶菜上市量增加，冬储菜进入收尾阶段。",
    4: "春季蔬菜大量上市，生猪出栏正常，居民消费处于淡季。",
    5: "露地瓜菜陆续采收，“五一”假期餐饮消费带动肉禽需求短暂上升。",
    6: "夏粮收购展开，瓜果进入集中上市期，端午前后禽蛋需求有所增加。",
    7: "高温多雨影响叶菜采摘和运输，损耗率上升。",
    8: "高温天气持续，叶类蔬菜处于换茬期，鸡蛋产蛋率下降。",
    9: "学校开学和中秋备货拉动肉蛋需求，秋季蔬菜开始上市。",
    10: "国庆假期后需求回落，新粮、苹果等农产品集中上市。",
    11: "秋菜供应充足，冬储菜开始收贮，生猪出栏量增加。",
    12: "腌腊制品加工增多，肉类消费转旺，蔬菜供应由本地为主转为外调为主。",
}
ISSUES = (
    "部分项目土地征收和管线迁改进度偏慢，需要县（区）在下期调度前拿出时间表。",
    "个别项目资金支付低于形象进度，项目单位应当及时办理计量和支付手续。",
    "进入汛期后，涉河、涉水项目要调整施工安排，落实度汛措施和值守人员。",
    "年末冲刺阶段要统筹质量、安全和进度，不得简单压缩合理工期。",
    "新开工项目的施工许可、质量监督手续要应办尽办，杜绝未批先建。",
)


def month_of(day, back=0):
    index = day.year * 12 + day.month - 1 - back
    return index // 12, index % 12 + 1


def month_end(year, month):
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


# -- projects ---------------------------------------------------------------


def registered_in(project):
    """The year and month in which a project was entered on the approval platform: well before its first approval."""
    year, month = map(int, project["start"].split("-"))
    return month_of(datetime.date(year, month, 1), back=8)


def project_code(project):
    """Its code on the platform, the same in every document: month, region, trade, kind and serial."""
    year, month = registered_in(project)
    return f"{year % 100:02}{month:02}-990600-04-01-{chosen(project['id'], 100000, 999999)}"


def progress_of(project, day, sectors):
    """How far a project is on ``day``: percentage by the usual S-curve, stage and status."""
    year, month = map(int, project["start"].split("-"))
    elapsed = (day.year - year) * 12 + day.month - month + day.day / 31
    share = min(max(elapsed / int(project["months"]), 0), 1)
    pct = round(100 * (3 * share**2 - 2 * share**3))
    stages = sectors[project["sector"]]["stages_list"].split("¶")
    if not pct:
        return {"pct": pct, "stage": "前期工作", "status": "未开工"}
    if share == 1:
        return {"pct": 100, "stage": "已竣工（投产）", "status": "竣工"}
    return {"pct": pct, "stage": stages[min(int(share * 5), 4)], "status": "在建"}


def progress_rows(builder):
    months = [(y, m) for y in YEARS for m in (2, 4, 6, 8, 10, 12) if (2024, 6) <= (y, m) <= (2026, 8)]
    for year, month in months:
        until = month_end(year, month)
        yield {"date": working_days_after(until, 6).isoformat(), "until": until.isoformat()}


def progress_facts(builder, facts):
    until = datetime.date.fromisoformat(facts["until"])
    rows, by_district = [], {}
    for project in builder.projects.values():
        year, month = map(int, project["start"].split("-"))
        state = progress_of(project, until, builder.sectors)
        months_since_end = (until.year - year) * 12 + until.month - month - int(project["months"])
        if (year, month) > month_of(until, back=-1) or months_since_end > 3:
            continue
        investment = int(project["investment"])
        done = round(investment * state["pct"] / 100)
        rows.append(
            {"name": project["name"], "district": project["district"], "investment": investment, "done": done}
            | state
        )
        entry = by_district.setdefault(project["district"], [0, 0, 0])
        entry[0], entry[1], entry[2] = entry[0] + 1, entry[1] + investment, entry[2] + done
    total, done = sum(r["investment"] for r in rows), sum(r["done"] for r in rows)
    ranked = sorted(by_district.items(), key=lambda item: -item[1][2] / item[1][1])
    sentence = "；".join(f"{name}{n}个项目，完成{round(100 * d / t)}%" for name, (n, t, d) in ranked)
    count = [sum(r["status"] == status for r in rows) for status in ("竣工", "在建", "未开工")]
    return {
        "rows": rows,
        "until_cn": f"{until.year}年{until.month}月底",
        "total": f"{total / 10000:.2f}",
        "total_done": f"{done / 10000:.2f}",
        "pct": f"{100 * done / total:.1f}",
        "finished": count[0],
        "building": count[1],
        "waiting": count[2],
        "districts": f"按累计完成投资占总投资的比例，{sentence}。",
        "issue": ISSUES[facts["order"] % len(ISSUES)],
    }


def major_list_facts(builder, facts):
    rows, year = [], int(facts["year"])
    for project in builder.projects.values():
        start, month = map(int, project["start"].split("-"))
        end = month_of(datetime.date(start, month, 1), back=-int(project["months"]))[0]
        if start <= year <= end:
            rows.append(project | {"years": f"{start}—{end}", "n": len(rows) + 1})
    return {"rows": rows}


def design_facts(builder, facts):
    approved, estimate = int(facts["p"]["investment"]), int(facts["estimate"])
    saving = max(approved - estimate, 0)
    return {
        "costs": cost_breakdown(estimate, facts["p"]["id"] + "d"),
        "saving": saving,
        "saving_pct": f"{100 * saving / approved:.1f}",
    }


def design_references(builder, entry):
    earlier = [e for e in builder.approvals_of(entry["facts"]["p"]["id"]) if e["family"] == "feasibility"]
    return {"prior": earlier[0] if earlier else None}


def feasibility_facts(builder, facts):
    return {"costs": cost_breakdown(int(facts["p"]["investment"]), facts["p"]["id"])}


def approval_facts(builder, facts):
    share = 20 + facts["order"] % 4 * 5
    return {"capital_pct": share, "capital": round(int(facts["p"]["investment"]) * share / 100)}


def energy_facts(builder, facts):
    output = int(facts["p"]["investment"]) * (1.1 + facts["order"] % 3 / 10)
    return {"intensity": f"{int(facts['tce']) / output:.3f}"}


def licences_rows(builder):
    for year in YEARS:
        for quarter in range(1, 5 if year < 2026 else 4):
            end = month_end(year, quarter * 3)
            yield {"date": working_days_after(end, 8).isoformat(), "year": str(year), "quarter": str(quarter)}


def licences_facts(builder, facts):
    """The decisions of one quarter, read from the documents themselves."""
    year, quarter = int(facts["year"]), int(facts["quarter"])
    kinds = {"feasibility": "政府投资项目审批", "design": "政府投资项目审批", "approval": "核准"}
    kinds |= {"energy": "许可", "permit": "许可"}
    found = [
        entry
        for entry in builder.entries
        if entry["family"] in kinds
        and entry["date"].year == year
        and (entry["date"].month + 2) // 3 == quarter
    ]
    found.sort(key=lambda entry: entry["date"])
    return {
        "found": found,
        "kinds": kinds,
        "rows": found,
        "period": f"{year}年第{'一二三四'[quarter - 1]}季度",
        "received": len(found) + 1 + facts["order"] % 3,
        "days": f"{9.8 - facts['order'] * 0.3:.1f}",
        "cut": 51 + facts["order"],
    }


def licences_references(builder, entry):
    facts, rows = entry["facts"], []
    for n, found in enumerate(facts["found"], 1):
        of = found["facts"]
        title = builder.manifest_row(found)["title"].removeprefix("临江市发展和改革委员会")
        rows.append(
            {
                "n": n,
                "party": of["p"]["owner"] if "p" in of else of["applicant"],
                "title": title,
                "number": found["number"],
                "kind": facts["kinds"][found["family"]],
                "date": found["date"].isoformat(),
            }
        )
    return {"rows": rows}


# -- prices and the economy -------------------------------------------------


def price(item, year, month):
    """Average price of a good in a month: season, trend since 2024 and a little unevenness."""
    season = math.cos((month - int(item["peak"])) * math.pi / 6) * float(item["amplitude"])
    trend = float(item["trend"]) * (year - 2024 + month / 12)
    unevenness = 0.002 + 0.08 * float(item["amplitude"])
    uneven = chosen(f"{item['name']}{year}{month}", -100, 100) / 100 * unevenness
    return round(float(item["base"]) * (1 + season + trend + uneven), 2)


def percent(number):
    """One decimal place, and never a minus before a zero."""
    return f"{round(number, 1) + 0:.1f}"


def price_monitor_rows(builder):
    for index in range(2023 * 12 + 11, 2026 * 12 + 9):
        year, month = index // 12, index % 12 + 1
        yield {
            "date": working_days_after(month_end(year, month), 5).isoformat(),
            "month": f"{year}-{month:02}",
        }


def price_monitor_facts(builder, facts):
    year, month = map(int, facts["month"].split("-"))
    last_year, last_month = month_of(datetime.date(year, month, 1), back=1)
    rows = []
    for item in read_csv(builder.facts / "price_items.csv"):
        now, last, before = (
            price(item, year, month),
            price(item, last_year, last_month),
            price(item, year - 1, month),
        )
        change = 100 * (now - last) / last
        rows.append(
            item
            | {
                "price": f"{now:.2f}",
                "last": f"{last:.2f}",
                "change": change,
                "mom": percent(change),
                "yoy": percent(100 * (now - before) / before),
            }
        )
    moved = [0 if row["mom"] == "0.0" else math.copysign(1, row["change"]) for row in rows]
    ranked = sorted(rows, key=lambda row: row["change"])
    highest, lowest = ranked[:-4:-1], ranked[:3]
    average = sum(row["change"] for row in rows) / len(rows)
    trend = "小幅上行" if month in (7, 8, 11, 12) else "平稳运行"
    tone = "总体平稳" if abs(average) < 1 else ("稳中有升" if average > 0 else "稳中有降")

    def listed(chosen_rows, word):
        return "、".join(f"{row['name']}{word}{abs(row['change']):.1f}%" for row in chosen_rows)

    return {
        "rows": rows,
        "month_cn": f"{year}年{month}月",
        "tone": tone,
        "up": moved.count(1),
        "down": moved.count(-1),
        "flat": moved.count(0),
        "top_up_sentence": f"涨幅居前的是{listed([r for r in highest if r['change'] > 0], '上涨')}。",
        "top_down_sentence": f"降幅居前的是{listed([r for r in lowest if r['change'] < 0], '下降')}。",
        "season": SEASONS[month],
        "outlook": f"预计下月{SEASONS[month % 12 + 1][:-1]}，全市价格总水平以{trend}为主。",
        "points": 46 + (year - 2023) * 2,
    }


def economy_facts(builder, facts):
    rows = read_csv(builder.facts / "economy.csv")
    cpi = float(facts["cpi"])
    text = "持平" if not cpi else f"{'上涨' if cpi > 0 else '下降'}{abs(cpi):.1f}%"
    result = {"cpi_text": text, "previous": None}
    if facts["order"]:
        before = rows[facts["order"] - 1]
        result["previous"] = {"period": before["period"]} | {
            f"{short}_move": moved(float(facts[name]) - float(before[name]))
            for short, name in (("gdp", "gdp_growth"), ("investment", "investment"), ("industry", "industry"))
        }
    return result


def moved(points):
    points = round(points, 1)
    if not points:
        return "持平"
    return f"{'加快' if points > 0 else '回落'}{abs(points):.1f}个百分点"


def budget_facts(builder, facts):
    total, previous = float(facts["total"]), float(facts["previous"])
    three = sum(float(facts[name]) for name in ("abroad", "vehicles", "reception"))
    rows = [
        (label, facts[name], f"{100 * float(facts[name]) / total:.1f}%")
        for label, name in (
            ("基本支出：人员经费", "personnel"),
            ("基本支出：公用经费", "public"),
            ("项目支出", "project"),
        )
    ]
    change = total - previous
    word = "增加" if change > 0 else "减少"
    text = (
        f"{word}{abs(change):.1f}万元，{'增长' if change > 0 else '下降'}{100 * abs(change) / previous:.1f}%"
    )
    return {"rows": rows, "three_total": f"{three:.1f}", "change_text": text}


# -- other reports ----------------------------------------------------------


def annual_report_rows(builder):
    reports = json.loads((builder.facts / "annual_reports.json").read_text(encoding="utf-8"))
    yield from reports


def annual_report_facts(builder, facts):
    """Table B of the report: 21 outcomes by kind of applicant, with every total worked out."""

    def with_total(numbers):
        return [*numbers, sum(numbers)]

    rows = [
        {"label": "一、本年新收政府信息公开申请数量", "numbers": with_total(facts["new"])},
        {"label": "二、上年结转政府信息公开申请数量", "numbers": with_total(facts["carried_in"])},
    ]
    handled = [0] * 6
    for outcome in read_csv(builder.facts / "report_rows.csv"):
        numbers = facts["outcomes"].get(outcome["key"], [0] * 6)
        handled = [a + b for a, b in zip(handled, numbers, strict=True)]
        rows.append({"label": "三、" + outcome["label"], "numbers": with_total(numbers)})
    rows.append({"label": "三、（七）总计", "numbers": with_total(handled)})
    rows.append({"label": "四、结转下年度继续办理", "numbers": with_total(facts["carried_out"])})
    labels = ("行政复议", "未经复议直接起诉", "复议后起诉")

    def paragraphs(texts):
        return [Paragraph(text=text, n=n, cn=chinese_ordinal(n)) for n, text in enumerate(texts, 1)]

    return {
        "rows": rows,
        "columns": APPLICANTS,
        "remedies": [
            {"label": label, "numbers": with_total(numbers)}
            for label, numbers in zip(labels, facts["remedies"], strict=True)
        ],
        "overview": paragraphs(facts["overview"]),
        "problems": paragraphs(facts["problems"]),
    }
