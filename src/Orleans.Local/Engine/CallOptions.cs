namespace Orleans.Local.Engine;

/// <summary>How a request is delivered.</summary>
[Flags]
internal enum CallOptions : byte
{
    None = 0,
    OneWay = 1,
    ReadOnly = 2,
    AlwaysInterleave = 4,
    KeepAlive = 8,
}
