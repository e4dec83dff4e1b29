#!/bin/sh
# Run once, when the database is made: a role that owns its database and nothing else. psql reads the
# password itself: who lists processes sees the words that each was started with.
set -eu
test -s /run/secrets/postgres-password
psql --no-psqlrc --set ON_ERROR_STOP=1 --username postgres --dbname postgres <<'SQL'
\set password `cat /run/secrets/postgres-password`
CREATE ROLE greenlight LOGIN PASSWORD :'password';
CREATE DATABASE greenlight OWNER greenlight;
REVOKE ALL ON DATABASE greenlight FROM PUBLIC;
SQL
