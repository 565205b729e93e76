/* What the tests of subclasses share: a record of the virtual functions that were called. */
#include <libvirt-sandbox/libvirt-sandbox.h>

static GString *calls;

static void note(const gchar *call)
{
    g_string_append_printf(calls, "%s%s", calls->len ? " " : "", call);
}

static void assert_calls(const gchar *expected)
{
    g_assert_cmpstr(calls->str, ==, expected);
    g_string_truncate(calls, 0);
}

/* how an override says no */
static gboolean fail(GError **error)
{
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "refused by the subclass");
    return FALSE;
}

G_GNUC_UNUSED static void unref(gpointer object)
{
    GObject **place = object;

    g_clear_object(place);
}

/* g_autoptr() for the classes of libvirt-glib, which has none */
#define AUTO_UNREF __attribute__((cleanup(unref)))

/* runs one program's tests */
static int run_tests(void)
{
    int status;

    g_assert_true(gvir_sandbox_init_check(NULL, NULL, NULL));
    calls = g_string_new(NULL);
    status = g_test_run();
    g_string_free(calls, TRUE);
    return status;
}
