"""The host's files are there to read, and nothing in a sandbox can change them."""

import os
import uuid
from pathlib import Path

import pytest

WRITE = r"""
for directory in / /boot /dev/shm /etc /home /media /mnt /opt /root /run /srv /tmp /usr /usr/bin /var /var/lib /var/tmp "$2"; do
    (echo x >"$directory/$1") 2>/dev/null && echo "wrote $directory"
done
cd "$2" || exit 1
(echo changed >kept) 2>/dev/null && echo overwrote
rm -f kept 2>/dev/null
mv kept moved 2>/dev/null
ln kept linked 2>/dev/null
chmod 777 kept 2>/dev/null
chown 1:1 kept 2>/dev/null
touch -d 2001-01-01 kept 2>/dev/null
mkdir made 2>/dev/null
exit 0
"""

REMOUNT = r"""
awk '$2 ~ "^/(mnt|run|etc|)(/|$)" {print $2}' /proc/mounts | while read -r point; do
    mount -o remount,rw "$point"
    mount -o remount,rw,bind "$point"
done 2>/dev/null
tag=$(awk '$3 == "9p" {print $1; exit}' /proc/mounts)
[ -n "$tag" ] && mount -t 9p -o rw,trans=virtio,version=9p2000.L "$tag" /media 2>/dev/null && cd /media"$2" && {
    (echo changed >kept) 2>/dev/null
    rm -f kept 2>/dev/null
    mkdir made 2>/dev/null
    touch "/media/etc/$1" 2>/dev/null
}
cd /
"""

# Directories of the host itself; a sandbox may have writable ones of its own in their place.
HOST_DIRECTORIES = "/ /boot /etc /home /media /mnt /opt /root /run /srv /tmp /usr /usr/bin /var /var/lib /var/tmp".split()


@pytest.fixture
def kept(scratch):
    """A file of the account that a sandbox will try everything on."""
    path = scratch / "kept"
    path.write_text("precious\n")
    path.chmod(0o666)
    scratch.chmod(0o777)
    return path


def state(kept):
    status = kept.stat()
    entries = sorted(path.name for path in kept.parent.iterdir())
    return (kept.read_text(), entries, status.st_mode, status.st_uid, status.st_gid, status.st_mtime_ns, status.st_nlink)


def traces(name):
    return [directory for directory in HOST_DIRECTORIES if os.path.lexists(f"{directory}/{name}")]


@pytest.mark.parametrize(
    "options, script",
    [([], WRITE), (["--privileged"], WRITE), (["--privileged"], REMOUNT + WRITE)],
    ids=["plain", "privileged", "remounted"],
)
def test_nothing_of_the_host_changes(sandbox, scratch, kept, options, script):
    name = f"probe-{uuid.uuid4().hex}"
    before = state(kept)
    result = sandbox.shell(script, name, str(scratch), options=options)
    assert result.status == 0, result
    assert state(kept) == before
    assert traces(name) == []
    written = result.out.decode().split()[1::2]
    assert str(scratch) not in written and "/etc" not in written
    # The root of a machine is in its own memory, which its root can remount, with the host's directories mounted there.
    assert "/" not in written or script != WRITE and not sandbox.is_container


def test_host_files_are_there(sandbox, kept):
    result = sandbox.run("/bin/cat", "/etc/debian_version", str(kept))
    assert (result.status, result.err) == (0, b"")
    assert result.out == Path("/etc/debian_version").read_bytes() + b"precious\n"
