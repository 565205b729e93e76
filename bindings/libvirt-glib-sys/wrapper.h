#include <libvirt-glib/libvirt-glib.h>
#include <libvirt-gconfig/libvirt-gconfig.h>
#include <libvirt-gobject/libvirt-gobject.h>
#include <libvirt/virterror.h>
