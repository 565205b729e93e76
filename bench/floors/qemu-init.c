/* The least a guest can do: load the modules it was given, change into the host's root, run a program, power off.
 *
 * The kernel line's floor=true runs /bin/true. floor=/PATH runs that shell script of the host, with the virtio-serial port as its input and
 * output, and its root mounted as 9p is by default.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what)
{
    perror(what);
    reboot(RB_POWER_OFF);
    _exit(1);
}

static void load_modules(void)
{
    struct dirent **files;
    int count = scandir("/modules", &files, NULL, alphasort);

    for (int n = 0; n < count; n++) {
        char path[512];
        int file;

        if (files[n]->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "/modules/%s", files[n]->d_name);
        file = open(path, O_RDONLY);
        if (file < 0 || syscall(SYS_finit_module, file, "", 0) < 0)
            fail(path);
        close(file);
    }
}

static void change_into_root(const char *options)
{
    if (mount("host", "/root", "9p", MS_RDONLY, options) < 0)
        fail("/root");
    if (chroot("/root") < 0 || chdir("/") < 0)
        fail("chroot");
}

static void run_script(const char *path)
{
    int port;

    if (mount("dev", "/dev", "devtmpfs", 0, NULL) < 0)
        fail("/dev");
    port = open("/dev/vport0p1", O_RDWR);
    if (port < 0)
        fail("/dev/vport0p1");
    change_into_root("trans=virtio");
    if (vfork() == 0) {
        dup2(port, STDIN_FILENO);
        dup2(port, STDOUT_FILENO);
        execl("/bin/sh", "sh", path, (char *)NULL);
        _exit(127);
    }
    wait(NULL);
}

static void run_true(void)
{
    change_into_root("trans=virtio,version=9p2000.L,msize=512000");
    if (vfork() == 0) {
        execl("/bin/true", "true", (char *)NULL);
        _exit(127);
    }
    wait(NULL);
}

int main(void)
{
    const char *floor = getenv("floor");

    load_modules();
    if (floor && floor[0] == '/')
        run_script(floor);
    else
        run_true();
    reboot(RB_POWER_OFF);
    return 1;
}
