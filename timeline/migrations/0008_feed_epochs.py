"""The feed's order outlives the server: transaction ids are those of one server, epochs come one after the other.

An epoch is one run of the database server. Whoever writes first in a new run opens its epoch: `ahead`, which is added
to the ids of transactions, so that they go on from the microsecond it is. No server uses up an id in each microsecond:
they stay behind the clock, and an epoch begins above all that any server has shown before. So it is no matter whether
the timeline was restored from a dump, promoted, recovered or put back. No writer of an epoch outlives the server's run:
nobody has to be waited for.
See docs/decisions/event-feed.md.
"""

from django.db import migrations

# Above all that is stored as well, should this server's clock be behind.
AHEAD = """greatest((extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
    (SELECT max(s.feed_tx) FROM public.timeline_stream s)) + 1 - pg_snapshot_xmin(pg_current_snapshot())::text::bigint"""

EPOCH = f"""
-- Whoever still writes by the notary of before ends first: no event without an epoch may come after one with.
LOCK TABLE public.timeline_event IN SHARE ROW EXCLUSIVE MODE;
SET ROLE casefy_notary;

CREATE TABLE notary.epoch (ahead bigint, server_started_at timestamptz, PRIMARY KEY (ahead, server_started_at));
CREATE UNIQUE INDEX epoch_is_one ON notary.epoch ((true));
INSERT INTO notary.epoch (ahead, server_started_at) VALUES ({AHEAD}, pg_postmaster_start_time());

-- Below it the feed is complete. An epoch that is over has no writers: all of it is there, what comes is above it.
-- A standby, which never writes, goes on as its primary does.
CREATE FUNCTION notary.horizon() RETURNS bigint LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN e.server_started_at <> pg_postmaster_start_time() AND NOT pg_is_in_recovery()
              THEN 9223372036854775807
              ELSE e.ahead + pg_snapshot_xmin(pg_current_snapshot())::text::bigint END
    FROM notary.epoch e
$$;

CREATE FUNCTION notary.open_epoch() RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- One opens it; who came at the same time waits here until that is committed, and then has nothing to change.
  UPDATE notary.epoch SET ahead = {AHEAD}, server_started_at = pg_postmaster_start_time()
   WHERE server_started_at <> pg_postmaster_start_time();
  RETURN (SELECT e.ahead FROM notary.epoch e);
END $$;
"""

APPEND = """
CREATE OR REPLACE FUNCTION notary.append() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE head record; {declare}
BEGIN
  IF NEW.organization_id IS DISTINCT FROM current_setting('casefy.organization')::uuid THEN
    RAISE EXCEPTION 'an event belongs to the organization in scope' USING ERRCODE = '42501';
  END IF;
  IF NEW.salt IS NULL OR NEW.body IS NULL OR octet_length(NEW.salt) <> 16 THEN
    RAISE EXCEPTION 'an event has a body and a salt of 16 bytes' USING ERRCODE = '23514';
  END IF;
  SELECT s.seq, s.hash, s.kind, s.feed_tx INTO head FROM public.timeline_stream s
   WHERE s.organization_id = NEW.organization_id AND s.id = NEW.stream_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    INSERT INTO public.timeline_stream (id, organization_id, kind, seq, hash, feed_tx)
    VALUES (NEW.stream_id, NEW.organization_id, NEW.stream_kind, 0, decode(repeat('00', 32), 'hex'), 0)
    ON CONFLICT DO NOTHING;
    SELECT s.seq, s.hash, s.kind, s.feed_tx INTO STRICT head FROM public.timeline_stream s
     WHERE s.organization_id = NEW.organization_id AND s.id = NEW.stream_id FOR NO KEY UPDATE;
  END IF;
  IF head.kind <> NEW.stream_kind THEN
    RAISE EXCEPTION 'stream % is about a %, not a %', NEW.stream_id, head.kind, NEW.stream_kind USING ERRCODE = '23514';
  END IF;
  {begin}
  NEW.seq := head.seq + 1;
  NEW.recorded_at := clock_timestamp();
  NEW.occurred_at := coalesce(NEW.occurred_at, NEW.recorded_at);
  NEW.position := nextval('notary.feed');
  NEW.feed_tx := greatest({base}pg_current_xact_id()::text::bigint, head.feed_tx);
  NEW.prev_hash := head.hash;
  NEW.commitment := sha256(NEW.salt || convert_to(NEW.body, 'UTF8'));
  NEW.hash := sha256('\\x434659310a'::bytea || NEW.prev_hash
    || uuid_send(NEW.organization_id) || uuid_send(NEW.stream_id) || int8send(NEW.seq) || uuid_send(NEW.id)
    || timestamptz_send(NEW.occurred_at) || timestamptz_send(NEW.recorded_at)
    || notary.uuid0(NEW.actor_id) || notary.uuid0(NEW.on_behalf_of) || notary.uuid0(NEW.template_version_id)
    || notary.uuid0(NEW.caused_by) || notary.uuid0(NEW.correlation_id)
    || int2send(NEW.depth) || boolsend(NEW.is_imported)
    || notary.lp(NEW.stream_kind) || notary.lp(NEW.type) || notary.lp(NEW.actor_kind) || NEW.commitment);
  INSERT INTO public.timeline_eventbody (id, organization_id, salt, body, personal)
  VALUES (NEW.id, NEW.organization_id, NEW.salt, NEW.body, NEW.personal);
  NEW.salt := NULL; NEW.body := NULL; NEW.personal := NULL;
  UPDATE public.timeline_stream s SET seq = NEW.seq, hash = NEW.hash, feed_tx = NEW.feed_tx
   WHERE s.organization_id = NEW.organization_id AND s.id = NEW.stream_id;
  RETURN NEW;
END $$;
"""
BY_EPOCH = (
    APPEND.replace("{declare}", "epoch record;")
    .replace("{base}", "epoch.ahead + ")
    .replace(
        "{begin}",
        """SELECT e.ahead, e.server_started_at INTO STRICT epoch FROM notary.epoch e;
  IF epoch.server_started_at <> pg_postmaster_start_time() THEN
    epoch.ahead := notary.open_epoch();
  END IF;""",
    )
)
BY_ID_ALONE = APPEND.replace("{declare}", "").replace("{base}", "").replace("{begin}", "")

END = """
REVOKE ALL ON FUNCTION notary.open_epoch(), notary.horizon() FROM PUBLIC;
GRANT SELECT ON notary.epoch TO casefy_app;
GRANT EXECUTE ON FUNCTION notary.horizon() TO casefy_app;
RESET ROLE;
"""

# Readers of before would wait for ids that only come in thousands of years.
UNDO = f"""
SET ROLE casefy_notary;
DO $$ BEGIN
  IF EXISTS (SELECT FROM public.timeline_stream s WHERE s.feed_tx > pg_current_xact_id()::text::bigint) THEN
    RAISE EXCEPTION 'events were recorded in an epoch: the feed of before could not show them. There is no way back';
  END IF;
END $$;
{BY_ID_ALONE}
DROP FUNCTION notary.horizon(), notary.open_epoch(); DROP TABLE notary.epoch;
RESET ROLE;
"""


class Migration(migrations.Migration):
    dependencies = [("timeline", "0007_found_by_field_and_person")]
    operations = [migrations.RunSQL(EPOCH + BY_EPOCH + END, UNDO)]
