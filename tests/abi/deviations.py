"""What may differ from the reference, and the comparison that allows nothing else.

Each line of deviations.tsv is a section of docs/compatibility.md, a name, and the reason, which that section gives in bold.
"""


def read(path):
    """Yields section, name and reason of each line."""
    with open(path, encoding='utf-8') as lines:
        for line in lines:
            yield tuple(line.rstrip('\n').split('\t'))


def table(path):
    """The two columns of a file of the reference."""
    with open(path, encoding='utf-8') as lines:
        return dict(line.rstrip('\n').split('\t') for line in lines)


def compare(ours, theirs, accepted, may_differ=frozenset()):
    """Yields every difference that is not accepted, and every accepted one that is none.

    What is in `may_differ` is accepted elsewhere, whether it differs here or not.
    """
    for name in sorted(ours.keys() | theirs.keys() | accepted):
        differs = ours.get(name) != theirs.get(name)
        if name in may_differ or differs == (name in accepted):
            continue
        if not differs:
            yield f'{name}: no longer differs, remove it from the deviations'
        else:
            yield f'{name}\n  is        {ours.get(name, "missing")}\n  should be {theirs.get(name, "missing")}'
