"""What the tests of clients share."""

from collections.abc import Iterator

import pytest

from instance import Instance, running


@pytest.fixture(scope="session")
def instance() -> Iterator[Instance]:
    with running() as instance:
        yield instance
