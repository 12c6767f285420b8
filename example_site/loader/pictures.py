"""Pictures of the example, drawn with Pillow: charts from the agency's own figures, schematic maps of a river city.

Maps carry no words; charts have a title, a unit and axes with their meaning. The alternative text says what each shows.
The same call always draws the same picture on the same machine.
"""

import io
import math
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from example_site.content_tools import chosen, read_csv

from .content import CONTENT

WIDTH, HEIGHT, FINE = 1200, 675, 2
LAND, BLOCK, WATER, ROAD = "#f1f4f6", "#e3e9ee", "#b9d3e6", "#ffffff"
NAVY, TEAL, AMBER, GREY = "#12507f", "#1f7a78", "#b7791f", "#7b8794"


def has_picture(key):
    return key in MAPS or (key.startswith("economy-") and key.removeprefix("economy-").isdigit())


def picture_of(key):
    """``(title, alternative text, PNG bytes)`` of the document's picture."""
    if key in MAPS:
        title, alt, draw = MAPS[key]
        return title, alt, draw()
    return growth_chart(int(key.removeprefix("economy-")))


def canvas(colour=LAND):
    image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), colour)
    return image, ImageDraw.Draw(image)


def finished(image):
    out = io.BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).quantize(96).save(out, "PNG", optimize=True)
    return out.getvalue()


def scaled(points):
    return [(round(x * WIDTH * FINE), round(y * HEIGHT * FINE)) for x, y in points]


def curve(points, steps=24):
    """A smooth line through ``points`` (Catmull–Rom), as many short ones."""
    points = [points[0], *points, points[-1]]
    found = []
    for a, b, c, d in zip(points, points[1:], points[2:], points[3:], strict=False):
        for step in range(steps):
            t = step / steps
            found.append(
                tuple(
                    0.5
                    * (
                        2 * b[i]
                        + (c[i] - a[i]) * t
                        + (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]) * t**2
                        + (3 * b[i] - a[i] - 3 * c[i] + d[i]) * t**3
                    )
                    for i in (0, 1)
                )
            )
    return [*found, points[-1]]


