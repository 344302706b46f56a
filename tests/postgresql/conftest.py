"""What is true of the archive on PostgreSQL beyond what every test says that is run there.

    pg_virtualenv -t sh -c 'DATABASE_URL=postgresql://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/$PGDATABASE \
        .venv/bin/python -m pytest tests/postgresql'

pg_virtualenv is part of Debian's postgresql; any server will do whose account may make databases.
"""

from pathlib import Path

import pytest
from django.db import connection

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if connection.vendor != "postgresql":
        for item in items:
            if item.path.is_relative_to(HERE):
                item.add_marker(pytest.mark.skip("needs PostgreSQL: DATABASE_URL=postgresql://…"))
