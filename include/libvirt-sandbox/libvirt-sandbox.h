/* Generated from src/abi and src/capi by `cargo run -p xtask -- header`: change it there. */
#ifndef __LIBVIRT_SANDBOX_H__
#define __LIBVIRT_SANDBOX_H__


#include <libvirt-gobject/libvirt-gobject.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <locale.h>

#include <libvirt-sandbox/libvirt-sandbox-builder-container.h>
#include <libvirt-sandbox/libvirt-sandbox-builder-initrd.h>
#include <libvirt-sandbox/libvirt-sandbox-builder-machine.h>
#include <libvirt-sandbox/libvirt-sandbox-builder.h>
#include <libvirt-sandbox/libvirt-sandbox-config-disk.h>
#include <libvirt-sandbox/libvirt-sandbox-config-initrd.h>
#include <libvirt-sandbox/libvirt-sandbox-config-interactive.h>
#include <libvirt-sandbox/libvirt-sandbox-config-mount-file.h>
#include <libvirt-sandbox/libvirt-sandbox-config-mount-guest-bind.h>
#include <libvirt-sandbox/libvirt-sandbox-config-mount-host-bind.h>
#include <libvirt-sandbox/libvirt-sandbox-config-mount-host-image.h>
#include <libvirt-sandbox/libvirt-sandbox-config-mount-ram.h>
#include <libvirt-sandbox/libvirt-sandbox-config-mount.h>
#include <libvirt-sandbox/libvirt-sandbox-config-network-address.h>
#include <libvirt-sandbox/libvirt-sandbox-config-network-filterref-parameter.h>
#include <libvirt-sandbox/libvirt-sandbox-config-network-filterref.h>
#include <libvirt-sandbox/libvirt-sandbox-config-network-route.h>
#include <libvirt-sandbox/libvirt-sandbox-config-network.h>
#include <libvirt-sandbox/libvirt-sandbox-config-service-generic.h>
#include <libvirt-sandbox/libvirt-sandbox-config-service-systemd.h>
#include <libvirt-sandbox/libvirt-sandbox-config-service.h>
#include <libvirt-sandbox/libvirt-sandbox-config.h>
#include <libvirt-sandbox/libvirt-sandbox-console-raw.h>
#include <libvirt-sandbox/libvirt-sandbox-console-rpc.h>
#include <libvirt-sandbox/libvirt-sandbox-console.h>
#include <libvirt-sandbox/libvirt-sandbox-context-interactive.h>
#include <libvirt-sandbox/libvirt-sandbox-context-service.h>
#include <libvirt-sandbox/libvirt-sandbox-context.h>
#include <libvirt-sandbox/libvirt-sandbox-enum-types.h>
#include <libvirt-sandbox/libvirt-sandbox-main.h>
#include <libvirt-sandbox/libvirt-sandbox-util.h>

G_BEGIN_DECLS

typedef struct _GVirSandboxBuilder GVirSandboxBuilder;
typedef struct _GVirSandboxBuilderClass GVirSandboxBuilderClass;
typedef struct _GVirSandboxBuilderPrivate GVirSandboxBuilderPrivate;
typedef struct _GVirSandboxBuilderContainer GVirSandboxBuilderContainer;
typedef struct _GVirSandboxBuilderContainerClass GVirSandboxBuilderContainerClass;
typedef struct _GVirSandboxBuilderContainerPrivate GVirSandboxBuilderContainerPrivate;
typedef struct _GVirSandboxBuilderInitrd GVirSandboxBuilderInitrd;
typedef struct _GVirSandboxBuilderInitrdClass GVirSandboxBuilderInitrdClass;
typedef struct _GVirSandboxBuilderInitrdPrivate GVirSandboxBuilderInitrdPrivate;
typedef struct _GVirSandboxBuilderMachine GVirSandboxBuilderMachine;
typedef struct _GVirSandboxBuilderMachineClass GVirSandboxBuilderMachineClass;
typedef struct _GVirSandboxBuilderMachinePrivate GVirSandboxBuilderMachinePrivate;
typedef struct _GVirSandboxConfig GVirSandboxConfig;
typedef struct _GVirSandboxConfigClass GVirSandboxConfigClass;
typedef struct _GVirSandboxConfigPrivate GVirSandboxConfigPrivate;
typedef struct _GVirSandboxConfigDisk GVirSandboxConfigDisk;
typedef struct _GVirSandboxConfigDiskClass GVirSandboxConfigDiskClass;
typedef struct _GVirSandboxConfigDiskPrivate GVirSandboxConfigDiskPrivate;
typedef struct _GVirSandboxConfigInitrd GVirSandboxConfigInitrd;
typedef struct _GVirSandboxConfigInitrdClass GVirSandboxConfigInitrdClass;
typedef struct _GVirSandboxConfigInitrdPrivate GVirSandboxConfigInitrdPrivate;
typedef struct _GVirSandboxConfigInteractive GVirSandboxConfigInteractive;
typedef struct _GVirSandboxConfigInteractiveClass GVirSandboxConfigInteractiveClass;
typedef struct _GVirSandboxConfigInteractivePrivate GVirSandboxConfigInteractivePrivate;
typedef struct _GVirSandboxConfigMount GVirSandboxConfigMount;
typedef struct _GVirSandboxConfigMountClass GVirSandboxConfigMountClass;
typedef struct _GVirSandboxConfigMountPrivate GVirSandboxConfigMountPrivate;
typedef struct _GVirSandboxConfigMountFile GVirSandboxConfigMountFile;
typedef struct _GVirSandboxConfigMountFileClass GVirSandboxConfigMountFileClass;
typedef struct _GVirSandboxConfigMountFilePrivate GVirSandboxConfigMountFilePrivate;
typedef struct _GVirSandboxConfigMountGuestBind GVirSandboxConfigMountGuestBind;
typedef struct _GVirSandboxConfigMountGuestBindClass GVirSandboxConfigMountGuestBindClass;
typedef struct _GVirSandboxConfigMountGuestBindPrivate GVirSandboxConfigMountGuestBindPrivate;
typedef struct _GVirSandboxConfigMountHostBind GVirSandboxConfigMountHostBind;
typedef struct _GVirSandboxConfigMountHostBindClass GVirSandboxConfigMountHostBindClass;
typedef struct _GVirSandboxConfigMountHostBindPrivate GVirSandboxConfigMountHostBindPrivate;
typedef struct _GVirSandboxConfigMountHostImage GVirSandboxConfigMountHostImage;
typedef struct _GVirSandboxConfigMountHostImageClass GVirSandboxConfigMountHostImageClass;
typedef struct _GVirSandboxConfigMountHostImagePrivate GVirSandboxConfigMountHostImagePrivate;
typedef struct _GVirSandboxConfigMountRam GVirSandboxConfigMountRam;
typedef struct _GVirSandboxConfigMountRamClass GVirSandboxConfigMountRamClass;
typedef struct _GVirSandboxConfigMountRamPrivate GVirSandboxConfigMountRamPrivate;
typedef struct _GVirSandboxConfigNetwork GVirSandboxConfigNetwork;
typedef struct _GVirSandboxConfigNetworkClass GVirSandboxConfigNetworkClass;
typedef struct _GVirSandboxConfigNetworkPrivate GVirSandboxConfigNetworkPrivate;
typedef struct _GVirSandboxConfigNetworkAddress GVirSandboxConfigNetworkAddress;
typedef struct _GVirSandboxConfigNetworkAddressClass GVirSandboxConfigNetworkAddressClass;
typedef struct _GVirSandboxConfigNetworkAddressPrivate GVirSandboxConfigNetworkAddressPrivate;
typedef struct _GVirSandboxConfigNetworkFilterref GVirSandboxConfigNetworkFilterref;
typedef struct _GVirSandboxConfigNetworkFilterrefClass GVirSandboxConfigNetworkFilterrefClass;
typedef struct _GVirSandboxConfigNetworkFilterrefPrivate GVirSandboxConfigNetworkFilterrefPrivate;
typedef struct _GVirSandboxConfigNetworkFilterrefParameter GVirSandboxConfigNetworkFilterrefParameter;
typedef struct _GVirSandboxConfigNetworkFilterrefParameterClass GVirSandboxConfigNetworkFilterrefParameterClass;
typedef struct _GVirSandboxConfigNetworkFilterrefParameterPrivate GVirSandboxConfigNetworkFilterrefParameterPrivate;
typedef struct _GVirSandboxConfigNetworkRoute GVirSandboxConfigNetworkRoute;
typedef struct _GVirSandboxConfigNetworkRouteClass GVirSandboxConfigNetworkRouteClass;
typedef struct _GVirSandboxConfigNetworkRoutePrivate GVirSandboxConfigNetworkRoutePrivate;
typedef struct _GVirSandboxConfigService GVirSandboxConfigService;
typedef struct _GVirSandboxConfigServiceClass GVirSandboxConfigServiceClass;
typedef struct _GVirSandboxConfigServicePrivate GVirSandboxConfigServicePrivate;
typedef struct _GVirSandboxConfigServiceGeneric GVirSandboxConfigServiceGeneric;
typedef struct _GVirSandboxConfigServiceGenericClass GVirSandboxConfigServiceGenericClass;
typedef struct _GVirSandboxConfigServiceGenericPrivate GVirSandboxConfigServiceGenericPrivate;
typedef struct _GVirSandboxConfigServiceSystemd GVirSandboxConfigServiceSystemd;
typedef struct _GVirSandboxConfigServiceSystemdClass GVirSandboxConfigServiceSystemdClass;
typedef struct _GVirSandboxConfigServiceSystemdPrivate GVirSandboxConfigServiceSystemdPrivate;
typedef struct _GVirSandboxConsole GVirSandboxConsole;
typedef struct _GVirSandboxConsoleClass GVirSandboxConsoleClass;
typedef struct _GVirSandboxConsolePrivate GVirSandboxConsolePrivate;
typedef struct _GVirSandboxConsoleRaw GVirSandboxConsoleRaw;
typedef struct _GVirSandboxConsoleRawClass GVirSandboxConsoleRawClass;
typedef struct _GVirSandboxConsoleRawPrivate GVirSandboxConsoleRawPrivate;
typedef struct _GVirSandboxConsoleRpc GVirSandboxConsoleRpc;
typedef struct _GVirSandboxConsoleRpcClass GVirSandboxConsoleRpcClass;
typedef struct _GVirSandboxConsoleRpcPrivate GVirSandboxConsoleRpcPrivate;
typedef struct _GVirSandboxContext GVirSandboxContext;
typedef struct _GVirSandboxContextClass GVirSandboxContextClass;
typedef struct _GVirSandboxContextPrivate GVirSandboxContextPrivate;
typedef struct _GVirSandboxContextInteractive GVirSandboxContextInteractive;
typedef struct _GVirSandboxContextInteractiveClass GVirSandboxContextInteractiveClass;
typedef struct _GVirSandboxContextInteractivePrivate GVirSandboxContextInteractivePrivate;
typedef struct _GVirSandboxContextService GVirSandboxContextService;
typedef struct _GVirSandboxContextServiceClass GVirSandboxContextServiceClass;
typedef struct _GVirSandboxContextServicePrivate GVirSandboxContextServicePrivate;


/**
 * LIBVIRT_SANDBOX_CLASS_PADDING:
 *
 * The reserved slots at the end of every class struct.
 */
#ifndef __GI_SCANNER__
#define LIBVIRT_SANDBOX_CLASS_PADDING 20
#endif

/**
 * GVirSandboxBuilder:
 *
 * Turns the configuration of a sandbox into the configuration of a libvirt domain.
 *
 * A context uses the builder that fits its connection; programs need one only to look at the domain, or to change what
 * it is made of in a subclass.
 */
struct _GVirSandboxBuilder {
    GObject parent;
    GVirSandboxBuilderPrivate *priv;
};

/**
 * GVirSandboxConfig:
 *
 * The configuration of a sandbox: its name, what it sees of the host, what it is given, and who the program runs as.
 *
 * It is made by the constructor of a subclass, or from a file by gvir_sandbox_config_load_from_path(). A context takes
 * what it says at the moment of the start; changes after that have no effect on the sandbox.
 */
struct _GVirSandboxConfig {
    GObject parent;
    GVirSandboxConfigPrivate *priv;
};

/**
 * GVirSandboxBuilderContainer:
 *
 * Builds the domain of a container, for connections like `lxc:///`.
 */
struct _GVirSandboxBuilderContainer {
    GVirSandboxBuilder parent;
    GVirSandboxBuilderContainerPrivate *priv;
};

/**
 * GVirSandboxBuilderInitrd:
 *
 * Writes the initial RAM disk of a virtual machine, as #GVirSandboxConfigInitrd describes it.
 */
struct _GVirSandboxBuilderInitrd {
    GObject parent;
    GVirSandboxBuilderInitrdPrivate *priv;
};

/**
 * GVirSandboxConfigInitrd:
 *
 * Describes the initial RAM disk of a virtual machine, which #GVirSandboxBuilderInitrd writes.
 */
struct _GVirSandboxConfigInitrd {
    GObject parent;
    GVirSandboxConfigInitrdPrivate *priv;
};

/**
 * GVirSandboxBuilderMachine:
 *
 * Builds the domain of a virtual machine with its kernel and initial RAM disk, for connections like `qemu:///session`.
 */
struct _GVirSandboxBuilderMachine {
    GVirSandboxBuilder parent;
    GVirSandboxBuilderMachinePrivate *priv;
};

/**
 * GVirSandboxConfigDisk:
 *
 * A disk of the host that the sandbox has as a block device.
 */
struct _GVirSandboxConfigDisk {
    GObject parent;
    GVirSandboxConfigDiskPrivate *priv;
};

/**
 * GVirSandboxConfigInteractive:
 *
 * The configuration of a sandbox that runs a program with its input and output connected, and ends with it. See
 * #GVirSandboxContextInteractive.
 */
struct _GVirSandboxConfigInteractive {
    GVirSandboxConfig parent;
    GVirSandboxConfigInteractivePrivate *priv;
};

/**
 * GVirSandboxConfigMount:
 *
 * Something that is mounted at a directory of the sandbox, and the files that are copied into it before the start.
 */
struct _GVirSandboxConfigMount {
    GObject parent;
    GVirSandboxConfigMountPrivate *priv;
};

/**
 * GVirSandboxConfigMountFile:
 *
 * Something that is mounted from a path: of the host or of the sandbox, as the subclass has it.
 */
struct _GVirSandboxConfigMountFile {
    GVirSandboxConfigMount parent;
    GVirSandboxConfigMountFilePrivate *priv;
};

/**
 * GVirSandboxConfigMountGuestBind:
 *
 * A directory of the sandbox, mounted at another place of it.
 */
struct _GVirSandboxConfigMountGuestBind {
    GVirSandboxConfigMountFile parent;
    GVirSandboxConfigMountGuestBindPrivate *priv;
};

/**
 * GVirSandboxConfigMountHostBind:
 *
 * A file or a directory of the host, mounted in the sandbox. What the sandbox writes there is on the host.
 */
struct _GVirSandboxConfigMountHostBind {
    GVirSandboxConfigMountFile parent;
    GVirSandboxConfigMountHostBindPrivate *priv;
};

/**
 * GVirSandboxConfigMountHostImage:
 *
 * The file system of a disk image of the host, mounted in the sandbox.
 */
struct _GVirSandboxConfigMountHostImage {
    GVirSandboxConfigMountFile parent;
    GVirSandboxConfigMountHostImagePrivate *priv;
};

/**
 * GVirSandboxConfigMountRam:
 *
 * A file system in memory, mounted in the sandbox. It is empty at the start and gone at the end.
 */
struct _GVirSandboxConfigMountRam {
    GVirSandboxConfigMount parent;
    GVirSandboxConfigMountRamPrivate *priv;
};

/**
 * GVirSandboxConfigNetwork:
 *
 * A network interface of a sandbox: the libvirt network that it is connected with, and how it gets its addresses.
 */
struct _GVirSandboxConfigNetwork {
    GObject parent;
    GVirSandboxConfigNetworkPrivate *priv;
};

/**
 * GVirSandboxConfigNetworkAddress:
 *
 * An IP address of a network interface.
 */
struct _GVirSandboxConfigNetworkAddress {
    GObject parent;
    GVirSandboxConfigNetworkAddressPrivate *priv;
};

/**
 * GVirSandboxConfigNetworkRoute:
 *
 * A route to a network behind a gateway.
 */
struct _GVirSandboxConfigNetworkRoute {
    GObject parent;
    GVirSandboxConfigNetworkRoutePrivate *priv;
};

/**
 * GVirSandboxConfigNetworkFilterref:
 *
 * A reference to one of libvirt's network filters (`virsh nwfilter-list`), which decides what packets may pass an
 * interface.
 */
struct _GVirSandboxConfigNetworkFilterref {
    GObject parent;
    GVirSandboxConfigNetworkFilterrefPrivate *priv;
};

/**
 * GVirSandboxConfigNetworkFilterrefParameter:
 *
 * A parameter of a network filter.
 */
struct _GVirSandboxConfigNetworkFilterrefParameter {
    GObject parent;
    GVirSandboxConfigNetworkFilterrefParameterPrivate *priv;
};

/**
 * GVirSandboxConfigService:
 *
 * The configuration of a sandbox that runs a service: a domain that libvirt keeps, and starts when it is asked to.
 */
struct _GVirSandboxConfigService {
    GVirSandboxConfig parent;
    GVirSandboxConfigServicePrivate *priv;
};

/**
 * GVirSandboxConfigServiceGeneric:
 *
 * The configuration of a sandbox that runs any program as a service.
 */
struct _GVirSandboxConfigServiceGeneric {
    GVirSandboxConfigService parent;
    GVirSandboxConfigServiceGenericPrivate *priv;
};

/**
 * GVirSandboxConfigServiceSystemd:
 *
 * The configuration of a sandbox that runs systemd up to a target.
 */
struct _GVirSandboxConfigServiceSystemd {
    GVirSandboxConfigService parent;
    GVirSandboxConfigServiceSystemdPrivate *priv;
};

/**
 * GVirSandboxConsole:
 *
 * A console of a running sandbox, which a program's input and output can be connected with.
 *
 * A context gives its consoles, see gvir_sandbox_context_interactive_get_app_console(),
 * gvir_sandbox_context_get_log_console() and gvir_sandbox_context_get_shell_console(). A console works in the main
 * loop of the thread that attached it, and #GVirSandboxConsole::closed is emitted there.
 */
struct _GVirSandboxConsole {
    GObject parent;
    GVirSandboxConsolePrivate *priv;
};

/**
 * GVirSandboxConsoleRaw:
 *
 * A console that passes bytes on as they are: the log and the shell of a sandbox.
 */
struct _GVirSandboxConsoleRaw {
    GVirSandboxConsole parent;
    GVirSandboxConsoleRawPrivate *priv;
};

/**
 * GVirSandboxConsoleRpc:
 *
 * The console of a program. The sandbox also reports on it how the program ended, see #GVirSandboxConsoleRpc::exited.
 *
 * It belongs to the process that started the sandbox.
 */
struct _GVirSandboxConsoleRpc {
    GVirSandboxConsole parent;
    GVirSandboxConsoleRpcPrivate *priv;
};

/**
 * GVirSandboxContext:
 *
 * A sandbox that is started, used and stopped. The subclass says what runs in it.
 */
struct _GVirSandboxContext {
    GObject parent;
    GVirSandboxContextPrivate *priv;
};

/**
 * GVirSandboxContextInteractive:
 *
 * A sandbox that runs a program with its input and output connected, and ends with the program or with the process
 * that started it.
 */
struct _GVirSandboxContextInteractive {
    GVirSandboxContext parent;
    GVirSandboxContextInteractivePrivate *priv;
};

/**
 * GVirSandboxContextService:
 *
 * A sandbox that libvirt keeps: it is defined once, and started whenever it is needed.
 *
 * Nobody has to wait for a service. It runs until its program ends or gvir_sandbox_context_stop() ends it, also when
 * the context, the connection and the process that started it are gone, and what it writes goes to its log console.
 * Another process finds it with gvir_sandbox_context_attach().
 *
 * gvir_sandbox_context_stop() ends a service at once. Only one that boots systemd in a container is asked to shut down,
 * and gets ten seconds for it.
 *
 * What a definition needs is in a directory named like the service, below `/etc/libvirt-sandbox/services` for root and
 * below `libvirt-sandbox/services` in the user's configuration directory for others. Its configuration is in the file
 * `config/sandbox.cfg` there.
 */
struct _GVirSandboxContextService {
    GVirSandboxContext parent;
    GVirSandboxContextServicePrivate *priv;
};

/**
 * GVirSandboxBuilderClass:
 *
 * Class of #GVirSandboxBuilder.
 */
struct _GVirSandboxBuilderClass {
    GObjectClass parent_class;
    gboolean (*construct_basic)(GVirSandboxBuilder *builder,
                                GVirSandboxConfig *config,
                                const gchar *statedir,
                                GVirConfigDomain *domain,
                                GError **error);
    gboolean (*construct_os)(GVirSandboxBuilder *builder,
                             GVirSandboxConfig *config,
                             const gchar *statedir,
                             GVirConfigDomain *domain,
                             GError **error);
    gboolean (*construct_features)(GVirSandboxBuilder *builder,
                                   GVirSandboxConfig *config,
                                   const gchar *statedir,
                                   GVirConfigDomain *domain,
                                   GError **error);
    gboolean (*construct_devices)(GVirSandboxBuilder *builder,
                                  GVirSandboxConfig *config,
                                  const gchar *statedir,
                                  GVirConfigDomain *domain,
                                  GError **error);
    gboolean (*construct_security)(GVirSandboxBuilder *builder,
                                   GVirSandboxConfig *config,
                                   const gchar *statedir,
                                   GVirConfigDomain *domain,
                                   GError **error);
    gboolean (*construct_domain)(GVirSandboxBuilder *builder,
                                 GVirSandboxConfig *config,
                                 const gchar *statedir,
                                 GVirConfigDomain *domain,
                                 GError **error);
    gboolean (*clean_post_start)(GVirSandboxBuilder *builder,
                                 GVirSandboxConfig *config,
                                 const gchar *statedir,
                                 GError **error);
    gboolean (*clean_post_stop)(GVirSandboxBuilder *builder,
                                GVirSandboxConfig *config,
                                const gchar *statedir,
                                GError **error);
    const gchar *(*get_disk_prefix)(GVirSandboxBuilder *builder,
                                    GVirSandboxConfig *config,
                                    GVirSandboxConfigDisk *disk);
    GList *(*get_files_to_copy)(GVirSandboxBuilder *builder, GVirSandboxConfig *config);
    gpointer padding[20];
};

/**
 * GVirSandboxBuilderContainerClass:
 *
 * Class of #GVirSandboxBuilderContainer.
 */
