"""The functions of the library as its GIR file describes them, for tests that call every one of them."""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

from girsignatures import C, CORE, GLIB

# what a parameter or a result is to C, by its type in the GIR file; everything else with a '*' is an object
SCALARS = {
    'gboolean': 'bool', 'gchar': 'char', 'gint': 'int', 'guint': 'uint', 'guint64': 'uint64', 'GType': 'gtype', 'none': 'none',
}
STRINGS = ('utf8', 'filename')


@dataclass
class Value:
    """A parameter, or a result."""

    name: str
    kind: str
    type: str
    transfer: str
    nullable: bool
    item: str = ''


@dataclass
class Function:
    """A function of the library, or a virtual function, which has a slot instead of a symbol."""

    name: str
    owner: str
    kind: str
    parameters: list
    result: Value
    throws: bool
    slot: int = -1

    def __str__(self):
        return self.name


def value_of(node, name):
    type_node = node.find(CORE + 'type')
    array = node.find(CORE + 'array')
    item = ''
    if array is not None:
        kind, gir_type = ('strv' if array.get(C + 'type').count('*') == 2 else 'ignored'), 'strv'
    else:
        gir_type = type_node.get('name')
        c_type = type_node.get(C + 'type', '')
        inner = [child.get('name') for child in type_node.findall(CORE + 'type')]
        item = inner[0] if inner else ''
        if node.get('direction') in ('inout', 'out') or gir_type == 'gpointer':
            kind = 'ignored'
        elif gir_type in STRINGS:
            kind = 'string'
        elif gir_type == 'GLib.List':
            kind = 'list'
        elif gir_type == 'GLib.HashTable':
            kind = 'table'
        elif gir_type == 'GLib.Variant':
            kind = 'variant'
        elif gir_type in SCALARS:
            kind = SCALARS[gir_type]
        elif gir_type == 'GLib.KeyFile':
            kind = 'keyfile'
        elif c_type.endswith('*'):
            kind = 'object'
        else:
            kind = 'enum'
    return Value(name, kind, gir_type, node.get('transfer-ownership'), node.get('nullable') == '1', item)


def function_of(node, owner, kind, name, slot=-1):
    parameters = node.find(CORE + 'parameters')
    values = []
    if parameters is not None:
        for child in parameters:
            value = value_of(child, child.get('name'))
            if child.tag == CORE + 'instance-parameter':
                # a method's first argument is never optional, whatever else the file says
                value.nullable = False
            values.append(value)
    return Function(name, owner, kind, values, value_of(node.find(CORE + 'return-value'), ''), node.get('throws') == '1', slot)


class Api:
    """The classes, and the functions of each."""

    def __init__(self, gir):
        namespace = ElementTree.parse(gir).getroot().find(CORE + 'namespace')
        self.classes = {node.get('name'): node for node in namespace.iterfind(CORE + 'class')}
        self.functions = [
            function_of(node, '', 'function', node.get(C + 'identifier')) for node in namespace.iterfind(CORE + 'function')]
        for owner, class_node in self.classes.items():
            for kind in ('constructor', 'method', 'function'):
                for node in class_node.iterfind(CORE + kind):
                    self.functions.append(function_of(node, owner, kind, node.get(C + 'identifier')))
        self.slots = {owner: self.slots_of(namespace, node) for owner, node in self.classes.items()}

    def slots_of(self, namespace, class_node):
        """The virtual functions that the class adds, each with the number of its slot behind the parent's struct."""
        record = next(node for node in namespace.iterfind(CORE + 'record')
                      if node.get(GLIB + 'is-gtype-struct-for') == class_node.get('name'))
        callbacks = [node.find(CORE + 'callback') for node in record.iterfind(CORE + 'field')][1:]
        return [function_of(node, class_node.get('name'), 'slot', f'{class_node.get("name")}.{node.get("name")}', index)
                for index, node in enumerate(callbacks) if node is not None]

    def ancestors(self, name):
        """The class and those above it that are the library's."""
        while name in self.classes:
            yield name
            name = self.classes[name].get('parent')

    def is_a(self, name, ancestor):
        return ancestor in self.ancestors(name)

    def is_abstract(self, name):
        return self.classes[name].get('abstract') == '1'

    def get_type(self, name):
        return self.classes[name].get(GLIB + 'get-type')

    def constructor(self, name):
        """The function that makes an object of exactly this class, if there is one."""
        return next((function for function in self.functions
                     if function.owner == name and function.kind == 'constructor' and function.result.type == name), None)