def stroke(draw, points, colour, width):
    """A line of even width with round joints and ends."""
    points, radius = scaled(points), width * FINE / 2
    draw.line(points, fill=colour, width=round(width * FINE), joint="curve")
    for x, y in points[:: max(1, len(points) // 200)] + points[-1:]:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def dot(draw, place, colour, size=11):
    ((x, y),) = scaled([place])
    for radius, fill in ((size + 4, "#ffffff"), (size, colour)):
        draw.ellipse((x - radius * FINE, y - radius * FINE, x + radius * FINE, y + radius * FINE), fill=fill)


# Maps

RIVER = [
    (-0.05, 0.3),
    (0.12, 0.36),
    (0.28, 0.58),
    (0.45, 0.62),
    (0.6, 0.46),
    (0.78, 0.44),
    (0.92, 0.6),
    (1.05, 0.62),
]
BRANCH = [(0.5, -0.05), (0.53, 0.16), (0.5, 0.36), (0.55, 0.52)]
LAKE = (0.7, 0.66, 0.82, 0.82)


def city(seed):
    """The city from above: districts, streets, the river with its branch, a lake."""
    image, draw = canvas()
    for row in range(7):
        for column in range(12):
            shade = chosen(f"{seed}{row}-{column}", 0, 5)
            if shade > 2:
                left, top = column / 12 + 0.006, row / 7 + 0.01
                corners = scaled([(left, top), (left + 0.071, top + 0.122)])
                draw.rounded_rectangle([*corners[0], *corners[1]], radius=10 * FINE, fill=BLOCK)
    for row in range(1, 7):
        stroke(draw, [(0, row / 7), (1, row / 7)], ROAD, 3)
    for column in range(1, 12):
        stroke(draw, [(column / 12, 0), (column / 12, 1)], ROAD, 3)
    for road in ([(0, 0.86), (0.3, 0.8), (0.65, 0.3), (1, 0.14)], [(0.14, 0), (0.24, 0.42), (0.34, 1)]):
        stroke(draw, curve(road), ROAD, 10)
    stroke(draw, curve(BRANCH), WATER, 22)
    stroke(draw, curve(RIVER), WATER, 58)
    corners = scaled([LAKE[:2], LAKE[2:]])
    draw.ellipse([*corners[0], *corners[1]], fill=WATER)
    return image, draw


def charging_map():
    image, draw = city("charging")
    for number in range(34):
        place = (chosen(f"c{number}x", 4, 96) / 100, chosen(f"c{number}y", 6, 94) / 100)
        dot(draw, place, NAVY if number % 4 else AMBER, 8 if number % 4 else 12)
    return finished(image)


def hub_map():
    image, draw = city("hub")
    stroke(draw, curve([(0, 0.74), (0.4, 0.78), (0.72, 0.6), (1, 0.7)]), GREY, 6)
    for end in ((0.06, 0.12), (0.95, 0.16), (0.9, 0.92), (0.1, 0.92)):
        stroke(draw, curve([(0.62, 0.52), ((0.62 + end[0]) / 2, (0.44 + end[1]) / 2), end]), TEAL, 5)
        dot(draw, end, TEAL, 9)
    dot(draw, (0.62, 0.52), AMBER, 20)
    return finished(image)


def rail_map():
    image, draw = city("rail")
    ways = (
        (NAVY, [(0.08, 0.9), (0.3, 0.7), (0.55, 0.72), (0.92, 0.24)]),
        (TEAL, [(0.08, 0.9), (0.26, 0.46), (0.56, 0.3), (0.92, 0.24)]),
        (AMBER, [(0.08, 0.9), (0.42, 0.86), (0.66, 0.56), (0.92, 0.24)]),
    )
    for colour, way in ways:
        points = curve(way)
        for number in range(0, len(points) - 2, 4):
            stroke(draw, points[number : number + 3], colour, 7)
    dot(draw, (0.08, 0.9), GREY, 14)
    dot(draw, (0.92, 0.24), GREY, 14)
    return finished(image)


def waterway_map():
    image, draw = city("waterway")
    stroke(draw, curve(RIVER), "#8fb7d3", 30)
    points = curve(RIVER)
    for number in range(60, len(points) - 30, 5):
        stroke(draw, points[number : number + 2], NAVY, 5)
    for place in ((0.28, 0.58), (0.6, 0.46), (0.76, 0.74)):
        dot(draw, place, AMBER, 13)
    return finished(image)


def airway_map():
    image, draw = city("airway")
    hubs = [(0.14, 0.8), (0.36, 0.24), (0.62, 0.52), (0.86, 0.2), (0.88, 0.84)]
    for a, b in ((0, 2), (1, 2), (2, 3), (2, 4), (0, 1), (3, 4)):
        top = ((hubs[a][0] + hubs[b][0]) / 2, (hubs[a][1] + hubs[b][1]) / 2 - 0.12)
        points = curve([hubs[a], top, hubs[b]])
        for number in range(0, len(points) - 2, 4):
            stroke(draw, points[number : number + 2], TEAL, 4)
    for hub in hubs:
        dot(draw, hub, NAVY, 13)
    return finished(image)


def landscape():
    """Hills behind a river in the colours of the site."""
    image, draw = canvas("#dfeaf2")
    for layer, (colour, base, rise) in enumerate(
        (("#c3d7e5", 0.46, 0.15), ("#9dbdd3", 0.56, 0.13), ("#6f9cba", 0.66, 0.1), ("#3f7499", 0.76, 0.07))
    ):
        ridge = [
            (x / 80, base - rise * (math.sin(x / 9 + layer * 2.1) + 0.6 * math.sin(x / 3.7 + layer)) / 1.6)
            for x in range(81)
        ]
        draw.polygon(scaled([*ridge, (1, 1), (0, 1)]), fill=colour)
    draw.polygon(
        scaled([(0, 0.84), *curve([(0, 0.84), (0.3, 0.8), (0.7, 0.87), (1, 0.82)]), (1, 1), (0, 1)]), NAVY
    )
    for number in range(5):
        height = 0.87 + number * 0.028
        wave = [(x / 60, height + 0.006 * math.sin(x / 4 + number * 1.7)) for x in range(61)]
        stroke(draw, wave, "#2d6c98", 3)
    return finished(image)


MAPS = {
    "charging-plan-2024": (
        "公共充电设施布局示意图",
        "城区示意图：沿江两岸和各县（区）分布的公共充电站点，较大的圆点为区域充电中心。",
        charging_map,
    ),
    "logistics-hub-2024": (
        "临江国家物流枢纽区位示意图",
        "区位示意图：枢纽位于江河交汇处，四条通道通往四个方向。",
        hub_map,
    ),
    "rail-progress-2025": (
        "市域铁路临江东站线路比选方案示意图",
        "示意图：起点和终点之间的三个比选方案，用三种颜色的虚线表示，均未确定。",
        rail_map,
    ),
    "waterway-2025": (
        "澄湖港区航道提升范围示意图",
        "示意图：沿江提升的航道和三处港区作业点。",
        waterway_map,
    ),
    "low-altitude-2026": (
        "低空航线网络示意图",
        "示意图：五个起降点及其之间的六条规划航线。",
        airway_map,
    ),
    "plan15-outline": ("江畔远山", "装饰图：江水和层叠的远山。", landscape),
}


# Charts


# Where systems keep a font with Chinese characters. Without one the chart is labelled in English.
CHINESE_FONTS = (
    "NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "NotoSansSC-Regular.otf",
    "SourceHanSansCN-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "msyh.ttc",
    "simhei.ttf",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "STHeiti Light.ttc",
)
CHART_WORDS = {
    True: ("地区生产总值累计同比增长速度", "单位：%", "时期（年份和累计月份）", "增长速度（%）"),
    False: ("Growth of GDP over a year earlier", "Unit: %", "Period (year and months so far)", "Growth (%)"),
}
MONTHS = {"一季度": "1–3", "上半年": "1–6", "前三季度": "1–9", "": "1–12"}
HIGHEST = 8
# The area of the chart within the picture, as shares of it.
LEFT, RIGHT, TOP, BOTTOM = 0.1, 0.97, 0.2, 0.8


@cache
def chart_font(size):
    """``(font, whether it has Chinese characters)``."""
    for name in CHINESE_FONTS:
        try:
            return ImageFont.truetype(name, size * FINE), True
        except OSError:
            continue
    return ImageFont.load_default(size * FINE), False


def growth_chart(number):
    """Growth of the city's product, from the facts that the reports are written from."""
    rows = read_csv(CONTENT / "source/facts/economy.csv")[:number]
    image, draw = canvas("#ffffff")
    draw_axes(image, draw)
    draw_bars(draw, rows)
    first, latest = rows[0]["period"], rows[-1]["period"]
    listed = "，".join(f"{row['period']}{row['gdp_growth']}%" for row in rows[-4:])
    title = f"地区生产总值增长速度（截至{latest}）"
    alt = f"柱形图，单位为百分比：{first}至{latest}地区生产总值累计同比增长速度。最近各期：{listed}。"
    return title, alt, finished(image)


def write(draw, place, text, size, colour=GREY, anchor="mm"):
    ((x, y),) = scaled([place])
    draw.text((x, y), text, fill=colour, font=chart_font(size)[0], anchor=anchor)


def draw_axes(image, draw):
    """Title, unit, the lines of the scale and what the axes mean."""
    title, unit, across, up = CHART_WORDS[chart_font(20)[1]]
    middle = (LEFT + RIGHT) / 2
    write(draw, (middle, 0.06), title, 30, NAVY)
    write(draw, (RIGHT, 0.13), unit, 20, anchor="rm")
    write(draw, (middle, 0.95), across, 20)
    for mark in range(0, HIGHEST + 1, 2):
        height = BOTTOM - (BOTTOM - TOP) * mark / HIGHEST
        stroke(draw, [(LEFT, height), (RIGHT, height)], "#e3e8ec" if mark else GREY, 1.5)
        write(draw, (LEFT - 0.012, height), str(mark), 22, anchor="rm")
    label = Image.new("RGBA", (round((BOTTOM - TOP) * HEIGHT * FINE), 40 * FINE))
    ImageDraw.Draw(label).text(
        (label.width / 2, label.height / 2), up, fill=GREY, font=chart_font(20)[0], anchor="mm"
    )
    turned = label.rotate(90, expand=True)
    ((x, y),) = scaled([(0.015, TOP)])
    image.paste(turned, (x, y), turned)


def draw_bars(draw, rows):
    """A bar for each period with its value above and its name below; the last one stands out."""
    step = (RIGHT - LEFT) / max(len(rows), 6)
    for place, row in enumerate(rows):
        value, last = float(row["gdp_growth"]), place == len(rows) - 1
        middle = LEFT + step * (place + 0.5)
        height = BOTTOM - (BOTTOM - TOP) * value / HIGHEST
        corners = scaled([(middle - step * 0.3, height), (middle + step * 0.3, BOTTOM)])
        draw.rectangle([*corners[0], *corners[1]], fill=NAVY if last else "#9db9cd")
        write(draw, (middle, height - 0.018), f"{value:.1f}", 24, NAVY if last else GREY, "mb")
        year, _mark, part = row["period"].partition("年")
        write(draw, (middle, BOTTOM + 0.035), year, 18)
        write(draw, (middle, BOTTOM + 0.075), MONTHS[part], 18)
