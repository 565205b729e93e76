"""The phases of a bench, from the client's table to the picture."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from chart import Panel, draw, tick_step
from phases import Record, parse

SVG = "{http://www.w3.org/2000/svg}"
TABLE = """\
a line of the library
phase              start    duration  (ms)
load               0.000       1.500
build              1.500     200.000
total              0.000     201.500
"""


def test_the_table_is_read():
    assert parse(TABLE) == {"load": 1.5, "build": 200}


def test_only_the_runs_that_count_make_the_median():
    record = Record()
    for build in (1000, 1, 5, 2):
        record.add("start", {"load": 1, "build": build})
    assert record.medians("start", 3) == {"load": 1, "build": 2}
    assert record.medians("other", 3) == {}


def test_bars_follow_one_another():
    phases = {"load": 10, "create": 60, "kernel": 0, "program": 30}
    text = draw([Panel("a<b", phases, whole=100, floor=50), Panel("other", phases, whole=100, floor=200)])
    root = ElementTree.fromstring(text)
    assert "a<b: 100 ms, the floor 50.0 ms" in [element.text for element in root.iter(f"{SVG}text")]
    classes = {"client", "libvirt", "guest", "program", "floor"}
    bars = [element for element in root.iter(f"{SVG}rect") if element.get("class") in classes]
    legend, first, second = bars[:5], bars[5:10], bars[10:]
    assert {bar.get("class") for bar in legend} == classes
    assert [bar.get("class") for bar in first] == ["client", "libvirt", "guest", "program", "floor"]
    for panel, floor in ((first, 50), (second, 200)):
        *parts, whole = panel
        scale = float(whole.get("width")) / floor
        begins = [float(bar.get("x")) - float(whole.get("x")) for bar in parts]
        assert begins == pytest.approx([0, 10 * scale, 70 * scale, 70 * scale], abs=0.2)
    # What is hardly there is still seen.
    assert float(first[2].get("width")) >= 1


def test_light_and_dark_color_the_same():
    text = draw([Panel("start", {"load": 1}, whole=1, floor=1)])
    light, dark = re.split(r"@media \(prefers-color-scheme: dark\)", text, maxsplit=1)
    colored = re.compile(r"^\s*\.(\w+) \{ fill:", re.MULTILINE)
    assert sorted(colored.findall(light)) == sorted(colored.findall(dark))


@pytest.mark.parametrize("span", [0.5, 1, 9, 99, 273, 4560, 13129, 99999])
def test_ticks_are_few_and_round(span):
    step = tick_step(span)
    assert span / step <= 10
    assert span / step >= 4 or step == 1
    assert re.fullmatch("[125]0*", str(step))
