using Correlation.Gateway.Seams;

namespace Correlation.Silo.Tests.Storage;

/// <summary>What people's pages and lists rely on beside the engine: the read side of a real database.</summary>
public abstract partial class DatabaseContract : StoreContract
{
    protected abstract IReads Reads { get; }
}
