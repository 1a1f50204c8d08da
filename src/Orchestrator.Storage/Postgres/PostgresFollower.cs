using Microsoft.Extensions.Logging;
using Npgsql;

namespace Orchestrator.Storage.Postgres;

/// <summary>
/// Tells one store how far the log is: as soon as the database announces it, and by asking now and then, so that a
/// lost announcement costs only time.
/// </summary>
internal sealed class PostgresFollower : IAsyncDisposable
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(2);

    private readonly PostgresAddress _address;
    private readonly ObjectStoreOptions _options;
    private readonly ILogger _logger;
    private readonly Action<long> _onRevision;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _following;

    public PostgresFollower(
        PostgresAddress address, ObjectStoreOptions options, ILogger logger, Action<long> onRevision)
    {
        (_address, _options, _logger, _onRevision) = (address, options, logger, onRevision);
        using (ExecutionContext.SuppressFlow()) _following = FollowAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _following;
        _stopping.Dispose();
    }

    private async Task FollowAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var pause = PauseMin;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(() => pause = PauseMin).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                var why = PostgresTrouble.ToUse(_address, error).Message;
                _logger.LogWarning("The store is not followed now: {Why}", why);
                await PauseAsync(pause).ConfigureAwait(false);
                pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
            }
        }
    }

    private async Task ListenAsync(Action onAnswer)
    {
        await using var connection =
            new NpgsqlConnection(_address.ConnectionString("orc follower", _options.CatchUpTimeout));
        await connection.OpenAsync(_stopping.Token).ConfigureAwait(false);
        var announced = 0L;
        connection.Notification += (_, notice) =>
        {
            if (long.TryParse(notice.Payload, out var revision)) announced = Math.Max(announced, revision);
        };
        var poll = _options.PollInterval;
        if (_options.ListensForNews)
            await RunAsync(connection, $"LISTEN {PostgresReader.Channel}").ConfigureAwait(false);
        while (true)
        {
            _onRevision((long)(await RunAsync(connection, "SELECT revision FROM orc.log").ConfigureAwait(false))!);
            onAnswer();
            if (!_options.ListensForNews)
            {
                await Task.Delay(poll, _stopping.Token).ConfigureAwait(false);
                continue;
            }
            // Announced ones come without a question; it is asked when none came for a while.
            while (await connection.WaitAsync(poll, _stopping.Token).ConfigureAwait(false)) _onRevision(announced);
        }
    }

    private async Task<object?> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(_stopping.Token).ConfigureAwait(false);
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, _stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The loop looks whether it should go on.
            return;
        }
    }
}
