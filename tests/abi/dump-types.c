/* Prints the properties and signals that every class of the header registers, one a line. */
#include "types.h"

static void print_default(GParamSpec *pspec)
{
    const GValue *value = g_param_spec_get_default_value(pspec);

    if (G_IS_PARAM_SPEC_STRING(pspec))
        g_print("%s", g_value_get_string(value) ? g_value_get_string(value) : "NULL");
    else if (G_IS_PARAM_SPEC_BOOLEAN(pspec))
        g_print("%d", g_value_get_boolean(value));
    else if (G_IS_PARAM_SPEC_ENUM(pspec))
        g_print("%d", g_value_get_enum(value));
    else if (G_IS_PARAM_SPEC_CHAR(pspec))
        g_print("%d in %d..%d", g_value_get_schar(value),
                G_PARAM_SPEC_CHAR(pspec)->minimum, G_PARAM_SPEC_CHAR(pspec)->maximum);
    else if (G_IS_PARAM_SPEC_UINT(pspec))
        g_print("%u in %u..%u", g_value_get_uint(value),
                G_PARAM_SPEC_UINT(pspec)->minimum, G_PARAM_SPEC_UINT(pspec)->maximum);
    else if (G_IS_PARAM_SPEC_UINT64(pspec))
        g_print("%" G_GUINT64_FORMAT " in %" G_GUINT64_FORMAT "..%" G_GUINT64_FORMAT, g_value_get_uint64(value),
                G_PARAM_SPEC_UINT64(pspec)->minimum, G_PARAM_SPEC_UINT64(pspec)->maximum);
    else
        g_print("NULL");
}

static void print_properties(GType type)
{
    GObjectClass *klass = g_type_class_ref(type);
    guint n_properties;
    g_autofree GParamSpec **properties = g_object_class_list_properties(klass, &n_properties);

    for (guint i = 0; i < n_properties; i++) {
        if (properties[i]->owner_type != type)
            continue;
        g_print("%s:%s\t%s %s flags %d default ", g_type_name(type), properties[i]->name,
                G_PARAM_SPEC_TYPE_NAME(properties[i]), g_type_name(properties[i]->value_type),
                (int)(properties[i]->flags & (G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_CONSTRUCT_ONLY)));
        print_default(properties[i]);
        g_print("\n");
    }
    g_type_class_unref(klass);
}

static void print_signals(GType type)
{
    guint n_signals;
    g_autofree guint *ids = g_signal_list_ids(type, &n_signals);

    for (guint i = 0; i < n_signals; i++) {
        GSignalQuery query;

        g_signal_query(ids[i], &query);
        g_print("%s::%s\tflags %d returns %s takes", g_type_name(type), query.signal_name,
                (int)query.signal_flags, g_type_name(query.return_type));
        for (guint parameter = 0; parameter < query.n_params; parameter++)
            g_print(" %s", g_type_name(query.param_types[parameter]));
        g_print("\n");
    }
}

int main(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(get_types); i++) {
        GType type = get_types[i]();
        GTypeClass *klass = g_type_class_ref(type);

        print_properties(type);
        print_signals(type);
        g_type_class_unref(klass);
    }
    return 0;
}