struct _GVirSandboxBuilderContainerClass {
    GVirSandboxBuilderClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxBuilderInitrdClass:
 *
 * Class of #GVirSandboxBuilderInitrd.
 */
struct _GVirSandboxBuilderInitrdClass {
    GObjectClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxBuilderMachineClass:
 *
 * Class of #GVirSandboxBuilderMachine.
 */
struct _GVirSandboxBuilderMachineClass {
    GVirSandboxBuilderClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxConfigClass:
 *
 * Class of #GVirSandboxConfig.
 */
struct _GVirSandboxConfigClass {
    GObjectClass parent_class;
    gboolean (*load_config)(GVirSandboxConfig *config, GKeyFile *file, GError **error);
    void (*save_config)(GVirSandboxConfig *config, GKeyFile *file);
    gchar **(*get_command)(GVirSandboxConfig *config);
    gpointer padding[20];
};

/**
 * GVirSandboxConfigDiskClass:
 *
 * Class of #GVirSandboxConfigDisk.
 */
struct _GVirSandboxConfigDiskClass {
    GObjectClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxConfigInitrdClass:
 *
 * Class of #GVirSandboxConfigInitrd.
 */
struct _GVirSandboxConfigInitrdClass {
    GObjectClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxConfigInteractiveClass:
 *
 * Class of #GVirSandboxConfigInteractive.
 */
struct _GVirSandboxConfigInteractiveClass {
    GVirSandboxConfigClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxConfigMountClass:
 *
 * Class of #GVirSandboxConfigMount.
 */
struct _GVirSandboxConfigMountClass {
    GObjectClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxConfigMountFileClass:
 *
 * Class of #GVirSandboxConfigMountFile.
 */
struct _GVirSandboxConfigMountFileClass {
    GVirSandboxConfigMountClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxConfigMountGuestBindClass:
 *
 * Class of #GVirSandboxConfigMountGuestBind.
 */
struct _GVirSandboxConfigMountGuestBindClass {
    GVirSandboxConfigMountFileClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxConfigMountHostBindClass:
 *
 * Class of #GVirSandboxConfigMountHostBind.
 */
struct _GVirSandboxConfigMountHostBindClass {
    GVirSandboxConfigMountFileClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxConfigMountHostImageClass:
 *
 * Class of #GVirSandboxConfigMountHostImage.
 */
struct _GVirSandboxConfigMountHostImageClass {
    GVirSandboxConfigMountFileClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxConfigMountRamClass:
 *
 * Class of #GVirSandboxConfigMountRam.
 */
struct _GVirSandboxConfigMountRamClass {
    GVirSandboxConfigMountClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxConfigNetworkClass:
 *
 * Class of #GVirSandboxConfigNetwork.
 */
struct _GVirSandboxConfigNetworkClass {
    GObjectClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxConfigNetworkAddressClass:
 *
 * Class of #GVirSandboxConfigNetworkAddress.
 */
struct _GVirSandboxConfigNetworkAddressClass {
    GObjectClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxConfigNetworkFilterrefClass:
 *
 * Class of #GVirSandboxConfigNetworkFilterref.
 */
struct _GVirSandboxConfigNetworkFilterrefClass {
    GObjectClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxConfigNetworkFilterrefParameterClass:
 *
 * Class of #GVirSandboxConfigNetworkFilterrefParameter.
 */
struct _GVirSandboxConfigNetworkFilterrefParameterClass {
    GObjectClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxConfigNetworkRouteClass:
 *
 * Class of #GVirSandboxConfigNetworkRoute.
 */
struct _GVirSandboxConfigNetworkRouteClass {
    GObjectClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxConfigServiceClass:
 *
 * Class of #GVirSandboxConfigService.
 */
struct _GVirSandboxConfigServiceClass {
    GVirSandboxConfigClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxConfigServiceGenericClass:
 *
 * Class of #GVirSandboxConfigServiceGeneric.
 */
struct _GVirSandboxConfigServiceGenericClass {
    GVirSandboxConfigServiceClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxConfigServiceSystemdClass:
 *
 * Class of #GVirSandboxConfigServiceSystemd.
 */
struct _GVirSandboxConfigServiceSystemdClass {
    GVirSandboxConfigServiceClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxConsoleClass:
 *
 * Class of #GVirSandboxConsole.
 */
struct _GVirSandboxConsoleClass {
    GObjectClass parent_class;
    void (*closed)(GVirSandboxConsole *console, gboolean err);
    gboolean (*attach)(GVirSandboxConsole *console,
                       GUnixInputStream *localStdin,
                       GUnixOutputStream *localStdout,
                       GUnixOutputStream *localStderr,
                       GError **error);
    gboolean (*detach)(GVirSandboxConsole *console, GError **error);
    gpointer padding[20];
};

/**
 * GVirSandboxConsoleRawClass:
 *
 * Class of #GVirSandboxConsoleRaw. Its own slot `closed` is never called: the signal calls that of the parent class.
 */
struct _GVirSandboxConsoleRawClass {
    GVirSandboxConsoleClass parent_class;
    void (*closed)(GVirSandboxConsoleRaw *console, gboolean err);
    gpointer padding[20];
};

/**
 * GVirSandboxConsoleRpcClass:
 *
 * Class of #GVirSandboxConsoleRpc. Its own slot `closed` is never called: the signal calls that of the parent class.
 */
struct _GVirSandboxConsoleRpcClass {
    GVirSandboxConsoleClass parent_class;
    void (*exited)(GVirSandboxConsoleRpc *console, gint status);
    void (*closed)(GVirSandboxConsoleRpc *console, gboolean err);
    gpointer padding[20];
};

/**
 * GVirSandboxContextClass:
 *
 * Class of #GVirSandboxContext.
 */
struct _GVirSandboxContextClass {
    GObjectClass parent_class;
    gboolean (*start)(GVirSandboxContext *ctxt, GError **error);
    gboolean (*stop)(GVirSandboxContext *ctxt, GError **error);
    gboolean (*attach)(GVirSandboxContext *ctxt, GError **error);
    gboolean (*detach)(GVirSandboxContext *ctxt, GError **error);
    gpointer padding[20];
};

/**
 * GVirSandboxContextInteractiveClass:
 *
 * Class of #GVirSandboxContextInteractive.
 */
struct _GVirSandboxContextInteractiveClass {
    GVirSandboxContextClass parent_class;
    gpointer padding[20];
};

/**
 * GVirSandboxContextServiceClass:
 *
 * Class of #GVirSandboxContextService.
 */
struct _GVirSandboxContextServiceClass {
    GVirSandboxContextClass parent_class;
    gboolean (*define)(GVirSandboxContextService *ctxt, GError **error);
    gboolean (*undefine)(GVirSandboxContextService *ctxt, GError **error);
    gpointer padding[20];
};

GType gvir_sandbox_builder_get_type(void);

/**
 * gvir_sandbox_builder_for_connection:
 * @connection: (transfer none): the connection that the sandbox is to run on, which is open
 * @error: where an error is left
 *
 * Creates the builder that fits the hypervisor of the connection: #GVirSandboxBuilderContainer for `lxc` and
 * #GVirSandboxBuilderMachine for `qemu`. The builder holds a reference of the connection.
 *
 * Fails with `gvir-sandbox-builder`, code 0, when the connection is not open or when no sandbox can run on it.
 *
 * Returns: (transfer full): a new builder, or %NULL with @error set; release it with g_object_unref()
 *
 * Since: 0.9.0
 */
GVirSandboxBuilder *gvir_sandbox_builder_for_connection(GVirConnection *connection,
                                                        GError **error);

/**
 * gvir_sandbox_builder_get_connection:
 * @builder: (transfer none): the builder
 *
 * Gets the connection that the domain is built for.
 *
 * Returns: (transfer full): the connection; release it with g_object_unref()
 */
GVirConnection *gvir_sandbox_builder_get_connection(GVirSandboxBuilder *builder);

/**
 * gvir_sandbox_builder_construct:
 * @builder: (transfer none): the builder
 * @config: (transfer none): the configuration of the sandbox
 * @statedir: the path of the directory that the sandbox's files go into, which exists
 * @error: where an error is left
 *
 * Builds the configuration of the domain, and writes the files that it refers to into the state directory.
 *
 * Fails with `gvir-sandbox-builder`, code 0, when the configuration asks for what this hypervisor cannot give, and
 * when a file cannot be written; with `gvir-sandbox-builder-machine` when there is no kernel or no module to boot a
 * machine with, and with `gvir-sandbox-builder-initrd` when its initial RAM disk cannot be made. What was written
 * until then stays, for gvir_sandbox_builder_clean_post_stop().
 *
 * Returns: (transfer full): the configuration of the domain, or %NULL with @error set; release it with
 *   g_object_unref()
 */
GVirConfigDomain *gvir_sandbox_builder_construct(GVirSandboxBuilder *builder,
                                                 GVirSandboxConfig *config,
                                                 const gchar *statedir,
                                                 GError **error);

/**
 * gvir_sandbox_builder_clean_post_start:
 * @builder: (transfer none): the builder
 * @config: (transfer none): the configuration of the sandbox
 * @statedir: the path of the directory that the sandbox's files are in
 * @error: where an error is left
 *
 * Removes what is not needed any more once the sandbox runs.
 *
 * Fails with `gvir-sandbox-builder`, code 0, when a file cannot be removed.
 *
 * Returns: true on success, false with @error set
 *
 * Since: 0.9.0
 */
gboolean gvir_sandbox_builder_clean_post_start(GVirSandboxBuilder *builder,
                                               GVirSandboxConfig *config,
                                               const gchar *statedir,
                                               GError **error);

/**
 * gvir_sandbox_builder_clean_post_stop:
 * @builder: (transfer none): the builder
 * @config: (transfer none): the configuration of the sandbox
 * @statedir: the path of the directory that the sandbox's files are in
 * @error: where an error is left
 *
 * Removes what is left of a sandbox that was stopped. What is gone already is no error.
 *
 * Fails with `gvir-sandbox-builder`, code 0, when a file cannot be removed.
 *
 * Returns: true on success, false with @error set
 *
 * Since: 0.9.0
 */
gboolean gvir_sandbox_builder_clean_post_stop(GVirSandboxBuilder *builder,
                                              GVirSandboxConfig *config,
                                              const gchar *statedir,
                                              GError **error);

GType gvir_sandbox_builder_container_get_type(void);

/**
 * gvir_sandbox_builder_container_new:
 * @connection: (transfer none): the connection that the sandbox is to run on
 *
 * Creates a builder of a container. It holds a reference of the connection.
 *
 * Returns: (transfer full): a new builder; release it with g_object_unref()
 */
GVirSandboxBuilderContainer *gvir_sandbox_builder_container_new(GVirConnection *connection);

GType gvir_sandbox_builder_initrd_get_type(void);

/**
 * gvir_sandbox_builder_initrd_new:
 *
 * Creates a builder of initial RAM disks.
 *
 * Returns: (transfer full): a new builder; release it with g_object_unref()
 */
GVirSandboxBuilderInitrd *gvir_sandbox_builder_initrd_new(void);

/**
 * gvir_sandbox_builder_initrd_construct:
 * @builder: (transfer none): the builder
 * @config: (transfer none): what goes into the initial RAM disk
 * @outputfile: the path of the file that is written; one that exists is replaced when the new one is complete
 * @error: where an error is left
 *
 * Writes an initial RAM disk for a kernel: a cpio archive with the init as `/init`, the modules and those that they
 * depend on as uncompressed files in `/modules`, and the names of these files in the order to load them, one a line,
 * in `/modules.load`. Modules that are built into the kernel are left out.
 *
 * What @config leaves open is the version of the running kernel, its modules in `/lib/modules`, and the init that
 * comes with the library. That one also needs a plan, which a second archive after this one can bring.
 *
 * Fails with `gvir-sandbox-builder-initrd`, code 0, when the init or a module cannot be found or read, or the file
 * cannot be written.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_builder_initrd_construct(GVirSandboxBuilderInitrd *builder,
                                               GVirSandboxConfigInitrd *config,
                                               gchar *outputfile,
                                               GError **error);

GType gvir_sandbox_builder_machine_get_type(void);

/**
 * gvir_sandbox_builder_machine_new:
 * @connection: (transfer none): the connection that the sandbox is to run on
 *
 * Creates a builder of a virtual machine. It holds a reference of the connection.
 *
 * Returns: (transfer full): a new builder; release it with g_object_unref()
 */
GVirSandboxBuilderMachine *gvir_sandbox_builder_machine_new(GVirConnection *connection);

GType gvir_sandbox_config_get_type(void);

/**
 * gvir_sandbox_config_get_command:
 * @config: (transfer none): the configuration
 *
 * Gets the program to run in the sandbox and its arguments, as the class has them.
 *
 * Returns: (transfer full) (array zero-terminated=1): the program and its arguments, a new array that ends with
 *   %NULL; free it with g_strfreev()
 */
gchar **gvir_sandbox_config_get_command(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_get_name:
 * @config: (transfer none): the configuration
 *
 * Gets the name of the sandbox, which is also the name of its libvirt domain. It is given at the creation and stays.
 *
 * Returns: the name
 */
const gchar *gvir_sandbox_config_get_name(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_get_uuid:
 * @config: (transfer none): the configuration
 *
 * Gets the UUID of the libvirt domain of the sandbox.
 *
 * Returns: (transfer none) (nullable): the UUID, or %NULL when libvirt chooses it
 */
const gchar *gvir_sandbox_config_get_uuid(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_uuid:
 * @config: (transfer none): the configuration
 * @uuid: (transfer none) (nullable): the UUID, or %NULL to let libvirt choose it
 *
 * Sets the UUID of the libvirt domain of the sandbox.
 */
void gvir_sandbox_config_set_uuid(GVirSandboxConfig *config, const gchar *uuid);

/**
 * gvir_sandbox_config_get_root:
 * @config: (transfer none): the configuration
 *
 * Gets the host directory that the sandbox has as its root directory, read-only.
 *
 * Returns: (transfer none): the path of the directory on the host
 */
const gchar *gvir_sandbox_config_get_root(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_root:
 * @config: (transfer none): the configuration
 * @hostdir: (transfer none): the path of the directory on the host
 *
 * Sets the host directory that the sandbox has as its root directory, read-only. The default is `/`.
 */
void gvir_sandbox_config_set_root(GVirSandboxConfig *config,
                                  const gchar *hostdir);

/**
 * gvir_sandbox_config_get_arch:
 * @config: (transfer none): the configuration
 *
 * Gets the architecture of the sandbox.
 *
 * Returns: (transfer none): the architecture, as `uname -m` prints it
 *
 * Since: 0.9.0
 */
const gchar *gvir_sandbox_config_get_arch(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_arch:
 * @config: (transfer none): the configuration
 * @arch: (transfer none): the architecture, as `uname -m` prints it
 *
 * Sets the architecture of the sandbox. The default is that of the host.
 */
void gvir_sandbox_config_set_arch(GVirSandboxConfig *config, const gchar *arch);

/**
 * gvir_sandbox_config_get_shell:
 * @config: (transfer none): the configuration
 *
 * Gets whether the sandbox has a console with a shell, for debugging.
 *
 * Returns: true if the sandbox has a shell console
 */
gboolean gvir_sandbox_config_get_shell(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_shell:
 * @config: (transfer none): the configuration
 * @shell: true if the sandbox gets a shell console
 *
 * Sets whether the sandbox has a console with a shell, for debugging. See gvir_sandbox_context_get_shell_console().
 */
void gvir_sandbox_config_set_shell(GVirSandboxConfig *config,
                                   gboolean shell);

/**
 * gvir_sandbox_config_get_debug:
 * @config: (transfer none): the configuration
 *
 * Gets whether the sandbox reports all that it does on its log console.
 *
 * Returns: true if debugging output is wanted
 */
gboolean gvir_sandbox_config_get_debug(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_debug:
 * @config: (transfer none): the configuration
 * @debug: true if debugging output is wanted
 *
 * Sets whether the sandbox reports all that it does on its log console, the kernel of a virtual machine included.
 */
void gvir_sandbox_config_set_debug(GVirSandboxConfig *config,
                                   gboolean debug);

/**
 * gvir_sandbox_config_get_verbose:
 * @config: (transfer none): the configuration
 *
 * Gets whether the sandbox reports its progress on its log console.
 *
 * Returns: true if progress reports are wanted
 */
gboolean gvir_sandbox_config_get_verbose(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_verbose:
 * @config: (transfer none): the configuration
 * @verbose: true if progress reports are wanted
 *
 * Sets whether the sandbox reports its progress on its log console.
 */
void gvir_sandbox_config_set_verbose(GVirSandboxConfig *config, gboolean verbose);

/**
 * gvir_sandbox_config_get_workdir:
 * @config: (transfer none): the configuration
 *
 * Gets the directory that the program is started in.
 *
 * Returns: (transfer none) (nullable): the path of the directory in the sandbox, or %NULL for the default
 *
 * Since: 0.9.0
 */
const gchar *gvir_sandbox_config_get_workdir(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_workdir:
 * @config: (transfer none): the configuration
 * @workdir: (transfer none) (nullable): the path of the directory in the sandbox, or %NULL for the default
 *
 * Sets the directory that the program is started in, an absolute path. If it can't be entered, the program is not run, and the console closes
 * with an error. The default is the home directory, or `/` where the sandbox has no such directory.
 *
 * Since: 0.9.0
 */
void gvir_sandbox_config_set_workdir(GVirSandboxConfig *config,
                                     const gchar *workdir);

/**
 * gvir_sandbox_config_get_hostname:
 * @config: (transfer none): the configuration
 *
 * Gets the host name of the sandbox.
 *
 * Returns: (transfer none) (nullable): the host name, or %NULL for the default
 *
 * Since: 0.9.0
 */
const gchar *gvir_sandbox_config_get_hostname(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_hostname:
 * @config: (transfer none): the configuration
 * @hostname: (transfer none) (nullable): the host name, or %NULL for the default
 *
 * Sets the host name of the sandbox: at most 64 letters, digits, `-` and `.`, as name servers have it. Another one is an error
 * of gvir_sandbox_context_start(). The default is the name of the sandbox.
 *
 * Since: 0.9.0
 */
void gvir_sandbox_config_set_hostname(GVirSandboxConfig *config,
                                      const gchar *hostname);

GType gvir_sandbox_config_disk_get_type(void);

/**
 * gvir_sandbox_config_disk_get_disk_type:
 * @config: (transfer none): the disk
 *
 * Gets what the disk is on the host.
 *
 * Returns: the type of the disk
 *
 * Since: 0.9.0
 */
GVirConfigDomainDiskType gvir_sandbox_config_disk_get_disk_type(GVirSandboxConfigDisk *config);

/**
 * gvir_sandbox_config_disk_get_tag:
 * @config: (transfer none): the disk
 *
 * Gets the name of the disk, under which the sandbox has it in `/dev/disk/by-tag`.
 *
 * Returns: (transfer none): the name
 *
 * Since: 0.9.0
 */
const gchar *gvir_sandbox_config_disk_get_tag(GVirSandboxConfigDisk *config);

/**
 * gvir_sandbox_config_disk_get_source:
 * @config: (transfer none): the disk
 *
 * Gets the path of the disk on the host.
 *
 * Returns: (transfer none): the path
 *
 * Since: 0.9.0
 */
const gchar *gvir_sandbox_config_disk_get_source(GVirSandboxConfigDisk *config);

/**
 * gvir_sandbox_config_disk_get_format:
 * @config: (transfer none): the disk
 *
 * Gets the format of the disk image.
 *
 * Returns: the format
 *
 * Since: 0.9.0
 */
GVirConfigDomainDiskFormat gvir_sandbox_config_disk_get_format(GVirSandboxConfigDisk *config);

/**
 * gvir_sandbox_config_disk_set_backing:
 * @config: (transfer none): the disk
 * @backing: true if the image may refer to others
 *
 * Sets whether the image may refer to other files, devices or servers, as to a backing file. The sandbox reaches them through
 * the image then, with all that QEMU may do. By default such an image is refused.
 *
 * Since: 0.9.0
 */
void gvir_sandbox_config_disk_set_backing(GVirSandboxConfigDisk *config,
                                          gboolean backing);

/**
 * gvir_sandbox_config_disk_get_backing:
 * @config: (transfer none): the disk
 *
 * Gets whether the image may refer to other files, devices or servers.
 *
 * Returns: true if it may
 *
 * Since: 0.9.0
 */
gboolean gvir_sandbox_config_disk_get_backing(GVirSandboxConfigDisk *config);

/**
 * gvir_sandbox_config_add_disk:
 * @config: (transfer none): the configuration
 * @dsk: (transfer none): the disk, of which a reference is taken
 *
 * Gives the sandbox a disk.
 */
void gvir_sandbox_config_add_disk(GVirSandboxConfig *config, GVirSandboxConfigDisk *dsk);

/**
 * gvir_sandbox_config_add_disk_opts:
 * @config: (transfer none): the configuration
 * @disk: (transfer none): the option
 * @error: where an error is left
 *
 * Gives the sandbox the disk that `TYPE:TAG=SOURCE[,format=FORMAT][,backing=allow]` describes. It is `/dev/disk/by-tag/TAG`
 * there. The type is `file` for an image, `block` for a block device of the host; 0.8.0 had no block devices. An image that
 * refers to others is refused without `backing=allow`, see gvir_sandbox_config_disk_set_backing().
 *
 * In the path of the source, `\,` stands for a comma and `\\` for a backslash. A format that is not given is guessed
 * from the path; what cannot be guessed is raw.
 *
 * Fails with `gvir-sandbox-config`, code 0, when the option is wrong; nothing is added then.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_config_add_disk_opts(GVirSandboxConfig *config,
                                           const gchar *disk,
                                           GError **error);

/**
 * gvir_sandbox_config_add_disk_strv:
 * @config: (transfer none): the configuration
 * @disks: (transfer none) (array zero-terminated=1): the options, an array that ends with %NULL
 * @error: where an error is left
 *
 * Gives the sandbox the disks that options describe, see gvir_sandbox_config_add_disk_opts(). It stops at the first
 * option that is wrong; the disks of those before it stay.
 *
 * Fails with `gvir-sandbox-config`, code 0, when an option is wrong.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_config_add_disk_strv(GVirSandboxConfig *config,
                                           gchar **disks,
                                           GError **error);

/**
 * gvir_sandbox_config_get_disks:
 * @config: (transfer none): the configuration
 *
 * Gets the disks, in the order they were added.
 *
 * Returns: (transfer full) (element-type GVirSandboxConfigDisk): a new list of the disks; free it with
 *   g_list_free_full() and g_object_unref()
 *
 * Since: 0.9.0
 */
GList *gvir_sandbox_config_get_disks(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_has_disks:
 * @config: (transfer none): the configuration
 *
 * Gets whether the sandbox has disks.
 *
 * Returns: true if there is at least one disk
 */
gboolean gvir_sandbox_config_has_disks(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_add_env:
 * @config: (transfer none): the configuration
 * @key: (transfer none): the name of the variable
 * @value: (transfer none): the value of the variable
 *
 * Sets an environment variable of the program. It replaces one of the same name.
 *
 * Since: 0.6.1
 */
void gvir_sandbox_config_add_env(GVirSandboxConfig *config, gchar *key, gchar *value);

/**
 * gvir_sandbox_config_add_env_opts:
 * @config: (transfer none): the configuration
 * @env: (transfer none): the option
 * @error: where an error is left
 *
 * Sets the environment variable that `KEY=VALUE` describes.
 *
 * Fails with `gvir-sandbox-config`, code 0, when the option is wrong.
 *
 * Returns: true on success, false with @error set
 *
 * Since: 0.6.1
 */
gboolean gvir_sandbox_config_add_env_opts(GVirSandboxConfig *config,
                                          const gchar *env,
                                          GError **error);

/**
 * gvir_sandbox_config_add_env_strv:
 * @config: (transfer none): the configuration
 * @envs: (transfer none) (array zero-terminated=1): the options, an array that ends with %NULL
 * @error: where an error is left
 *
 * Sets the environment variables that options like `KEY=VALUE` describe. It stops at the first option that is wrong;
 * those before it stay set.
 *
 * Fails with `gvir-sandbox-config`, code 0, when an option is wrong.
 *
 * Returns: true on success, false with @error set
 *
 * Since: 0.6.1
 */
gboolean gvir_sandbox_config_add_env_strv(GVirSandboxConfig *config,
                                          gchar **envs,
                                          GError **error);

/**
 * gvir_sandbox_config_get_envs:
 * @config: (transfer none): the configuration
 *
 * Gets the environment variables of the program, as they are now.
 *
 * Returns: (transfer full) (element-type utf8 utf8): a new table of the values by their names; free it with
 *   g_hash_table_unref()
 *
 * Since: 0.9.0
 */
GHashTable *gvir_sandbox_config_get_envs(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_has_envs:
 * @config: (transfer none): the configuration
 *
 * Gets whether the program gets environment variables.
 *
 * Returns: true if there is at least one
 *
 * Since: 0.9.0
 */
gboolean gvir_sandbox_config_has_envs(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_load_from_path:
 * @path: (type filename) (transfer none): the path of the file
 * @error: where an error is left
 *
 * Creates the configuration that a key file describes. The object has the class that is named in the file: one of this
 * library, or one that the program has registered.
 *
 * Fails with `g-file-error-quark` when the file cannot be read, with `g-key-file-error-quark` when it is no key file
 * or lacks a key that stands for an object, and with `gvir-sandbox-config`, code 0, when the class is unknown or a
 * value is missing or wrong.
 *
 * Returns: (transfer full): a new configuration, or %NULL with @error set; release it with g_object_unref()
 */
GVirSandboxConfig *gvir_sandbox_config_load_from_path(const gchar *path,
                                                      GError **error);

/**
 * gvir_sandbox_config_load_from_data:
 * @data: (transfer none): the text of a key file
 * @error: where an error is left
 *
 * Creates the configuration that the text of a key file describes. The object has the class that is named in the text.
 *
 * Fails as gvir_sandbox_config_load_from_path() does, but for the errors of reading a file.
 *
 * Returns: (transfer full): a new configuration, or %NULL with @error set; release it with g_object_unref()
 */
GVirSandboxConfig *gvir_sandbox_config_load_from_data(const gchar *data,
                                                      GError **error);

/**
 * gvir_sandbox_config_save_to_path:
 * @config: (transfer none): the configuration
 * @path: (type filename) (transfer none): the path of the file
 * @error: where an error is left
 *
 * Writes the configuration to a new file. Only its owner can read the file when there are environment variables in it.
 *
 * Fails with the domain %G_IO_ERROR: with %G_IO_ERROR_EXISTS when the file exists, which is left as it is, and with
 * other codes when it cannot be written.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_config_save_to_path(GVirSandboxConfig *config,
                                          const gchar *path,
                                          GError **error);

/**
 * gvir_sandbox_config_save_to_data:
 * @config: (transfer none): the configuration
 * @error: where an error is left
 *
 * Gets the configuration as the text of a key file.
 *
 * Fails never: nothing can go wrong in memory, and @error is left as it is.
 *
 * Returns: (transfer full): the text; free it with g_free()
 */
gchar *gvir_sandbox_config_save_to_data(GVirSandboxConfig *config, GError **error);

/**
 * gvir_sandbox_config_get_userid:
 * @config: (transfer none): the configuration
 *
 * Gets the user id that the program runs with.
 *
 * Returns: the user id
 */
guint gvir_sandbox_config_get_userid(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_userid:
 * @config: (transfer none): the configuration
 * @uid: the user id
 *
 * Sets the user id that the program runs with. The default is that of the process that created the configuration.
 */
void gvir_sandbox_config_set_userid(GVirSandboxConfig *config,
                                    guint uid);

/**
 * gvir_sandbox_config_get_groupid:
 * @config: (transfer none): the configuration
 *
 * Gets the group id that the program runs with.
 *
 * Returns: the group id
 */
guint gvir_sandbox_config_get_groupid(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_groupid:
 * @config: (transfer none): the configuration
 * @gid: the group id
 *
 * Sets the group id that the program runs with. The default is that of the process that created the configuration.
 */
void gvir_sandbox_config_set_groupid(GVirSandboxConfig *config,
                                     guint gid);

/**
 * gvir_sandbox_config_get_username:
 * @config: (transfer none): the configuration
 *
 * Gets the name of the user that the program runs as.
 *
 * Returns: (transfer none): the user name
 */
const gchar *gvir_sandbox_config_get_username(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_username:
 * @config: (transfer none): the configuration
 * @username: (transfer none): the user name
 *
 * Sets the name of the user that the program runs as. The default is the user that created the configuration.
 */
void gvir_sandbox_config_set_username(GVirSandboxConfig *config,
                                      const gchar *username);

/**
 * gvir_sandbox_config_get_homedir:
 * @config: (transfer none): the configuration
 *
 * Gets the home directory of the user that the program runs as.
 *
 * Returns: (transfer none): the path of the directory in the sandbox
 */
const gchar *gvir_sandbox_config_get_homedir(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_homedir:
 * @config: (transfer none): the configuration
 * @homedir: (transfer none): the path of the directory in the sandbox
 *
 * Sets the home directory of the user that the program runs as. The default is that of the user that created the
 * configuration.
 */
void gvir_sandbox_config_set_homedir(GVirSandboxConfig *config,
                                     const gchar *homedir);

/**
 * gvir_sandbox_config_get_privileged:
 * @config: (transfer none): the configuration
 *
 * Gets whether the program keeps capabilities.
 *
 * Returns: true if the program keeps capabilities
 *
 * Since: 0.9.0
 */
gboolean gvir_sandbox_config_get_privileged(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_privileged:
 * @config: (transfer none): the configuration
 * @privileged: true if the program keeps capabilities
 *
 * Sets whether the program keeps the capabilities that root has in its kind of sandbox: all in a virtual machine, those that
 * do not reach out of it in a container. It does not change as whom the program runs, see gvir_sandbox_config_set_userid().
 * By default a program has no capabilities.
 *
 * Since: 0.9.0
 */
void gvir_sandbox_config_set_privileged(GVirSandboxConfig *config,
                                        gboolean privileged);

/**
 * gvir_sandbox_config_add_host_include_strv:
 * @config: (transfer none): the configuration
 * @includes: (transfer none) (array zero-terminated=1): the options, an array that ends with %NULL
 * @error: where an error is left
 *
 * Copies files of the host into the mounts of the sandbox when it starts. Each option is `GUEST=HOST`, a path in the
 * sandbox and one on the host, or a path that is the same in both. Of the mounts that the path in the sandbox is
 * below, the deepest one takes the copy: add the mounts first. That mount has to be a #GVirSandboxConfigMountHostBind
 * without a source, or a #GVirSandboxConfigMountRam, or the start of the sandbox is refused. Where there is none and the
 * configuration has an overlay, which is to be set before, too, the copy comes into the root directory.
 *
 * It stops at the first option that has no such mount; what those before it describe is copied.
 *
 * Fails with `gvir-sandbox-config`, code 0, when there is no mount for an option.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_config_add_host_include_strv(GVirSandboxConfig *config,
                                                   gchar **includes,
                                                   GError **error);

/**
 * gvir_sandbox_config_add_host_include_file:
 * @config: (transfer none): the configuration
 * @includefile: (type filename) (transfer none): the path of the file with the options
 * @error: where an error is left
 *
 * Copies files of the host into the mounts of the sandbox when it starts. Each line of a file is an option as
 * gvir_sandbox_config_add_host_include_strv() has them.
 *
 * Fails with the domain %G_IO_ERROR when the file cannot be read, and with `gvir-sandbox-config`, code 0, when there
 * is no mount for a line of it.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_config_add_host_include_file(GVirSandboxConfig *config,
                                                   gchar *includefile,
                                                   GError **error);

GType gvir_sandbox_config_initrd_get_type(void);

/**
 * gvir_sandbox_config_initrd_new:
 *
 * Creates the description of an initrd without modules.
 *
 * Returns: (transfer full): a new initrd configuration; release it with g_object_unref()
 */
GVirSandboxConfigInitrd *gvir_sandbox_config_initrd_new(void);

/**
 * gvir_sandbox_config_initrd_set_kver:
 * @config: (transfer none): the initrd configuration
 * @version: (transfer none): the kernel version, as `uname -r` prints it
 *
 * Sets the version of the kernel that the modules belong to. The default is that of the running kernel.
 */
void gvir_sandbox_config_initrd_set_kver(GVirSandboxConfigInitrd *config,
                                         const gchar *version);

/**
 * gvir_sandbox_config_initrd_get_kver:
 * @config: (transfer none): the initrd configuration
 *
 * Gets the version of the kernel that the modules belong to.
 *
 * Returns: (transfer none) (nullable): the kernel version, or %NULL when none is set
 */
const gchar *gvir_sandbox_config_initrd_get_kver(GVirSandboxConfigInitrd *config);

/**
 * gvir_sandbox_config_initrd_set_kmoddir:
 * @config: (transfer none): the initrd configuration
 * @kmoddir: (transfer none): the host path of the directory with the modules of this version of the kernel
 *
 * Sets the directory that the kernel modules are taken from. The default is the one below `/lib/modules`.
 */
void gvir_sandbox_config_initrd_set_kmoddir(GVirSandboxConfigInitrd *config,
                                            const gchar *kmoddir);

/**
 * gvir_sandbox_config_initrd_get_kmoddir:
 * @config: (transfer none): the initrd configuration
 *
 * Gets the directory that the kernel modules are taken from.
 *
 * Returns: (transfer none) (nullable): the host path of the directory, or %NULL when none is set
 */
const gchar *gvir_sandbox_config_initrd_get_kmoddir(GVirSandboxConfigInitrd *config);

/**
 * gvir_sandbox_config_initrd_set_init:
 * @config: (transfer none): the initrd configuration
 * @hostpath: (transfer none): the host path of a program that needs no shared libraries
 *
 * Sets the program that the kernel starts first. The default is the init that comes with the library.
 */
void gvir_sandbox_config_initrd_set_init(GVirSandboxConfigInitrd *config,
                                         const gchar *hostpath);

/**
 * gvir_sandbox_config_initrd_get_init:
 * @config: (transfer none): the initrd configuration
 *
 * Gets the program that the kernel starts first.
 *
 * Returns: (transfer none) (nullable): the host path of the init program, or %NULL when none is set
 */
const gchar *gvir_sandbox_config_initrd_get_init(GVirSandboxConfigInitrd *config);

/**
 * gvir_sandbox_config_initrd_add_module:
 * @config: (transfer none): the initrd configuration
 * @modname: (transfer none): the name of a kernel module
 *
 * Adds a kernel module that the initrd must carry and load.
 */
void gvir_sandbox_config_initrd_add_module(GVirSandboxConfigInitrd *config, const gchar *modname);

/**
 * gvir_sandbox_config_initrd_get_modules:
 * @config: (transfer none): the initrd configuration
 *
 * Gets the names of the kernel modules, in the order they were added.
 *
 * Returns: (transfer container) (element-type utf8): a new list of the names, which stay those of @config; free it
 *   with
 *   g_list_free()
 */
GList *gvir_sandbox_config_initrd_get_modules(GVirSandboxConfigInitrd *config);

GType gvir_sandbox_config_interactive_get_type(void);

/**
 * gvir_sandbox_config_interactive_new:
 * @name: (transfer none): the name of the sandbox, which is also that of its domain and of its state directory
 *
 * Creates the configuration of a sandbox that runs a program with its input and output connected. The program is
 * `/bin/sh` until gvir_sandbox_config_interactive_set_command().
 *
 * Returns: (transfer full): a new configuration; release it with g_object_unref()
 */
GVirSandboxConfigInteractive *gvir_sandbox_config_interactive_new(const gchar *name);

/**
 * gvir_sandbox_config_interactive_set_command:
 * @config: (transfer none): the configuration
 * @argv: (transfer none) (array zero-terminated=1): the program and its arguments, an array that ends with %NULL
 *
 * Sets the program to run in the sandbox and its arguments. They are copied. A program without a slash in its name is
 * looked up in the `PATH` of the sandbox.
 */
void gvir_sandbox_config_interactive_set_command(GVirSandboxConfigInteractive *config,
                                                 gchar **argv);

/**
 * gvir_sandbox_config_interactive_set_tty:
 * @config: (transfer none): the configuration
 * @tty: true if the program gets a terminal
 *
 * Sets whether the program gets a terminal as its input and output, for programs that somebody types to. Without one,
 * which is the default, input, output and error output are three streams that pass every byte as it is.
 */
void gvir_sandbox_config_interactive_set_tty(GVirSandboxConfigInteractive *config,
                                             gboolean tty);

/**
 * gvir_sandbox_config_interactive_get_tty:
 * @config: (transfer none): the configuration
 *
 * Gets whether the program gets a terminal as its input and output.
 *
 * Returns: true if the program gets a terminal
 */
gboolean gvir_sandbox_config_interactive_get_tty(GVirSandboxConfigInteractive *config);

/**
 * gvir_sandbox_config_get_kernrelease:
 * @config: (transfer none): the configuration
 *
 * Gets the version of the kernel that a virtual machine boots.
 *
 * Returns: (transfer none) (nullable): the version of the kernel, or %NULL when it is not set
 *
 * Since: 0.9.0
 */
const gchar *gvir_sandbox_config_get_kernrelease(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_kernrelease:
 * @config: (transfer none): the configuration
 * @kernrelease: (transfer none) (nullable): the version of the kernel, or %NULL for the default
 *
 * Sets the version of the kernel that a virtual machine boots.
 *
 * The default is the newest version that fits the host. Containers use the running kernel and ignore this.
 */
void gvir_sandbox_config_set_kernrelease(GVirSandboxConfig *config,
                                         const gchar *kernrelease);

/**
 * gvir_sandbox_config_get_kernpath:
 * @config: (transfer none): the configuration
 *
 * Gets the host path of the kernel image that a virtual machine boots.
 *
 * Returns: (transfer none) (nullable): the host path of the kernel image, or %NULL when it is not set
 *
 * Since: 0.9.0
 */
const gchar *gvir_sandbox_config_get_kernpath(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_kernpath:
 * @config: (transfer none): the configuration
 * @kernpath: (transfer none) (nullable): the host path of the kernel image, or %NULL for the default
 *
 * Sets the host path of the kernel image that a virtual machine boots.
 *
 * The default is `/boot/vmlinuz-VERSION`. Containers use the running kernel and ignore this.
 */
void gvir_sandbox_config_set_kernpath(GVirSandboxConfig *config,
                                      const gchar *kernpath);

/**
 * gvir_sandbox_config_get_kmodpath:
 * @config: (transfer none): the configuration
 *
 * Gets the host directory that has the kernel modules, in a subdirectory for each version.
 *
 * Returns: (transfer none) (nullable): the host directory that has the kernel modules, or %NULL when it is not set
 *
 * Since: 0.9.0
 */
const gchar *gvir_sandbox_config_get_kmodpath(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_kmodpath:
 * @config: (transfer none): the configuration
 * @kmodpath: (transfer none) (nullable): the host directory that has the kernel modules, or %NULL for the default
 *
 * Sets the host directory that has the kernel modules, in a subdirectory for each version.
 *
 * The default is `/lib/modules`. Containers use the running kernel and ignore this.
 */
void gvir_sandbox_config_set_kmodpath(GVirSandboxConfig *config,
                                      const gchar *kmodpath);

GType gvir_sandbox_config_mount_get_type(void);

/**
 * gvir_sandbox_config_mount_get_target:
 * @mount: (transfer none): the mount
 *
 * Gets the directory of the sandbox that something is mounted at.
 *
 * Returns: (transfer none): the path of the directory
 */
const gchar *gvir_sandbox_config_mount_get_target(GVirSandboxConfigMount *mount);

/**
 * gvir_sandbox_config_mount_add_include:
 * @mount: (transfer none): the mount
 * @srcpath: (transfer none): the path of the file on the host
 * @dstpath: (transfer none): the path of the copy, below the directory of the mount
 *
 * Copies a file of the host into the mount when the sandbox starts. A copy to the same path is replaced.
 */
void gvir_sandbox_config_mount_add_include(GVirSandboxConfigMount *mount,
                                           const gchar *srcpath,
                                           const gchar *dstpath);

/**
 * gvir_sandbox_config_mount_get_includes:
 * @mount: (transfer none): the mount
 *
 * Gets the files that are copied into the mount when the sandbox starts. The table is that of the mount: adding an
 * include changes it.
 *
 * Returns: (transfer none) (element-type filename filename): the paths of the files on the host by the paths of the
 * copies below the directory of the mount
 */
GHashTable *gvir_sandbox_config_mount_get_includes(GVirSandboxConfigMount *mount);

GType gvir_sandbox_config_mount_file_get_type(void);

/**
 * gvir_sandbox_config_mount_file_set_source:
 * @mount: (transfer none): the mount
 * @source: (transfer none): the path of a file or a directory
 *
 * Sets the path that the content comes from. It is a path of the host, but for #GVirSandboxConfigMountGuestBind.
 */
void gvir_sandbox_config_mount_file_set_source(GVirSandboxConfigMountFile *mount,
                                               const gchar *source);

/**
 * gvir_sandbox_config_mount_file_get_source:
 * @mount: (transfer none): the mount
 *
 * Gets the path that the content comes from.
 *
 * Returns: (transfer none): the path of a file or a directory
 */
const gchar *gvir_sandbox_config_mount_file_get_source(GVirSandboxConfigMountFile *mount);

/**
 * gvir_sandbox_config_mount_file_set_readonly:
 * @mount: (transfer none): the mount
 * @readonly: true if it can only be read
 *
 * Sets whether the program can only read what is mounted. By default it can also write to it.
 *
 * Since: 0.9.0
 */
void gvir_sandbox_config_mount_file_set_readonly(GVirSandboxConfigMountFile *mount,
                                                 gboolean readonly);

/**
 * gvir_sandbox_config_mount_file_get_readonly:
 * @mount: (transfer none): the mount
 *
 * Gets whether the program can only read what is mounted.
 *
 * Returns: true if it can only be read
 *
 * Since: 0.9.0
 */
gboolean gvir_sandbox_config_mount_file_get_readonly(GVirSandboxConfigMountFile *mount);

GType gvir_sandbox_config_mount_guest_bind_get_type(void);

/**
 * gvir_sandbox_config_mount_guest_bind_new:
 * @source: (transfer none): the path of the directory in the sandbox
 * @targetdir: (transfer none): the directory of the sandbox that it is mounted at
 *
 * Creates the mount of a directory of the sandbox at another place of it.
 *
 * Returns: (transfer full): a new mount; release it with g_object_unref()
 */
GVirSandboxConfigMountGuestBind *gvir_sandbox_config_mount_guest_bind_new(const gchar *source,
                                                                          const gchar *targetdir);

GType gvir_sandbox_config_mount_host_bind_get_type(void);

/**
 * gvir_sandbox_config_mount_host_bind_new:
 * @source: (transfer none): the path of the file or directory on the host, or an empty string
 * @targetdir: (transfer none): the path in the sandbox that it is mounted at
 *
 * Creates the mount of a file or a directory of the host. Without a source, it is a temporary directory of the host
 * that is removed with the sandbox.
 *
 * Returns: (transfer full): a new mount; release it with g_object_unref()
 */
GVirSandboxConfigMountHostBind *gvir_sandbox_config_mount_host_bind_new(const gchar *source,
                                                                        const gchar *targetdir);

GType gvir_sandbox_config_mount_host_image_get_type(void);

/**
 * gvir_sandbox_config_mount_host_image_new:
 * @source: (transfer none): the path of the image on the host
 * @targetdir: (transfer none): the directory of the sandbox that it is mounted at
 * @format: the format of the image, as gvir_sandbox_util_guess_image_format() gives it
 *
 * Creates the mount of the file system in a disk image.
 *
 * Returns: (transfer full): a new mount; release it with g_object_unref()
 */
GVirSandboxConfigMountHostImage *gvir_sandbox_config_mount_host_image_new(const gchar *source,
                                                                          const gchar *targetdir,
                                                                          GVirConfigDomainDiskFormat format);

/**
 * gvir_sandbox_config_mount_host_image_get_format:
 * @mount: (transfer none): the mount
 *
 * Gets the format of the disk image.
 *
 * Returns: the format
 *
 * Since: 0.9.0
 */
GVirConfigDomainDiskFormat gvir_sandbox_config_mount_host_image_get_format(GVirSandboxConfigMountHostImage *mount);

/**
 * gvir_sandbox_config_mount_host_image_set_backing:
 * @mount: (transfer none): the mount
 * @backing: true if the image may refer to others
 *
 * Sets whether the image may refer to other files, devices or servers, as to a backing file. The sandbox reaches them through
 * the image then, with all that QEMU may do. By default such an image is refused.
 *
 * Since: 0.9.0
 */
void gvir_sandbox_config_mount_host_image_set_backing(GVirSandboxConfigMountHostImage *mount,
                                                      gboolean backing);

/**
 * gvir_sandbox_config_mount_host_image_get_backing:
 * @mount: (transfer none): the mount
 *
 * Gets whether the image may refer to other files, devices or servers.
 *
 * Returns: true if it may
 *
 * Since: 0.9.0
 */
gboolean gvir_sandbox_config_mount_host_image_get_backing(GVirSandboxConfigMountHostImage *mount);

GType gvir_sandbox_config_mount_ram_get_type(void);

/**
 * gvir_sandbox_config_mount_ram_new:
 * @targetdir: (transfer none): the directory of the sandbox that it is mounted at
 * @usage: how much the file system can hold, in bytes: more than 0, and rounded up to whole pages of memory
 *
 * Creates the mount of a file system in memory.
 *
 * Returns: (transfer full): a new mount; release it with g_object_unref()
 */
GVirSandboxConfigMountRam *gvir_sandbox_config_mount_ram_new(const gchar *targetdir,
                                                             guint64 usage);

/**
 * gvir_sandbox_config_mount_ram_set_usage:
 * @mount: (transfer none): the mount
 * @usage: the size in bytes
 *
 * Sets how much the file system can hold.
 */
void gvir_sandbox_config_mount_ram_set_usage(GVirSandboxConfigMountRam *mount, guint64 usage);

/**
 * gvir_sandbox_config_mount_ram_get_usage:
 * @mount: (transfer none): the mount
 *
 * Gets how much the file system can hold.
 *
 * Returns: the size in bytes
 */
guint64 gvir_sandbox_config_mount_ram_get_usage(GVirSandboxConfigMountRam *mount);

/**
 * gvir_sandbox_config_add_mount:
 * @config: (transfer none): the configuration
 * @mnt: (transfer none): the mount, of which a reference is taken
 *
 * Mounts something in the sandbox, over what was mounted there before.
 */
void gvir_sandbox_config_add_mount(GVirSandboxConfig *config, GVirSandboxConfigMount *mnt);

/**
 * gvir_sandbox_config_add_mount_opts:
 * @config: (transfer none): the configuration
 * @mount: (transfer none): the option
 * @error: where an error is left
 *
 * Mounts what an option describes:
 *
 * - `host-bind:TARGET=SOURCE`, a #GVirSandboxConfigMountHostBind
 * - `host-image:TARGET=SOURCE[,format=FORMAT][,backing=allow]`, a #GVirSandboxConfigMountHostImage
 * - `guest-bind:TARGET=SOURCE`, a #GVirSandboxConfigMountGuestBind
 * - `ram:TARGET=SIZE`, a #GVirSandboxConfigMountRam
 *
 * The size is a number of bytes, or of the unit that follows it: `K` or `KiB`, `M` or `MiB`, `G` or `GiB`. In the path
 * of an image, `\,` stands for a comma and `\\` for a backslash. A format that is not given is guessed from the path.
 * An image that refers to others is refused without `backing=allow`, see gvir_sandbox_config_mount_host_image_set_backing().
 *
 * Fails with `gvir-sandbox-config`, code 0, when the option is wrong; nothing is mounted then.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_config_add_mount_opts(GVirSandboxConfig *config,
                                            const gchar *mount,
                                            GError **error);

/**
 * gvir_sandbox_config_add_mount_strv:
 * @config: (transfer none): the configuration
 * @mounts: (transfer none) (array zero-terminated=1): the options, an array that ends with %NULL
 * @error: where an error is left
 *
 * Mounts what options describe, see gvir_sandbox_config_add_mount_opts(). It stops at the first option that is wrong;
 * what those before it describe stays mounted.
 *
 * Fails with `gvir-sandbox-config`, code 0, when an option is wrong.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_config_add_mount_strv(GVirSandboxConfig *config,
                                            gchar **mounts,
                                            GError **error);

/**
 * gvir_sandbox_config_get_mounts:
 * @config: (transfer none): the configuration
 *
 * Gets the mounts, in the order they were added.
 *
 * Returns: (transfer full) (element-type GVirSandboxConfigMount): a new list of the mounts; free it with
 *   g_list_free_full() and g_object_unref()
 */
GList *gvir_sandbox_config_get_mounts(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_get_mounts_with_type:
 * @config: (transfer none): the configuration
 * @type: the class, #GVirSandboxConfigMount or one below it
 *
 * Gets the mounts of a class and of its subclasses, in the order they were added.
 *
 * Returns: (transfer full) (element-type GVirSandboxConfigMount): a new list of the mounts; free it with
 *   g_list_free_full() and g_object_unref()
 */
GList *gvir_sandbox_config_get_mounts_with_type(GVirSandboxConfig *config,
                                                GType type);

/**
 * gvir_sandbox_config_find_mount:
 * @config: (transfer none): the configuration
 * @target: (transfer none): the path of the directory, exactly as the mount has it
 *
 * Gets the first mount at a directory of the sandbox.
 *
 * Returns: (transfer full) (nullable): the mount, or %NULL when there is none; release it with g_object_unref()
 */
GVirSandboxConfigMount *gvir_sandbox_config_find_mount(GVirSandboxConfig *config,
                                                       const gchar *target);

/**
 * gvir_sandbox_config_has_mounts:
 * @config: (transfer none): the configuration
 *
 * Gets whether anything is mounted in the sandbox.
 *
 * Returns: true if there is at least one mount
 */
gboolean gvir_sandbox_config_has_mounts(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_has_mounts_with_type:
 * @config: (transfer none): the configuration
 * @type: the class, #GVirSandboxConfigMount or one below it
 *
 * Gets whether there is a mount of a class or of its subclasses.
 *
 * Returns: true if there is at least one
 */
gboolean gvir_sandbox_config_has_mounts_with_type(GVirSandboxConfig *config, GType type);

/**
 * gvir_sandbox_config_has_root_mount:
 * @config: (transfer none): the configuration
 *
 * Gets whether something is mounted at `/`, in the place of the host directory that gvir_sandbox_config_set_root()
 * sets.
 *
 * Returns: true if there is such a mount
 */
gboolean gvir_sandbox_config_has_root_mount(GVirSandboxConfig *config);

GType gvir_sandbox_config_network_get_type(void);

/**
 * gvir_sandbox_config_network_new:
 *
 * Creates a network interface that gets its address by DHCP.
 *
 * Returns: (transfer full): a new network interface; release it with g_object_unref()
 */
GVirSandboxConfigNetwork *gvir_sandbox_config_network_new(void);

/**
 * gvir_sandbox_config_network_set_source:
 * @config: (transfer none): the network interface
 * @network: (transfer none) (nullable): the name of the network, or %NULL for none
 *
 * Sets the libvirt network that the interface is connected with. Without one a virtual machine has user-mode
 * networking, and a container is connected with the network `default`.
 */
void gvir_sandbox_config_network_set_source(GVirSandboxConfigNetwork *config,
                                            const gchar *network);

/**
 * gvir_sandbox_config_network_get_source:
 * @config: (transfer none): the network interface
 *
 * Gets the libvirt network that the interface is connected with.
 *
 * Returns: (transfer none) (nullable): the name of the network, or %NULL when there is none
 */
const gchar *gvir_sandbox_config_network_get_source(GVirSandboxConfigNetwork *config);

/**
 * gvir_sandbox_config_network_set_mac:
 * @config: (transfer none): the network interface
 * @mac: (transfer none) (nullable): the address, six pairs of hexadecimal digits with colons, or %NULL to let libvirt
 *   choose it
 *
 * Sets the MAC address of the interface.
 */
void gvir_sandbox_config_network_set_mac(GVirSandboxConfigNetwork *config,
                                         const gchar *mac);

/**
 * gvir_sandbox_config_network_get_mac:
 * @config: (transfer none): the network interface
 *
 * Gets the MAC address of the interface.
 *
 * Returns: (transfer none) (nullable): the address, or %NULL when libvirt chooses it
 */
const gchar *gvir_sandbox_config_network_get_mac(GVirSandboxConfigNetwork *config);

/**
 * gvir_sandbox_config_network_set_dhcp:
 * @config: (transfer none): the network interface
 * @dhcp: true for DHCP, false for static addresses
 *
 * Sets whether the interface gets its address from a DHCP server. This is the default.
 */
void gvir_sandbox_config_network_set_dhcp(GVirSandboxConfigNetwork *config, gboolean dhcp);

/**
 * gvir_sandbox_config_network_get_dhcp:
 * @config: (transfer none): the network interface
 *
 * Gets whether the interface gets its address from a DHCP server.
 *
 * Returns: true for DHCP, false for static addresses
 */
gboolean gvir_sandbox_config_network_get_dhcp(GVirSandboxConfigNetwork *config);

/**
 * gvir_sandbox_config_network_add_address:
 * @config: (transfer none): the network interface
 * @addr: (transfer none): the address, of which a reference is taken
 *
 * Adds a static address, which counts only without DHCP.
 */
void gvir_sandbox_config_network_add_address(GVirSandboxConfigNetwork *config,
                                             GVirSandboxConfigNetworkAddress *addr);

/**
 * gvir_sandbox_config_network_get_addresses:
 * @config: (transfer none): the network interface
 *
 * Gets the static addresses, in the order they were added.
 *
 * Returns: (transfer full) (element-type GVirSandboxConfigNetworkAddress): a new list of the addresses; free it with
 *   g_list_free_full() and g_object_unref()
 */
GList *gvir_sandbox_config_network_get_addresses(GVirSandboxConfigNetwork *config);

/**
 * gvir_sandbox_config_network_add_route:
 * @config: (transfer none): the network interface
 * @addr: (transfer none): the route, of which a reference is taken
 *
 * Adds a static route, which counts only without DHCP.
 */
void gvir_sandbox_config_network_add_route(GVirSandboxConfigNetwork *config,
                                           GVirSandboxConfigNetworkRoute *addr);

/**
 * gvir_sandbox_config_network_get_routes:
 * @config: (transfer none): the network interface
 *
 * Gets the static routes, in the order they were added.
 *
 * Returns: (transfer full) (element-type GVirSandboxConfigNetworkRoute): a new list of the routes; free it with
 *   g_list_free_full() and g_object_unref()
 */
GList *gvir_sandbox_config_network_get_routes(GVirSandboxConfigNetwork *config);

/**
 * gvir_sandbox_config_network_set_filterref:
 * @config: (transfer none): the network interface
 * @ref: (transfer none) (nullable): the reference to the filter, of which a reference is taken, or %NULL for none
 *
 * Sets which of libvirt's network filters the interface has.
 */
void gvir_sandbox_config_network_set_filterref(GVirSandboxConfigNetwork *config,
                                               GVirSandboxConfigNetworkFilterref *ref);

/**
 * gvir_sandbox_config_network_get_filterref:
 * @config: (transfer none): the network interface
 *
 * Gets which of libvirt's network filters the interface has.
 *
 * Returns: (transfer none) (nullable): the reference to the filter, or %NULL when there is none
 */
GVirSandboxConfigNetworkFilterref *gvir_sandbox_config_network_get_filterref(GVirSandboxConfigNetwork *config);

GType gvir_sandbox_config_network_address_get_type(void);

/**
 * gvir_sandbox_config_network_address_new:
 * @primary: (transfer none): the address
 * @prefix: how many bits of the address name the network, at most 32 for IPv4 and 128 for IPv6
 * @broadcast: (transfer none) (nullable): the broadcast address, or %NULL for the usual one
 *
 * Creates an address of a network interface.
 *
 * Returns: (transfer full): a new address; release it with g_object_unref()
 */
GVirSandboxConfigNetworkAddress *gvir_sandbox_config_network_address_new(GInetAddress *primary,
                                                                         guint prefix,
                                                                         GInetAddress *broadcast);

/**
 * gvir_sandbox_config_network_address_set_primary:
 * @config: (transfer none): the address
 * @addr: (transfer none) (nullable): the address, or %NULL for none
 *
 * Sets the address.
 */
void gvir_sandbox_config_network_address_set_primary(GVirSandboxConfigNetworkAddress *config,
                                                     GInetAddress *addr);

/**
 * gvir_sandbox_config_network_address_get_primary:
 * @config: (transfer none): the address
 *
 * Gets the address.
 *
 * Returns: (transfer none) (nullable): the address, or %NULL when there is none
 */
GInetAddress *gvir_sandbox_config_network_address_get_primary(GVirSandboxConfigNetworkAddress *config);

/**
 * gvir_sandbox_config_network_address_set_prefix:
 * @config: (transfer none): the address
 * @prefix: the number of bits, at most 32 for IPv4 and 128 for IPv6
 *
 * Sets how many bits of the address name the network.
 */
void gvir_sandbox_config_network_address_set_prefix(GVirSandboxConfigNetworkAddress *config,
                                                    guint prefix);

/**
 * gvir_sandbox_config_network_address_get_prefix:
 * @config: (transfer none): the address
 *
 * Gets how many bits of the address name the network.
 *
 * Returns: the number of bits
 */
guint gvir_sandbox_config_network_address_get_prefix(GVirSandboxConfigNetworkAddress *config);

/**
 * gvir_sandbox_config_network_address_set_broadcast:
 * @config: (transfer none): the address
 * @addr: (transfer none) (nullable): the broadcast address, or %NULL for none
 *
 * Sets the broadcast address.
 */
void gvir_sandbox_config_network_address_set_broadcast(GVirSandboxConfigNetworkAddress *config,
                                                       GInetAddress *addr);

/**
 * gvir_sandbox_config_network_address_get_broadcast:
 * @config: (transfer none): the address
 *
 * Gets the broadcast address.
 *
 * Returns: (transfer none) (nullable): the broadcast address, or %NULL when there is none
 */
GInetAddress *gvir_sandbox_config_network_address_get_broadcast(GVirSandboxConfigNetworkAddress *config);

GType gvir_sandbox_config_network_filterref_get_type(void);

/**
 * gvir_sandbox_config_network_filterref_new:
 *
 * Creates a reference without a name.
 *
 * Returns: (transfer full): a new reference; release it with g_object_unref()
 */
GVirSandboxConfigNetworkFilterref *gvir_sandbox_config_network_filterref_new(void);

/**
 * gvir_sandbox_config_network_filterref_set_name:
 * @config: (transfer none): the reference
 * @name: (transfer none): the name
 *
 * Sets the name of the filter.
 */
void gvir_sandbox_config_network_filterref_set_name(GVirSandboxConfigNetworkFilterref *config,
                                                    const gchar *name);

/**
 * gvir_sandbox_config_network_filterref_get_name:
 * @config: (transfer none): the reference
 *
 * Gets the name of the filter.
 *
 * Returns: (transfer none) (nullable): the name, or %NULL when none is set
 */
const gchar *gvir_sandbox_config_network_filterref_get_name(GVirSandboxConfigNetworkFilterref *config);

/**
 * gvir_sandbox_config_network_filterref_add_parameter:
 * @config: (transfer none): the reference
 * @param: (transfer none): the parameter, of which a reference is taken
 *
 * Adds a parameter that the filter is instantiated with.
 */
void gvir_sandbox_config_network_filterref_add_parameter(GVirSandboxConfigNetworkFilterref *config,
                                                         GVirSandboxConfigNetworkFilterrefParameter *param);

/**
 * gvir_sandbox_config_network_filterref_get_parameters:
 * @config: (transfer none): the reference
 *
 * Gets the parameters, in the order they were added.
 *
 * Returns: (transfer full) (element-type GVirSandboxConfigNetworkFilterrefParameter): a new list of the parameters;
 *   free it with g_list_free_full() and g_object_unref()
 */
GList *gvir_sandbox_config_network_filterref_get_parameters(GVirSandboxConfigNetworkFilterref *config);

GType gvir_sandbox_config_network_filterref_parameter_get_type(void);

/**
 * gvir_sandbox_config_network_filterref_parameter_new:
 *
 * Creates a parameter without a name and a value.
 *
 * Returns: (transfer full): a new parameter; release it with g_object_unref()
 */
GVirSandboxConfigNetworkFilterrefParameter *gvir_sandbox_config_network_filterref_parameter_new(void);

/**
 * gvir_sandbox_config_network_filterref_parameter_get_name:
 * @config: (transfer none): the parameter
 *
 * Gets the name of the parameter.
 *
 * Returns: (transfer none) (nullable): the name, or %NULL when none is set
 */
const gchar *gvir_sandbox_config_network_filterref_parameter_get_name(GVirSandboxConfigNetworkFilterrefParameter *config);

/**
 * gvir_sandbox_config_network_filterref_parameter_set_name:
 * @config: (transfer none): the parameter
 * @name: (transfer none): the name, in upper case as libvirt has it
 *
 * Sets the name of the parameter.
 */
void gvir_sandbox_config_network_filterref_parameter_set_name(GVirSandboxConfigNetworkFilterrefParameter *config,
                                                              const gchar *name);

/**
 * gvir_sandbox_config_network_filterref_parameter_get_value:
 * @config: (transfer none): the parameter
 *
 * Gets the value of the parameter.
 *
 * Returns: (transfer none) (nullable): the value, or %NULL when none is set
 */
const gchar *gvir_sandbox_config_network_filterref_parameter_get_value(GVirSandboxConfigNetworkFilterrefParameter *config);

/**
 * gvir_sandbox_config_network_filterref_parameter_set_value:
 * @config: (transfer none): the parameter
 * @value: (transfer none): the value
 *
 * Sets the value of the parameter.
 */
void gvir_sandbox_config_network_filterref_parameter_set_value(GVirSandboxConfigNetworkFilterrefParameter *config,
                                                               const gchar *value);

GType gvir_sandbox_config_network_route_get_type(void);

/**
 * gvir_sandbox_config_network_route_new:
 * @target: (transfer none): the network that the route leads to
 * @prefix: how many bits of the target name the network, at most 32 for IPv4 and 128 for IPv6
 * @gateway: (transfer none) (nullable): the address of the gateway, or %NULL for none
 *
 * Creates a route.
 *
 * Returns: (transfer full): a new route; release it with g_object_unref()
 */
GVirSandboxConfigNetworkRoute *gvir_sandbox_config_network_route_new(GInetAddress *target,
                                                                     guint prefix,
                                                                     GInetAddress *gateway);

/**
 * gvir_sandbox_config_network_route_set_target:
 * @config: (transfer none): the route
 * @addr: (transfer none) (nullable): the network that the route leads to, or %NULL for none
 *
 * Sets the network that the route leads to.
 */
void gvir_sandbox_config_network_route_set_target(GVirSandboxConfigNetworkRoute *config,
                                                  GInetAddress *addr);

/**
 * gvir_sandbox_config_network_route_get_target:
 * @config: (transfer none): the route
 *
 * Gets the network that the route leads to.
 *
 * Returns: (transfer none) (nullable): the network that the route leads to, or %NULL when there is none
 */
GInetAddress *gvir_sandbox_config_network_route_get_target(GVirSandboxConfigNetworkRoute *config);

/**
 * gvir_sandbox_config_network_route_set_prefix:
 * @config: (transfer none): the route
 * @prefix: the number of bits, at most 32 for IPv4 and 128 for IPv6
 *
 * Sets how many bits of the target name the network.
 */
void gvir_sandbox_config_network_route_set_prefix(GVirSandboxConfigNetworkRoute *config,
                                                  guint prefix);

/**
 * gvir_sandbox_config_network_route_get_prefix:
 * @config: (transfer none): the route
 *
 * Gets how many bits of the target name the network.
 *
 * Returns: the number of bits
 */
guint gvir_sandbox_config_network_route_get_prefix(GVirSandboxConfigNetworkRoute *config);

/**
 * gvir_sandbox_config_network_route_set_gateway:
 * @config: (transfer none): the route
 * @addr: (transfer none) (nullable): the address of the gateway, or %NULL for none
 *
 * Sets the address of the gateway.
 */
void gvir_sandbox_config_network_route_set_gateway(GVirSandboxConfigNetworkRoute *config,
                                                   GInetAddress *addr);

/**
 * gvir_sandbox_config_network_route_get_gateway:
 * @config: (transfer none): the route
 *
 * Gets the address of the gateway.
 *
 * Returns: (transfer none) (nullable): the address of the gateway, or %NULL when there is none
 */
GInetAddress *gvir_sandbox_config_network_route_get_gateway(GVirSandboxConfigNetworkRoute *config);

/**
 * gvir_sandbox_config_add_network:
 * @config: (transfer none): the configuration
 * @network: (transfer none): the network interface, of which a reference is taken
 *
 * Gives the sandbox a network interface.
 */
void gvir_sandbox_config_add_network(GVirSandboxConfig *config, GVirSandboxConfigNetwork *network);

/**
 * gvir_sandbox_config_add_network_opts:
 * @config: (transfer none): the configuration
 * @network: (transfer none): the option
 * @error: where an error is left
 *
 * Gives the sandbox the network interface that settings describe, separated by commas:
 *
 * - `dhcp`
 * - `source=NETWORK`, a network of libvirt
 * - `mac=ADDRESS`
 * - `address=IP[/PREFIX][%BROADCAST]`, which excludes `dhcp`
 * - `route=IP[/PREFIX]%GATEWAY`, which needs an address
 * - `filter=NAME`, a network filter of libvirt, and `filter.PARAMETER=VALUE`
 *
 * The prefix of an IPv4 address is 24 bits and that of an IPv6 address 64 when it is not given.
 *
 * Fails with `gvir-sandbox-config`, code 0, when the option is wrong; no interface is added then.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_config_add_network_opts(GVirSandboxConfig *config,
                                              const gchar *network,
                                              GError **error);

/**
 * gvir_sandbox_config_add_network_strv:
 * @config: (transfer none): the configuration
 * @networks: (transfer none) (array zero-terminated=1): the options, an array that ends with %NULL
 * @error: where an error is left
 *
 * Gives the sandbox the network interfaces that options describe, see gvir_sandbox_config_add_network_opts(). It stops
 * at the first option that is wrong; the interfaces of those before it stay.
 *
 * Fails with `gvir-sandbox-config`, code 0, when an option is wrong.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_config_add_network_strv(GVirSandboxConfig *config,
                                              gchar **networks,
                                              GError **error);

/**
 * gvir_sandbox_config_get_networks:
 * @config: (transfer none): the configuration
 *
 * Gets the network interfaces, in the order they were added.
 *
 * Returns: (transfer full) (element-type GVirSandboxConfigNetwork): a new list of the network interfaces; free it
 *   with g_list_free_full() and g_object_unref()
 */
GList *gvir_sandbox_config_get_networks(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_has_networks:
 * @config: (transfer none): the configuration
 *
 * Gets whether the sandbox has network interfaces.
 *
 * Returns: true if there is at least one network interface
 */
gboolean gvir_sandbox_config_has_networks(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_get_overlay:
 * @config: (transfer none): the configuration
 *
 * Gets whether the root directory can be written to. It also can if there is a directory that keeps the writes, see
 * gvir_sandbox_config_get_overlay_dir().
 *
 * Returns: true if the root directory can be written to
 *
 * Since: 0.9.0
 */
gboolean gvir_sandbox_config_get_overlay(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_overlay:
 * @config: (transfer none): the configuration
 * @overlay: true if the root directory can be written to
 *
 * Sets whether the root directory of the sandbox can be written to. The directory of the host that it is made of is not
 * changed: what is written is in memory, and thrown away at the end of the sandbox.
 *
 * Since: 0.9.0
 */
void gvir_sandbox_config_set_overlay(GVirSandboxConfig *config,
                                     gboolean overlay);

/**
 * gvir_sandbox_config_get_overlay_dir:
 * @config: (transfer none): the configuration
 *
 * Gets the directory that keeps what is written to the root directory.
 *
 * Returns: (transfer none) (nullable): the path of the directory on the host, or %NULL when the writes are not kept
 *
 * Since: 0.9.0
 */
const gchar *gvir_sandbox_config_get_overlay_dir(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_overlay_dir:
 * @config: (transfer none): the configuration
 * @overlay_dir: (transfer none) (nullable): the path of the directory on the host, or %NULL to keep nothing
 *
 * Sets the directory that keeps what is written to the root directory, for the next sandbox that is given the same one. The
 * root directory of a sandbox with such a directory can be written to, whatever gvir_sandbox_config_set_overlay() was given.
 *
 * Since: 0.9.0
 */
void gvir_sandbox_config_set_overlay_dir(GVirSandboxConfig *config,
                                         const gchar *overlay_dir);

/**
 * gvir_sandbox_config_get_overlay_size:
 * @config: (transfer none): the configuration
 *
 * Gets how much can be written to the root directory.
 *
 * Returns: the size in bytes, or 0 for the default
 *
 * Since: 0.9.0
 */
guint64 gvir_sandbox_config_get_overlay_size(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_overlay_size:
 * @config: (transfer none): the configuration
 * @overlay_size: the size in bytes, or 0 for the default
 *
 * Sets how much can be written to the root directory. The default is half of the memory of the sandbox.
 *
 * When it is kept in a directory of the host, this is the size of a virtual machine's image at the time it is made, 16 GiB by
 * default; the files of a container have no limit.
 *
 * Since: 0.9.0
 */
void gvir_sandbox_config_set_overlay_size(GVirSandboxConfig *config,
                                          guint64 overlay_size);

/**
 * gvir_sandbox_config_get_memory:
 * @config: (transfer none): the configuration
 *
 * Gets the memory of the sandbox.
 *
 * Returns: the memory in bytes, or 0 for the default
 *
 * Since: 0.9.0
 */
guint64 gvir_sandbox_config_get_memory(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_memory:
 * @config: (transfer none): the configuration
 * @memory: the memory in bytes, or 0 for the default
 *
 * Sets the memory of the sandbox: that of a virtual machine, or the limit of a container, which counts what is in its file
 * systems in memory, too. The default is 512 MiB. Less than a sandbox needs to start, and more than the host has, is an error
 * of gvir_sandbox_context_start().
 *
 * Since: 0.9.0
 */
void gvir_sandbox_config_set_memory(GVirSandboxConfig *config,
                                    guint64 memory);

/**
 * gvir_sandbox_config_get_vcpus:
 * @config: (transfer none): the configuration
 *
 * Gets the number of processors that the sandbox can use.
 *
 * Returns: the number of processors, or 0 for the default
 *
 * Since: 0.9.0
 */
guint gvir_sandbox_config_get_vcpus(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_vcpus:
 * @config: (transfer none): the configuration
 * @vcpus: the number of processors, or 0 for the default
 *
 * Sets the number of processors that the sandbox can use. A virtual machine has so many, one by default and at most 255. A
 * container sees all processors of the host, but gets no more of their time than so many have; by default it gets what there
 * is. More than a sandbox can have is an error of gvir_sandbox_context_start().
 *
 * Since: 0.9.0
 */
void gvir_sandbox_config_set_vcpus(GVirSandboxConfig *config,
                                   guint vcpus);

/**
 * gvir_sandbox_config_get_cpu_limit:
 * @config: (transfer none): the configuration
 *
 * Gets how much time of processors a container can use.
 *
 * Returns: the time in thousandths of one processor's, or 0 when only the number of processors limits it
 *
 * Since: 0.9.0
 */
guint gvir_sandbox_config_get_cpu_limit(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_cpu_limit:
 * @config: (transfer none): the configuration
 * @limit: the time in thousandths of one processor's, or 0 for none but that of the number of processors
 *
 * Sets how much time of processors a container can use: with 500 at most half of one. More than the host has, or less than a
 * hundredth of a processor, which is what the kernel counts, is an error of gvir_sandbox_context_start(), and so is a limit of a
 * virtual machine that is not the time of whole processors.
 *
 * Since: 0.9.0
 */
void gvir_sandbox_config_set_cpu_limit(GVirSandboxConfig *config,
                                       guint limit);

/**
 * gvir_sandbox_config_get_timeout:
 * @config: (transfer none): the configuration
 *
 * Gets how long the program may run.
 *
 * Returns: the time in milliseconds, or 0 when it is not limited
 *
 * Since: 0.9.0
 */
guint64 gvir_sandbox_config_get_timeout(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_timeout:
 * @config: (transfer none): the configuration
 * @timeout: the time in milliseconds, or 0 when it is not limited
 *
 * Sets how long the sandbox may run, from its start on. Then its program gets SIGTERM, and if it has not ended five seconds
 * later, the sandbox is ended. #GVirSandboxConsoleRpc::exited tells the status of a program that ended by itself in these
 * seconds; #GVirSandboxConsole::closed is emitted with an error in any case, and gvir_sandbox_console_rpc_has_timed_out() is
 * true. The time is kept by the main loop that the console is attached in. By default a sandbox runs as long as its program.
 *
 * Services can't have a timeout: defining one is an error.
 *
 * Since: 0.9.0
 */
void gvir_sandbox_config_set_timeout(GVirSandboxConfig *config,
                                     guint64 timeout);

/**
 * gvir_sandbox_config_get_security_label:
 * @config: (transfer none): the configuration
 *
 * Gets the security label that the sandbox runs with.
 *
 * Returns: (transfer none) (nullable): the SELinux context or AppArmor profile, or %NULL when it is not set
 */
const gchar *gvir_sandbox_config_get_security_label(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_security_label:
 * @config: (transfer none): the configuration
 * @label: (transfer none) (nullable): the SELinux context or AppArmor profile, or %NULL for the default
 *
 * Sets the security label that the sandbox runs with. With a dynamic label, libvirt takes only the type of an SELinux
 * context from it, and nothing of an AppArmor profile.
 */
void gvir_sandbox_config_set_security_label(GVirSandboxConfig *config,
                                            const gchar *label);

/**
 * gvir_sandbox_config_get_security_dynamic:
 * @config: (transfer none): the configuration
 *
 * Gets whether libvirt gives the sandbox a security label of its own.
 *
 * Returns: true if the label is dynamic, false if it is used as it is
 */
gboolean gvir_sandbox_config_get_security_dynamic(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_security_dynamic:
 * @config: (transfer none): the configuration
 * @dynamic: true if the label is dynamic, false if it is used as it is
 *
 * Sets whether libvirt gives the sandbox a security label of its own. This is the default.
 */
void gvir_sandbox_config_set_security_dynamic(GVirSandboxConfig *config, gboolean dynamic);

/**
 * gvir_sandbox_config_set_security_opts:
 * @config: (transfer none): the configuration
 * @optstr: (transfer none): the option
 * @error: where an error is left
 *
 * Sets how the sandbox is confined: `dynamic`, `static` or `inherit`, then `,label=LABEL` if need be. `inherit` takes
 * the SELinux context of the calling process.
 *
 * Fails with `gvir-sandbox-config`, code 0, when the option is wrong, or when there is no context to inherit; nothing
 * is changed then.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_config_set_security_opts(GVirSandboxConfig *config,
                                               const gchar *optstr,
                                               GError **error);

/**
 * gvir_sandbox_config_get_seccomp:
 * @config: (transfer none): the configuration
 *
 * Gets whether system calls that no ordinary program needs are kept from the program of a container.
 *
 * Returns: true if system calls are filtered
 *
 * Since: 0.9.0
 */
gboolean gvir_sandbox_config_get_seccomp(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_seccomp:
 * @config: (transfer none): the configuration
 * @seccomp: true if system calls are filtered
 *
 * Sets whether system calls that no ordinary program needs are kept from the program of a container. This is the default.
 * Virtual machines have a kernel of their own, and no such filter.
 *
 * Since: 0.9.0
 */
void gvir_sandbox_config_set_seccomp(GVirSandboxConfig *config,
                                     gboolean seccomp);

/**
 * gvir_sandbox_config_get_userns:
 * @config: (transfer none): the configuration
 *
 * Gets whether a container has a user namespace: its root is a user of the host without any rights.
 *
 * Returns: true if it has one
 *
 * Since: 0.9.0
 */
gboolean gvir_sandbox_config_get_userns(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_userns:
 * @config: (transfer none): the configuration
 * @userns: true if it is to have one
 *
 * Sets whether a container has a user namespace. Its users are those of a range of the host's then, which `/etc/subuid` and
 * `/etc/subgid` give to `libvirt-sandbox` or to the caller, or else the 65536 from 1879048192 on; only the program's user and
 * groups are the same as on the host, unless they are root. It is for interactive sandboxes without disks, images and
 * overlay; others are refused at the start, and so are virtual machines.
 *
 * Since: 0.9.0
 */
void gvir_sandbox_config_set_userns(GVirSandboxConfig *config,
                                    gboolean userns);

GType gvir_sandbox_config_service_get_type(void);

GType gvir_sandbox_config_service_generic_get_type(void);

/**
 * gvir_sandbox_config_service_generic_new:
 * @name: (transfer none): the name of the sandbox, which is also that of its domain
 *
 * Creates the configuration of a sandbox that runs a program as a service.
 *
 * Returns: (transfer full): a new configuration; release it with g_object_unref()
 */
GVirSandboxConfigServiceGeneric *gvir_sandbox_config_service_generic_new(const gchar *name);

/**
 * gvir_sandbox_config_service_generic_set_command:
 * @config: (transfer none): the configuration
 * @argv: (transfer none) (array zero-terminated=1): the program and its arguments, an array that ends with %NULL
 *
 * Sets the program to run in the sandbox and its arguments. They are copied. The default is `/bin/sh`.
 */
void gvir_sandbox_config_service_generic_set_command(GVirSandboxConfigServiceGeneric *config,
                                                     gchar **argv);

GType gvir_sandbox_config_service_systemd_get_type(void);

/**
 * gvir_sandbox_config_service_systemd_new:
 * @name: (transfer none): the name of the sandbox, which is also that of its domain
 *
 * Creates the configuration of a sandbox that runs systemd.
 *
 * Returns: (transfer full): a new configuration; release it with g_object_unref()
 */
GVirSandboxConfigServiceSystemd *gvir_sandbox_config_service_systemd_new(const gchar *name);

/**
 * gvir_sandbox_config_service_systemd_get_boot_target:
 * @config: (transfer none): the configuration
 *
 * Gets the unit that systemd starts.
 *
 * Returns: (transfer none) (nullable): the name of the unit, or %NULL for the default target
 */
const gchar *gvir_sandbox_config_service_systemd_get_boot_target(GVirSandboxConfigServiceSystemd *config);

/**
 * gvir_sandbox_config_service_systemd_set_boot_target:
 * @config: (transfer none): the configuration
 * @target: (transfer none) (nullable): the name of the unit, like `httpd.service`, or %NULL for the default target
 *
 * Sets the unit that systemd starts.
 */
void gvir_sandbox_config_service_systemd_set_boot_target(GVirSandboxConfigServiceSystemd *config,
                                                         const gchar *target);

GType gvir_sandbox_console_get_type(void);

/**
 * gvir_sandbox_console_attach_stdio:
 * @console: (transfer none): the console
 * @error: where an error is left
 *
 * Connects the console with the standard input, output and error of the calling process, which stay open when the
 * console is detached. A terminal is in raw mode until then.
 *
 * Fails as gvir_sandbox_console_attach() does.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_console_attach_stdio(GVirSandboxConsole *console,
                                           GError **error);

/**
 * gvir_sandbox_console_attach_stderr:
 * @console: (transfer none): the console
 * @error: where an error is left
 *
 * Connects the console with the standard error of the calling process only, which stays open when the console is
 * detached.
 *
 * Fails as gvir_sandbox_console_attach() does.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_console_attach_stderr(GVirSandboxConsole *console,
                                            GError **error);

/**
 * gvir_sandbox_console_attach:
 * @console: (transfer none): the console
 * @localStdin: (transfer none) (nullable): what the console reads from, or %NULL
 * @localStdout: (transfer none) (nullable): what the console writes output to, or %NULL
 * @localStderr: (transfer none) (nullable): what the console writes error output to, or %NULL
 * @error: where an error is left
 *
 * Connects the console with the streams, of which it holds a reference until it is detached. What belongs to a stream
 * that is left out is not read, or thrown away. Data moves while the main loop runs.
 *
 * Fails with `gvir-sandbox-console-raw` or `gvir-sandbox-console-rpc`, code 0, when the console is attached already,
 * or when the sandbox or a stream cannot be reached; with `gvir-sandbox-console`, code 0, when the class of the
 * console does not implement it.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_console_attach(GVirSandboxConsole *console,
                                     GUnixInputStream *localStdin,
                                     GUnixOutputStream *localStdout,
                                     GUnixOutputStream *localStderr,
                                     GError **error);

/**
 * gvir_sandbox_console_detach:
 * @console: (transfer none): the console
 * @error: where an error is left
 *
 * Disconnects the console from the streams it was attached to. It can be attached again. One that is not attached
 * stays so, as after #GVirSandboxConsole::closed.
 *
 * Fails with `gvir-sandbox-console`, code 0, when the class of the console does not implement it.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_console_detach(GVirSandboxConsole *console,
                                     GError **error);

/**
 * gvir_sandbox_console_isolate:
 * @console: (transfer none): the console
 * @error: where an error is left
 *
 * Makes a direct console independent of libvirt: it lets go of its connection and its domain.
 *
 * Fails with `gvir-sandbox-console`, code 0, when the console is not direct.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_console_isolate(GVirSandboxConsole *console, GError **error);

/**
 * gvir_sandbox_console_set_escape:
 * @console: (transfer none): the console
 * @escape: the character, an ASCII one
 *
 * Sets the character that, typed together with the control key, detaches the console. The default is `]`.
 *
 * Since: 0.9.0
 */
void gvir_sandbox_console_set_escape(GVirSandboxConsole *console,
                                     gchar escape);

/**
 * gvir_sandbox_console_get_escape:
 * @console: (transfer none): the console
 *
 * Gets the character that, typed together with the control key, detaches the console.
 *
 * Returns: the character
 *
 * Since: 0.9.0
 */
gchar gvir_sandbox_console_get_escape(GVirSandboxConsole *console);

/**
 * gvir_sandbox_console_set_direct:
 * @console: (transfer none): the console
 * @direct: true to open the console's device
 *
 * Sets whether attaching opens the console's device on this host instead of a stream of libvirt.
 */
void gvir_sandbox_console_set_direct(GVirSandboxConsole *console, gboolean direct);

/**
 * gvir_sandbox_console_get_direct:
 * @console: (transfer none): the console
 *
 * Gets whether attaching opens the console's device on this host instead of a stream of libvirt.
 *
 * Returns: true if attaching opens the device
 */
gboolean gvir_sandbox_console_get_direct(GVirSandboxConsole *console);

GType gvir_sandbox_console_raw_get_type(void);

/**
 * gvir_sandbox_console_raw_new:
 * @connection: (transfer none): the connection that the domain belongs to
 * @domain: (transfer none): the domain
 * @devname: the alias of the console's device in the domain
 *
 * Creates a console that passes bytes on as they are. It holds a reference of the connection and the domain.
 *
 * Returns: (transfer full): a new console that is not attached to anything; release it with g_object_unref()
 */
GVirSandboxConsoleRaw *gvir_sandbox_console_raw_new(GVirConnection *connection,
                                                    GVirDomain *domain,
                                                    const gchar *devname);

GType gvir_sandbox_console_rpc_get_type(void);

/**
 * gvir_sandbox_console_rpc_new:
 * @connection: (transfer none): the connection that the domain belongs to
 * @domain: (transfer none): the domain
 * @devname: the alias of the console's device in the domain
 *
 * Creates a console that also reports how the program ended. It holds a reference of the connection and the domain.
 *
 * Returns: (transfer full): a new console that is not attached to anything; release it with g_object_unref()
 */
GVirSandboxConsoleRpc *gvir_sandbox_console_rpc_new(GVirConnection *connection,
                                                    GVirDomain *domain,
                                                    const gchar *devname);

/**
 * gvir_sandbox_console_rpc_has_timed_out:
 * @console: (transfer none): the console
 *
 * Gets whether the program took longer than its configuration lets it, see gvir_sandbox_config_set_timeout(). It is true from
 * the moment on in which the program is told to end, and tells after #GVirSandboxConsole::closed why that was an error.
 *
 * Returns: true if the time was over before the program ended
 *
 * Since: 0.9.0
 */
gboolean gvir_sandbox_console_rpc_has_timed_out(GVirSandboxConsoleRpc *console);

GType gvir_sandbox_context_get_type(void);

/**
 * gvir_sandbox_context_start:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Starts the sandbox: builds its domain and lets libvirt start it.
 *
 * Fails with `gvir-sandbox-context`, code 0, when the context already has a domain; with the errors of
 * gvir_sandbox_builder_construct(); with those of libvirt-gobject when libvirt does not start the domain; with
 * `gvir-sandbox-context-interactive`, code 1, when an interactive sandbox has a name that is in use, or code 0 when
 * something else keeps it from starting; and with `gvir-sandbox-context-service`, code 0, when a service is not
 * defined. Nothing is left of an interactive sandbox that did not start.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_context_start(GVirSandboxContext *ctxt,
                                    GError **error);

/**
 * gvir_sandbox_context_stop:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Stops the sandbox at once, and removes what it needed on the host. Its program is killed.
 *
 * Since 0.9.0 what the program of a #GVirSandboxContextInteractive had written is delivered before, as long as its console is attached:
 * a reader who takes nothing is given up after two seconds, and all of it takes ten at the most. Who detaches the console first does
 * without.
 *
 * Fails with `gvir-sandbox-context`, code 0, when the context has no domain, and with the errors of libvirt-gobject
 * when libvirt cannot stop it.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_context_stop(GVirSandboxContext *ctxt,
                                   GError **error);

/**
 * gvir_sandbox_context_attach:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Looks for the domain of a sandbox that somebody else has started. Such a sandbox goes on when the context goes away.
 *
 * Fails with `gvir-sandbox-context`, code 0, when the context already has a domain, and when the connection has none
 * with the name of the sandbox.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_context_attach(GVirSandboxContext *ctxt,
                                     GError **error);

/**
 * gvir_sandbox_context_detach:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Lets go of the domain, and leaves it running.
 *
 * Fails with `gvir-sandbox-context`, code 0, when the context has no domain.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_context_detach(GVirSandboxContext *ctxt, GError **error);

/**
 * gvir_sandbox_context_is_attached:
 * @ctxt: (transfer none): the context
 *
 * Tells whether the context has a domain.
 *
 * Returns: true if the sandbox was started or attached to
 */
gboolean gvir_sandbox_context_is_attached(GVirSandboxContext *ctxt);

/**
 * gvir_sandbox_context_get_config:
 * @ctxt: (transfer none): the context
 *
 * Gets the configuration of the sandbox.
 *
 * Returns: (transfer full): the configuration; release it with g_object_unref()
 */
GVirSandboxConfig *gvir_sandbox_context_get_config(GVirSandboxContext *ctxt);

/**
 * gvir_sandbox_context_get_connection:
 * @ctxt: (transfer none): the context
 *
 * Gets the connection that the sandbox runs on.
 *
 * Returns: (transfer full): the connection; release it with g_object_unref()
 */
GVirConnection *gvir_sandbox_context_get_connection(GVirSandboxContext *ctxt);

/**
 * gvir_sandbox_context_get_domain:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Gets the domain of the sandbox.
 *
 * Fails with `gvir-sandbox-context`, code 0, when the sandbox was neither started nor attached to.
 *
 * Returns: (transfer full): the domain, or %NULL with @error set; release it with g_object_unref()
 */
GVirDomain *gvir_sandbox_context_get_domain(GVirSandboxContext *ctxt, GError **error);

/**
 * gvir_sandbox_context_get_log_console:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Gets the console on which the kernel and the first program of the sandbox write their messages.
 *
 * Since 0.9.0 that of a service shows, when it is attached, the end of what was written before, which is kept in a file, and then what
 * is added.
 *
 * Fails with `gvir-sandbox-context`, code 0, when the sandbox was neither started nor attached to.
 *
 * Returns: (transfer full) (nullable): a new console, or %NULL with @error set; release it with g_object_unref()
 */
GVirSandboxConsole *gvir_sandbox_context_get_log_console(GVirSandboxContext *ctxt,
                                                         GError **error);

/**
 * gvir_sandbox_context_get_shell_console:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Gets the console on which a shell of the program's user waits, if the sandbox was given one: see
 * gvir_sandbox_config_set_shell(). Any process can attach to it that has attached a context to the sandbox; that of an
 * embedded driver only the process that started it. It works once the program runs.
 *
 * Fails with `gvir-sandbox-context`, code 0, when the sandbox was neither started nor attached to.
 *
 * Returns: (transfer full) (nullable): a new console, or %NULL without @error when the sandbox has no shell, or %NULL
 *   with @error set; release it with g_object_unref()
 */
GVirSandboxConsole *gvir_sandbox_context_get_shell_console(GVirSandboxContext *ctxt,
                                                           GError **error);

/**
 * gvir_sandbox_context_dry_run:
 * @ctxt: (transfer none): the context
 * @plan: (out) (optional) (transfer full): where to leave what the first process in the sandbox would do, in lines for
 *   people; release it with g_free()
 * @error: where an error is left
 *
 * Tells what gvir_sandbox_context_start() would start, or gvir_sandbox_context_service_define() define, without doing
 * it: nothing is started, and nothing stays on the host. The connection has to be open. The plan has the values of
 * environment variables, which may be secrets; nobody but the caller gets them. A virtual machine's kernel is named as
 * the host has it unless the cache already has it decompressed.
 *
 * Fails with the errors that gvir_sandbox_context_start() has before libvirt is asked to start anything, and with
 * `gvir-sandbox-context`, code 0, when there is no room for temporary files.
 *
 * Returns: (transfer full): the XML of the domain, or %NULL with @error set; release it with g_free()
 *
 * Since: 0.9.0
 */
gchar *gvir_sandbox_context_dry_run(GVirSandboxContext *ctxt,
                                    gchar **plan,
                                    GError **error);

GType gvir_sandbox_context_interactive_get_type(void);

/**
 * gvir_sandbox_context_interactive_new:
 * @connection: (transfer none): the connection to run the sandbox on, which is open
 * @config: (transfer none): the configuration
 *
 * Creates the context of a sandbox. It holds a reference of the connection and the configuration, and starts nothing.
 *
 * Returns: (transfer full): a new context; release it with g_object_unref()
 */
GVirSandboxContextInteractive *gvir_sandbox_context_interactive_new(GVirConnection *connection,
                                                                    GVirSandboxConfigInteractive *config);

/**
 * gvir_sandbox_context_interactive_get_app_console:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Gets the console that the program's input and output are connected with. The program starts when it is attached.
 *
 * Fails with `gvir-sandbox-context`, code 0, when the sandbox was neither started nor attached to.
 *
 * Returns: (transfer full) (nullable): a new console, or %NULL with @error set; release it with g_object_unref()
 */
GVirSandboxConsole *gvir_sandbox_context_interactive_get_app_console(GVirSandboxContextInteractive *ctxt,
                                                                     GError **error);

GType gvir_sandbox_context_service_get_type(void);

/**
 * gvir_sandbox_context_service_new:
 * @connection: (transfer none): the connection that has the service, or is to have it, which is open
 * @config: (transfer none): the configuration
 *
 * Creates the context of a service. It holds a reference of the connection and the configuration, and defines and
 * starts nothing.
 *
 * Returns: (transfer full): a new context; release it with g_object_unref()
 */
GVirSandboxContextService *gvir_sandbox_context_service_new(GVirConnection *connection,
                                                            GVirSandboxConfigService *config);

/**
 * gvir_sandbox_context_service_define:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Builds the domain of the service and its files, and hands it to libvirt. It is not started.
 *
 * A service that is defined already gets the new definition, and keeps the old one when that fails; while it runs, the
 * new one counts from the next start on. It keeps its UUID, unless the configuration has another.
 *
 * Fails with `gvir-sandbox-context-service`, code 0, when the name belongs to a domain that is not this service or to
 * a service on another connection, or when its files cannot be written; with the errors of
 * gvir_sandbox_builder_construct(); and with those of libvirt-gobject when libvirt does not take the domain.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_context_service_define(GVirSandboxContextService *ctxt,
                                             GError **error);

/**
 * gvir_sandbox_context_service_undefine:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Takes the service away from libvirt, and removes its files. One that runs goes on until it ends.
 *
 * Fails with the domain %G_IO_ERROR and %G_IO_ERROR_NOT_FOUND when there is no such service, with
 * `gvir-sandbox-context-service`, code 0, when it belongs to another connection or its files cannot be removed, and
 * with the errors of libvirt-gobject.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_context_service_undefine(GVirSandboxContextService *ctxt,
                                               GError **error);

/**
 * gvir_sandbox_list:
 * @error: where an error is left
 *
 * Lists the sandboxes that the calling user runs, on whatever driver and from whatever process, and the services that
 * the user has defined. For services their connections to libvirt are opened, and closed again.
 *
 * Each is a dictionary with these keys, of which it has those that are known:
 *
 * - `name` (`s`): the name
 * - `kind` (`s`): `interactive` for a program that somebody waits for, or `service`
 * - `uri` (`s`): the URI of the connection that it is on
 * - `driver` (`s`): `lxc` for a container, `qemu` for a virtual machine
 * - `state` (`s`): `running`; and of services also `stopped`, `undefined` when libvirt has none of its name any more,
 *   or `unknown` when the connection cannot be opened
 * - `pid` (`u`): the process that started it; not of services
 * - `since` (`x`): when it was started, in seconds since 1970; not of services
 * - `command` (`as`): the program and its arguments, with U+FFFD for what is not UTF-8
 *
 * Fails with `gvir-sandbox-context`, code 0, when the directories of the sandboxes cannot be read.
 *
 * Returns: (transfer full): the list, of the type `aa{sv}`, or %NULL with @error set; release it with g_variant_unref()
 *
 * Since: 0.9.0
 */
GVariant *gvir_sandbox_list(GError **error);

/**
 * gvir_sandbox_init:
 * @argc: (inout): the address of the number of arguments of `main`
 * @argv: (inout) (array length=argc) (nullable): the address of the arguments of `main`, or %NULL
 *
 * Prepares the library and those below it, as gvir_sandbox_init_check() does, for programs that go on without. A
 * failure is reported as a critical message. The arguments are left as they are.
 */
void gvir_sandbox_init(gint *argc,
                       char ***argv);

/**
 * gvir_sandbox_init_check:
 * @argc: (inout): the address of the number of arguments of `main`
 * @argv: (inout) (array length=argc) (nullable): the address of the arguments of `main`, or %NULL
 * @error: where an error is left
 *
 * Prepares the library, GObject and libvirt-gobject: the types, the translations and libvirt itself. Call it before
 * anything else; calling it again does no harm. The arguments are left as they are.
 *
 * Fails with the error of libvirt-gobject when libvirt cannot be prepared.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_init_check(gint *argc,
                                 char ***argv,
                                 GError **error);

/**
 * gvir_sandbox_init_object_check:
 * @argc: (type gpointer) (nullable): ignored
 * @argv: (type gpointer) (nullable): ignored
 * @error: where an error is left
 *
 * Prepares the library and those below it, as gvir_sandbox_init_check() does. Languages with introspection call this
 * one with two arguments, which may be null.
 *
 * Fails with the error of libvirt-gobject when libvirt cannot be prepared.
 *
 * Returns: true on success, false with @error set
 *
 * Since: 0.9.0
 */
gboolean gvir_sandbox_init_object_check(gint *argc,
                                        char ***argv,
                                        GError **error);

/**
 * gvir_sandbox_util_guess_image_format:
 * @path: (type filename) (transfer none): the path of the image, which need not exist
 * @error: where an error is left
 *
 * Guesses the format of a disk image from the extension of its name; `.img` is raw. The image is not looked into.
 *
 * Fails with `gvir-sandbox-util`, code 0, when the name has no extension, or when there is no format of that name.
 *
 * Returns: a #GVirConfigDomainDiskFormat, or -1 with @error set
 *
 * Since: 0.9.0
 */
gint gvir_sandbox_util_guess_image_format(const gchar *path,
                                          GError **error);

/**
 * gvir_sandbox_util_disk_format_from_str:
 * @value: (transfer none): the name, in lower case
 * @error: where an error is left
 *
 * Gets the format of disk images that has a name, like `qcow2`.
 *
 * Fails with `gvir-sandbox-util`, code 0, when there is none.
 *
 * Returns: a #GVirConfigDomainDiskFormat, or -1 with @error set
 *
 * Since: 0.9.0
 */
gint gvir_sandbox_util_disk_format_from_str(const gchar *value, GError **error);

#define GVIR_SANDBOX_TYPE_BUILDER (gvir_sandbox_builder_get_type())
#define GVIR_SANDBOX_BUILDER(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_BUILDER, GVirSandboxBuilder))
#define GVIR_SANDBOX_BUILDER_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_BUILDER, GVirSandboxBuilderClass))
#define GVIR_SANDBOX_IS_BUILDER(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_BUILDER))
#define GVIR_SANDBOX_IS_BUILDER_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_BUILDER))
#define GVIR_SANDBOX_BUILDER_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_BUILDER, GVirSandboxBuilderClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxBuilder, g_object_unref)

#define GVIR_SANDBOX_TYPE_BUILDER_CONTAINER (gvir_sandbox_builder_container_get_type())
#define GVIR_SANDBOX_BUILDER_CONTAINER(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_BUILDER_CONTAINER, GVirSandboxBuilderContainer))
#define GVIR_SANDBOX_BUILDER_CONTAINER_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_BUILDER_CONTAINER, GVirSandboxBuilderContainerClass))
#define GVIR_SANDBOX_IS_BUILDER_CONTAINER(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_BUILDER_CONTAINER))
#define GVIR_SANDBOX_IS_BUILDER_CONTAINER_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_BUILDER_CONTAINER))
#define GVIR_SANDBOX_BUILDER_CONTAINER_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_BUILDER_CONTAINER, GVirSandboxBuilderContainerClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxBuilderContainer, g_object_unref)

#define GVIR_SANDBOX_TYPE_BUILDER_INITRD (gvir_sandbox_builder_initrd_get_type())
#define GVIR_SANDBOX_BUILDER_INITRD(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_BUILDER_INITRD, GVirSandboxBuilderInitrd))
#define GVIR_SANDBOX_BUILDER_INITRD_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_BUILDER_INITRD, GVirSandboxBuilderInitrdClass))
#define GVIR_SANDBOX_IS_BUILDER_INITRD(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_BUILDER_INITRD))
#define GVIR_SANDBOX_IS_BUILDER_INITRD_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_BUILDER_INITRD))
#define GVIR_SANDBOX_BUILDER_INITRD_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_BUILDER_INITRD, GVirSandboxBuilderInitrdClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxBuilderInitrd, g_object_unref)

#define GVIR_SANDBOX_TYPE_BUILDER_MACHINE (gvir_sandbox_builder_machine_get_type())
#define GVIR_SANDBOX_BUILDER_MACHINE(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_BUILDER_MACHINE, GVirSandboxBuilderMachine))
#define GVIR_SANDBOX_BUILDER_MACHINE_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_BUILDER_MACHINE, GVirSandboxBuilderMachineClass))
#define GVIR_SANDBOX_IS_BUILDER_MACHINE(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_BUILDER_MACHINE))
#define GVIR_SANDBOX_IS_BUILDER_MACHINE_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_BUILDER_MACHINE))
#define GVIR_SANDBOX_BUILDER_MACHINE_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_BUILDER_MACHINE, GVirSandboxBuilderMachineClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxBuilderMachine, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONFIG (gvir_sandbox_config_get_type())
#define GVIR_SANDBOX_CONFIG(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONFIG, GVirSandboxConfig))
#define GVIR_SANDBOX_CONFIG_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONFIG, GVirSandboxConfigClass))
#define GVIR_SANDBOX_IS_CONFIG(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONFIG))
#define GVIR_SANDBOX_IS_CONFIG_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONFIG))
#define GVIR_SANDBOX_CONFIG_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONFIG, GVirSandboxConfigClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConfig, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONFIG_DISK (gvir_sandbox_config_disk_get_type())
#define GVIR_SANDBOX_CONFIG_DISK(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONFIG_DISK, GVirSandboxConfigDisk))
#define GVIR_SANDBOX_CONFIG_DISK_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONFIG_DISK, GVirSandboxConfigDiskClass))
#define GVIR_SANDBOX_IS_CONFIG_DISK(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONFIG_DISK))
#define GVIR_SANDBOX_IS_CONFIG_DISK_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONFIG_DISK))
#define GVIR_SANDBOX_CONFIG_DISK_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONFIG_DISK, GVirSandboxConfigDiskClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConfigDisk, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONFIG_INITRD (gvir_sandbox_config_initrd_get_type())
#define GVIR_SANDBOX_CONFIG_INITRD(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONFIG_INITRD, GVirSandboxConfigInitrd))
#define GVIR_SANDBOX_CONFIG_INITRD_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONFIG_INITRD, GVirSandboxConfigInitrdClass))
#define GVIR_SANDBOX_IS_CONFIG_INITRD(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONFIG_INITRD))
#define GVIR_SANDBOX_IS_CONFIG_INITRD_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONFIG_INITRD))
#define GVIR_SANDBOX_CONFIG_INITRD_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONFIG_INITRD, GVirSandboxConfigInitrdClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConfigInitrd, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONFIG_INTERACTIVE (gvir_sandbox_config_interactive_get_type())
#define GVIR_SANDBOX_CONFIG_INTERACTIVE(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONFIG_INTERACTIVE, GVirSandboxConfigInteractive))
#define GVIR_SANDBOX_CONFIG_INTERACTIVE_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONFIG_INTERACTIVE, GVirSandboxConfigInteractiveClass))
#define GVIR_SANDBOX_IS_CONFIG_INTERACTIVE(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONFIG_INTERACTIVE))
#define GVIR_SANDBOX_IS_CONFIG_INTERACTIVE_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONFIG_INTERACTIVE))
#define GVIR_SANDBOX_CONFIG_INTERACTIVE_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONFIG_INTERACTIVE, GVirSandboxConfigInteractiveClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConfigInteractive, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONFIG_MOUNT (gvir_sandbox_config_mount_get_type())
#define GVIR_SANDBOX_CONFIG_MOUNT(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONFIG_MOUNT, GVirSandboxConfigMount))
#define GVIR_SANDBOX_CONFIG_MOUNT_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONFIG_MOUNT, GVirSandboxConfigMountClass))
#define GVIR_SANDBOX_IS_CONFIG_MOUNT(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONFIG_MOUNT))
#define GVIR_SANDBOX_IS_CONFIG_MOUNT_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONFIG_MOUNT))
#define GVIR_SANDBOX_CONFIG_MOUNT_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONFIG_MOUNT, GVirSandboxConfigMountClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConfigMount, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONFIG_MOUNT_FILE (gvir_sandbox_config_mount_file_get_type())
#define GVIR_SANDBOX_CONFIG_MOUNT_FILE(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_FILE, GVirSandboxConfigMountFile))
#define GVIR_SANDBOX_CONFIG_MOUNT_FILE_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_FILE, GVirSandboxConfigMountFileClass))
#define GVIR_SANDBOX_IS_CONFIG_MOUNT_FILE(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_FILE))
#define GVIR_SANDBOX_IS_CONFIG_MOUNT_FILE_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_FILE))
#define GVIR_SANDBOX_CONFIG_MOUNT_FILE_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_FILE, GVirSandboxConfigMountFileClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConfigMountFile, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONFIG_MOUNT_GUEST_BIND (gvir_sandbox_config_mount_guest_bind_get_type())
#define GVIR_SANDBOX_CONFIG_MOUNT_GUEST_BIND(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_GUEST_BIND, GVirSandboxConfigMountGuestBind))
#define GVIR_SANDBOX_CONFIG_MOUNT_GUEST_BIND_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_GUEST_BIND, GVirSandboxConfigMountGuestBindClass))
#define GVIR_SANDBOX_IS_CONFIG_MOUNT_GUEST_BIND(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_GUEST_BIND))
#define GVIR_SANDBOX_IS_CONFIG_MOUNT_GUEST_BIND_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_GUEST_BIND))
#define GVIR_SANDBOX_CONFIG_MOUNT_GUEST_BIND_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_GUEST_BIND, GVirSandboxConfigMountGuestBindClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConfigMountGuestBind, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONFIG_MOUNT_HOST_BIND (gvir_sandbox_config_mount_host_bind_get_type())
#define GVIR_SANDBOX_CONFIG_MOUNT_HOST_BIND(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_HOST_BIND, GVirSandboxConfigMountHostBind))
#define GVIR_SANDBOX_CONFIG_MOUNT_HOST_BIND_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_HOST_BIND, GVirSandboxConfigMountHostBindClass))
#define GVIR_SANDBOX_IS_CONFIG_MOUNT_HOST_BIND(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_HOST_BIND))
#define GVIR_SANDBOX_IS_CONFIG_MOUNT_HOST_BIND_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_HOST_BIND))
#define GVIR_SANDBOX_CONFIG_MOUNT_HOST_BIND_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_HOST_BIND, GVirSandboxConfigMountHostBindClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConfigMountHostBind, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONFIG_MOUNT_HOST_IMAGE (gvir_sandbox_config_mount_host_image_get_type())
#define GVIR_SANDBOX_CONFIG_MOUNT_HOST_IMAGE(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_HOST_IMAGE, GVirSandboxConfigMountHostImage))
#define GVIR_SANDBOX_CONFIG_MOUNT_HOST_IMAGE_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_HOST_IMAGE, GVirSandboxConfigMountHostImageClass))
#define GVIR_SANDBOX_IS_CONFIG_MOUNT_HOST_IMAGE(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_HOST_IMAGE))
#define GVIR_SANDBOX_IS_CONFIG_MOUNT_HOST_IMAGE_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_HOST_IMAGE))
#define GVIR_SANDBOX_CONFIG_MOUNT_HOST_IMAGE_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_HOST_IMAGE, GVirSandboxConfigMountHostImageClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConfigMountHostImage, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONFIG_MOUNT_RAM (gvir_sandbox_config_mount_ram_get_type())
#define GVIR_SANDBOX_CONFIG_MOUNT_RAM(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_RAM, GVirSandboxConfigMountRam))
#define GVIR_SANDBOX_CONFIG_MOUNT_RAM_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_RAM, GVirSandboxConfigMountRamClass))
#define GVIR_SANDBOX_IS_CONFIG_MOUNT_RAM(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_RAM))
#define GVIR_SANDBOX_IS_CONFIG_MOUNT_RAM_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_RAM))
#define GVIR_SANDBOX_CONFIG_MOUNT_RAM_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONFIG_MOUNT_RAM, GVirSandboxConfigMountRamClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConfigMountRam, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONFIG_NETWORK (gvir_sandbox_config_network_get_type())
#define GVIR_SANDBOX_CONFIG_NETWORK(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONFIG_NETWORK, GVirSandboxConfigNetwork))
#define GVIR_SANDBOX_CONFIG_NETWORK_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONFIG_NETWORK, GVirSandboxConfigNetworkClass))
#define GVIR_SANDBOX_IS_CONFIG_NETWORK(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONFIG_NETWORK))
#define GVIR_SANDBOX_IS_CONFIG_NETWORK_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONFIG_NETWORK))
#define GVIR_SANDBOX_CONFIG_NETWORK_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONFIG_NETWORK, GVirSandboxConfigNetworkClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConfigNetwork, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONFIG_NETWORK_ADDRESS (gvir_sandbox_config_network_address_get_type())
#define GVIR_SANDBOX_CONFIG_NETWORK_ADDRESS(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_ADDRESS, GVirSandboxConfigNetworkAddress))
#define GVIR_SANDBOX_CONFIG_NETWORK_ADDRESS_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_ADDRESS, GVirSandboxConfigNetworkAddressClass))
#define GVIR_SANDBOX_IS_CONFIG_NETWORK_ADDRESS(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_ADDRESS))
#define GVIR_SANDBOX_IS_CONFIG_NETWORK_ADDRESS_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_ADDRESS))
#define GVIR_SANDBOX_CONFIG_NETWORK_ADDRESS_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_ADDRESS, GVirSandboxConfigNetworkAddressClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConfigNetworkAddress, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONFIG_NETWORK_FILTERREF (gvir_sandbox_config_network_filterref_get_type())
#define GVIR_SANDBOX_CONFIG_NETWORK_FILTERREF(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_FILTERREF, GVirSandboxConfigNetworkFilterref))
#define GVIR_SANDBOX_CONFIG_NETWORK_FILTERREF_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_FILTERREF, GVirSandboxConfigNetworkFilterrefClass))
#define GVIR_SANDBOX_IS_CONFIG_NETWORK_FILTERREF(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_FILTERREF))
#define GVIR_SANDBOX_IS_CONFIG_NETWORK_FILTERREF_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_FILTERREF))
#define GVIR_SANDBOX_CONFIG_NETWORK_FILTERREF_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_FILTERREF, GVirSandboxConfigNetworkFilterrefClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConfigNetworkFilterref, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONFIG_NETWORK_FILTERREF_PARAMETER (gvir_sandbox_config_network_filterref_parameter_get_type())
#define GVIR_SANDBOX_CONFIG_NETWORK_FILTERREF_PARAMETER(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_FILTERREF_PARAMETER, GVirSandboxConfigNetworkFilterrefParameter))
#define GVIR_SANDBOX_CONFIG_NETWORK_FILTERREF_PARAMETER_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_FILTERREF_PARAMETER, GVirSandboxConfigNetworkFilterrefParameterClass))
#define GVIR_SANDBOX_IS_CONFIG_NETWORK_FILTERREF_PARAMETER(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_FILTERREF_PARAMETER))
#define GVIR_SANDBOX_IS_CONFIG_NETWORK_FILTERREF_PARAMETER_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_FILTERREF_PARAMETER))
#define GVIR_SANDBOX_CONFIG_NETWORK_FILTERREF_PARAMETER_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_FILTERREF_PARAMETER, GVirSandboxConfigNetworkFilterrefParameterClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConfigNetworkFilterrefParameter, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONFIG_NETWORK_ROUTE (gvir_sandbox_config_network_route_get_type())
#define GVIR_SANDBOX_CONFIG_NETWORK_ROUTE(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_ROUTE, GVirSandboxConfigNetworkRoute))
#define GVIR_SANDBOX_CONFIG_NETWORK_ROUTE_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_ROUTE, GVirSandboxConfigNetworkRouteClass))
#define GVIR_SANDBOX_IS_CONFIG_NETWORK_ROUTE(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_ROUTE))
#define GVIR_SANDBOX_IS_CONFIG_NETWORK_ROUTE_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_ROUTE))
#define GVIR_SANDBOX_CONFIG_NETWORK_ROUTE_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONFIG_NETWORK_ROUTE, GVirSandboxConfigNetworkRouteClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConfigNetworkRoute, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONFIG_SERVICE (gvir_sandbox_config_service_get_type())
#define GVIR_SANDBOX_CONFIG_SERVICE(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONFIG_SERVICE, GVirSandboxConfigService))
#define GVIR_SANDBOX_CONFIG_SERVICE_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONFIG_SERVICE, GVirSandboxConfigServiceClass))
#define GVIR_SANDBOX_IS_CONFIG_SERVICE(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONFIG_SERVICE))
#define GVIR_SANDBOX_IS_CONFIG_SERVICE_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONFIG_SERVICE))
#define GVIR_SANDBOX_CONFIG_SERVICE_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONFIG_SERVICE, GVirSandboxConfigServiceClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConfigService, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONFIG_SERVICE_GENERIC (gvir_sandbox_config_service_generic_get_type())
#define GVIR_SANDBOX_CONFIG_SERVICE_GENERIC(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONFIG_SERVICE_GENERIC, GVirSandboxConfigServiceGeneric))
#define GVIR_SANDBOX_CONFIG_SERVICE_GENERIC_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONFIG_SERVICE_GENERIC, GVirSandboxConfigServiceGenericClass))
#define GVIR_SANDBOX_IS_CONFIG_SERVICE_GENERIC(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONFIG_SERVICE_GENERIC))
#define GVIR_SANDBOX_IS_CONFIG_SERVICE_GENERIC_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONFIG_SERVICE_GENERIC))
#define GVIR_SANDBOX_CONFIG_SERVICE_GENERIC_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONFIG_SERVICE_GENERIC, GVirSandboxConfigServiceGenericClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConfigServiceGeneric, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONFIG_SERVICE_SYSTEMD (gvir_sandbox_config_service_systemd_get_type())
#define GVIR_SANDBOX_CONFIG_SERVICE_SYSTEMD(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONFIG_SERVICE_SYSTEMD, GVirSandboxConfigServiceSystemd))
#define GVIR_SANDBOX_CONFIG_SERVICE_SYSTEMD_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONFIG_SERVICE_SYSTEMD, GVirSandboxConfigServiceSystemdClass))
#define GVIR_SANDBOX_IS_CONFIG_SERVICE_SYSTEMD(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONFIG_SERVICE_SYSTEMD))
#define GVIR_SANDBOX_IS_CONFIG_SERVICE_SYSTEMD_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONFIG_SERVICE_SYSTEMD))
#define GVIR_SANDBOX_CONFIG_SERVICE_SYSTEMD_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONFIG_SERVICE_SYSTEMD, GVirSandboxConfigServiceSystemdClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConfigServiceSystemd, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONSOLE (gvir_sandbox_console_get_type())
#define GVIR_SANDBOX_CONSOLE(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONSOLE, GVirSandboxConsole))
#define GVIR_SANDBOX_CONSOLE_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONSOLE, GVirSandboxConsoleClass))
#define GVIR_SANDBOX_IS_CONSOLE(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONSOLE))
#define GVIR_SANDBOX_IS_CONSOLE_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONSOLE))
#define GVIR_SANDBOX_CONSOLE_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONSOLE, GVirSandboxConsoleClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConsole, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONSOLE_RAW (gvir_sandbox_console_raw_get_type())
#define GVIR_SANDBOX_CONSOLE_RAW(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONSOLE_RAW, GVirSandboxConsoleRaw))
#define GVIR_SANDBOX_CONSOLE_RAW_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONSOLE_RAW, GVirSandboxConsoleRawClass))
#define GVIR_SANDBOX_IS_CONSOLE_RAW(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONSOLE_RAW))
#define GVIR_SANDBOX_IS_CONSOLE_RAW_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONSOLE_RAW))
#define GVIR_SANDBOX_CONSOLE_RAW_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONSOLE_RAW, GVirSandboxConsoleRawClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConsoleRaw, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONSOLE_RPC (gvir_sandbox_console_rpc_get_type())
#define GVIR_SANDBOX_CONSOLE_RPC(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONSOLE_RPC, GVirSandboxConsoleRpc))
#define GVIR_SANDBOX_CONSOLE_RPC_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONSOLE_RPC, GVirSandboxConsoleRpcClass))
#define GVIR_SANDBOX_IS_CONSOLE_RPC(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONSOLE_RPC))
#define GVIR_SANDBOX_IS_CONSOLE_RPC_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONSOLE_RPC))
#define GVIR_SANDBOX_CONSOLE_RPC_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONSOLE_RPC, GVirSandboxConsoleRpcClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxConsoleRpc, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONTEXT (gvir_sandbox_context_get_type())
#define GVIR_SANDBOX_CONTEXT(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONTEXT, GVirSandboxContext))
#define GVIR_SANDBOX_CONTEXT_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONTEXT, GVirSandboxContextClass))
#define GVIR_SANDBOX_IS_CONTEXT(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONTEXT))
#define GVIR_SANDBOX_IS_CONTEXT_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONTEXT))
#define GVIR_SANDBOX_CONTEXT_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONTEXT, GVirSandboxContextClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxContext, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONTEXT_INTERACTIVE (gvir_sandbox_context_interactive_get_type())
#define GVIR_SANDBOX_CONTEXT_INTERACTIVE(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONTEXT_INTERACTIVE, GVirSandboxContextInteractive))
#define GVIR_SANDBOX_CONTEXT_INTERACTIVE_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONTEXT_INTERACTIVE, GVirSandboxContextInteractiveClass))
#define GVIR_SANDBOX_IS_CONTEXT_INTERACTIVE(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONTEXT_INTERACTIVE))
#define GVIR_SANDBOX_IS_CONTEXT_INTERACTIVE_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONTEXT_INTERACTIVE))
#define GVIR_SANDBOX_CONTEXT_INTERACTIVE_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONTEXT_INTERACTIVE, GVirSandboxContextInteractiveClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxContextInteractive, g_object_unref)

#define GVIR_SANDBOX_TYPE_CONTEXT_SERVICE (gvir_sandbox_context_service_get_type())
#define GVIR_SANDBOX_CONTEXT_SERVICE(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GVIR_SANDBOX_TYPE_CONTEXT_SERVICE, GVirSandboxContextService))
#define GVIR_SANDBOX_CONTEXT_SERVICE_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), GVIR_SANDBOX_TYPE_CONTEXT_SERVICE, GVirSandboxContextServiceClass))
#define GVIR_SANDBOX_IS_CONTEXT_SERVICE(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), GVIR_SANDBOX_TYPE_CONTEXT_SERVICE))
#define GVIR_SANDBOX_IS_CONTEXT_SERVICE_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), GVIR_SANDBOX_TYPE_CONTEXT_SERVICE))
#define GVIR_SANDBOX_CONTEXT_SERVICE_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GVIR_SANDBOX_TYPE_CONTEXT_SERVICE, GVirSandboxContextServiceClass))
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GVirSandboxContextService, g_object_unref)

/* No such type has ever been there: the names are kept for code that asks whether they are defined. */
#define GVIR_SANDBOX_TYPE_BUILDER_HANDLE (gvir_sandbox_builder_handle_get_type())
#define GVIR_SANDBOX_TYPE_CONFIG_DISK_HANDLE (gvir_sandbox_config_disk_handle_get_type())
#define GVIR_SANDBOX_TYPE_CONFIG_INITRD_HANDLE (gvir_sandbox_config_initrd_handle_get_type())
#define GVIR_SANDBOX_TYPE_CONFIG_MOUNT_HANDLE (gvir_sandbox_config_mount_handle_get_type())
#define GVIR_SANDBOX_TYPE_CONFIG_NETWORK_HANDLE (gvir_sandbox_config_network_handle_get_type())
#define GVIR_SANDBOX_TYPE_CONFIG_NETWORK_ADDRESS_HANDLE (gvir_sandbox_config_network_address_handle_get_type())
#define GVIR_SANDBOX_TYPE_CONFIG_NETWORK_ROUTE_HANDLE (gvir_sandbox_config_network_route_handle_get_type())
#define GVIR_SANDBOX_TYPE_CONSOLE_HANDLE (gvir_sandbox_console_handle_get_type())
#define GVIR_SANDBOX_TYPE_CONTEXT_HANDLE (gvir_sandbox_context_handle_get_type())

/**
 * GVirSandboxBuilder:connection:
 *
 * The connection that the domain is built for.
 */
/**
 * GVirSandboxBuilderClass::construct_basic:
 * @builder: (transfer none): the builder
 * @config: (transfer none): the configuration of the sandbox
 * @statedir: the path of the directory with the sandbox's files
 * @domain: (transfer none): the configuration of the domain, to be filled in
 * @error: where an error is left
 *
 * Fills in the name, the UUID, the memory and the CPUs of the domain.
 *
 * Fails with an error of the class.
 *
 * Returns: true on success, false with @error set
 */
/**
 * GVirSandboxBuilderClass::construct_os:
 * @builder: (transfer none): the builder
 * @config: (transfer none): the configuration of the sandbox
 * @statedir: the path of the directory with the sandbox's files
 * @domain: (transfer none): the configuration of the domain, to be filled in
 * @error: where an error is left
 *
 * Fills in what the domain boots: an init, or a kernel with its initial RAM disk and its command line.
 *
 * Fails with an error of the class.
 *
 * Returns: true on success, false with @error set
 */
/**
 * GVirSandboxBuilderClass::construct_features:
 * @builder: (transfer none): the builder
 * @config: (transfer none): the configuration of the sandbox
 * @statedir: the path of the directory with the sandbox's files
 * @domain: (transfer none): the configuration of the domain, to be filled in
 * @error: where an error is left
 *
 * Fills in the features of the hypervisor and the clock.
 *
 * Fails with an error of the class.
 *
 * Returns: true on success, false with @error set
 */
/**
 * GVirSandboxBuilderClass::construct_devices:
 * @builder: (transfer none): the builder
 * @config: (transfer none): the configuration of the sandbox
 * @statedir: the path of the directory with the sandbox's files
 * @domain: (transfer none): the configuration of the domain, to be filled in
 * @error: where an error is left
 *
 * Fills in the file systems, disks, network interfaces and consoles of the domain.
 *
 * Fails with an error of the class.
 *
 * Returns: true on success, false with @error set
 */
/**
 * GVirSandboxBuilderClass::construct_security:
 * @builder: (transfer none): the builder
 * @config: (transfer none): the configuration of the sandbox
 * @statedir: the path of the directory with the sandbox's files
 * @domain: (transfer none): the configuration of the domain, to be filled in
 * @error: where an error is left
 *
 * Fills in how libvirt confines the domain.
 *
 * Fails with an error of the class.
 *
 * Returns: true on success, false with @error set
 */
/**
 * GVirSandboxBuilderClass::construct_domain:
 * @builder: (transfer none): the builder
 * @config: (transfer none): the configuration of the sandbox
 * @statedir: the path of the directory with the sandbox's files
 * @domain: (transfer none): the configuration of the domain, to be filled in
 * @error: where an error is left
 *
 * Fills in the whole domain. The default calls `construct_basic`, `construct_os`, `construct_features`,
 * `construct_devices` and `construct_security`, and stops at the first that fails.
 *
 * Fails with an error of the class.
 *
 * Returns: true on success, false with @error set
 */
/**
 * GVirSandboxBuilderClass::clean_post_start:
 * @builder: (transfer none): the builder
 * @config: (transfer none): the configuration of the sandbox
 * @statedir: the path of the directory with the sandbox's files
 * @error: where an error is left
 *
 * Removes what is not needed any more once the sandbox runs. The default does nothing.
 *
 * Fails with an error of the class.
 *
 * Returns: true on success, false with @error set
 */
/**
 * GVirSandboxBuilderClass::clean_post_stop:
 * @builder: (transfer none): the builder
 * @config: (transfer none): the configuration of the sandbox
 * @statedir: the path of the directory with the sandbox's files
 * @error: where an error is left
 *
 * Removes what is left of a sandbox that was stopped. The default does nothing.
 *
 * Fails with an error of the class.
 *
 * Returns: true on success, false with @error set
 */
/**
 * GVirSandboxBuilderClass::get_disk_prefix:
 * @builder: (transfer none): the builder
 * @config: (transfer none): the configuration of the sandbox
 * @disk: (transfer none): the disk
 *
 * Gets what the name of a disk's device in the sandbox begins with, like `vd`.
 *
 * Returns: (nullable): the beginning of the name, or %NULL when the sandbox has no disks
 */
/**
 * GVirSandboxBuilderClass::get_files_to_copy:
 * @builder: (transfer none): the builder
 * @config: (transfer none): the configuration of the sandbox
 *
 * Gets the paths of the files of the host that the sandbox needs a copy of. The default has none.
 *
 * Returns: (transfer full) (element-type filename): a new list of the paths; free it with g_list_free_full() and
 * g_free()
 */
/**
 * GVirSandboxConfigClass::load_config:
 * @config: (transfer none): the configuration
 * @file: (transfer none): the key file
 * @error: where an error is left
 *
 * Reads the settings of the class. An override chains up first, and then reads its own groups.
 *
 * Fails with an error of the class when a setting is missing or wrong.
 *
 * Returns: true on success, false with @error set
 */
/**
 * GVirSandboxConfigClass::save_config:
 * @config: (transfer none): the configuration
 * @file: (transfer none): the key file
 *
 * Writes the settings of the class. An override chains up first, and then writes its own groups.
 */
/**
 * GVirSandboxConfigClass::get_command:
 * @config: (transfer none): the configuration
 *
 * Gets the program to run in the sandbox and its arguments.
 *
 * Returns: (transfer full) (array zero-terminated=1): the program and its arguments; free it with g_strfreev()
 */
/**
 * GVirSandboxConsole::closed:
 * @console: the console
 * @err: true when the console broke, false when it ended as it should
 *
 * Emitted once when the console is not connected any more: the program has ended, the console was detached by its
 * escape character, or the sandbox is gone. It comes in the main loop of the thread that attached the console.
 */
/**
 * GVirSandboxConsoleClass::closed:
 * @console: the console
 * @err: true when the console broke, false when it ended as it should
 *
 * Emitted once when the console is not connected any more: the program has ended, the console was detached by its
 * escape character, or the sandbox is gone. It comes in the main loop of the thread that attached the console.
 */
/**
 * GVirSandboxConsoleClass::attach:
 * @console: (transfer none): the console
 * @localStdin: (transfer none) (nullable): what the console reads from, or %NULL
 * @localStdout: (transfer none) (nullable): what the console writes output to, or %NULL
 * @localStderr: (transfer none) (nullable): what the console writes error output to, or %NULL
 * @error: where an error is left
 *
 * Connects the console with the streams.
 *
 * Fails with an error of the class.
 *
 * Returns: true on success, false with @error set
 */
/**
 * GVirSandboxConsoleClass::detach:
 * @console: (transfer none): the console
 * @error: where an error is left
 *
 * Disconnects the console from the streams.
 *
 * Fails with an error of the class.
 *
 * Returns: true on success, false with @error set
 */
/**
 * GVirSandboxConsoleRawClass::closed: (skip)
 * @console: (transfer none): the console
 * @err: true when the console broke
 *
 * Never called: the signal #GVirSandboxConsole::closed calls the slot of #GVirSandboxConsoleClass.
 */
/**
 * GVirSandboxConsoleRpc::exited:
 * @console: the console
 * @status: the status as waitpid() gives it, to be taken apart with `WIFEXITED` and its like
 *
 * Emitted once when the program in the sandbox has ended, before #GVirSandboxConsole::closed. One that was ended with its
 * sandbox, since it took too long, has no status.
 */
/**
 * GVirSandboxConsoleRpcClass::exited:
 * @console: the console
 * @status: the status as waitpid() gives it, to be taken apart with `WIFEXITED` and its like
 *
 * Emitted once when the program in the sandbox has ended, before #GVirSandboxConsole::closed. One that was ended with its
 * sandbox, since it took too long, has no status.
 */
/**
 * GVirSandboxConsoleRpcClass::closed: (skip)
 * @console: (transfer none): the console
 * @err: true when the console broke
 *
 * Never called: the signal #GVirSandboxConsole::closed calls the slot of #GVirSandboxConsoleClass.
 */
/**
 * GVirSandboxContextClass::start:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Starts the sandbox.
 *
 * Fails with an error of the class.
 *
 * Returns: true on success, false with @error set
 */
/**
 * GVirSandboxContextClass::stop:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Stops the sandbox.
 *
 * Fails with an error of the class.
 *
 * Returns: true on success, false with @error set
 */
/**
 * GVirSandboxContextClass::attach:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Looks for the domain of a sandbox that runs.
 *
 * Fails with an error of the class.
 *
 * Returns: true on success, false with @error set
 */
/**
 * GVirSandboxContextClass::detach:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Lets go of the domain, and leaves it running.
 *
 * Fails with an error of the class.
 *
 * Returns: true on success, false with @error set
 */
/**
 * GVirSandboxContextServiceClass::define:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Builds the domain of the service and its files, and hands it to libvirt.
 *
 * Fails with an error of the class.
 *
 * Returns: true on success, false with @error set
 */
/**
 * GVirSandboxContextServiceClass::undefine:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Takes the service away from libvirt, and removes its files.
 *
 * Fails with an error of the class.
 *
 * Returns: true on success, false with @error set
 */
/**
 * GVirSandboxConfig:name:
 *
 * The name of the sandbox, and of its domain; `sandbox` when it is not set.
 */
/**
 * GVirSandboxConfig:uuid:
 *
 * The UUID of the sandbox's domain; libvirt chooses one when it is not set.
 */
/**
 * GVirSandboxConfig:root:
 *
 * The host directory that is the sandbox's root, `/` by default.
 */
/**
 * GVirSandboxConfig:arch:
 *
 * The architecture of the sandbox, as `uname -m` prints it; that of the host by default.
 */
/**
 * GVirSandboxConfig:kernrelease:
 *
 * The version of the kernel of a virtual machine, as `uname -r` prints it; the newest that fits when it is not set.
 */
/**
 * GVirSandboxConfig:kernpath:
 *
 * The host path of the kernel of a virtual machine; found from its version when it is not set.
 */
/**
 * GVirSandboxConfig:kmodpath:
 *
 * The host directory that has the kernel modules, a directory for each version; `/lib/modules` when it is not set.
 */
/**
 * GVirSandboxConfig:shell:
 *
 * Whether the sandbox has a console with a shell for debugging.
 */
/**
 * GVirSandboxConfig:uid:
 *
 * The user id that the program runs with, the caller's by default.
 */
/**
 * GVirSandboxConfig:gid:
 *
 * The group id that the program runs with, the caller's by default.
 */
/**
 * GVirSandboxConfig:username:
 *
 * The name of the user that the program runs as, the caller's by default.
 */
/**
 * GVirSandboxConfig:homedir:
 *
 * The home directory of the user that the program runs as, the caller's by default.
 */
/**
 * GVirSandboxConfig:security-label:
 *
 * The security label of the sandbox, an SELinux context or an AppArmor profile; chosen by libvirt when it is not set.
 */
/**
 * GVirSandboxConfig:security-dynamic:
 *
 * Whether libvirt chooses the security label, as it does by default, or takes it as it is.
 */
/**
 * GVirSandboxConfig:memory:
 *
 * The memory of the sandbox in bytes; 512 MiB when it is 0.
 *
 * Since: 0.9.0
 */
/**
 * GVirSandboxConfig:vcpus:
 *
 * The number of processors that the sandbox can use; when it is 0, one of a virtual machine, and all time there is of a
 * container.
 *
 * Since: 0.9.0
 */
/**
 * GVirSandboxConfig:cpu-limit:
 *
 * How much time of processors a container can use, in thousandths of one; all that those have which it can use when it is
 * 0. A virtual machine has whole processors.
 *
 * Since: 0.9.0
 */
/**
 * GVirSandboxConfig:workdir:
 *
 * The directory of the sandbox that the program is started in; the home directory, or else `/`, when it is not set.
 *
 * Since: 0.9.0
 */
/**
 * GVirSandboxConfig:hostname:
 *
 * The host name of the sandbox; the name of the sandbox when it is not set.
 *
 * Since: 0.9.0
 */
/**
 * GVirSandboxConfig:timeout:
 *
 * How long the program may run, in milliseconds; as long as it needs when it is 0.
 *
 * Since: 0.9.0
 */
/**
 * GVirSandboxConfig:privileged:
 *
 * Whether the program keeps the capabilities that root has in its kind of sandbox.
 *
 * Since: 0.9.0
 */
/**
 * GVirSandboxConfig:seccomp:
 *
 * Whether the program of a container is kept from system calls that no ordinary program needs, as it is by default.
 *
 * Since: 0.9.0
 */
/**
 * GVirSandboxConfig:userns:
 *
 * Whether root of a container, and all other users but that of the program, are users of the host without any rights.
 *
 * Since: 0.9.0
 */
/**
 * GVirSandboxConfig:overlay:
 *
 * Whether the root directory can be written to; what is written is thrown away at the end.
 *
 * Since: 0.9.0
 */
/**
 * GVirSandboxConfig:overlay-dir:
 *
 * The host directory that keeps what is written to the root directory, which can be written to if this is set.
 *
 * Since: 0.9.0
 */
/**
 * GVirSandboxConfig:overlay-size:
 *
 * How many bytes can be written to the root directory before they are thrown away; half of the memory when it is 0.
 *
 * Since: 0.9.0
 */
/**
 * GVirSandboxConfigDisk:type:
 *
 * What the disk is on the host.
 */
/**
 * GVirSandboxConfigDisk:tag:
 *
 * The name of the disk in the sandbox's /dev/disk/by-tag.
 */
/**
 * GVirSandboxConfigDisk:source:
 *
 * The path of the disk on the host.
 */
/**
 * GVirSandboxConfigDisk:format:
 *
 * The format of the disk image.
 */
/**
 * GVirSandboxConfigDisk:backing:
 *
 * Whether the image may refer to other files, devices or servers, which the sandbox reaches through it then. Since:
 * 0.9.0
 */
/**
 * GVirSandboxConfigInitrd:init:
 *
 * The program that the kernel starts first, a host path.
 */
/**
 * GVirSandboxConfigInitrd:kmoddir:
 *
 * The host directory with the modules of this version of the kernel; the one below `/lib/modules` when it is not set.
 */
/**
 * GVirSandboxConfigInitrd:kver:
 *
 * The version of the kernel that the modules belong to; the running one when it is not set.
 */
/**
 * GVirSandboxConfigInteractive:tty:
 *
 * Whether the program gets a terminal; by default it gets three streams.
 */
/**
 * GVirSandboxConfigMount:target:
 *
 * The directory of the sandbox that something is mounted at.
 */
/**
 * GVirSandboxConfigMountFile:source:
 *
 * The path that the content comes from.
 */
/**
 * GVirSandboxConfigMountFile:readonly:
 *
 * Whether the program can only read what is mounted.
 *
 * Since: 0.9.0
 */
/**
 * GVirSandboxConfigMountHostImage:format:
 *
 * The format of the disk image.
 */
/**
 * GVirSandboxConfigMountHostImage:backing:
 *
 * Whether the image may refer to other files, devices or servers, which the sandbox reaches through it then. Since:
 * 0.9.0
 */
/**
 * GVirSandboxConfigMountRam:usage:
 *
 * How much the file system can hold, in bytes.
 */
/**
 * GVirSandboxConfigNetworkAddress:primary:
 *
 * The address.
 */
/**
 * GVirSandboxConfigNetworkAddress:broadcast:
 *
 * The broadcast address, when it is not the usual one.
 */
/**
 * GVirSandboxConfigNetworkAddress:prefix:
 *
 * How many bits of the address name the network.
 */
/**
 * GVirSandboxConfigNetworkFilterref:name:
 *
 * The name of the filter.
 */
/**
 * GVirSandboxConfigNetwork:dhcp:
 *
 * Whether the addresses come from a DHCP server.
 */
/**
 * GVirSandboxConfigNetwork:source:
 *
 * The libvirt network that the interface is connected with; see gvir_sandbox_config_network_set_source().
 */
/**
 * GVirSandboxConfigNetwork:mac:
 *
 * The MAC address, six pairs of hexadecimal digits with colons; chosen by libvirt when it is not set.
 */
/**
 * GVirSandboxConfigNetworkFilterrefParameter:name:
 *
 * The name of the parameter.
 */
/**
 * GVirSandboxConfigNetworkFilterrefParameter:value:
 *
 * The value of the parameter.
 */
/**
 * GVirSandboxConfigNetworkRoute:target:
 *
 * The network that the route leads to.
 */
/**
 * GVirSandboxConfigNetworkRoute:gateway:
 *
 * The address of the gateway.
 */
/**
 * GVirSandboxConfigNetworkRoute:prefix:
 *
 * How many bits of the target name the network.
 */
/**
 * GVirSandboxConsole:connection:
 *
 * The connection that the domain belongs to.
 */
/**
 * GVirSandboxConsole:domain:
 *
 * The domain that the console belongs to.
 */
/**
 * GVirSandboxConsole:devname:
 *
 * The alias of the console's device in the domain.
 */
/**
 * GVirSandboxConsole:escape:
 *
 * The character that, typed together with the control key, detaches the console, `]` by default.
 */
/**
 * GVirSandboxConsole:direct:
 *
 * Whether attaching opens the console's device on this host instead of a stream of libvirt.
 */
/**
 * GVirSandboxContext:config:
 *
 * The configuration of the sandbox.
 */
/**
 * GVirSandboxContext:connection:
 *
 * The connection that the sandbox runs on.
 */
/**
 * GVirSandboxContext:domain:
 *
 * The domain, while the sandbox is started or attached to.
 */
/**
 * GVIR_SANDBOX_TYPE_BUILDER:
 *
 * The type of #GVirSandboxBuilder.
 */
/**
 * GVIR_SANDBOX_BUILDER:
 * @obj: an instance of #GVirSandboxBuilder
 *
 * Casts an object to #GVirSandboxBuilder. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_BUILDER_CLASS:
 * @klass: a #GVirSandboxBuilderClass
 *
 * Casts the class of an object to #GVirSandboxBuilderClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_BUILDER:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxBuilder.
 */
/**
 * GVIR_SANDBOX_IS_BUILDER_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxBuilderClass or derived from it.
 */
/**
 * GVIR_SANDBOX_BUILDER_GET_CLASS:
 * @obj: an instance of #GVirSandboxBuilder
 *
 * The #GVirSandboxBuilderClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_BUILDER_CONTAINER:
 *
 * The type of #GVirSandboxBuilderContainer.
 */
/**
 * GVIR_SANDBOX_BUILDER_CONTAINER:
 * @obj: an instance of #GVirSandboxBuilderContainer
 *
 * Casts an object to #GVirSandboxBuilderContainer. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_BUILDER_CONTAINER_CLASS:
 * @klass: a #GVirSandboxBuilderContainerClass
 *
 * Casts the class of an object to #GVirSandboxBuilderContainerClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_BUILDER_CONTAINER:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxBuilderContainer.
 */
/**
 * GVIR_SANDBOX_IS_BUILDER_CONTAINER_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxBuilderContainerClass or derived from it.
 */
/**
 * GVIR_SANDBOX_BUILDER_CONTAINER_GET_CLASS:
 * @obj: an instance of #GVirSandboxBuilderContainer
 *
 * The #GVirSandboxBuilderContainerClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_BUILDER_INITRD:
 *
 * The type of #GVirSandboxBuilderInitrd.
 */
/**
 * GVIR_SANDBOX_BUILDER_INITRD:
 * @obj: an instance of #GVirSandboxBuilderInitrd
 *
 * Casts an object to #GVirSandboxBuilderInitrd. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_BUILDER_INITRD_CLASS:
 * @klass: a #GVirSandboxBuilderInitrdClass
 *
 * Casts the class of an object to #GVirSandboxBuilderInitrdClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_BUILDER_INITRD:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxBuilderInitrd.
 */
/**
 * GVIR_SANDBOX_IS_BUILDER_INITRD_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxBuilderInitrdClass or derived from it.
 */
/**
 * GVIR_SANDBOX_BUILDER_INITRD_GET_CLASS:
 * @obj: an instance of #GVirSandboxBuilderInitrd
 *
 * The #GVirSandboxBuilderInitrdClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_BUILDER_MACHINE:
 *
 * The type of #GVirSandboxBuilderMachine.
 */
/**
 * GVIR_SANDBOX_BUILDER_MACHINE:
 * @obj: an instance of #GVirSandboxBuilderMachine
 *
 * Casts an object to #GVirSandboxBuilderMachine. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_BUILDER_MACHINE_CLASS:
 * @klass: a #GVirSandboxBuilderMachineClass
 *
 * Casts the class of an object to #GVirSandboxBuilderMachineClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_BUILDER_MACHINE:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxBuilderMachine.
 */
/**
 * GVIR_SANDBOX_IS_BUILDER_MACHINE_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxBuilderMachineClass or derived from it.
 */
/**
 * GVIR_SANDBOX_BUILDER_MACHINE_GET_CLASS:
 * @obj: an instance of #GVirSandboxBuilderMachine
 *
 * The #GVirSandboxBuilderMachineClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONFIG:
 *
 * The type of #GVirSandboxConfig.
 */
/**
 * GVIR_SANDBOX_CONFIG:
 * @obj: an instance of #GVirSandboxConfig
 *
 * Casts an object to #GVirSandboxConfig. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONFIG_CLASS:
 * @klass: a #GVirSandboxConfigClass
 *
 * Casts the class of an object to #GVirSandboxConfigClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConfig.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConfigClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONFIG_GET_CLASS:
 * @obj: an instance of #GVirSandboxConfig
 *
 * The #GVirSandboxConfigClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONFIG_DISK:
 *
 * The type of #GVirSandboxConfigDisk.
 */
/**
 * GVIR_SANDBOX_CONFIG_DISK:
 * @obj: an instance of #GVirSandboxConfigDisk
 *
 * Casts an object to #GVirSandboxConfigDisk. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONFIG_DISK_CLASS:
 * @klass: a #GVirSandboxConfigDiskClass
 *
 * Casts the class of an object to #GVirSandboxConfigDiskClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_DISK:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConfigDisk.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_DISK_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConfigDiskClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONFIG_DISK_GET_CLASS:
 * @obj: an instance of #GVirSandboxConfigDisk
 *
 * The #GVirSandboxConfigDiskClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONFIG_INITRD:
 *
 * The type of #GVirSandboxConfigInitrd.
 */
/**
 * GVIR_SANDBOX_CONFIG_INITRD:
 * @obj: an instance of #GVirSandboxConfigInitrd
 *
 * Casts an object to #GVirSandboxConfigInitrd. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONFIG_INITRD_CLASS:
 * @klass: a #GVirSandboxConfigInitrdClass
 *
 * Casts the class of an object to #GVirSandboxConfigInitrdClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_INITRD:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConfigInitrd.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_INITRD_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConfigInitrdClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONFIG_INITRD_GET_CLASS:
 * @obj: an instance of #GVirSandboxConfigInitrd
 *
 * The #GVirSandboxConfigInitrdClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONFIG_INTERACTIVE:
 *
 * The type of #GVirSandboxConfigInteractive.
 */
/**
 * GVIR_SANDBOX_CONFIG_INTERACTIVE:
 * @obj: an instance of #GVirSandboxConfigInteractive
 *
 * Casts an object to #GVirSandboxConfigInteractive. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONFIG_INTERACTIVE_CLASS:
 * @klass: a #GVirSandboxConfigInteractiveClass
 *
 * Casts the class of an object to #GVirSandboxConfigInteractiveClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_INTERACTIVE:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConfigInteractive.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_INTERACTIVE_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConfigInteractiveClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONFIG_INTERACTIVE_GET_CLASS:
 * @obj: an instance of #GVirSandboxConfigInteractive
 *
 * The #GVirSandboxConfigInteractiveClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONFIG_MOUNT:
 *
 * The type of #GVirSandboxConfigMount.
 */
/**
 * GVIR_SANDBOX_CONFIG_MOUNT:
 * @obj: an instance of #GVirSandboxConfigMount
 *
 * Casts an object to #GVirSandboxConfigMount. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONFIG_MOUNT_CLASS:
 * @klass: a #GVirSandboxConfigMountClass
 *
 * Casts the class of an object to #GVirSandboxConfigMountClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_MOUNT:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConfigMount.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_MOUNT_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConfigMountClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONFIG_MOUNT_GET_CLASS:
 * @obj: an instance of #GVirSandboxConfigMount
 *
 * The #GVirSandboxConfigMountClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONFIG_MOUNT_FILE:
 *
 * The type of #GVirSandboxConfigMountFile.
 */
/**
 * GVIR_SANDBOX_CONFIG_MOUNT_FILE:
 * @obj: an instance of #GVirSandboxConfigMountFile
 *
 * Casts an object to #GVirSandboxConfigMountFile. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONFIG_MOUNT_FILE_CLASS:
 * @klass: a #GVirSandboxConfigMountFileClass
 *
 * Casts the class of an object to #GVirSandboxConfigMountFileClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_MOUNT_FILE:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConfigMountFile.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_MOUNT_FILE_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConfigMountFileClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONFIG_MOUNT_FILE_GET_CLASS:
 * @obj: an instance of #GVirSandboxConfigMountFile
 *
 * The #GVirSandboxConfigMountFileClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONFIG_MOUNT_GUEST_BIND:
 *
 * The type of #GVirSandboxConfigMountGuestBind.
 */
/**
 * GVIR_SANDBOX_CONFIG_MOUNT_GUEST_BIND:
 * @obj: an instance of #GVirSandboxConfigMountGuestBind
 *
 * Casts an object to #GVirSandboxConfigMountGuestBind. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONFIG_MOUNT_GUEST_BIND_CLASS:
 * @klass: a #GVirSandboxConfigMountGuestBindClass
 *
 * Casts the class of an object to #GVirSandboxConfigMountGuestBindClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_MOUNT_GUEST_BIND:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConfigMountGuestBind.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_MOUNT_GUEST_BIND_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConfigMountGuestBindClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONFIG_MOUNT_GUEST_BIND_GET_CLASS:
 * @obj: an instance of #GVirSandboxConfigMountGuestBind
 *
 * The #GVirSandboxConfigMountGuestBindClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONFIG_MOUNT_HOST_BIND:
 *
 * The type of #GVirSandboxConfigMountHostBind.
 */
/**
 * GVIR_SANDBOX_CONFIG_MOUNT_HOST_BIND:
 * @obj: an instance of #GVirSandboxConfigMountHostBind
 *
 * Casts an object to #GVirSandboxConfigMountHostBind. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONFIG_MOUNT_HOST_BIND_CLASS:
 * @klass: a #GVirSandboxConfigMountHostBindClass
 *
 * Casts the class of an object to #GVirSandboxConfigMountHostBindClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_MOUNT_HOST_BIND:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConfigMountHostBind.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_MOUNT_HOST_BIND_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConfigMountHostBindClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONFIG_MOUNT_HOST_BIND_GET_CLASS:
 * @obj: an instance of #GVirSandboxConfigMountHostBind
 *
 * The #GVirSandboxConfigMountHostBindClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONFIG_MOUNT_HOST_IMAGE:
 *
 * The type of #GVirSandboxConfigMountHostImage.
 */
/**
 * GVIR_SANDBOX_CONFIG_MOUNT_HOST_IMAGE:
 * @obj: an instance of #GVirSandboxConfigMountHostImage
 *
 * Casts an object to #GVirSandboxConfigMountHostImage. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONFIG_MOUNT_HOST_IMAGE_CLASS:
 * @klass: a #GVirSandboxConfigMountHostImageClass
 *
 * Casts the class of an object to #GVirSandboxConfigMountHostImageClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_MOUNT_HOST_IMAGE:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConfigMountHostImage.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_MOUNT_HOST_IMAGE_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConfigMountHostImageClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONFIG_MOUNT_HOST_IMAGE_GET_CLASS:
 * @obj: an instance of #GVirSandboxConfigMountHostImage
 *
 * The #GVirSandboxConfigMountHostImageClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONFIG_MOUNT_RAM:
 *
 * The type of #GVirSandboxConfigMountRam.
 */
/**
 * GVIR_SANDBOX_CONFIG_MOUNT_RAM:
 * @obj: an instance of #GVirSandboxConfigMountRam
 *
 * Casts an object to #GVirSandboxConfigMountRam. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONFIG_MOUNT_RAM_CLASS:
 * @klass: a #GVirSandboxConfigMountRamClass
 *
 * Casts the class of an object to #GVirSandboxConfigMountRamClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_MOUNT_RAM:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConfigMountRam.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_MOUNT_RAM_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConfigMountRamClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONFIG_MOUNT_RAM_GET_CLASS:
 * @obj: an instance of #GVirSandboxConfigMountRam
 *
 * The #GVirSandboxConfigMountRamClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONFIG_NETWORK:
 *
 * The type of #GVirSandboxConfigNetwork.
 */
/**
 * GVIR_SANDBOX_CONFIG_NETWORK:
 * @obj: an instance of #GVirSandboxConfigNetwork
 *
 * Casts an object to #GVirSandboxConfigNetwork. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONFIG_NETWORK_CLASS:
 * @klass: a #GVirSandboxConfigNetworkClass
 *
 * Casts the class of an object to #GVirSandboxConfigNetworkClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_NETWORK:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConfigNetwork.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_NETWORK_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConfigNetworkClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONFIG_NETWORK_GET_CLASS:
 * @obj: an instance of #GVirSandboxConfigNetwork
 *
 * The #GVirSandboxConfigNetworkClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONFIG_NETWORK_ADDRESS:
 *
 * The type of #GVirSandboxConfigNetworkAddress.
 */
/**
 * GVIR_SANDBOX_CONFIG_NETWORK_ADDRESS:
 * @obj: an instance of #GVirSandboxConfigNetworkAddress
 *
 * Casts an object to #GVirSandboxConfigNetworkAddress. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONFIG_NETWORK_ADDRESS_CLASS:
 * @klass: a #GVirSandboxConfigNetworkAddressClass
 *
 * Casts the class of an object to #GVirSandboxConfigNetworkAddressClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_NETWORK_ADDRESS:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConfigNetworkAddress.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_NETWORK_ADDRESS_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConfigNetworkAddressClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONFIG_NETWORK_ADDRESS_GET_CLASS:
 * @obj: an instance of #GVirSandboxConfigNetworkAddress
 *
 * The #GVirSandboxConfigNetworkAddressClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONFIG_NETWORK_FILTERREF:
 *
 * The type of #GVirSandboxConfigNetworkFilterref.
 */
/**
 * GVIR_SANDBOX_CONFIG_NETWORK_FILTERREF:
 * @obj: an instance of #GVirSandboxConfigNetworkFilterref
 *
 * Casts an object to #GVirSandboxConfigNetworkFilterref. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONFIG_NETWORK_FILTERREF_CLASS:
 * @klass: a #GVirSandboxConfigNetworkFilterrefClass
 *
 * Casts the class of an object to #GVirSandboxConfigNetworkFilterrefClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_NETWORK_FILTERREF:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConfigNetworkFilterref.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_NETWORK_FILTERREF_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConfigNetworkFilterrefClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONFIG_NETWORK_FILTERREF_GET_CLASS:
 * @obj: an instance of #GVirSandboxConfigNetworkFilterref
 *
 * The #GVirSandboxConfigNetworkFilterrefClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONFIG_NETWORK_FILTERREF_PARAMETER:
 *
 * The type of #GVirSandboxConfigNetworkFilterrefParameter.
 */
/**
 * GVIR_SANDBOX_CONFIG_NETWORK_FILTERREF_PARAMETER:
 * @obj: an instance of #GVirSandboxConfigNetworkFilterrefParameter
 *
 * Casts an object to #GVirSandboxConfigNetworkFilterrefParameter. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONFIG_NETWORK_FILTERREF_PARAMETER_CLASS:
 * @klass: a #GVirSandboxConfigNetworkFilterrefParameterClass
 *
 * Casts the class of an object to #GVirSandboxConfigNetworkFilterrefParameterClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_NETWORK_FILTERREF_PARAMETER:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConfigNetworkFilterrefParameter.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_NETWORK_FILTERREF_PARAMETER_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConfigNetworkFilterrefParameterClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONFIG_NETWORK_FILTERREF_PARAMETER_GET_CLASS:
 * @obj: an instance of #GVirSandboxConfigNetworkFilterrefParameter
 *
 * The #GVirSandboxConfigNetworkFilterrefParameterClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONFIG_NETWORK_ROUTE:
 *
 * The type of #GVirSandboxConfigNetworkRoute.
 */
/**
 * GVIR_SANDBOX_CONFIG_NETWORK_ROUTE:
 * @obj: an instance of #GVirSandboxConfigNetworkRoute
 *
 * Casts an object to #GVirSandboxConfigNetworkRoute. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONFIG_NETWORK_ROUTE_CLASS:
 * @klass: a #GVirSandboxConfigNetworkRouteClass
 *
 * Casts the class of an object to #GVirSandboxConfigNetworkRouteClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_NETWORK_ROUTE:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConfigNetworkRoute.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_NETWORK_ROUTE_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConfigNetworkRouteClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONFIG_NETWORK_ROUTE_GET_CLASS:
 * @obj: an instance of #GVirSandboxConfigNetworkRoute
 *
 * The #GVirSandboxConfigNetworkRouteClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONFIG_SERVICE:
 *
 * The type of #GVirSandboxConfigService.
 */
/**
 * GVIR_SANDBOX_CONFIG_SERVICE:
 * @obj: an instance of #GVirSandboxConfigService
 *
 * Casts an object to #GVirSandboxConfigService. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONFIG_SERVICE_CLASS:
 * @klass: a #GVirSandboxConfigServiceClass
 *
 * Casts the class of an object to #GVirSandboxConfigServiceClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_SERVICE:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConfigService.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_SERVICE_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConfigServiceClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONFIG_SERVICE_GET_CLASS:
 * @obj: an instance of #GVirSandboxConfigService
 *
 * The #GVirSandboxConfigServiceClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONFIG_SERVICE_GENERIC:
 *
 * The type of #GVirSandboxConfigServiceGeneric.
 */
/**
 * GVIR_SANDBOX_CONFIG_SERVICE_GENERIC:
 * @obj: an instance of #GVirSandboxConfigServiceGeneric
 *
 * Casts an object to #GVirSandboxConfigServiceGeneric. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONFIG_SERVICE_GENERIC_CLASS:
 * @klass: a #GVirSandboxConfigServiceGenericClass
 *
 * Casts the class of an object to #GVirSandboxConfigServiceGenericClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_SERVICE_GENERIC:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConfigServiceGeneric.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_SERVICE_GENERIC_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConfigServiceGenericClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONFIG_SERVICE_GENERIC_GET_CLASS:
 * @obj: an instance of #GVirSandboxConfigServiceGeneric
 *
 * The #GVirSandboxConfigServiceGenericClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONFIG_SERVICE_SYSTEMD:
 *
 * The type of #GVirSandboxConfigServiceSystemd.
 */
/**
 * GVIR_SANDBOX_CONFIG_SERVICE_SYSTEMD:
 * @obj: an instance of #GVirSandboxConfigServiceSystemd
 *
 * Casts an object to #GVirSandboxConfigServiceSystemd. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONFIG_SERVICE_SYSTEMD_CLASS:
 * @klass: a #GVirSandboxConfigServiceSystemdClass
 *
 * Casts the class of an object to #GVirSandboxConfigServiceSystemdClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_SERVICE_SYSTEMD:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConfigServiceSystemd.
 */
/**
 * GVIR_SANDBOX_IS_CONFIG_SERVICE_SYSTEMD_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConfigServiceSystemdClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONFIG_SERVICE_SYSTEMD_GET_CLASS:
 * @obj: an instance of #GVirSandboxConfigServiceSystemd
 *
 * The #GVirSandboxConfigServiceSystemdClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONSOLE:
 *
 * The type of #GVirSandboxConsole.
 */
/**
 * GVIR_SANDBOX_CONSOLE:
 * @obj: an instance of #GVirSandboxConsole
 *
 * Casts an object to #GVirSandboxConsole. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONSOLE_CLASS:
 * @klass: a #GVirSandboxConsoleClass
 *
 * Casts the class of an object to #GVirSandboxConsoleClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONSOLE:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConsole.
 */
/**
 * GVIR_SANDBOX_IS_CONSOLE_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConsoleClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONSOLE_GET_CLASS:
 * @obj: an instance of #GVirSandboxConsole
 *
 * The #GVirSandboxConsoleClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONSOLE_RAW:
 *
 * The type of #GVirSandboxConsoleRaw.
 */
/**
 * GVIR_SANDBOX_CONSOLE_RAW:
 * @obj: an instance of #GVirSandboxConsoleRaw
 *
 * Casts an object to #GVirSandboxConsoleRaw. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONSOLE_RAW_CLASS:
 * @klass: a #GVirSandboxConsoleRawClass
 *
 * Casts the class of an object to #GVirSandboxConsoleRawClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONSOLE_RAW:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConsoleRaw.
 */
/**
 * GVIR_SANDBOX_IS_CONSOLE_RAW_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConsoleRawClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONSOLE_RAW_GET_CLASS:
 * @obj: an instance of #GVirSandboxConsoleRaw
 *
 * The #GVirSandboxConsoleRawClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONSOLE_RPC:
 *
 * The type of #GVirSandboxConsoleRpc.
 */
/**
 * GVIR_SANDBOX_CONSOLE_RPC:
 * @obj: an instance of #GVirSandboxConsoleRpc
 *
 * Casts an object to #GVirSandboxConsoleRpc. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONSOLE_RPC_CLASS:
 * @klass: a #GVirSandboxConsoleRpcClass
 *
 * Casts the class of an object to #GVirSandboxConsoleRpcClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONSOLE_RPC:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxConsoleRpc.
 */
/**
 * GVIR_SANDBOX_IS_CONSOLE_RPC_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxConsoleRpcClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONSOLE_RPC_GET_CLASS:
 * @obj: an instance of #GVirSandboxConsoleRpc
 *
 * The #GVirSandboxConsoleRpcClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONTEXT:
 *
 * The type of #GVirSandboxContext.
 */
/**
 * GVIR_SANDBOX_CONTEXT:
 * @obj: an instance of #GVirSandboxContext
 *
 * Casts an object to #GVirSandboxContext. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONTEXT_CLASS:
 * @klass: a #GVirSandboxContextClass
 *
 * Casts the class of an object to #GVirSandboxContextClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONTEXT:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxContext.
 */
/**
 * GVIR_SANDBOX_IS_CONTEXT_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxContextClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONTEXT_GET_CLASS:
 * @obj: an instance of #GVirSandboxContext
 *
 * The #GVirSandboxContextClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONTEXT_INTERACTIVE:
 *
 * The type of #GVirSandboxContextInteractive.
 */
/**
 * GVIR_SANDBOX_CONTEXT_INTERACTIVE:
 * @obj: an instance of #GVirSandboxContextInteractive
 *
 * Casts an object to #GVirSandboxContextInteractive. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONTEXT_INTERACTIVE_CLASS:
 * @klass: a #GVirSandboxContextInteractiveClass
 *
 * Casts the class of an object to #GVirSandboxContextInteractiveClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONTEXT_INTERACTIVE:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxContextInteractive.
 */
/**
 * GVIR_SANDBOX_IS_CONTEXT_INTERACTIVE_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxContextInteractiveClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONTEXT_INTERACTIVE_GET_CLASS:
 * @obj: an instance of #GVirSandboxContextInteractive
 *
 * The #GVirSandboxContextInteractiveClass of an object.
 */
/**
 * GVIR_SANDBOX_TYPE_CONTEXT_SERVICE:
 *
 * The type of #GVirSandboxContextService.
 */
/**
 * GVIR_SANDBOX_CONTEXT_SERVICE:
 * @obj: an instance of #GVirSandboxContextService
 *
 * Casts an object to #GVirSandboxContextService. What is something else is reported and passed on.
 */
/**
 * GVIR_SANDBOX_CONTEXT_SERVICE_CLASS:
 * @klass: a #GVirSandboxContextServiceClass
 *
 * Casts the class of an object to #GVirSandboxContextServiceClass, with the same check.
 */
/**
 * GVIR_SANDBOX_IS_CONTEXT_SERVICE:
 * @obj: an object, or %NULL
 *
 * Whether an object is a #GVirSandboxContextService.
 */
/**
 * GVIR_SANDBOX_IS_CONTEXT_SERVICE_CLASS:
 * @klass: the class of an object, or %NULL
 *
 * Whether a class is #GVirSandboxContextServiceClass or derived from it.
 */
/**
 * GVIR_SANDBOX_CONTEXT_SERVICE_GET_CLASS:
 * @obj: an instance of #GVirSandboxContextService
 *
 * The #GVirSandboxContextServiceClass of an object.
 */

G_END_DECLS

#endif
