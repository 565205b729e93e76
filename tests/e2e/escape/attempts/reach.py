"""Attempts to talk with what the host runs."""

import ctypes
import os
import socket

from attempt import Refused, any_of, attempt, check, libc, read, refuse_none, write

LOCAL_CID = 1


def connect(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(3)
        client.connect(address)
        return address


@attempt
def abstract_socket(facts):
    return connect(socket.AF_UNIX, "\0" + facts["abstract"])


@attempt
def socket_in_the_host_s_files(facts):
    return any_of([lambda p=p: connect(socket.AF_UNIX, p) for p in facts["sockets"]])


@attempt
def pipe_in_the_host_s_files(facts):
    return any_of([lambda p=p: write(p, b"from the sandbox") for p in facts["pipes"]])


@attempt
def port_of_the_host(facts):
    return any_of([lambda a=a: connect(socket.AF_INET, (a, facts["port"])) for a in facts["addresses"]])


@attempt
def interfaces(facts):
    return refuse_none([name for _, name in socket.if_nameindex() if name not in ("lo", "sit0", "tunl0", "ip6tnl0")])


@attempt
def packets(facts):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as raw:
        raw.bind(("eth0", 0))


@attempt
def virtual_sockets(facts):
    """Those of machines know no network namespaces."""
    if facts["vsock"]:
        return connect(socket.AF_VSOCK, (LOCAL_CID, facts["vsock"]))
    with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM):
        return "a socket"


@attempt
def memory_of_system_v(facts):
    key = facts["key"]
    return any_of([lambda f=f: check(f(key)) for f in (shared_memory, semaphores, messages)])


def shared_memory(key):
    return libc.shmget(key, ctypes.c_size_t(1), 0)


def semaphores(key):
    return libc.semget(key, 0, 0)


def messages(key):
    return libc.msgget(key, 0)


@attempt
def memory_of_posix(facts):
    return read(f"/dev/shm/{facts['marker']}").decode()


@attempt
def queue_of_posix(facts):
    check(libc.mq_open(f"/{facts['marker']}".encode(), os.O_RDONLY))


@attempt
def keys_of_the_kernel(facts):
    with open("/proc/keys") as file:
        if not file.read():
            raise Refused
    check(libc.syscall(ctypes.c_long(250), 0, -4, 0))
