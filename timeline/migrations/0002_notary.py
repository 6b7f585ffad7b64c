"""The notary: the database itself numbers, dates, chains and keeps every event.

The byte format is frozen in docs/timeline-format.md; timeline/chain.py computes the same in Python.
"""

from django.db import migrations

GRANTS = """
REVOKE ALL ON timeline_stream, timeline_event, timeline_eventbody FROM casefy_app;
GRANT SELECT ON timeline_stream, timeline_event, timeline_eventbody TO casefy_app;
GRANT INSERT (id, organization_id, stream_kind, stream_id, type, actor_kind, actor_id, on_behalf_of, occurred_at,
  template_version_id, caused_by, correlation_id, depth, is_imported, salt, body, personal)
  ON timeline_event TO casefy_app;
GRANT SELECT, INSERT, UPDATE ON timeline_stream TO casefy_notary;
GRANT INSERT ON timeline_eventbody TO casefy_notary;
GRANT SELECT ON timeline_delivery TO casefy_notary;
CREATE POLICY notary_keeps ON timeline_stream TO casefy_notary USING (true) WITH CHECK (true);
CREATE POLICY notary_keeps ON timeline_eventbody FOR INSERT TO casefy_notary WITH CHECK (true);
CREATE POLICY notary_reads ON timeline_delivery FOR SELECT TO casefy_notary USING (true);
"""

FUNCTIONS = """
SET ROLE casefy_notary;

CREATE SEQUENCE notary.feed;

CREATE FUNCTION notary.lp(given text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT int4send(octet_length(convert_to(given, 'UTF8'))) || convert_to(given, 'UTF8') $$;

CREATE FUNCTION notary.uuid0(given uuid) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT uuid_send(coalesce(given, '00000000-0000-0000-0000-000000000000'::uuid)) $$;

CREATE FUNCTION notary.append() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE head record;
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
  NEW.seq := head.seq + 1;
  NEW.recorded_at := clock_timestamp();
  NEW.occurred_at := coalesce(NEW.occurred_at, NEW.recorded_at);
  NEW.position := nextval('notary.feed');
  NEW.feed_tx := greatest(pg_current_xact_id()::text::bigint, head.feed_tx);
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

CREATE FUNCTION notary.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the timeline is append-only' USING ERRCODE = '42501'; END $$;

CREATE FUNCTION notary.owed(most integer, wanted uuid DEFAULT NULL)
RETURNS TABLE (organization_id uuid, stream_id uuid, subscriber text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT d.organization_id, d.stream_id, d.subscriber::text FROM (
    SELECT x.organization_id, x.stream_id, x.subscriber FROM public.timeline_delivery x
     WHERE x.dead_at IS NULL AND x.due_at <= now() AND (wanted IS NULL OR x.organization_id = wanted)
     ORDER BY x.due_at LIMIT most) d
$$;

CREATE FUNCTION notary.lag() RETURNS double precision
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(extract(epoch FROM now() - min(d.due_at)), 0)::double precision
    FROM public.timeline_delivery d WHERE d.dead_at IS NULL AND d.due_at <= now()
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA notary FROM PUBLIC;
GRANT EXECUTE ON FUNCTION notary.owed(integer, uuid), notary.lag() TO casefy_app;
GRANT EXECUTE ON FUNCTION notary.append(), notary.refuse() TO casefy_owner;
RESET ROLE;
"""

TRIGGERS = """
CREATE TRIGGER append BEFORE INSERT ON timeline_event FOR EACH ROW EXECUTE FUNCTION notary.append();
""" + "\n".join(
    f"""
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION notary.refuse();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION notary.refuse();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER no_change;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER no_truncate;
"""
    for table in ("timeline_event", "timeline_eventbody")
) + "ALTER TABLE timeline_event ENABLE ALWAYS TRIGGER append;"

UNDO = """
DROP TRIGGER append ON timeline_event;
DROP TRIGGER no_change ON timeline_event; DROP TRIGGER no_truncate ON timeline_event;
DROP TRIGGER no_change ON timeline_eventbody; DROP TRIGGER no_truncate ON timeline_eventbody;
DROP POLICY notary_keeps ON timeline_stream; DROP POLICY notary_keeps ON timeline_eventbody;
DROP POLICY notary_reads ON timeline_delivery;
SET ROLE casefy_notary;
DROP FUNCTION notary.append(); DROP FUNCTION notary.refuse(); DROP FUNCTION notary.owed(integer, uuid);
DROP FUNCTION notary.lag(); DROP FUNCTION notary.lp(text); DROP FUNCTION notary.uuid0(uuid);
DROP SEQUENCE notary.feed;
RESET ROLE;
"""


class Migration(migrations.Migration):
    dependencies = [("timeline", "0001_timeline")]
    operations = [migrations.RunSQL(GRANTS + FUNCTIONS + TRIGGERS, UNDO)]
