using System.Reflection;
using Correlation.Gateway.Seams;

namespace Correlation.Silo.Tests.Storage;

/// <summary>Reads as they are, with something that happens just before an incident is read.</summary>
public class HookedReads : DispatchProxy
{
    private IReads? _reads;
    private Action<string>? _before;

    public static IReads Over(IReads reads, Action<string> before)
    {
        var hooked = Create<IReads, HookedReads>();
        ((HookedReads)(object)hooked)._reads = reads;
        ((HookedReads)(object)hooked)._before = before;
        return hooked;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(IReads.FindIncidentAsync))
        {
            _before!((string)args![0]!);
        }

        return targetMethod.Invoke(_reads, args);
    }
}
