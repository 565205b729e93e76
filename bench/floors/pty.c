/* What a pty can carry: pty out|in|echo BYTES; the time is that of the whole process.
 *
 * out: a child writes to a raw pty, this process reads; in: the other way; echo: one byte at a time goes there and back.
 */
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static char block[1 << 16];

static void take(int from, long long left)
{
    while (left > 0) {
        ssize_t got = read(from, block, sizeof block);
        if (got <= 0)
            _exit(1);
        left -= got;
    }
}

static void give(int to, long long left)
{
    while (left > 0) {
        ssize_t given = write(to, block, left < (long long)sizeof block ? (size_t)left : sizeof block);
        if (given <= 0)
            _exit(1);
        left -= given;
    }
}

static void echo(int file, long long count, int starts)
{
    char byte = 0;

    while (count-- > 0) {
        if (starts && write(file, &byte, 1) != 1)
            _exit(1);
        if (read(file, &byte, 1) != 1)
            _exit(1);
        if (!starts && write(file, &byte, 1) != 1)
            _exit(1);
    }
}

int main(int argc, char **argv)
{
    long long count = argc == 3 ? atoll(argv[2]) : 0;
    struct termios raw;
    int master, slave, status;
    pid_t child;

    if (count <= 0 || openpty(&master, &slave, NULL, NULL, NULL) < 0)
        return 2;
    tcgetattr(slave, &raw);
    cfmakeraw(&raw);
    tcsetattr(slave, TCSANOW, &raw);
    child = fork();
    if (child == 0) {
        if (strcmp(argv[1], "out") == 0)
            give(slave, count);
        else if (strcmp(argv[1], "in") == 0)
            take(slave, count);
        else
            echo(slave, count, 0);
        _exit(0);
    }
    if (strcmp(argv[1], "out") == 0)
        take(master, count);
    else if (strcmp(argv[1], "in") == 0)
        give(master, count);
    else
        echo(master, count, 1);
    return child < 0 || waitpid(child, &status, 0) < 0 || status != 0;
}
