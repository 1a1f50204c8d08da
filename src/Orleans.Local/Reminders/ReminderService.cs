using Orleans.Reminders;

namespace Orleans.Local.Engine;

/// <summary>
/// Fires the reminders of the grains whose hash falls to this silo. The table is the truth: it is read at start,
/// whenever a silo comes or goes, and slowly for ever.
/// </summary>
internal sealed class ReminderService : IReminderRegistry, ILifecycleParticipant<ISiloLifecycle>, ISiloStatusListener
{
    private readonly Silo _silo;
    private readonly IServiceProvider _services;
    private readonly ReminderOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<(GrainId, string), LocalReminder> _local = [];
    private ITimer? _refresh;
    private bool _running;

    public ReminderService(Silo silo, IServiceProvider services, IOptions<ReminderOptions> options)
    {
        _silo = silo;
        _services = services;
        _options = options.Value;
        _time = services.TimeFor(ReminderTimeProviderNames.Reminders);
    }

    private IReminderTable Table => _services.GetService<IReminderTable>()
        ?? throw new OrleansConfigurationException(
            "The reminder service has no IReminderTable; call UseInMemoryReminderService or register one.");

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(nameof(ReminderService), ServiceLifecycleStage.RuntimeGrainServices, StartTable,
            token => Table.StopAsync(token));
        lifecycle.Subscribe(nameof(ReminderService), ServiceLifecycleStage.Active, Start, Stop);
    }

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Dead)
        {
            _ = Refresh();
        }
    }

    public async Task<IGrainReminder> RegisterOrUpdateReminder(
        GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        Validate(reminderName, dueTime, period);
        var entry = new ReminderEntry
        {
            GrainId = callingGrainId,
            ReminderName = reminderName,
            StartAt = _time.GetUtcNow().UtcDateTime + dueTime,
            Period = period,
        };
        entry.ETag = await Table.UpsertRow(entry);
        Owner(callingGrainId)?.Schedule(entry);
        return new GrainReminder(callingGrainId, reminderName, entry.ETag);
    }

    public async Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder)
    {
        var known = (GrainReminder)reminder;
        if (!await Table.RemoveRow(callingGrainId, known.ReminderName, known.ETag ?? "")
            && await Table.ReadRow(callingGrainId, known.ReminderName) is not null)
        {
            throw new ReminderException(
                $"Could not unregister reminder {known.ReminderName} of {callingGrainId}: it was changed since it was read. You can retry.");
        }

        Owner(callingGrainId)?.Forget((callingGrainId, known.ReminderName));
    }

    public async Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName) =>
        await Table.ReadRow(callingGrainId, reminderName) is { } entry ? ToReminder(entry) : null;

    public async Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId) =>
        [.. (await Table.ReadRows(callingGrainId)).Reminders.Select(ToReminder)];

    private static GrainReminder ToReminder(ReminderEntry entry) => new(entry.GrainId, entry.ReminderName, entry.ETag);

    private void Validate(string name, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.Zero);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (period < _options.MinimumReminderPeriod)
        {
            throw new ArgumentException(
                $"Cannot register reminder {name} as requested period ({period}) is less than minimum allowed reminder period "
                    +
                $"({_options.MinimumReminderPeriod})");
        }
    }

    private Task StartTable(CancellationToken token) => Table.StartAsync(token);

    private async Task Start(CancellationToken token)
    {
        _running = true;
        _silo.Oracle.SubscribeToSiloStatusEvents(this);
        _refresh = _time.CreateTimer(_ => _ = Refresh(), null, _options.RefreshReminderListPeriod,
            _options.RefreshReminderListPeriod);
        await Refresh();
    }

    private Task Stop(CancellationToken token)
    {
        _silo.Oracle.UnSubscribeFromSiloStatusEvents(this);
        _refresh?.Dispose();
        lock (_lock)
        {
            _running = false;
            Retain(_ => false);
        }

        return Task.CompletedTask;
    }

    private async Task Refresh()
    {
        try
        {
            var rows = (await Table.ReadRows(0, 0)).Reminders.Where(row => OwnerSilo(row.GrainId) == _silo).ToList();
            var mine = rows.Select(row => (row.GrainId, row.ReminderName)).ToHashSet();
            lock (_lock)
            {
                Retain(mine.Contains);
            }

            rows.ForEach(Schedule);
        }
        catch (Exception exception)
        {
            _silo.Log.LogError(exception, "Reminders could not be read; the next attempt is at the next refresh");
        }
    }

    private void Retain(Func<(GrainId, string), bool> keep)
    {
        foreach (var key in _local.Keys.Where(key => !keep(key)).ToList())
        {
            _local.Remove(key, out var gone);
            gone!.Dispose();
        }
    }

    private void Schedule(ReminderEntry entry)
    {
        lock (_lock)
        {
            var key = (entry.GrainId, entry.ReminderName);
            if (!_running || (_local.TryGetValue(key, out var known) && known.ETag == entry.ETag))
            {
                return;
            }

            known = _local.GetValueOrDefault(key);
            known?.Dispose();
            _local[key] = new LocalReminder(entry, _silo, _time);
        }
    }

    private void Forget((GrainId, string) key)
    {
        lock (_lock)
        {
            if (_local.Remove(key, out var gone))
            {
                gone.Dispose();
            }
        }
    }

    private ReminderService? Owner(GrainId id) => OwnerSilo(id)?.Services.GetService<ReminderService>();

    private Silo? OwnerSilo(GrainId id)
    {
        var active = _silo.Cluster.ActiveSilos();
        Array.Sort(active, (left, right) => left.SiloAddress.CompareTo(right.SiloAddress));
        return active.Length == 0 ? null : active[id.GetUniformHashCode() % (uint)active.Length];
    }

    private sealed record GrainReminder(GrainId GrainId, string ReminderName, string? ETag) : IGrainReminder;
}
