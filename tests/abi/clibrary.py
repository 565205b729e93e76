"""Calls C functions of the library with any arguments, right or wrong, and tells what they logged, returned and left behind."""

import ctypes
from dataclasses import dataclass, field

POINTER = ctypes.c_void_p
C_TYPES = {
    'bool': ctypes.c_int, 'char': ctypes.c_byte, 'int': ctypes.c_int, 'enum': ctypes.c_int, 'uint': ctypes.c_uint,
    'uint64': ctypes.c_uint64, 'gtype': ctypes.c_size_t, 'none': None,
}
LEVELS = {4: 'error', 8: 'critical', 16: 'warning', 32: 'message', 64: 'info', 128: 'debug'}

LogHandler = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, POINTER)
ClassInit = ctypes.CFUNCTYPE(None, POINTER, POINTER)
WeakNotify = ctypes.CFUNCTYPE(None, POINTER, POINTER)


class TypeQuery(ctypes.Structure):
    _fields_ = [('type', ctypes.c_size_t), ('name', ctypes.c_char_p), ('class_size', ctypes.c_uint), ('instance_size', ctypes.c_uint)]


class GError(ctypes.Structure):
    _fields_ = [('domain', ctypes.c_uint32), ('code', ctypes.c_int), ('message', ctypes.c_char_p)]


class GList(ctypes.Structure):
    _fields_ = [('data', POINTER), ('next', POINTER), ('prev', POINTER)]


@dataclass
class Outcome:
    """What a call did."""

    result: object
    error: str = None
    messages: list = field(default_factory=list)


# What the functions of GLib and the libraries on it return that the tests use; all others give nothing.
INTS = ('g_type_check_instance_is_a', 'gvir_connection_open')
POINTERS = (
    'g_inet_address_new_from_string', 'g_key_file_new', 'g_object_class_list_properties', 'g_object_new',
    'g_object_new_with_properties', 'g_object_ref', 'g_signal_connect_data', 'g_type_class_ref', 'g_type_from_name',
    'g_type_fundamental', 'g_type_register_static_simple', 'g_unix_input_stream_new', 'g_unix_output_stream_new',
    'gvir_config_domain_new', 'gvir_connection_find_domain_by_name', 'gvir_connection_new',
)


class GLib:
    """GLib and the libraries on it."""

    def __init__(self):
        self.libraries = [ctypes.CDLL(f'lib{name}.so.0') for name in (
            'glib-2.0', 'gobject-2.0', 'gio-2.0', 'virt-gobject-1.0', 'virt-gconfig-1.0')]
        self.known = {}

    def __getattr__(self, name):
        function = next(getattr(library, name) for library in self.libraries if hasattr(library, name))
        function.restype = ctypes.c_int if name in INTS else POINTER if name in POINTERS else None

        def call(*arguments):
            # in a register of full width a number and a pointer are the same
            return function(*(POINTER(argument) if isinstance(argument, int) else argument for argument in arguments)) or 0

        setattr(self, name, call)
        return call


class Library:
    """The library, the messages that it logs, and the objects it made."""

    def __init__(self, path):
        self.functions = ctypes.CDLL(path)
        self.glib = GLib()
        self.messages = []
        # GLib keeps only a pointer: the callbacks must live as long as the library
        self.handler = LogHandler(self.log)
        self.glib.g_log_set_default_handler(self.handler, None)
        self.forget = WeakNotify(lambda data, where: self.alive.pop(data))
        self.class_inits = []
        self.alive = {}
        self.watched = 0

    def log(self, domain, level, text, _data):
        level = LEVELS.get(level & ~3, str(level))
        if level not in ('info', 'debug'):
            self.messages.append((f'{(domain or b"").decode()} {level}', (text or b'').decode(errors='replace')))

    def type_of(self, api, name):
        """The GType of one of the library's classes."""
        get_type = getattr(self.functions, api.get_type(name))
        get_type.restype = ctypes.c_size_t
        return get_type()

    def address(self, function, class_pointer=None, offset=0):
        """The function to call: a symbol, or what the class has in the slot; nothing when that is empty."""
        result = C_TYPES.get(function.result.kind, POINTER)
        if class_pointer is None:
            symbol = getattr(self.functions, function.name)
            symbol.restype = result
            return symbol
        address = POINTER.from_address(class_pointer + offset + 8 * function.slot).value
        return address and ctypes.CFUNCTYPE(result)(address)

    def call(self, symbol, function, arguments, with_error=True):
        """Calls with arguments of the right width and any value."""
        self.messages.clear()
        error = POINTER()
        converted = [self.convert(parameter, value) for parameter, value in zip(function.parameters, arguments, strict=True)]
        if function.throws:
            converted.append(ctypes.byref(error) if with_error else POINTER())
        outcome = Outcome(symbol(*converted))
        if error:
            outcome.error = GError.from_address(error.value).message.decode(errors='replace')
            self.glib.g_error_free(error)
        outcome.messages = list(self.messages)
        return outcome

    @staticmethod
    def convert(parameter, value):
        if parameter.kind == 'strv' and value is not None:
            return (ctypes.c_char_p * (len(value) + 1))(*value, None)
        if parameter.kind == 'string':
            return ctypes.c_char_p(value)
        return C_TYPES.get(parameter.kind, POINTER)(value)

    def release(self, function, result):
        """Frees what the function returned, as its annotations say."""
        transfer, value = function.result.transfer, function.result
        if transfer == 'none' or not result or value.kind not in ('object', 'string', 'list', 'table', 'strv', 'variant'):
            return
        if value.kind == 'object':
            self.unref(result)
        elif value.kind == 'string':
            self.glib.g_free(result)
        elif value.kind == 'variant':
            self.glib.g_variant_unref(result)
        elif value.kind == 'strv':
            self.glib.g_strfreev(result)
        elif value.kind == 'table':
            self.glib.g_hash_table_unref(result)
        else:
            if transfer == 'full':
                for item in self.items(result):
                    self.unref(item) if value.item not in ('utf8', 'filename') else self.glib.g_free(item)
            self.glib.g_list_free(result)

    @staticmethod
    def items(pointer):
        while pointer:
            node = GList.from_address(pointer)
            yield node.data
            pointer = node.next

    def watch(self, instance, what):
        """Remembers the object until it is finalized."""
        self.alive[instance] = what
        self.watched += 1
        self.glib.g_object_weak_ref(instance, self.forget, instance)
        return instance

    def unref(self, instance):
        self.glib.g_object_unref(instance)

    def references(self, instance):
        return ctypes.c_uint.from_address(instance + 8).value

    def is_a(self, instance, gtype):
        return bool(self.glib.g_type_check_instance_is_a(instance, gtype))

    def new(self, gtype):
        """An object with the defaults of its properties."""
        return self.glib.g_object_new(gtype, None)

    def query(self, gtype):
        query = TypeQuery()
        self.glib.g_type_query(gtype, ctypes.byref(query))
        return query

    def hollow(self, gtype, slots):
        """A subclass that leaves the slots empty: pairs of an offset in the class struct and a number of pointers."""
        query = self.query(gtype)
        name = b'Hollow' + query.name

        def class_init(class_pointer, _data):
            for offset, count in slots:
                ctypes.memset(class_pointer + offset, 0, 8 * count)

        self.class_inits.append(ClassInit(class_init))
        return self.glib.g_type_register_static_simple(
            gtype, name, query.class_size, self.class_inits[-1], query.instance_size, None, 0)
