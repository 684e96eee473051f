using FsCheck;
using FsCheck.Fluent;

namespace Correlation.Gateway.Tests.Opsgenie.Search;

/// <summary>Texts that are queries, nearly queries, or nothing of the kind.</summary>
internal static class QueryTexts
{
    public static Gen<string> Any { get; } = Gen.OneOf(
        Pieces("status:open", "priority:(P1 OR P2)", "createdAt>1", "createdAt:01-10-2020", "count<=5", "isSeen:true",
            "message:\"a b\"", "tag:ml*", "IssueKey:ABC-1", "details.key:k", "details.value:%_!\\", "owner:*", "'; --",
            "drift", " and ", " OR ", " not ", "(", ")", " ", "\"", "*"),
        Pieces("status", "createdAt", "foo", ":", "=", "<", ">=", "(", ")", "and", "or", "not", " ", "\"", "\\", "*",
            "%", "_", "'", ";", "é", "🙂", "\n", "\0", "\uD83D", "01-10-2020", "99999999999999999999"),
        ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get));

    private static Gen<string> Pieces(params string[] pieces) =>
        Gen.Elements(pieces).ListOf().Select(list => string.Concat(list));
}
