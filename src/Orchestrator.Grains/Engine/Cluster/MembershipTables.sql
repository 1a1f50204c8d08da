-- The membership of a cluster and its reminders, in tables of our own, and the queries by which Orleans' ADO.NET
-- providers ask for them. Repeating the script changes nothing.
CREATE SCHEMA IF NOT EXISTS orleans;

-- One row per cluster. Whoever changes a silo's row must move the version on from the one it has read, so that of two
-- changes made at once only one is taken and the other is decided anew.
CREATE TABLE IF NOT EXISTS orleans.membership (
    cluster text PRIMARY KEY,
    version integer NOT NULL DEFAULT 0,
    moved timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS orleans.silo (
    cluster text NOT NULL REFERENCES orleans.membership ON DELETE CASCADE,
    address text NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    name text NOT NULL,
    host text NOT NULL,
    gateway integer NOT NULL,
    status integer NOT NULL,
    suspects text,
    started timestamptz NOT NULL,
    alive timestamptz NOT NULL,
    PRIMARY KEY (cluster, address, port, generation)
);

CREATE TABLE IF NOT EXISTS orleans.reminder (
    service text NOT NULL,
    grain text NOT NULL,
    name text NOT NULL,
    hash integer NOT NULL,
    starts timestamptz NOT NULL,
    period_ms bigint NOT NULL,
    version integer NOT NULL DEFAULT 0,
    PRIMARY KEY (service, grain, name)
);

CREATE INDEX IF NOT EXISTS reminder_by_hash ON orleans.reminder (service, hash);

-- The one table whose name and columns Orleans knows.
CREATE TABLE IF NOT EXISTS orleans.orleansquery (
    querykey text PRIMARY KEY,
    querytext text NOT NULL
);

CREATE OR REPLACE VIEW orleans.member AS
SELECT m.cluster, m.version AS "Version", s.address AS "Address", s.port AS "Port", s.generation AS "Generation",
       s.name AS "SiloName", s.host AS "HostName", s.status AS "Status", s.gateway AS "ProxyPort",
       s.suspects AS "SuspectTimes", s.started AS "StartTime", s.alive AS "IAmAliveTime"
FROM orleans.membership m LEFT JOIN orleans.silo s USING (cluster);

CREATE OR REPLACE VIEW orleans.due AS
SELECT service, hash, grain AS "GrainId", name AS "ReminderName", starts AS "StartTime", period_ms AS "Period",
       version AS "Version"
FROM orleans.reminder;

INSERT INTO orleans.orleansquery (querykey, querytext) VALUES
('InsertMembershipVersionKey', $$
    WITH made AS (
        INSERT INTO orleans.membership (cluster) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT EXISTS (SELECT FROM made)$$),

-- The version row is locked by the first writer; a second one then finds another version than it knew, and nothing of
-- it is done.
('InsertMembershipKey', $$
    WITH moved AS (
        UPDATE orleans.membership m SET version = version + 1, moved = now()
        WHERE cluster = @DeploymentId AND version = @Version AND NOT EXISTS (
            SELECT FROM orleans.silo s WHERE s.cluster = m.cluster
                AND s.address = @Address AND s.port = @Port AND s.generation = @Generation)
        RETURNING cluster),
    made AS (
        INSERT INTO orleans.silo
            (cluster, address, port, generation, name, host, gateway, status, started, alive)
        SELECT cluster, @Address, @Port, @Generation, @SiloName, @HostName, @ProxyPort, @Status, @StartTime,
            @IAmAliveTime
        FROM moved RETURNING 1)
    SELECT EXISTS (SELECT FROM made)$$),

('UpdateMembershipKey', $$
    WITH moved AS (
        UPDATE orleans.membership m SET version = version + 1, moved = now()
        WHERE cluster = @DeploymentId AND version = @Version AND EXISTS (
            SELECT FROM orleans.silo s WHERE s.cluster = m.cluster
                AND s.address = @Address AND s.port = @Port AND s.generation = @Generation)
        RETURNING cluster),
    changed AS (
        UPDATE orleans.silo s
        SET status = @Status, suspects = @SuspectTimes, alive = greatest(s.alive, @IAmAliveTime)
        FROM moved
        WHERE s.cluster = moved.cluster AND s.address = @Address AND s.port = @Port AND s.generation = @Generation
        RETURNING 1)
    SELECT EXISTS (SELECT FROM changed)$$),

-- A sign of life is no change of the membership: it moves no version.
('UpdateIAmAlivetimeKey', $$
    UPDATE orleans.silo SET alive = @IAmAliveTime
    WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation$$),

('MembershipReadAllKey', $$
    SELECT * FROM orleans.member WHERE cluster = @DeploymentId$$),

-- The version is answered even where there is no such silo.
('MembershipReadRowKey', $$
    SELECT m.version AS "Version", s.*
    FROM orleans.membership m LEFT JOIN (
        SELECT cluster, "Address", "Port", "Generation", "SiloName", "HostName", "Status", "ProxyPort", "SuspectTimes",
               "StartTime", "IAmAliveTime"
        FROM orleans.member
        WHERE "Address" = @Address AND "Port" = @Port AND "Generation" = @Generation) s USING (cluster)
    WHERE m.cluster = @DeploymentId$$),

('GatewaysQueryKey', $$
    SELECT "Address", "ProxyPort", "Generation" FROM orleans.member
    WHERE cluster = @DeploymentId AND "Status" = @Status AND "ProxyPort" > 0$$),

('DeleteMembershipTableEntriesKey', $$
    DELETE FROM orleans.membership WHERE cluster = @DeploymentId$$),

-- Status 3 is Active.
('CleanupDefunctSiloEntriesKey', $$
    DELETE FROM orleans.silo WHERE cluster = @DeploymentId AND alive < @IAmAliveTime AND status <> 3$$),

('ReadReminderRowsKey', $$
    SELECT * FROM orleans.due WHERE service = @ServiceId AND "GrainId" = @GrainId$$),

('ReadReminderRowKey', $$
    SELECT * FROM orleans.due WHERE service = @ServiceId AND "GrainId" = @GrainId AND "ReminderName" = @ReminderName$$),

('ReadRangeRows1Key', $$
    SELECT * FROM orleans.due WHERE service = @ServiceId AND hash > @BeginHash AND hash <= @EndHash$$),

-- A range that goes over the end of the ring.
('ReadRangeRows2Key', $$
    SELECT * FROM orleans.due WHERE service = @ServiceId AND (hash > @BeginHash OR hash <= @EndHash)$$),

('UpsertReminderRowKey', $$
    INSERT INTO orleans.reminder (service, grain, name, hash, starts, period_ms)
    VALUES (@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period)
    ON CONFLICT (service, grain, name) DO UPDATE
    SET hash = excluded.hash, starts = excluded.starts, period_ms = excluded.period_ms,
        version = orleans.reminder.version + 1
    RETURNING version AS "Version"$$),

('DeleteReminderRowKey', $$
    WITH gone AS (
        DELETE FROM orleans.reminder
        WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName AND version = @Version RETURNING 1)
    SELECT EXISTS (SELECT FROM gone)$$),

('DeleteReminderRowsKey', $$
    DELETE FROM orleans.reminder WHERE service = @ServiceId$$)
ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext
WHERE orleans.orleansquery.querytext <> excluded.querytext;
