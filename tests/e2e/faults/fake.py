"""A first process of a container that is not ours."""

import shutil
import struct
import subprocess

from rig import host

# A first process that says what is appended to it: two texts, between which it waits, their lengths, and what it does then. It is
# static, since there is nothing else in the root that libvirt starts it in.
PROGRAM = r"""
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int channel;

static void say(const char *text, size_t length)
{
    for (ssize_t sent; length > 0; text += sent, length -= sent)
        if ((sent = send(channel, text, length, MSG_NOSIGNAL)) <= 0)
            exit(0);
}

int main(void)
{
    struct sockaddr_un address = { AF_UNIX, "/dev/libvirt-sandbox/app.sock" };
    struct { uint32_t before, after, waits, stays, endless, floods_log; } what;
    static char frame[5 + 65536] = "\2\0\0\1", noise[4096];
    FILE *own = fopen("/proc/self/exe", "rb");
    if (fseek(own, -(long) sizeof what, SEEK_END) || fread(&what, sizeof what, 1, own) != 1)
        return 1;
    size_t length = what.before + what.after;
    char *text = malloc(length + 1);
    if (fseek(own, -(long) (sizeof what + length), SEEK_END) || fread(text, 1, length, own) != length)
        return 1;
    while (what.stays && length == 0)
        pause();
    channel = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(channel, (struct sockaddr *) &address, sizeof address))
        return 1;
    say(text, what.before);
    if (what.waits) {
        if (recv(channel, frame + 5, 1, 0) <= 0)
            return 0;
        frame[5] = 0;
        say(text + what.before, what.after);
    }
    memset(noise, 'n', sizeof noise);
    while (what.floods_log)
        if (write(1, noise, sizeof noise) < 0)
            return 0;
    while (what.endless)
        say(frame, sizeof frame);
    while (what.stays)
        pause();
    /* libvirt fails to start what has ended before. */
    shutdown(channel, SHUT_WR);
    while (recv(channel, noise, sizeof noise, 0) > 0)
        ;
    return 0;
}
"""


class FirstProcess:
    """Takes the place of ours, in a directory `scratch`."""

    def __init__(self, scratch):
        self.helpers = scratch / "helpers"
        shutil.copytree(host.build_variable("LIBVIRT_SANDBOX_LIBEXECDIR"), self.helpers)
        fake = scratch / "fake"
        subprocess.run(["gcc", "-static", "-O", "-x", "c", "-", "-o", fake], input=PROGRAM.encode(), check=True)
        self.program = fake.read_bytes()
        self.environment = {"LIBVIRT_SANDBOX_LIBEXECDIR": self.helpers}

    def says(self, text, stays=False, endless=False, floods_log=False):
        """Has it say `text`, with a look for an answer where that says `wait`; then it stays, sends output without end or
        writes to its log. Where it stays without a word it does not connect."""
        before, waits, after = text.partition(b"wait")
        what = struct.pack("=6I", len(before), len(after), bool(waits), stays, endless, floods_log)
        init = self.helpers / "libvirt-sandbox-init-lxc"
        init.write_bytes(self.program + before + after + what)
        init.chmod(0o755)
