#!/bin/sh
# Run once, when the database is made: a role that owns its database and nothing else.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username postgres --dbname postgres \
  --set password="$(cat /run/secrets/postgres-password)" <<'SQL'
CREATE ROLE greenlight LOGIN PASSWORD :'password';
CREATE DATABASE greenlight OWNER greenlight;
REVOKE ALL ON DATABASE greenlight FROM PUBLIC;
SQL
