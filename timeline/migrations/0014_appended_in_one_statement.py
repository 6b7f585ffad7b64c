"""Many events in one statement: the notary takes the heads, numbers, dates and chains all of them, and moves the heads.

`notary.append` does so for each row on its own, with four statements inside; half of the database's work in an import.
`notary.append_many` keeps the same promises: the same role, the same bytes (docs/timeline-format.md), heads locked
before they are read, in the order of their ids. The app's own INSERT goes through the trigger as before; what the
notary inserts itself does not, for it is made already.

It is given the streams; what all events have in common; and each event's own part, with its stream's place. Events of an
organization are counted in its row before their head is taken: they are appended one by one.
"""

from django.db import migrations

GRANTS = """
GRANT INSERT ON timeline_event TO casefy_notary;
CREATE POLICY notary_appends ON timeline_event FOR INSERT TO casefy_notary WITH CHECK (true);
"""

FUNCTIONS = r"""
SET ROLE casefy_notary;

CREATE FUNCTION notary.link(before bytea, head bytea, said bytea) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT sha256('\x434659310a'::bytea || coalesce(before, head) || said) $$;

CREATE AGGREGATE notary.chain(head bytea, said bytea) (SFUNC = notary.link, STYPE = bytea);

CREATE FUNCTION notary.append_many(streams uuid[], kinds text[], common json, given json) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  here uuid := current_setting('casefy.organization')::uuid;
  nothing bytea := decode(repeat('00', 32), 'hex');
  epoch record;
  appended bigint;
BEGIN
  IF 'organization' = ANY (kinds) THEN
    RAISE EXCEPTION 'events of an organization are appended one by one' USING ERRCODE = '0A000';
  END IF;
  INSERT INTO public.timeline_stream (id, organization_id, kind, seq, hash, feed_tx)
  SELECT t.id, here, t.kind, 0, nothing, 0
    FROM unnest(streams, kinds) AS t(id, kind)
   WHERE NOT EXISTS (SELECT FROM public.timeline_stream s WHERE s.organization_id = here AND s.id = t.id)
   ORDER BY t.id ON CONFLICT DO NOTHING;
  PERFORM FROM public.timeline_stream s WHERE s.organization_id = here AND s.id = ANY (streams)
    ORDER BY s.id FOR NO KEY UPDATE;
  SELECT e.ahead, e.server_started_at INTO STRICT epoch FROM notary.epoch e;
  IF epoch.server_started_at <> pg_postmaster_start_time() THEN
    epoch.ahead := notary.open_epoch();
  END IF;
  WITH said AS MATERIALIZED (
    SELECT x.n, x.id, streams[coalesce(x.stream, c.stream)] AS stream_id, x.salt,
           coalesce(x.body, c.body) AS body, coalesce(x.personal, c.personal) AS personal,
           coalesce(x.stream_kind, c.stream_kind) AS stream_kind,
           coalesce(x.type, c.type) AS type, coalesce(x.actor_kind, c.actor_kind) AS actor_kind,
           coalesce(x.actor_id, c.actor_id) AS actor_id, coalesce(x.on_behalf_of, c.on_behalf_of) AS on_behalf_of,
           coalesce(x.occurred_at, c.occurred_at) AS occurred_at,
           coalesce(x.template_version_id, c.template_version_id) AS template_version_id,
           coalesce(x.caused_by, c.caused_by) AS caused_by,
           coalesce(x.correlation_id, c.correlation_id) AS correlation_id,
           coalesce(x.depth, c.depth) AS depth, coalesce(x.is_imported, c.is_imported) AS is_imported
      FROM ROWS FROM (json_to_recordset(given) AS (
             id uuid, organization_id uuid, stream_kind text, stream integer, type text, actor_kind text,
             actor_id uuid, on_behalf_of uuid, occurred_at timestamptz, template_version_id uuid, caused_by uuid,
             correlation_id uuid, depth smallint, is_imported boolean, salt bytea, body text, personal text)) WITH ORDINALITY
             AS x(id, organization_id, stream_kind, stream, type, actor_kind, actor_id, on_behalf_of,
                  occurred_at, template_version_id, caused_by, correlation_id, depth, is_imported, salt, body,
                  personal, n),
           json_to_record(common) AS c(
             organization_id uuid, stream_kind text, stream integer, type text, actor_kind text, actor_id uuid,
             on_behalf_of uuid, occurred_at timestamptz, template_version_id uuid, caused_by uuid, correlation_id uuid,
             depth smallint, is_imported boolean, body text, personal text)
     WHERE coalesce(x.organization_id, c.organization_id) = here
       AND coalesce(x.body, c.body) IS NOT NULL AND octet_length(x.salt) = 16
  ), dated AS MATERIALIZED (
    SELECT s.*, clock_timestamp() AS recorded_at, nextval('notary.feed') AS position FROM said s ORDER BY s.n
  ), numbered AS (
    SELECT d.*, coalesce(d.occurred_at, d.recorded_at) AS at, h.hash AS head,
           h.seq + row_number() OVER (PARTITION BY d.stream_id ORDER BY d.n) AS seq,
           greatest(epoch.ahead + pg_current_xact_id()::text::bigint, h.feed_tx) AS feed_tx,
           sha256(d.salt || convert_to(d.body, 'UTF8')) AS commitment
      FROM dated d JOIN public.timeline_stream h
        ON h.organization_id = here AND h.id = d.stream_id AND h.kind = d.stream_kind
  ), chained AS MATERIALIZED (
    SELECT n.*, notary.chain(n.head,
        uuid_send(here) || uuid_send(n.stream_id) || int8send(n.seq) || uuid_send(n.id)
        || timestamptz_send(n.at) || timestamptz_send(n.recorded_at)
        || notary.uuid0(n.actor_id) || notary.uuid0(n.on_behalf_of) || notary.uuid0(n.template_version_id)
        || notary.uuid0(n.caused_by) || notary.uuid0(n.correlation_id)
        || int2send(n.depth) || boolsend(n.is_imported)
        || int4send(octet_length(convert_to(n.stream_kind, 'UTF8'))) || convert_to(n.stream_kind, 'UTF8')
        || int4send(octet_length(convert_to(n.type, 'UTF8'))) || convert_to(n.type, 'UTF8')
        || int4send(octet_length(convert_to(n.actor_kind, 'UTF8'))) || convert_to(n.actor_kind, 'UTF8')
        || n.commitment) OVER (PARTITION BY n.stream_id ORDER BY n.n ROWS UNBOUNDED PRECEDING) AS hash
      FROM numbered n
  ), bodies AS (
    INSERT INTO public.timeline_eventbody (id, organization_id, salt, body, personal)
    SELECT c.id, here, c.salt, c.body, c.personal FROM chained c ORDER BY c.n
  ), heads AS (
    UPDATE public.timeline_stream s SET seq = l.seq, hash = l.hash, feed_tx = l.feed_tx
      FROM (SELECT DISTINCT ON (c.stream_id) c.stream_id, c.seq, c.hash, c.feed_tx FROM chained c
             ORDER BY c.stream_id, c.seq DESC) l
     WHERE s.organization_id = here AND s.id = l.stream_id
  )
  INSERT INTO public.timeline_event (id, organization_id, stream_kind, stream_id, seq, type, actor_kind, actor_id,
      on_behalf_of, occurred_at, recorded_at, template_version_id, caused_by, correlation_id, depth, is_imported,
      commitment, prev_hash, hash, position, feed_tx)
  SELECT c.id, here, c.stream_kind, c.stream_id, c.seq, c.type, c.actor_kind, c.actor_id, c.on_behalf_of, c.at,
         c.recorded_at, c.template_version_id, c.caused_by, c.correlation_id, c.depth, c.is_imported, c.commitment,
         coalesce(lag(c.hash) OVER (PARTITION BY c.stream_id ORDER BY c.n), c.head), c.hash, c.position, c.feed_tx
    FROM chained c ORDER BY c.n;
  GET DIAGNOSTICS appended = ROW_COUNT;
  IF appended <> json_array_length(given) THEN
    RAISE EXCEPTION 'each event belongs to the organization in scope and to a stream of its kind, and has a body and a '
      'salt of 16 bytes' USING ERRCODE = '23514';
  END IF;
  RETURN appended;
END $$;

REVOKE ALL ON FUNCTION notary.link(bytea, bytea, bytea), notary.chain(bytea, bytea),
  notary.append_many(uuid[], text[], json, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION notary.append_many(uuid[], text[], json, json) TO casefy_app;
RESET ROLE;
"""

TRIGGER = """
DROP TRIGGER append ON timeline_event;
CREATE TRIGGER append BEFORE INSERT ON timeline_event FOR EACH ROW {when} EXECUTE FUNCTION notary.append();
ALTER TABLE timeline_event ENABLE ALWAYS TRIGGER append;
"""

UNDO = f"""
{TRIGGER.format(when="")}
SET ROLE casefy_notary;
DROP FUNCTION notary.append_many(uuid[], text[], json, json);
DROP AGGREGATE notary.chain(bytea, bytea);
DROP FUNCTION notary.link(bytea, bytea, bytea);
RESET ROLE;
DROP POLICY notary_appends ON timeline_event;
REVOKE INSERT ON timeline_event FROM casefy_notary;
"""


class Migration(migrations.Migration):
    dependencies = [("timeline", "0013_organizations_count_along")]
    operations = [
        migrations.RunSQL(
            GRANTS + FUNCTIONS + TRIGGER.format(when="WHEN (current_user <> 'casefy_notary')"), UNDO
        )
    ]
