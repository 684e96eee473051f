using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration.Sections;

internal static class KeyReader
{
    private static readonly Format<ApiKeyType> Type = Format.OneOf(
        ("integration", ApiKeyType.Integration),
        ("account", ApiKeyType.Account));

    private static readonly Format<KeyRights> Right = Format.OneOf(
        ("read", KeyRights.Read),
        ("create_and_update", KeyRights.CreateAndUpdate),
        ("delete", KeyRights.Delete),
        ("configure", KeyRights.Configure),
        ("all", KeyRights.All));

    private const KeyRights AccountRights = KeyRights.Read | KeyRights.Configure;

    public static ApiKey Read(Entry entry)
    {
        var key = new ApiKey(
            entry.Name(Section.Keys),
            entry.Required("sha256", Format.Sha256),
            entry.Required("type", Type),
            entry.Reference("team", Section.Teams),
            entry.Items("rights").Aggregate(KeyRights.None, (all, item) => all | entry.Read(item, Right)));

        // The gate would ignore them: better said here than by a refused request.
        if (key.Type == ApiKeyType.Account && (key.Rights & ~AccountRights) != KeyRights.None)
        {
            entry.Reading.Error(entry.Where("rights"), "is more than an account key can do", "read, configure");
        }

        entry.Reading.OnceAllIsRead(policy =>
        {
            if (policy.Keys.First(k => k.Sha256 == key.Sha256) is { } first && first.Name != key.Name)
            {
                entry.Reading.Error(entry.Where("sha256"), $"is that of key '{first.Name}' too", "a key of its own");
            }
        });
        return key.Rights == KeyRights.None ? key with { Rights = DefaultRights(key.Type) } : key;
    }

    private static KeyRights DefaultRights(ApiKeyType type) =>
        type == ApiKeyType.Account ? AccountRights : KeyRights.All & ~KeyRights.Configure;
}
