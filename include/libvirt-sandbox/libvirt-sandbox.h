/* Generated from src/capi by `cargo run -p xtask -- header`: change it there. */
#ifndef __LIBVIRT_SANDBOX_H__
#define __LIBVIRT_SANDBOX_H__


#include <libvirt-gobject/libvirt-gobject.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <locale.h>

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
typedef struct _GVirSandboxConfigInitrd GVirSandboxConfigInitrd;
typedef struct _GVirSandboxConfigInitrdClass GVirSandboxConfigInitrdClass;
typedef struct _GVirSandboxConfigInitrdPrivate GVirSandboxConfigInitrdPrivate;
typedef struct _GVirSandboxConfigInteractive GVirSandboxConfigInteractive;
typedef struct _GVirSandboxConfigInteractiveClass GVirSandboxConfigInteractiveClass;
typedef struct _GVirSandboxConfigInteractivePrivate GVirSandboxConfigInteractivePrivate;
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


/**
 * LIBVIRT_SANDBOX_CLASS_PADDING:
 *
 * The reserved slots at the end of every class struct.
 */
#ifndef __GI_SCANNER__
#define LIBVIRT_SANDBOX_CLASS_PADDING 20
#endif

/**
 * GVirSandboxConfigDisk:
 *
 * A disk of the sandbox.
 */
typedef struct GVirSandboxConfigDisk GVirSandboxConfigDisk;

/**
 * GVirSandboxBuilder:
 *
 * Turns the configuration of a sandbox into the configuration of a libvirt domain.
 */
struct _GVirSandboxBuilder {
    GObject parent;
    GVirSandboxBuilderPrivate *priv;
};

/**
 * GVirSandboxConfig:
 *
 * The configuration of a sandbox.
 */
struct _GVirSandboxConfig {
    GObject parent;
    GVirSandboxConfigPrivate *priv;
};

/**
 * GVirSandboxBuilderContainer:
 *
 * Builds a container.
 */
struct _GVirSandboxBuilderContainer {
    GVirSandboxBuilder parent;
    GVirSandboxBuilderContainerPrivate *priv;
};

/**
 * GVirSandboxBuilderInitrd:
 *
 * Writes the initial RAM disk of a virtual machine.
 */
struct _GVirSandboxBuilderInitrd {
    GObject parent;
    GVirSandboxBuilderInitrdPrivate *priv;
};

/**
 * GVirSandboxBuilderMachine:
 *
 * Builds a virtual machine.
 */
struct _GVirSandboxBuilderMachine {
    GVirSandboxBuilder parent;
    GVirSandboxBuilderMachinePrivate *priv;
};

/**
 * GVirSandboxConfigInitrd:
 *
 * Describes the initial RAM disk of a virtual machine.
 */
struct _GVirSandboxConfigInitrd {
    GObject parent;
    GVirSandboxConfigInitrdPrivate *priv;
};

/**
 * GVirSandboxConfigInteractive:
 *
 * The configuration of a sandbox that runs a program with its input and output connected.
 */
struct _GVirSandboxConfigInteractive {
    GVirSandboxConfig parent;
    GVirSandboxConfigInteractivePrivate *priv;
};

/**
 * GVirSandboxConsole:
 *
 * A console of a running sandbox, which a program's input and output can be connected with.
 */
struct _GVirSandboxConsole {
    GObject parent;
    GVirSandboxConsolePrivate *priv;
};

/**
 * GVirSandboxConsoleRaw:
 *
 * A console that passes bytes on as they are.
 */
struct _GVirSandboxConsoleRaw {
    GVirSandboxConsole parent;
    GVirSandboxConsoleRawPrivate *priv;
};

/**
 * GVirSandboxConsoleRpc:
 *
 * A console on which the sandbox also reports how its program ended.
 */
struct _GVirSandboxConsoleRpc {
    GVirSandboxConsole parent;
    GVirSandboxConsoleRpcPrivate *priv;
};

/**
 * GVirSandboxContext:
 *
 * A sandbox that is started, used and stopped.
 */
struct _GVirSandboxContext {
    GObject parent;
    GVirSandboxContextPrivate *priv;
};

/**
 * GVirSandboxContextInteractive:
 *
 * A sandbox that runs a program with its input and output connected.
 */
