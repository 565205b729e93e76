"""A case of a soak: everything about it comes from its seed and its number, and its outcome is known before it runs."""

import itertools
import json
import signal
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from e2e.soak import features, program
from e2e.soak.features import MIB, Setting

DRIVERS = {"lxc": 12, "embed": 3, "session": 2}
PROGRAM = Path(program.__file__)
SIZES = [0, 1, 100, 4095, 65536, 65537, MIB - 1, MIB + 1, 5 * MIB]
BLOCKS = [1 << 10, 4096, 65536, 1 << 20]
INPUTS = ["null", "closed", "empty", "pipe", "file", "held", "terminal"]
DEADLY = ["SIGTERM", "SIGKILL", "SIGSEGV", "SIGABRT", "SIGPIPE", "SIGUSR1", "SIGHUP", "SIGINT"]
FORWARDED = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"]
# What happens from outside, and how often. Where the program waits for it, it has said so.
FAULTS = {
    None: 10,
    "signal": 3,
    "trapped signal": 2,
    "kill client": 2,
    "kill domain": 2,
    "kill init": 1,
    "stop client": 2,
    "point": 6,
    "reader": 3,
    "timeout": 1,
    "hang up": 1,
}
WAITED_FOR = ["signal", "trapped signal", "kill client", "kill domain", "kill init", "hang up", "timeout"]
READY = "the program waits"


@dataclass
class Case:
    seed: str
    number: int
    driver: str
    random: Random
    fault: str | None = None
    signal: int = 0
    # Where in a run the fault comes, from 0 to 1.
    fraction: float = 0
    input: str = "null"
    data: bytes = b""
    offset: int = 0
    out: bytes = b""
    err: bytes = b""
    status: int = 0
    steps: list = field(default_factory=list)
    options: list = field(default_factory=list)
    names: list = field(default_factory=list)
    checks: list = field(default_factory=list)

    def __str__(self):
        fault = f"fault: {self.fault}" + (f" {signal.Signals(self.signal).name}" if self.signal else "")
        if self.fault in ("point", "reader"):
            fault += f" at {self.fraction:.4f}"
        streams = f"{len(self.data)} bytes of input ({self.input}), {len(self.out)}+{len(self.err)} of output"
        return f"{self.number} {self.driver}; {', '.join(self.names) or 'no options'}; {streams}; {fault}; exit status {self.status}"

    @property
    def command(self):
        return ["/usr/bin/python3", "-S", "-E", "-B", self.program, json.dumps(self.steps)]

    def prepare(self, account, scratch):
        """Makes the files, and draws the rest."""
        setting = Setting(self.random, self.driver, account, scratch)
        setting.uid, setting.gid = account.uid, account.gid
        self.program = scratch / "program.py"
        self.program.write_bytes(PROGRAM.read_bytes())
        self.checks = features.draw(setting)
        self.options, self.names = setting.options, setting.names
        for step, told in setting.steps:
            self.tell(step, told)
        self.draw_behaviour()

    def tell(self, step, told):
        self.steps.append(step)
        self.out += told.encode() + b"\n"

    def draw_behaviour(self):
        choose = self.random.choice
        if self.random.random() < 0.2:
            self.tell(("child",), "child")
        self.draw_input()
        for _ in range(choose([0, 1, 2, 5])):
            self.write(choose([1, 1, 2]), choose(SIZES))
        if self.fault == "trapped signal":
            self.tell(("trap", self.signal, 42), "trapped")
        if self.fault in WAITED_FOR:
            self.tell(("say", READY), READY)
            self.steps.append(("wait",))
        elif self.fault is None and self.random.random() < 0.2:
            stream = choose([1, 2])
            self.steps.append(("close", stream))
            self.write(3 - stream, choose(SIZES))
        self.draw_end()

    def draw_input(self):
        count = {"held": 0, "terminal": 0}.get(self.input, self.random.choice([0, 1, 70_000, -1, -1]))
        if self.input in ("pipe", "file"):
            self.data = self.random.randbytes(self.random.choice(SIZES))
            self.offset = self.random.choice([0, 0, min(len(self.data), 17)]) if self.input == "file" else 0
        if count:
            rest = self.data[self.offset :]
            self.tell(("read", count), program.digest(rest if count < 0 else rest[:count]))

    def write(self, stream, size):
        is_text = self.input == "terminal"
        size = min(size, 100_000) if is_text else size
        seed = self.random.getrandbits(32)
        self.steps.append(("write", stream, seed, size, self.random.choice(BLOCKS), is_text))
        content = program.data(seed, size, is_text)
        if stream == 1 or is_text:
            self.out += content
        else:
            self.err += content

    def draw_end(self):
        if self.random.random() < 0.25:
            number = signal.Signals[self.random.choice(DEADLY)]
            self.steps.append(("kill", number))
            self.status = 128 + number
        else:
            self.status = self.random.choice([0, 0, 0, 1, 2, 124, 125, 126, 127, 128, 200, 255])
            self.steps.append(("exit", self.status))


def case(seed, number):
    """The case with this number, as far as that can be told without files."""
    random = Random(f"{seed}:{number}")
    [driver] = random.choices(list(DRIVERS), DRIVERS.values())
    [fault] = random.choices(list(FAULTS), FAULTS.values())
    stdin = random.choice(INPUTS)
    if fault == "hang up":
        stdin = "terminal"
    elif fault in ("point", "reader", "stop client") and stdin == "terminal":
        stdin = "pipe"
    if fault == "kill init" and driver != "lxc":
        fault = "kill domain"
    made = Case(seed, number, driver, random, fault, input=stdin, fraction=random.random())
    if fault in ("signal", "trapped signal"):
        made.signal = signal.Signals[random.choice(FORWARDED)]
    elif fault == "point":
        made.signal = signal.Signals[random.choice(["SIGKILL", "SIGKILL", *FORWARDED[:3]])]
    return made


def cases(seed):
    return (case(seed, number) for number in itertools.count())
