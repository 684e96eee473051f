using System.Globalization;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;

namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// Where a command about an alert goes. <paramref name="Target"/> is the id that was meant; null by alias.
/// </summary>
internal readonly record struct AlertAddress(GrainId To, Guid? Target)
{
    public static AlertAddress OfAlias(string alias) => new(new GrainId(GrainKind.Alert, alias), null);
}

/// <summary>
/// Finds alerts by id, short number or alias. An alias means its open alert; past ones are found by id.
/// </summary>
internal sealed class AlertLookup(IGrains grains, IReads reads)
{
    /// <summary>With the exact count of this moment; null when there is none.</summary>
    public async ValueTask<AlertView?> FindAsync(string identifier, string type, CancellationToken cancellationToken)
    {
        if (ReferenceOf(identifier, type) is not { } reference)
        {
            return null;
        }

        var view = await reads.FindAlertAsync(reference, cancellationToken);
        if (view is not { IsCurrent: true })
        {
            return view;
        }

        // Memory over row: repeats that no checkpoint has written yet count here.
        var now = await grains.ReadAsync(view.Alert.Grain) as AlertState;
        return now?.Id == view.Alert.Id ? view with { Alert = now } : view;
    }

    /// <param name="type">id or tiny.</param>
    public async ValueTask<AlertAddress> AddressAsync(
        string identifier, string type, CancellationToken cancellationToken)
    {
        var reference = ReferenceOf(identifier, type);
        var view = reference is null ? null : await reads.FindAlertAsync(reference.Value, cancellationToken);
        return view switch
        {
            // Refused there as "does not exist", under a request id that can be polled like any other.
            null => new AlertAddress(new GrainId(GrainKind.ClosedAlert, identifier), null),
            { IsCurrent: true } => new AlertAddress(view.Alert.Grain, view.Alert.Id),
            _ => new AlertAddress(view.Alert.History, view.Alert.Id),
        };
    }

    private static AlertRef? ReferenceOf(string identifier, string type) => type switch
    {
        "alias" => AlertRef.ByAlias(identifier),
        "tiny" => long.TryParse(identifier, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? AlertRef.ByNumber(number)
            : null,
        _ => Guid.TryParse(identifier, out var id) ? AlertRef.ById(id) : null,
    };
}
