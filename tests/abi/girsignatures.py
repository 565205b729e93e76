"""Reads a GIR file into one line a function, virtual function, property and signal, so that two of them can be compared."""

import re
import xml.etree.ElementTree as ElementTree

CORE = '{http://www.gtk.org/introspection/core/1.0}'
C = '{http://www.gtk.org/introspection/c/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'

FUNCTIONS = ('constructor', 'method', 'function', 'virtual-method')


def c_type(spelling):
    """C's and GLib's spelling of a basic type are the same type."""
    return re.sub(r'\bg?(char|int)\b', r'\1', spelling or '').replace(' *', '*')


def type_of(node):
    array = node.find(CORE + 'array')
    if array is not None:
        inner = type_of(array)
        length = array.get('length')
        size = array.get('fixed-size')
        zero = array.get('zero-terminated') or ('0' if length or size else '1')
        name = array.get('name') or 'array'
        return (f'{name}<{inner}> zero-terminated={zero} length={length} '
                f'fixed-size={size} {c_type(array.get(C + "type"))}')
    callback = node.find(CORE + 'callback')
    if callback is not None:
        return 'callback ' + signature(callback)
    type_node = node.find(CORE + 'type')
    if type_node is None:
        return 'varargs'
    name = type_node.get('name', '?')
    inner = [child.get('name') for child in type_node.findall(CORE + 'type')]
    if inner:
        name += '<' + ','.join(inner) + '>'
    return f'{name} {c_type(type_node.get(C + "type"))}'.strip()


def flags(node, names):
    return ''.join(f' {name}' for name in names if node.get(name) == '1')


def signature(node):
    parameters = []
    for parameter in node.findall(f'{CORE}parameters/{CORE}parameter'):
        extra = ''.join(f' {name}={parameter.get(name)}' for name in ('scope', 'closure', 'destroy') if parameter.get(name))
        parameters.append(
            f'{parameter.get("name")}: {type_of(parameter)} {parameter.get("direction", "in")} '
            f'{parameter.get("transfer-ownership")}'
            + flags(parameter, ('nullable', 'optional', 'caller-allocates')) + extra)
    result = node.find(CORE + 'return-value')
    returns = f'{type_of(result)} {result.get("transfer-ownership")}' + flags(result, ('nullable', 'skip'))
    hidden = ' hidden' if node.get('introspectable') == '0' else ''
    return f'({", ".join(parameters)}) -> {returns}' + flags(node, ('throws',)) + hidden


def accessible(node):
    return flags(node, ('writable', 'construct', 'construct-only')) + (' unreadable' if node.get('readable') == '0' else '')


def outline(repository):
    """What holds for the whole namespace."""
    namespace = repository.find(CORE + 'namespace')
    others = [f'{node.get("name")}-{node.get("version")}' for node in repository.findall(CORE + 'include')]
    packages = [node.get('name') for tag in (CORE + 'package', C + 'include') for node in repository.findall(tag)]
    names = ('name', 'version', 'shared-library', C + 'identifier-prefixes', C + 'symbol-prefixes')
    return ' '.join([*(namespace.get(name) for name in names), *others, *packages])


def read(path):
    """Maps what is declared to its line; the keys name it for people."""
    repository = ElementTree.parse(path).getroot()
    namespace = repository.find(CORE + 'namespace')
    lines = {'the namespace': outline(repository)}
    for node in namespace.findall(CORE + 'function'):
        lines[node.get(C + 'identifier')] = f'function {node.get("name")} {signature(node)}'
    for item in namespace.findall(CORE + 'class'):
        name = item.get('name')
        lines[name] = (
            f'class {name} parent={item.get("parent")} abstract={item.get("abstract", "0")} prefix={item.get(C + "symbol-prefix")} '
            f'{item.get(C + "type")} {item.get(GLIB + "type-name")} {item.get(GLIB + "get-type")} {item.get(GLIB + "type-struct")}')
        for kind in FUNCTIONS:
            for node in item.findall(CORE + kind):
                key = node.get(C + 'identifier') or f'{name}.{node.get("name")} (vfunc)'
                lines[key] = f'{kind} {name}.{node.get("name")} {signature(node)}'
        for node in item.findall(CORE + 'property'):
            lines[f'{name}:{node.get("name")}'] = (
                f'property {name}.{node.get("name")} {type_of(node)} {node.get("transfer-ownership")}{accessible(node)}')
        for node in item.findall(GLIB + 'signal'):
            lines[f'{name}::{node.get("name")}'] = (
                f'signal {name}.{node.get("name")} when={node.get("when")} {signature(node)}')
    for item in namespace.findall(CORE + 'record'):
        name = item.get('name')
        if item.get(GLIB + 'is-gtype-struct-for') is None:
            continue
        for index, node in enumerate(item.findall(CORE + 'field')):
            lines[f'{name}.{node.get("name")} (slot)'] = f'slot {name}[{index}] {node.get("name")} {type_of(node)}'
    return lines
