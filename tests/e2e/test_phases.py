"""`--trace-phases`: how long each phase of a run took, whether it went well or not."""

import re

import pytest

HOST_BEFORE = ["load", "connect", "build", "create"]
GUEST = {"lxc": ["init", "mounts", "network"], "embed": ["kernel", "init", "modules", "mounts", "network"]}
HOST_AFTER = ["stop", "disconnect"]

pytestmark = pytest.mark.drivers("lxc", "embed")


def traced(sandbox, *command, options=()):
    """Runs a command; gives its result, what it wrote before the table, and the names of the phases."""
    result = sandbox.run(*command, options=["--trace-phases", *options])
    before, header, table = result.err.decode().partition("phase              start    duration  (ms)\n")
    assert header, result
    rows = [line.split() for line in table.splitlines()]
    rows = [(name, microseconds(start), microseconds(duration)) for name, start, duration in rows]
    *phases, (name, begin, whole) = rows
    assert (name, begin) == ("total", 0), rows
    end = 0
    for _, start, duration in phases:
        assert start == end, rows
        assert duration >= 0, rows
        end += duration
    assert end == whole, rows
    return result, before, {name: duration for name, _, duration in phases}


def microseconds(text):
    whole, fraction = text.split(".")
    return int(whole) * 1000 + int(fraction)


def test_a_run_has_all_phases(sandbox):
    result, before, phases = traced(sandbox, "/bin/sh", "-c", "echo out; echo err >&2; exit 7")
    assert (result.status, result.out, before) == (7, b"out\n", "err\n")
    expected = [*HOST_BEFORE, *GUEST[sandbox.driver], "program", "drain", *HOST_AFTER]
    assert list(phases) == expected
    # What a clock of microseconds can't miss; a container may have been set up before libvirt said that it is created.
    never_empty = ["load", "connect", "build", "create", "program", "stop"]
    if not sandbox.is_container:
        never_empty += ["kernel", "modules", "mounts"]
    assert all(phases[name] > 0 for name in never_empty), phases


def test_a_failed_start_has_those_that_it_reached(sandbox):
    """One that fails before libvirt has anything, and one in the guest."""
    result, before, phases = traced(sandbox, "/bin/true", options=["--mount", "host-bind:/mnt=/nonexistent"])
    assert (result.status, "/nonexistent" in before) == (125, True), result
    assert list(phases) == ["load", "connect", "build", "stop", "disconnect"]

    result, before, phases = traced(sandbox, "/bin/true", options=["--mount", "guest-bind:/mnt=/sandbox-test-nothing"])
    assert (result.status, "/sandbox-test-nothing" in before) == (125, True), result
    names = list(phases)
    assert names[:4] == HOST_BEFORE
    assert names[-2:] == HOST_AFTER
    assert set(names[4:-2]) <= set(GUEST[sandbox.driver]), names
    if not sandbox.is_container:
        assert {"kernel", "modules", "mounts"} <= set(names), names


@pytest.mark.drivers("lxc")
def test_no_connection(sandbox):
    result = sandbox.run("/bin/true", options=["--trace-phases"], uri="lxc://nowhere.invalid/")
    assert result.status == 125
    lines = [line.split()[0] for line in result.err.decode().splitlines()]
    assert lines[-4:] == ["phase", "load", "connect", "total"], result


@pytest.mark.drivers("lxc")
def test_debug_messages_of_glib_have_them_too(sandbox):
    """GLib compares the domain of a message as a string that ends with NUL, and drops what it takes for another one."""
    result = sandbox.run("/bin/true", options=["--name", "debug"], env={"G_MESSAGES_DEBUG": "LibvirtSandbox"})
    assert result.status == 0, result
    for phase in ("build", "create"):
        assert f"LibvirtSandbox-DEBUG: phase {phase} of sandbox 'debug' took" in re.sub(r"\d\S+: ", "", result.out.decode()), result
