#!/bin/sh
# Run by the PostgreSQL container when its data folder is new: a database and a role for each part of Gatehouse.
# A role may connect to its own database alone. The tables belong to the owner; `gatehouse migrate` gives the role what
# it needs: everything on its tables, on the journal only to append.
set -eu

for name in gateway visitor access equipment; do
  url=$(cat "/run/secrets/${name}_database_url")
  rest=${url#*://}
  role=${rest%%:*}
  password=${rest#*:}
  psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<SQL
CREATE ROLE "$role" LOGIN PASSWORD '${password%%@*}';
CREATE DATABASE "${url##*/}";
REVOKE ALL ON DATABASE "${url##*/}" FROM PUBLIC;
GRANT CONNECT ON DATABASE "${url##*/}" TO "$role";
SQL
done
