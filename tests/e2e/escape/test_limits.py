"""A program that takes what it gets ends itself, and the host and other sandboxes go on."""

import subprocess

import pytest

# Far more than fit into the memory, and far fewer than the host has room for.
MANY = 20000
FORKS = f"""
$| = 1;
for $n (1..{MANY}) {{
    $child = fork;
    if (!defined $child) {{ print "refused\\n"; last }}
    if (!$child) {{ sleep 1000; exit }}
    print "$n\\n" unless $n % 100;
}}
print "made all\\n" if $n == {MANY};
"""
MEMORY = """$| = 1; while (1) { push @all, "x" x 1000000; print scalar(@all), "\\n" }"""


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("options", [[], ["--privileged"]], ids=["plain", "privileged"])
def test_processes_and_memory_are_bounded(sandbox, options):
    with sandbox.start("/bin/cat", options=["--name", "neighbour"], stdin=subprocess.PIPE) as neighbour:
        limit = ["--memory", "32M", *options]
        forks = sandbox.run("/usr/bin/perl", "-e", FORKS, options=limit)
        assert b"made all" not in forks.out and len(forks.out.split()) < MANY / 100
        # Whoever the kernel chooses: the program, or what the sandbox itself runs.
        assert forks.status in (0, 125, 128 + 9), forks
        memory = sandbox.run("/usr/bin/perl", "-e", MEMORY, options=limit)
        assert memory.status in (125, 128 + 9), memory
        assert len(memory.out.split()) <= 32
        assert neighbour.communicate(b"alive", 300) == (b"alive", b"")
        assert neighbour.returncode == 0
