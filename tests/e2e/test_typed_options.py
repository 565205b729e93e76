"""Options as people type them: relative paths, numbers, units, and the words of former manuals."""

import subprocess

import pytest

# What a machine's disk is at least.
IMAGE_SIZE = 1 << 20


@pytest.fixture
def room(scratch, account):
    (scratch / "data").mkdir()
    (scratch / "data/file").write_text("bound\n")
    (scratch / "with, comma").mkdir()
    (scratch / "with, comma/disk.img").write_bytes(bytes(IMAGE_SIZE))
    for path in (scratch, *scratch.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return scratch


def test_relative_paths(sandbox, room):
    """From the directory that the client runs in."""
    options = [
        *("-m", "host-bind:/sandbox-test-1=data,ro", "-m", "host-bind:/sandbox-test-2=./data", "-m", f"host-bind:/sandbox-test-3=../{room.name}/data"),
        *("-m", "ram:/sandbox-test-ram=1M", "-i", "/sandbox-test-ram/file=data/file"),
        *("--workdir", "..", "--root", "../" * 9),
    ]
    script = "cat /sandbox-test-1/file /sandbox-test-2/file /sandbox-test-3/file /sandbox-test-ram/file; pwd"
    result = sandbox.shell(script, options=options, cwd=room)
    assert (result.status, result.out, result.err) == (0, b"bound\n" * 4 + str(room.parent).encode() + b"\n", b"")


def test_relative_disk_in_a_directory_with_a_comma(sandbox, room):
    options = ["-p", "--disk", "file:box=disk.img"]
    result = sandbox.shell("blockdev --getsize64 /dev/disk/by-tag/box", options=options, cwd=room / "with, comma")
    assert (result.status, result.out, result.err) == (0, b"%d\n" % IMAGE_SIZE, b"")


def test_short_options_for_mounts(sandbox, room):
    options = ["--host-bind", f"/sandbox-test-1={room}/data", "--guest-bind", "/sandbox-test-2=/sandbox-test-1"]
    result = sandbox.shell("cat /sandbox-test-2/file", options=options)
    assert (result.status, result.out, result.err) == (0, b"bound\n", b"")


@pytest.mark.drivers("lxc")
def test_short_option_for_an_image(sandbox, room):
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", room / "data", room / "image", "8M"], check=True)
    result = sandbox.shell("cat /sandbox-test-1/file", options=["--host-image", "/sandbox-test-1=image,format=raw,ro"], cwd=room)
    assert (result.status, result.out, result.err) == (0, b"bound\n", b"")


@pytest.mark.drivers("lxc", "embed", "system")
@pytest.mark.parametrize(
    ("who", "ids"),
    [
        ("0", "0 0 root"),
        ("nobody", "65534 65534 nobody"),
        ("65534:0", "65534 0 nobody"),
        ("nobody:games", "65534 60 nobody"),
        ("2123456789", "2123456789 65534 2123456789"),
        ("2123456789:54321", "2123456789 54321 2123456789"),
    ],
)
def test_users_and_groups(who, ids, sandbox):
    result = sandbox.shell('echo "$(id -u) $(id -g) $USER"', options=["-S", who])
    assert (result.status, result.out, result.err) == (0, f"{ids}\n".encode(), b""), result


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("who", ["no-such-user", "nobody:no-such-group", "", "nobody:", "-1", "4294967295"])
def test_no_user(who, sandbox):
    result = sandbox.run("/bin/true", options=[f"--switchto={who}"])
    assert (result.status, result.out) == (125, b"")
    assert f"'{who.rpartition(':')[2]}'".encode() in result.err, result


def test_units(sandbox):
    """Half a gibibyte and half a second."""
    result = sandbox.run("/bin/sleep", "1000", options=["--memory", "0.5GiB", "--timeout", "0m500ms"])
    assert (result.status, result.out) == (124, b""), result


@pytest.mark.drivers("embed")
@pytest.mark.parametrize("size", ["1.5G", "1536m", "1536MB", "1536MiB"])
def test_memory_is_what_the_unit_says(size, sandbox):
    told = sandbox.run("/bin/true", options=["--dry-run", "--memory", size])
    assert told.status == 0 and b'<memory unit="KiB">1572864</memory>' in told.out, told


def test_a_part_of_a_processor(sandbox):
    result = sandbox.run("/bin/echo", "hello", options=["--cpus", "0.5"])
    if sandbox.is_container:
        assert (result.status, result.out, result.err) == (0, b"hello\n", b"")
    else:
        assert (result.status, result.out) == (125, b"") and b"0.5 processors" in result.err, result


@pytest.mark.drivers("lxc")
def test_netmask(sandbox):
    told = sandbox.run("/bin/true", options=["--dry-run", "-N", "address=192.168.1.1/255.255.255.0"])
    assert told.status == 0 and b"ip: 192.168.1.1\n        prefix: 24\n" in told.out, told
    wrong = sandbox.run("/bin/true", options=["-N", "address=192.168.1.1/255.0.255.0"])
    assert wrong.status == 125 and b"255.0.255.0" in wrong.err, wrong


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("option", ["label=x,static", "static,label=x"])
def test_security_words_in_any_order(option, sandbox):
    """Either is understood, and refused by a host without such a module."""
    result = sandbox.run("/bin/true", options=["-s", option])
    assert b"security option" not in result.err and b"security mode" not in result.err, result
