#!/bin/bash
# Run once by the database container: the same SQL as for the private cluster, and a password for the role.
set -euo pipefail
as_superuser() { psql -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" "$@"; }

as_superuser -d postgres -f /bootstrap/roles.sql
as_superuser -d postgres -v secret="$JIUGAI_DATABASE_PASSWORD" <<< "ALTER ROLE jiugai PASSWORD :'secret';"
as_superuser -d template1 -f /bootstrap/extensions.sql -f /bootstrap/leakproof.sql
as_superuser -d postgres -f /bootstrap/database.sql
as_superuser -d jiugai -f /bootstrap/extensions.sql -f /bootstrap/leakproof.sql
