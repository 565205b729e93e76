"""Draws the phases of starts, beside the whole of their floors, as an SVG that needs nothing else."""

from dataclasses import dataclass
from html import escape

WIDTH, NAME_WIDTH, VALUE_WIDTH = 760, 110, 80
BAR_BEGIN, BAR_WIDTH = NAME_WIDTH + 10, WIDTH - NAME_WIDTH - VALUE_WIDTH - 20
ROW, BAR, TITLE = 18, 12, 44
LEGEND = 40

# Who is busy: the class of the bar, what the legend says, and its colors on white and on black.
ACTORS = {
    "client": ("virt-sandbox", "#2a6fbb", "#6aa9e9"),
    "libvirt": ("libvirt", "#b8860b", "#e0b040"),
    "guest": ("the guest", "#2e8b57", "#5fc48a"),
    "program": ("the program", "#a0409a", "#d787d0"),
    "floor": ("the floor, as a whole", "#8a8a8a", "#8a8a8a"),
}
ACTOR = dict.fromkeys(("connect", "create", "stop", "disconnect"), "libvirt")
ACTOR |= dict.fromkeys(("kernel", "init", "modules", "mounts", "network"), "guest")
ACTOR["program"] = "program"

STYLE = """
  text { font: 12px sans-serif; fill: #1b1b1b; }
  .title { font-weight: bold; font-size: 14px; }
  .name, .legend { font-size: 12px; }
  .grid { stroke: #d8d8d8; }
  .background { fill: #ffffff; }
"""
DARK_STYLE = """
    text { fill: #e6e6e6; }
    .grid { stroke: #3d3d3d; }
    .background { fill: #141414; }
"""


@dataclass(frozen=True)
class Panel:
    """A start: the milliseconds of its phases in their order, of all of it, and of its floor."""

    name: str
    phases: dict[str, float]
    whole: float
    floor: float

    @property
    def span(self):
        return max(sum(self.phases.values()), self.whole, self.floor)

    @property
    def height(self):
        return TITLE + ROW * (len(self.phases) + 1) + 16


def draw(panels):
    """The text of the picture."""
    height = LEGEND + sum(panel.height for panel in panels)
    rows, top = [], LEGEND
    for panel in panels:
        rows += draw_panel(panel, top)
        top += panel.height
    light, dark = (colors(place) for place in (1, 2))
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">',
        "<title>The phases of starts</title>",
        f"<style>{STYLE}{light}  @media (prefers-color-scheme: dark) {{{DARK_STYLE}{dark}  }}\n</style>",
        f'<rect class="background" width="{WIDTH}" height="{height}"/>',
        *draw_legend(),
        *rows,
        "</svg>\n",
    ])  # fmt: skip


def colors(place):
    return "".join(f"  .{actor} {{ fill: {entry[place]}; }}\n" for actor, entry in ACTORS.items())


def draw_legend():
    left = 10
    for actor, (text, *_) in ACTORS.items():
        yield f'<rect class="{actor}" x="{left}" y="14" width="12" height="12"/>'
        yield f'<text class="legend" x="{left + 18}" y="24">{escape(text)}</text>'
        left += 46 + 7 * len(text)


def draw_panel(panel, top):
    """The rows of a panel, whose scale is its own: a bar begins where the one before has ended."""
    scale = BAR_WIDTH / panel.span
    title = f"{panel.name}: {format_ms(panel.whole)} ms, the floor {format_ms(panel.floor)} ms"
    yield f'<text class="title" x="10" y="{top + 18}">{escape(title)}</text>'
    first = top + TITLE
    bottom = first + ROW * (len(panel.phases) + 1)
    step = tick_step(panel.span)
    for number in range(int(panel.span / step) + 1):
        x = BAR_BEGIN + number * step * scale
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{first - 4}" y2="{bottom}"/>'
        yield f'<text x="{x:.1f}" y="{first - 8}" text-anchor="middle">{number * step}</text>'
    start = 0
    for number, (phase, duration) in enumerate(panel.phases.items()):
        yield from draw_bar(phase, ACTOR.get(phase, "client"), first + number * ROW, start * scale, duration * scale, duration)
        start += duration
    yield from draw_bar("floor", "floor", bottom - ROW, 0, panel.floor * scale, panel.floor)


def draw_bar(name, actor, top, left, width, duration):
    baseline = top + BAR - 2
    yield f'<text class="name" x="{NAME_WIDTH}" y="{baseline}" text-anchor="end">{escape(name)}</text>'
    yield f'<rect class="{actor}" x="{BAR_BEGIN + left:.1f}" y="{top}" width="{max(width, 1):.1f}" height="{BAR}"/>'
    yield f'<text x="{WIDTH - 10}" y="{baseline}" text-anchor="end">{format_ms(duration)} ms</text>'


def tick_step(span):
    """A round number of milliseconds, of which four to ten are in the span."""
    power = 1
    while span / power > 100:
        power *= 10
    return next(power * step for step in (1, 2, 5, 10, 20) if span / (power * step) <= 10)


def format_ms(value):
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"
