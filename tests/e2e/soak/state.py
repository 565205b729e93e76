"""What a case does that does not come to its end: its processes, libvirt's daemons, and the machine's log."""

import contextlib
import re
from pathlib import Path

from rig import host

# How many lines of the log are told.
LINES = 40


@contextlib.contextmanager
def told(account, name):
    """Tells the state of the sandbox `name` when something fails, while it is still there."""
    try:
        yield
    except Exception:
        print(state(account, name), flush=True)
        raise


def state(account, name):
    mark = re.compile(rf"\b{re.escape(name)}\b|^\S*libvirtd\b")
    lines = [f"state of {name}:"]
    for pid in host.process_ids():
        command = host.command_line(pid)
        if mark.search(command):
            lines += [f"process {pid} {command[:300]}", *tasks(pid)]
    log = (account.runtime or Path("/run")) / "libvirt-sandbox" / name / "console.log"
    with contextlib.suppress(FileNotFoundError):
        lines += [f"{log} ends with:", *log.read_text(errors="replace").splitlines()[-LINES:]]
    return "\n".join(lines)


def tasks(pid):
    """What each thread of a process waits for."""
    found = []
    # It may end meanwhile.
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for task in sorted(Path(f"/proc/{pid}/task").iterdir()):
            fields = (task / "stat").read_text()
            name, used = fields[fields.index("(") : fields.rindex(")") + 1], fields[fields.rindex(")") :].split()
            waits = (task / "wchan").read_text()
            found.append(f"    {task.name} {name} {used[1]} in {waits or '-'}, {int(used[12]) + int(used[13])} ticks")
    return found
