namespace Orleans.Runtime;

/// <summary>Root of the engine's own errors.</summary>
[GenerateSerializer]
public class OrleansException : Exception
{
    public OrleansException() : base("Unexpected error.") { }

    public OrleansException(string message) : base(message) { }

    public OrleansException(string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>The configuration of a silo or of a grain class is wrong.</summary>
[GenerateSerializer]
public sealed class OrleansConfigurationException : Exception
{
    public OrleansConfigurationException(string message) : base(message) { }

    public OrleansConfigurationException(string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>A message could not be delivered.</summary>
[GenerateSerializer]
public class OrleansMessageRejectionException : OrleansException
{
    internal OrleansMessageRejectionException(string message) : base(message) { }

    internal OrleansMessageRejectionException(
        string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>The silo a message was meant for is gone, or no silo can take it.</summary>
[GenerateSerializer]
public sealed class SiloUnavailableException : OrleansMessageRejectionException
{
    public SiloUnavailableException() : base("Silo unavailable") { }

    public SiloUnavailableException(string msg) : base(msg) { }

    public SiloUnavailableException(string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>A start or stop of a lifecycle was cut short.</summary>
[GenerateSerializer]
public class OrleansLifecycleCanceledException : OrleansException
{
    internal OrleansLifecycleCanceledException(string message) : base(message) { }
}

/// <summary>A grain reference that belongs to no runtime was called.</summary>
[GenerateSerializer]
public class GrainReferenceNotBoundException : OrleansException
{
    internal GrainReferenceNotBoundException(string message) : base(message) { }
}

/// <summary>A limit of the engine was exceeded.</summary>
[GenerateSerializer]
public class LimitExceededException : OrleansException
{
    public LimitExceededException(string message) : base(message) { }
}

/// <summary>An asynchronous enumeration ended because its grain went away.</summary>
[GenerateSerializer]
public sealed class EnumerationAbortedException : Exception
{
    public EnumerationAbortedException(string message) : base(message) { }
}
