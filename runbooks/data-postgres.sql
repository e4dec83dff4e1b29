-- What the driver data/postgres needs (data-postgres.md). Run it as a superuser, on the primary, in the
-- database that the configuration names; the standby gets it by replication. Again does no harm.
--   psql -d shop -v ON_ERROR_STOP=1 -f data-postgres.sql
-- then give the role its password:  \password greenlight

do $$
begin
  if not exists (select from pg_roles where rolname = 'greenlight') then
    create role greenlight login connection limit 20;
  end if;
end $$;

begin;

-- pg_monitor: what replication does, and who is connected. pg_signal_backend: ends sessions when it fences.
grant pg_monitor, pg_signal_backend to greenlight;
grant execute on function pg_promote(boolean, integer) to greenlight;
grant execute on function pg_wal_replay_resume() to greenlight;
grant execute on function pg_reload_conf() to greenlight;
grant alter system on parameter default_transaction_read_only to greenlight;

create schema if not exists greenlight;
revoke all on schema greenlight from public;
grant usage on schema greenlight to greenlight;

-- The (epoch, sequence) of the last change that was taken, and whether it ended with a fence.
create table if not exists greenlight.fence (
  one boolean primary key default true check (one),
  epoch bigint not null default 0 check (epoch >= 0),
  sequence bigint not null default 0 check (sequence >= 0),
  fenced boolean not null default false,
  changed_at timestamptz not null default clock_timestamp()
);
insert into greenlight.fence default values on conflict do nothing;
grant select, update on greenlight.fence to greenlight;

-- The primary's clock when it beat last.
create table if not exists greenlight.heartbeat (
  one boolean primary key default true check (one),
  at timestamptz
);
insert into greenlight.heartbeat default values on conflict do nothing;
grant select, update on greenlight.heartbeat to greenlight;

-- Beats, where writes are taken, at most five times a second, and waits for nobody.
create or replace function greenlight.beat() returns void
language plpgsql set search_path = pg_catalog as $$
begin
  if pg_is_in_recovery() or current_setting('transaction_read_only')::boolean then
    return;
  end if;
  perform 1 from greenlight.heartbeat
    where (at between clock_timestamp() - interval '200 milliseconds' and clock_timestamp()) is not true
    for update skip locked;
  if found then
    update greenlight.heartbeat set at = clock_timestamp();
  end if;
end $$;
revoke all on function greenlight.beat() from public;
grant execute on function greenlight.beat() to greenlight;

commit;