struct _GVirSandboxContextInteractive {
    GVirSandboxContext parent;
    GVirSandboxContextInteractivePrivate *priv;
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

GType gvir_sandbox_builder_get_type(void);

/**
 * gvir_sandbox_builder_for_connection:
 * @connection: (transfer none): the connection that the sandbox is to run on
 * @error: where an error is left
 *
 * Creates the builder that fits the hypervisor of the connection.
 *
 * Returns: (transfer full): a new builder, or NULL with @error set when no sandbox can run on the connection
 */
GVirSandboxBuilder *gvir_sandbox_builder_for_connection(GVirConnection *connection,
                                                        GError **error);

/**
 * gvir_sandbox_builder_get_connection:
 * @builder: (transfer none): the builder
 *
 * Gets the connection that the domain is built for.
 *
 * Returns: (transfer full): the connection
 */
GVirConnection *gvir_sandbox_builder_get_connection(GVirSandboxBuilder *builder);

/**
 * gvir_sandbox_builder_construct:
 * @builder: (transfer none): the builder
 * @config: (transfer none): the configuration of the sandbox
 * @statedir: the directory that the sandbox's files go into
 * @error: where an error is left
 *
 * Builds the configuration of the domain, and the files that it refers to.
 *
 * Returns: (transfer full): the configuration of the domain, or NULL with @error set
 */
GVirConfigDomain *gvir_sandbox_builder_construct(GVirSandboxBuilder *builder,
                                                 GVirSandboxConfig *config,
                                                 const gchar *statedir,
                                                 GError **error);

/**
 * gvir_sandbox_builder_clean_post_start:
 * @builder: (transfer none): the builder
 * @config: (transfer none): the configuration of the sandbox
 * @statedir: the directory that the sandbox's files are in
 * @error: where an error is left
 *
 * Removes what is not needed any more once the sandbox runs.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_builder_clean_post_start(GVirSandboxBuilder *builder,
                                               GVirSandboxConfig *config,
                                               const gchar *statedir,
                                               GError **error);

/**
 * gvir_sandbox_builder_clean_post_stop:
 * @builder: (transfer none): the builder
 * @config: (transfer none): the configuration of the sandbox
 * @statedir: the directory that the sandbox's files are in
 * @error: where an error is left
 *
 * Removes what is left of a sandbox that was stopped.
 *
 * Returns: true on success, false with @error set
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
 * Returns: (transfer full): a new builder
 */
GVirSandboxBuilderContainer *gvir_sandbox_builder_container_new(GVirConnection *connection);

GType gvir_sandbox_builder_initrd_get_type(void);

/**
 * gvir_sandbox_builder_initrd_new:
 *
 * Creates a builder of initial RAM disks.
 *
 * Returns: (transfer full): a new builder
 */
GVirSandboxBuilderInitrd *gvir_sandbox_builder_initrd_new(void);

GType gvir_sandbox_builder_machine_get_type(void);

/**
 * gvir_sandbox_builder_machine_new:
 * @connection: (transfer none): the connection that the sandbox is to run on
 *
 * Creates a builder of a virtual machine. It holds a reference of the connection.
 *
 * Returns: (transfer full): a new builder
 */
GVirSandboxBuilderMachine *gvir_sandbox_builder_machine_new(GVirConnection *connection);

GType gvir_sandbox_config_get_type(void);

/**
 * gvir_sandbox_config_get_command:
 * @config: (transfer none): the configuration
 *
 * Gets the program to run in the sandbox and its arguments.
 *
 * Returns: (transfer full) (array zero-terminated=1): the program and its arguments
 */
gchar **gvir_sandbox_config_get_command(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_get_name:
 * @config: (transfer none): the configuration
 *
 * Gets the name of the sandbox, which is also the name of its libvirt domain.
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
 * gvir_sandbox_config_add_env:
 * @config: (transfer none): the configuration
 * @key: (transfer none): the name of the variable
 * @value: (transfer none): the value of the variable
 *
 * Sets an environment variable of the program. It replaces one of the same name.
 */
void gvir_sandbox_config_add_env(GVirSandboxConfig *config, gchar *key, gchar *value);

/**
 * gvir_sandbox_config_add_env_opts:
 * @config: (transfer none): the configuration
 * @env: (transfer none): the option
 *
 * Sets the environment variable that `KEY=VALUE` describes. Fails when there is no `=`.
 *
 * Returns: true on success, false with @error set otherwise
 */
gboolean gvir_sandbox_config_add_env_opts(GVirSandboxConfig *config,
                                          const gchar *env,
                                          GError **error);

/**
 * gvir_sandbox_config_add_env_strv:
 * @config: (transfer none): the configuration
 * @envs: (transfer none) (array zero-terminated=1): the options
 *
 * Sets the environment variables that options like `KEY=VALUE` describe. It stops at the first option that is wrong;
 * those before it stay set.
 *
 * Returns: true on success, false with @error set otherwise
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
 * Returns: (transfer full) (element-type utf8 utf8): a new table of the values by their names
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
 *
 * Creates the configuration that a key file describes. The object has the class that is named in the file.
 *
 * Fails when the file cannot be read or understood, or when it names a class that is unknown.
 *
 * Returns: (transfer full): a new configuration, or %NULL with @error set
 */
GVirSandboxConfig *gvir_sandbox_config_load_from_path(const gchar *path,
                                                      GError **error);

/**
 * gvir_sandbox_config_load_from_data:
 * @data: (transfer none): the text of a key file
 *
 * Creates the configuration that the text of a key file describes. The object has the class that is named in the text.
 *
 * Fails when the text cannot be understood, or when it names a class that is unknown.
 *
 * Returns: (transfer full): a new configuration, or %NULL with @error set
 */
GVirSandboxConfig *gvir_sandbox_config_load_from_data(const gchar *data,
                                                      GError **error);

/**
 * gvir_sandbox_config_save_to_path:
 * @config: (transfer none): the configuration
 * @path: (type filename) (transfer none): the path of the file
 *
 * Writes the configuration to a new file. Only its owner can read the file when there are environment variables in it.
 *
 * Fails when the file exists or cannot be written.
 *
 * Returns: true on success, false with @error set otherwise
 */
gboolean gvir_sandbox_config_save_to_path(GVirSandboxConfig *config,
                                          const gchar *path,
                                          GError **error);

/**
 * gvir_sandbox_config_save_to_data:
 * @config: (transfer none): the configuration
 *
 * Gets the configuration as the text of a key file.
 *
 * Returns: (transfer full): the text
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

GType gvir_sandbox_config_initrd_get_type(void);

/**
 * gvir_sandbox_config_initrd_new:
 *
 * Creates the description of an initrd without modules.
 *
 * Returns: (transfer full): a new initrd configuration
 */
GVirSandboxConfigInitrd *gvir_sandbox_config_initrd_new(void);

/**
 * gvir_sandbox_config_initrd_set_kver:
 * @config: (transfer none): the initrd configuration
 * @version: (transfer none): the kernel version
 *
 * Sets the version of the kernel that the modules belong to, as `uname -r` prints it.
 */
void gvir_sandbox_config_initrd_set_kver(GVirSandboxConfigInitrd *config, const gchar *version);

/**
 * gvir_sandbox_config_initrd_get_kver:
 * @config: (transfer none): the initrd configuration
 *
 * Gets the version of the kernel that the modules belong to.
 *
 * Returns: (transfer none): the kernel version
 */
const gchar *gvir_sandbox_config_initrd_get_kver(GVirSandboxConfigInitrd *config);

/**
 * gvir_sandbox_config_initrd_set_kmoddir:
 * @config: (transfer none): the initrd configuration
 * @kmoddir: (transfer none): the host path of the directory with the kernel modules
 *
 * Sets the directory that the kernel modules are taken from.
 */
void gvir_sandbox_config_initrd_set_kmoddir(GVirSandboxConfigInitrd *config, const gchar *kmoddir);

/**
 * gvir_sandbox_config_initrd_get_kmoddir:
 * @config: (transfer none): the initrd configuration
 *
 * Gets the directory that the kernel modules are taken from.
 *
 * Returns: (transfer none): the host path of the directory
 */
const gchar *gvir_sandbox_config_initrd_get_kmoddir(GVirSandboxConfigInitrd *config);

/**
 * gvir_sandbox_config_initrd_set_init:
 * @config: (transfer none): the initrd configuration
 * @hostpath: (transfer none): the host path of the init program
 *
 * Sets the program that the kernel starts first.
 */
void gvir_sandbox_config_initrd_set_init(GVirSandboxConfigInitrd *config, const gchar *hostpath);

/**
 * gvir_sandbox_config_initrd_get_init:
 * @config: (transfer none): the initrd configuration
 *
 * Gets the program that the kernel starts first.
 *
 * Returns: (transfer none): the host path of the init program
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
 * Returns: (transfer container) (element-type utf8): the names of the modules
 */
GList *gvir_sandbox_config_initrd_get_modules(GVirSandboxConfigInitrd *config);

GType gvir_sandbox_config_interactive_get_type(void);

/**
 * gvir_sandbox_config_interactive_new:
 * @name: the name of the sandbox
 *
 * Creates the configuration of a sandbox that runs a program with its input and output connected.
 *
 * Returns: (transfer full): a new configuration
 */
GVirSandboxConfigInteractive *gvir_sandbox_config_interactive_new(const gchar *name);

/**
 * gvir_sandbox_config_interactive_set_command:
 * @config: (transfer none): the configuration
 * @argv: (transfer none) (array zero-terminated=1): the program and its arguments
 *
 * Sets the program to run in the sandbox and its arguments.
 */
void gvir_sandbox_config_interactive_set_command(GVirSandboxConfigInteractive *config,
                                                 gchar **argv);

/**
 * gvir_sandbox_config_interactive_set_tty:
 * @config: (transfer none): the configuration
 * @tty: true if the program gets a terminal
 *
 * Sets whether the program gets a terminal as its input and output.
 */
void gvir_sandbox_config_interactive_set_tty(GVirSandboxConfigInteractive *config, gboolean tty);

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
 * The default is found from the version of the kernel. Containers use the running kernel and ignore this.
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

/**
 * gvir_sandbox_config_get_security_label:
 * @config: (transfer none): the configuration
 *
 * Gets the security label that the sandbox runs with.
 *
 * Returns: (transfer none) (nullable): the SELinux context, or %NULL when it is not set
 */
const gchar *gvir_sandbox_config_get_security_label(GVirSandboxConfig *config);

/**
 * gvir_sandbox_config_set_security_label:
 * @config: (transfer none): the configuration
 * @label: (transfer none) (nullable): the SELinux context, or %NULL for the default
 *
 * Sets the security label that the sandbox runs with. With a dynamic label, libvirt takes only the type from it.
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
 *
 * Sets how the sandbox is confined: `dynamic`, `static` or `inherit`, then `,label=LABEL` if need be. `inherit` takes
 * the SELinux context of the calling process.
 *
 * Nothing is changed when the option is wrong, or when there is no context to inherit.
 *
 * Returns: true on success, false with @error set otherwise
 */
gboolean gvir_sandbox_config_set_security_opts(GVirSandboxConfig *config,
                                               const gchar *optstr,
                                               GError **error);

GType gvir_sandbox_console_get_type(void);

/**
 * gvir_sandbox_console_attach_stdio:
 * @console: (transfer none): the console
 * @error: where an error is left
 *
 * Connects the console with the standard input, output and error of the calling process, which stay open when the
 * console is detached.
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
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_console_attach_stderr(GVirSandboxConsole *console,
                                            GError **error);

/**
 * gvir_sandbox_console_attach:
 * @console: (transfer none): the console
 * @localStdin: (transfer none) (nullable): what the console reads from
 * @localStdout: (transfer none) (nullable): what the console writes output to
 * @localStderr: (transfer none) (nullable): what the console writes error output to
 * @error: where an error is left
 *
 * Connects the console with the streams, of which it holds a reference until it is detached. A stream can be left out
 * with NULL.
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
 * Disconnects the console from the streams it was attached to.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_console_detach(GVirSandboxConsole *console, GError **error);

/**
 * gvir_sandbox_console_isolate:
 * @console: (transfer none): the console
 * @error: where an error is left
 *
 * Makes a direct console independent of libvirt: it lets go of its connection and its domain.
 *
 * Returns: true on success, false with @error set when the console is not direct
 */
gboolean gvir_sandbox_console_isolate(GVirSandboxConsole *console, GError **error);

/**
 * gvir_sandbox_console_set_escape:
 * @console: (transfer none): the console
 * @escape: the character
 *
 * Sets the character that, typed together with the control key, detaches the console.
 */
void gvir_sandbox_console_set_escape(GVirSandboxConsole *console, gchar escape);

/**
 * gvir_sandbox_console_get_escape:
 * @console: (transfer none): the console
 *
 * Gets the character that, typed together with the control key, detaches the console.
 *
 * Returns: the character
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
 * Returns: (transfer full): a new console that is not attached to anything
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
 * Returns: (transfer full): a new console that is not attached to anything
 */
GVirSandboxConsoleRpc *gvir_sandbox_console_rpc_new(GVirConnection *connection,
                                                    GVirDomain *domain,
                                                    const gchar *devname);

GType gvir_sandbox_context_get_type(void);

/**
 * gvir_sandbox_context_start:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Starts the sandbox. Fails when the context already has a domain.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_context_start(GVirSandboxContext *ctxt, GError **error);

/**
 * gvir_sandbox_context_stop:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Stops the sandbox at once. Fails when the context has no domain.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_context_stop(GVirSandboxContext *ctxt, GError **error);

/**
 * gvir_sandbox_context_attach:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Looks for the domain of a sandbox that somebody else has started. Fails when the context already has a domain, and
 * when the connection has none with the name of the sandbox.
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
 * Lets go of the domain, and leaves it running. Fails when the context has no domain.
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
 * Returns: (transfer full): the configuration
 */
GVirSandboxConfig *gvir_sandbox_context_get_config(GVirSandboxContext *ctxt);

/**
 * gvir_sandbox_context_get_connection:
 * @ctxt: (transfer none): the context
 *
 * Gets the connection that the sandbox runs on.
 *
 * Returns: (transfer full): the connection
 */
GVirConnection *gvir_sandbox_context_get_connection(GVirSandboxContext *ctxt);

/**
 * gvir_sandbox_context_get_domain:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Gets the domain of the sandbox.
 *
 * Returns: (transfer full): the domain, or NULL with @error set when the sandbox was neither started nor attached to
 */
GVirDomain *gvir_sandbox_context_get_domain(GVirSandboxContext *ctxt,
                                            GError **error);

/**
 * gvir_sandbox_context_get_log_console:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Gets the console on which the kernel and the first program of the sandbox write their messages.
 *
 * Returns: (transfer full) (nullable): a new console, or NULL with @error set
 */
GVirSandboxConsole *gvir_sandbox_context_get_log_console(GVirSandboxContext *ctxt, GError **error);

/**
 * gvir_sandbox_context_get_shell_console:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Gets the console on which a shell waits, if the configuration asks for one.
 *
 * Returns: (transfer full) (nullable): a new console, or NULL without @error when the sandbox has no shell, or NULL with
 * @error set
 */
GVirSandboxConsole *gvir_sandbox_context_get_shell_console(GVirSandboxContext *ctxt,
                                                           GError **error);

GType gvir_sandbox_context_interactive_get_type(void);

/**
 * gvir_sandbox_context_interactive_new:
 * @connection: (transfer none): the connection to run the sandbox on, which is open
 * @config: (transfer none): the configuration
 *
 * Creates the context of a sandbox. It holds a reference of the connection and the configuration, and starts nothing.
 *
 * Returns: (transfer full): a new context
 */
GVirSandboxContextInteractive *gvir_sandbox_context_interactive_new(GVirConnection *connection,
                                                                    GVirSandboxConfigInteractive *config);

/**
 * gvir_sandbox_context_interactive_get_app_console:
 * @ctxt: (transfer none): the context
 * @error: where an error is left
 *
 * Gets the console that the program's input and output are connected with.
 *
 * Returns: (transfer full) (nullable): a new console, or NULL with @error set
 */
GVirSandboxConsole *gvir_sandbox_context_interactive_get_app_console(GVirSandboxContextInteractive *ctxt,
                                                                     GError **error);

/**
 * gvir_sandbox_init:
 * @argc: (inout): the number of arguments
 * @argv: (inout) (array length=argc) (nullable): the arguments
 *
 * Prepares the library and those below it, as gvir_sandbox_init_check() does; a failure is only logged. The arguments are
 * left as they are.
 */
void gvir_sandbox_init(gint *argc,
                       char ***argv);

/**
 * gvir_sandbox_init_check:
 * @argc: (inout): the number of arguments
 * @argv: (inout) (array length=argc) (nullable): the arguments
 * @error: where an error is left
 *
 * Prepares the library and those below it. Call it before anything else; calling it again does no harm. The arguments are
 * left as they are.
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_init_check(gint *argc,
                                 char ***argv,
                                 GError **error);

/**
 * gvir_sandbox_init_object_check:
 * @argc: (inout): the number of arguments
 * @argv: (inout) (array length=argc) (nullable): the arguments
 * @error: where an error is left
 *
 * The same as gvir_sandbox_init_check().
 *
 * Returns: true on success, false with @error set
 */
gboolean gvir_sandbox_init_object_check(gint *argc, char ***argv, GError **error);

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

G_END_DECLS

#endif
