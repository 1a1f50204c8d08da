using Npgsql;

namespace Orchestrator.Storage.Postgres;

/// <summary>
/// Which database, as whom. The one place that reads connection strings; shows itself without the password.
/// </summary>
public sealed class PostgresAddress
{
    private const string Expected = "expected postgres://USER:PASSWORD@HOST:PORT/DATABASE";

    private readonly NpgsqlConnectionStringBuilder _builder;

    private PostgresAddress(NpgsqlConnectionStringBuilder builder) => _builder = builder;

    /// <summary>The database's name.</summary>
    public string Database => _builder.Database!;

    /// <summary>Who signs in.</summary>
    public string User => _builder.Username!;

    /// <summary>Where the server listens.</summary>
    public string Server => _builder.Host!.StartsWith('/') ? _builder.Host : $"{_builder.Host}:{_builder.Port}";

    internal string Host => _builder.Host!;

    internal int Port => _builder.Port;

    /// <summary>Reads a URI or Npgsql's key=value text.</summary>
    /// <exception cref="StoreOpenException">It is neither; the message names the part that is wrong.</exception>
    public static PostgresAddress Parse(string text)
    {
        var isUri = text.Contains("://", StringComparison.Ordinal);
        var builder = isUri ? ReadUri(text) : ReadPairs(text);
        Require(builder.Host, "host");
        Require(builder.Username, "user");
        Require(builder.Database, "database");
        return new(builder);
    }

    /// <summary>The address without its password.</summary>
    public override string ToString() => $"postgres://{User}@{Server}/{Database}";

    /// <summary>The text a connection of the store opens with.</summary>
    public string ConnectionString(string application, TimeSpan timeout, int poolMax = 0)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(timeout.TotalSeconds));
        return new NpgsqlConnectionStringBuilder(_builder.ConnectionString)
        {
            ApplicationName = application,
            Timeout = seconds,
            CommandTimeout = seconds,
            // Who waited that long does not wait for the answer to a cancellation as well.
            CancellationTimeout = -1,
            Pooling = poolMax > 0,
            MaxPoolSize = Math.Max(1, poolMax),
            MaxAutoPrepare = 32,
            AutoPrepareMinUsages = 2,
            TcpKeepAlive = true,
            TcpKeepAliveTime = 5,
            TcpKeepAliveInterval = 1,
            IncludeErrorDetail = false,
        }.ConnectionString;
    }

    private static NpgsqlConnectionStringBuilder ReadUri(string text)
    {
        var scheme = text[..text.IndexOf("://", StringComparison.Ordinal)];
        if (scheme is not ("postgres" or "postgresql"))
            throw Wrong($"its scheme is \"{scheme}\"; {Expected}");
        // The password may hold what a URI may not, but the last @ before the path ends it.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
            throw Wrong($"its host or port cannot be read; {Expected}, with odd characters written as %XX");
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = Uri.UnescapeDataString(uri.Host).Trim('[', ']'),
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
        };
        var user = uri.UserInfo.Split(':', 2);
        builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) builder.Password = Uri.UnescapeDataString(user[1]);
        foreach (var option in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = option.Split('=', 2);
            var value = Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? "");
            SetOption(builder, Uri.UnescapeDataString(parts[0]), value);
        }
        return builder;
    }

    private static void SetOption(NpgsqlConnectionStringBuilder builder, string name, string value)
    {
        switch (name)
        {
            case "sslmode":
                var mode = value.Replace("-", "", StringComparison.Ordinal);
                if (!Enum.TryParse<SslMode>(mode, ignoreCase: true, out var ssl) || int.TryParse(mode, out _))
                {
                    throw Wrong($"sslmode is \"{value}\"; choose disable, allow, prefer, require, verify-ca or "
                        + "verify-full");
                }
                builder.SslMode = ssl;
                break;
            case "sslrootcert":
                builder.RootCertificate = value;
                break;
            case "sslcert":
                builder.SslCertificate = value;
                break;
            case "sslkey":
                builder.SslKey = value;
                break;
            case "host":
                builder.Host = value;
                break;
            default:
                throw Wrong($"it has the option \"{name}\"; known are sslmode, sslrootcert, sslcert, sslkey and host");
        }
    }

    private static NpgsqlConnectionStringBuilder ReadPairs(string text)
    {
        var builder = new NpgsqlConnectionStringBuilder();
        var pairs = new System.Data.Common.DbConnectionStringBuilder();
        try
        {
            pairs.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            // The error would quote the text, and with it the password.
            throw Wrong($"it is neither a URI nor key=value pairs; {Expected}");
        }
        foreach (string key in pairs.Keys!)
        {
            try
            {
                builder[Known(key)] = pairs[key];
            }
            catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException
                or KeyNotFoundException or OverflowException)
            {
                throw Wrong(builder.TryGetValue(key, out _)
                    ? $"the value of \"{key}\" cannot be read"
                    : $"it has the key \"{key}\", which Npgsql does not know");
            }
        }
        return builder;
    }

    // What libpq calls otherwise.
    private static string Known(string key) => key switch
    {
        "user" => nameof(NpgsqlConnectionStringBuilder.Username),
        "dbname" => nameof(NpgsqlConnectionStringBuilder.Database),
        _ => key,
    };

    private static void Require(string? value, string part)
    {
        if (string.IsNullOrEmpty(value)) throw Wrong($"it names no {part}; {Expected}");
    }

    private static StoreOpenException Wrong(string why) =>
        new($"the connection string of the store cannot be used: {why}");
}
