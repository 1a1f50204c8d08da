namespace Orchestrator.Storage.Tests;

/// <summary>The server the other tests rely on.</summary>
public sealed class PostgresServerTests
{
    [SkippableFact]
    public void It_keeps_its_contents_through_a_stop_and_a_kill()
    {
        Skip.IfNot(PostgresServer.IsInstalled, PostgresServer.WhyNot);
        using var server = new PostgresServer();
        var database = server.CreateDatabase().Split('/')[^1];
        server.Query(database, "CREATE TABLE t(a int); INSERT INTO t VALUES (1)");
        server.Restart();
        server.Query(database, "INSERT INTO t VALUES (2)");
        server.Kill();
        Should.Throw<InvalidOperationException>(() => server.Query(database, "SELECT 1"));
        server.Start();
        server.Query(database, "SELECT sum(a) FROM t").ShouldBe("3");
    }
}
