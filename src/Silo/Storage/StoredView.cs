using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Silo.Storage;

/// <summary>An alert as read from its rows; its documents are parsed after the read has ended.</summary>
internal sealed record StoredView(bool IsCurrent, byte[] Alert, byte[] Tally, byte[]? Incident)
{
    public static StoredView Of(Sqlite.Statement row) =>
        new(row.Long(0) == 1, row.Blob(1), row.Blob(2), row.IsNull(3) ? null : row.Blob(3));

    public AlertView Read() => new(
        (AlertState)StateWire.Read(GrainKind.Alert, Alert, Tally),
        Incident is null ? null : (IncidentState)StateWire.Read(GrainKind.Incident, Incident, []),
        IsCurrent);
}
