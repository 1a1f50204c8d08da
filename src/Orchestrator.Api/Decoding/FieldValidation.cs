using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Decoding;

/// <summary>What happens to fields of a body that the schema does not know, or that stand there twice.</summary>
public enum FieldValidation
{
    /// <summary>They are dropped with a warning each; the default.</summary>
    Warn,

    /// <summary>They are dropped.</summary>
    Ignore,

    /// <summary>The request is refused.</summary>
    Strict,
}

/// <summary>Reads the <c>fieldValidation</c> query parameter.</summary>
public static class FieldValidations
{
    /// <param name="text">The parameter; null or empty means <see cref="FieldValidation.Warn"/>.</param>
    /// <param name="options">What the parameter belongs to: <c>CreateOptions</c>, <c>PatchOptions</c>.</param>
    /// <exception cref="ApiException">422: none of the three words.</exception>
    public static FieldValidation Parse(string? text, string options = "CreateOptions")
    {
        switch (text)
        {
            case null or "" or "Warn": return FieldValidation.Warn;
            case "Ignore": return FieldValidation.Ignore;
            case "Strict": return FieldValidation.Strict;
        }
        var error = FieldError.NotSupported("fieldValidation", text, "Ignore", "Strict", "Warn");
        throw new ApiException(422, "Invalid", $"{options}.meta.k8s.io \"\" is invalid: {error}",
            new StatusDetails("", "meta.k8s.io", options, [new(error.Reason, error.Detail, error.Field)]));
    }
}
