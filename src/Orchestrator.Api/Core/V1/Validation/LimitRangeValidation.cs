using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for LimitRanges.</summary>
internal static class LimitRangeValidation
{
    private static readonly string[] Types = ["Container", "PersistentVolumeClaim", "Pod"];

    public static IReadOnlyList<FieldError> Check(LimitRange range)
    {
        var errors = new FieldErrors();
        var types = new HashSet<string>();
        for (var i = 0; i < range.Spec.Limits.Count; i++)
        {
            var (at, item) = (errors["spec"]["limits"][i], range.Spec.Limits[i]);
            at["type"].Invalid(item.Type, NameRules.QualifiedName(item.Type));
            if (!item.Type.Contains('/') && !Types.Contains(item.Type))
                at["type"].Invalid(item.Type, "must be a standard limit type or fully qualified");
            if (!types.Add(item.Type)) at["type"].Duplicate(item.Type);
            CheckItem(at, item);
        }
        return errors.Found;
    }

    private static void CheckItem(FieldErrors at, LimitRangeItem item)
    {
        CheckNames(at["max"], item.Max, item.Type);
        CheckNames(at["min"], item.Min, item.Type);
        if (item.Type == "Pod")
        {
            const string NotForPods = "may not be specified when `type` is 'Pod'";
            if (item.Default.Count > 0) at["default"].Forbidden(NotForPods);
            if (item.DefaultRequest.Count > 0) at["defaultRequest"].Forbidden(NotForPods);
        }
        else
        {
            CheckNames(at["default"], item.Default, item.Type);
            CheckNames(at["defaultRequest"], item.DefaultRequest, item.Type);
        }
        CheckNames(at["maxLimitRequestRatio"], item.MaxLimitRequestRatio, item.Type);
        if (item.Type == "PersistentVolumeClaim" && !item.Min.ContainsKey("storage")
            && !item.Max.ContainsKey("storage"))
        {
            at["limits"].Required("either minimum or maximum storage value is required, but neither was provided");
        }
        var names = item.Max.Keys.Concat(item.Min.Keys).Concat(item.Default.Keys).Concat(item.DefaultRequest.Keys)
            .Concat(item.MaxLimitRequestRatio.Keys);
        foreach (var name in names.Distinct().Order(StringComparer.Ordinal)) CheckAmounts(at, item, name);
    }

    private static void CheckNames(FieldErrors at, IReadOnlyDictionary<string, Quantity> amounts, string type)
    {
        foreach (var name in amounts.Keys)
        {
            if (type is "Pod" or "Container") ResourceNames.CheckOfContainer(at.Key(name), name);
            else ResourceNames.Check(at.Key(name), name);
        }
    }

    private static void CheckAmounts(FieldErrors at, LimitRangeItem item, string name)
    {
        Quantity? Of(IReadOnlyDictionary<string, Quantity> amounts) =>
            amounts.TryGetValue(name, out var amount) ? amount : null;

        var (max, min, limit, request) = (Of(item.Max), Of(item.Min), Of(item.Default), Of(item.DefaultRequest));
        if (min > max)
            at["min"].Key(name).Invalid($"{min}", $"min value {min} is greater than max value {max}");
        if (min > request)
        {
            at["defaultRequest"].Key(name).Invalid(
                $"{request}", $"min value {min} is greater than default request value {request}");
        }
        if (request > max)
        {
            at["defaultRequest"].Key(name).Invalid(
                $"{request}", $"default request value {request} is greater than max value {max}");
        }
        if (request > limit)
        {
            at["defaultRequest"].Key(name).Invalid(
                $"{request}", $"default request value {request} is greater than default limit value {limit}");
        }
        if (min > limit)
            at["default"].Key(name).Invalid($"{min}", $"min value {min} is greater than default value {limit}");
        if (limit > max)
            at["default"].Key(name).Invalid($"{max}", $"default value {limit} is greater than max value {max}");
        if (Of(item.MaxLimitRequestRatio) is { } ratio)
            CheckRatio(at["maxLimitRequestRatio"].Key(name), ratio, min, max);
    }

    private static void CheckRatio(FieldErrors at, Quantity ratio, Quantity? min, Quantity? max)
    {
        if (ratio < Quantity.FromUnits(1)) at.Invalid($"{ratio}", $"ratio {ratio} is less than 1");
        if (min is not { MilliValue: > 0 } least || max is not { } most) return;
        var possible = (double)most.MilliValue / least.MilliValue;
        if (ratio.MilliValue / 1000.0 > possible)
            at.Invalid($"{ratio}", $"ratio {ratio} is greater than max/min = {possible:F6}");
    }
}
