/* The least a container takes: libvirt creates one that runs /bin/true as its first process, and tells when it has stopped. */
#include <libvirt/libvirt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const DOMAIN_XML =
    "<domain type='lxc'><name>%s</name><memory unit='MiB'>512</memory>"
    "<os><type>exe</type><init>/bin/true</init></os>"
    "<devices><filesystem type='mount'><source dir='/'/><target dir='/'/><readonly/></filesystem>"
    "<console type='pty'/></devices></domain>";

static int stopped;

static int on_lifecycle(virConnectPtr connection, virDomainPtr domain, int event, int detail, void *name)
{
    (void)connection, (void)detail;
    if (event == VIR_DOMAIN_EVENT_STOPPED && strcmp(virDomainGetName(domain), name) == 0)
        stopped = 1;
    return 0;
}

int main(void)
{
    char name[32], xml[1024];
    virConnectPtr connection;
    virDomainPtr domain;

    /* On a busy machine libvirt may miss the end of a process that ends so soon, and never tells. */
    alarm(10);
    snprintf(name, sizeof name, "floor-%d", (int)getpid());
    snprintf(xml, sizeof xml, DOMAIN_XML, name);
    if (virEventRegisterDefaultImpl() < 0 || !(connection = virConnectOpen("lxc:///")))
        return 1;
    if (virConnectDomainEventRegisterAny(connection, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                         VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle), name, NULL) < 0)
        return 1;
    if (!(domain = virDomainCreateXML(connection, xml, VIR_DOMAIN_START_AUTODESTROY)))
        return 1;
    while (!stopped && virEventRunDefaultImpl() >= 0)
        continue;
    virDomainFree(domain);
    virConnectClose(connection);
    return !stopped;
}
