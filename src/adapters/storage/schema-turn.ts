/**
 * First in a script that makes tables: of several processes that start at once on one database one
 * makes them, and the others find them. `IF NOT EXISTS` alone does not see to that.
 */
export const SCHEMA_TURN = "SELECT pg_advisory_xact_lock(7262024);";
