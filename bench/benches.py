"""What is measured, and against what."""

import os
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import streams
from floors.machine import Machine
from measure import Bench, run
from phases import Record, run_traced
from rig import host, leaks

GIB, MIB = 1 << 30, 1 << 20
MACHINE_BYTES = 256 * MIB
FILE_BYTES = 256 * MIB
DIRECTORIES, FILES_EACH = 200, 20
ROUND_TRIPS = 2000
CROWD, AT_ONCE = 100, 10
IN_A_ROW = 50
LXC, EMBED, SESSION, SYSTEM = "lxc:///", "qemu:///embed", "qemu:///session", "qemu:///system"


class Benches:
    """The rows, in the order in which they are shown."""

    def __init__(self, admin, user, directory):
        self.admin, self.user, self.directory = admin, user, directory
        self.tool = admin.environment()["VIRT_SANDBOX"]
        self.lxc_start = self.compile("lxc-start", "-lvirt")
        self.pty = self.compile("pty", "-lutil")
        self.machine = Machine(directory)
        self.phases = Record()

    def compile(self, name, *libraries):
        program = self.directory / name
        source = Path(__file__).parent / "floors" / f"{name}.c"
        subprocess.run(["cc", "-O2", "-o", program, source, *libraries], check=True)
        return program

    def command(self, uri, *options):
        return [self.tool, "-c", uri, *options, "--"]

    def popen(self, account=None, **variables):
        account = account or self.admin
        return {"env": account.environment(**variables)} | account.popen_arguments()

    def start(self, bench, uri, account=None, **variables):
        """Seconds of a whole run of /bin/true."""
        command = [*self.command(uri, "--trace-phases"), "/bin/true"]
        usage, phases = run_traced(command, **self.popen(account, **variables))
        self.phases.add(bench, phases)
        return usage.seconds

    def start_container(self):
        """As start; but the next measurement begins after libvirt's teardown, which the client does not wait for."""
        seconds = self.start("lxc-start", LXC)
        self.settle()
        return seconds

    def floor(self, measure):
        """What plain libvirt did, which fails now and then with a first process that ends so soon; those don't count."""
        for _ in range(5):
            try:
                return measure()
            except subprocess.CalledProcessError as error:
                failure = error
        raise failure

    def start_floor(self):
        """Plain libvirt's run of /bin/true."""
        return self.floor(lambda: run([self.lxc_start]).seconds)

    def start_floor_alone(self):
        """As start_floor; but the next measurement begins after libvirt's teardown."""
        seconds = self.start_floor()
        self.settle()
        return seconds

    def settle(self):
        """Waits until libvirt has ended all containers."""
        controllers = [pid for pid in host.process_ids() if host.command_name(pid) == "libvirt_lxc"]
        for pid in controllers:
            leaks.wait_for_end(pid, time.monotonic() + leaks.GRACE)
        # It answers when it has tidied up.
        while host.virsh(self.admin, LXC, "list", "--name").split():
            pass

    def start_cold(self):
        """Without what former starts have left."""
        user = self.admin.uid
        shutil.rmtree(f"/var/tmp/libvirt-sandbox-cache-{user}" if user else "/var/cache/libvirt-sandbox", ignore_errors=True)
        return self.start("qemu-start-cold", EMBED)

    def stop(self, uri, account=None):
        """Seconds that a machine's end takes the client, once its program has ended."""
        name = f"stop-{uri}"
        self.start(name, uri, account)
        return self.phases.runs[name][-1]["stop"] / 1000

    def start_machine(self):
        begin = time.monotonic()
        self.machine.start()
        return time.monotonic() - begin

    def crowd(self, start, count=CROWD):
        """Seconds of many starts, some at once, until libvirt has ended the last container."""
        begin = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda _: start(), range(count)))
        self.settle()
        return time.monotonic() - begin

    def loop(self, start):
        """Seconds of each of many starts, one after the other."""
        begin = time.monotonic()
        for _ in range(IN_A_ROW):
            start()
        seconds = time.monotonic() - begin
        self.settle()
        return seconds / IN_A_ROW

    def over_pty(self, way, size):
        return size / 1e6 / run([self.pty, way, str(size)]).seconds

    def from_port(self):
        script = self.script("writer", streams.writer(MACHINE_BYTES))
        return self.machine.run(script, lambda output, _: streams.drain(output, MACHINE_BYTES))

    def to_port(self):
        script = self.script("reader", streams.reader(MACHINE_BYTES))
        return self.machine.run(script, lambda output, write: streams.fill(output, write, MACHINE_BYTES))

    def script(self, name, command):
        path = self.directory / name
        path.write_text(command)
        return path

    def read_file(self):
        """The command that reads a file."""
        data = self.directory / "data"
        data.touch()
        os.truncate(data, FILE_BYTES)
        return f"cat {data} >/dev/null"

    def find(self):
        """The command that walks a tree of the same size everywhere, and looks at each file."""
        for number in range(DIRECTORIES):
            directory = self.directory / "tree" / f"{number // 10}" / f"{number}"
            directory.mkdir(parents=True)
            for file in range(FILES_EACH):
                (directory / f"file{file}").touch()
        return f"find {self.directory / 'tree'} -newer /bin/sh >/dev/null"

    def over_9p(self, name, command):
        """Rows of what a machine reads from its root for the first time, and again."""
        for suffix, before in (("", ":"), ("-again", command)):
            script = self.script(name + suffix, f"{before}; echo; {command}; echo\n")
            yield Bench(
                name + suffix,
                "s",
                lambda script=script: streams.between_lines(self.command(EMBED), script, **self.popen()),
                lambda script=script: self.machine.run(script, lambda output, _: streams.seconds_between_lines(output)),
                1 / 3,
            )

    def client_cpu(self):
        """CPU seconds of the client for a GiB."""
        with open(os.devnull, "wb") as null:
            command = [*self.command(LXC), "/usr/bin/head", "-c", str(GIB), "/dev/zero"]
            return run(command, stdout=null, **self.popen()).cpu_seconds

    def cat_cpu(self):
        """CPU seconds of two `cat` for a GiB."""
        with tempfile.NamedTemporaryFile(dir=self.directory) as zeros:
            zeros.truncate(GIB)
            return run(["/bin/sh", "-c", 'cat "$1" | cat >/dev/null', "sh", zeros.name]).cpu_seconds

    def peak_memory(self, *command):
        """Peak memory of a client in MiB. What a process had before it executed the client counts, so that has to be small."""
        with tempfile.NamedTemporaryFile(dir=self.directory) as report:
            run(["time", "-f", "%M", "-o", report.name, *command], **self.popen())
            return int(report.read()) / 1024

    def flood(self, count=8 * GIB):
        """Peak memory in MiB of the client and of the first process, while more than they can hold comes faster than the program
        takes it, and goes faster than the reader takes it."""
        feed = f"head -c {count} /dev/zero"
        with tempfile.TemporaryDirectory(dir=self.directory) as reports:
            client, first = Path(reports) / "client", Path(reports) / "first"
            script = "cat; grep VmHWM /proc/1/status >&2"
            command = f'{feed} | time -f %M -o "{client}" "$@" /bin/sh -c "{script}" 2>"{first}" | cat >/dev/null'
            run(["/bin/bash", "-o", "pipefail", "-c", command, "bash", *self.command(LXC)], **self.popen())
            return int(client.read_text()) / 1024, int(first.read_text().split()[1]) / 1024

    def state(self, uri):
        """Bytes of the files of a sandbox that runs."""
        with streams.start([*self.command(uri, "-n", "state"), "/bin/cat"], **self.popen()) as client:
            client.stdin.write(b"x")
            client.stdout.read(1)
            files = Path("/run/libvirt-sandbox/state").rglob("*")
            size = sum(file.lstat().st_size for file in files if file.is_file())
            streams.finish(client)
        return size

    def rows(self):
        lxc, embed = self.command(LXC), self.command(EMBED)
        popen = self.popen()
        start = lambda: run([*lxc, "/bin/true"], **popen)
        return [
            Bench("lxc-start", "s", self.start_container, self.start_floor_alone, 0.3),
            Bench("lxc-loop", "s", lambda: self.loop(start), self.start_container, 1.15),
            Bench("qemu-start", "s", lambda: self.start("qemu-start", EMBED), self.start_machine, 0.85),
            Bench("qemu-start-cold", "s", self.start_cold, self.start_machine, 1.6),
            Bench("qemu-start-session", "s", lambda: self.start("qemu-start-session", SESSION, self.user),
                  self.start_machine, 1.25),
            Bench("qemu-stop", "s", lambda: self.stop(EMBED), 0.15, 1),
            Bench("qemu-stop-session", "s", lambda: self.stop(SESSION, self.user), 0.15, 1),
            Bench("qemu-stop-system", "s", lambda: self.stop(SYSTEM), 0.15, 1),
            Bench("lxc-stdout", "MB/s", lambda: streams.take(lxc, GIB, **popen), lambda: self.over_pty("out", GIB), 0.5),
            Bench("lxc-stdin", "MB/s", lambda: streams.give(lxc, GIB, **popen), lambda: self.over_pty("in", GIB), 0.5),
            Bench("qemu-stdout", "MB/s", lambda: streams.take(embed, MACHINE_BYTES, **popen),
                  self.from_port, 0.8),
            Bench("qemu-stdin", "MB/s", lambda: streams.give(embed, MACHINE_BYTES, **popen),
                  self.to_port, 0.8),
            *self.over_9p("qemu-read-file", self.read_file()),
            *self.over_9p("qemu-find", self.find()),
            Bench("lxc-round-trip", "s", lambda: streams.round_trip(lxc, ROUND_TRIPS, **popen),
                  lambda: run([self.pty, "echo", str(ROUND_TRIPS)]).seconds / ROUND_TRIPS, 3),
            Bench("lxc-state", "B", lambda: self.state(LXC), 64 << 10, 1),
            Bench("qemu-state", "B", lambda: self.state(EMBED), 6 * MIB, 1),
            Bench("lxc-100", "s", lambda: self.crowd(start), lambda: self.crowd(self.start_floor), 1.3),
            Bench("lxc-100-each", "s", lambda: self.crowd(start) / CROWD, lambda: self.crowd(start, AT_ONCE) / AT_ONCE, 1.1),
            Bench("client-cpu-per-gib", "s", self.client_cpu, self.cat_cpu, 2),
            Bench("client-peak-memory", "MiB", lambda: self.peak_memory(*lxc, "/bin/true"), 16, 1),
            Bench("client-peak-memory-8-gib", "MiB", lambda: self.flood()[0], lambda: self.peak_memory(*lxc, "/bin/true"), 1.2),
            Bench("init-peak-memory-8-gib", "MiB", lambda: self.flood()[1], 8, 1),
            Bench("client-over-libvirt", "MiB", lambda: self.peak_memory(*lxc, "/bin/true"), lambda: self.peak_memory(self.lxc_start), 1.3),
        ]  # fmt: skip
