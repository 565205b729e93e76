"""Either a short soak, or as long a one as was asked for."""

from pathlib import Path

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config, items):
    wanted = "test_soak" if config.getoption("soak") else "test_short_soak"
    others = [item for item in items if item.path.parent == HERE and item.originalname != wanted]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in others]
