using Correlation.Gateway.Answers;
using Correlation.Gateway.Changes;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Correlation.Gateway.Keys;

/// <summary>No key, no access, also on loopback. Who got in is <c>context.Features.Get&lt;ApiKey&gt;()</c>.</summary>
public static class KeyGate
{
    /// <summary>Needs an <see cref="AdministratorKey"/> and the grains among the services.</summary>
    public static IServiceCollection AddKeys(this IServiceCollection services) =>
        services.AddSingleton(
            s => new KeyRing(s.GetRequiredService<IGrains>(), s.GetRequiredService<AdministratorKey>()));

    /// <summary>Put it before everything that answers; paths must be tidied (double slashes) before it.</summary>
    public static IApplicationBuilder UseKeys(this IApplicationBuilder app)
    {
        var ring = app.ApplicationServices.GetRequiredService<KeyRing>();
        var mlflow = app.ApplicationServices.GetService<MlflowWebhook>();
        return app.Use((context, next) =>
        {
            if (IsOpen(context.Request.Path) || mlflow?.LetsIn(context.Request) is true)
            {
                return next(context);
            }

            if (Authenticate(ring, context.Request) is not { } key)
            {
                return Refusal.UnauthenticatedAsync(context);
            }

            context.Features.Set(key);
            return next(context);
        });
    }

    /// <summary>
    /// The key must hold all of <paramref name="rights"/>. Checked around the endpoint itself, so it holds wherever the
    /// middleware stands: without a key the answer is 401.
    /// </summary>
    public static TBuilder RequireRight<TBuilder>(this TBuilder builder, KeyRights rights)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Finally(endpoint =>
        {
            var inner = endpoint.RequestDelegate;
            endpoint.RequestDelegate = inner is null ? null : context => context.Features.Get<ApiKey>() switch
            {
                null => Refusal.UnauthenticatedAsync(context),
                var key when !key.May(rights) => Refusal.ForbiddenAsync(context, key, rights),
                _ => inner(context),
            };
        });
        return builder;
    }

    /// <summary>
    /// An account key is for configuring and reading: it never creates, acknowledges or closes alerts.
    /// </summary>
    public static bool May(this ApiKey key, KeyRights rights)
    {
        var held = key.Type == ApiKeyType.Account ? key.Rights & (KeyRights.Read | KeyRights.Configure) : key.Rights;
        return (held & rights) == rights;
    }

    /// <summary>A team's key sees that team's things only; any other sees all.</summary>
    public static bool Sees(this ApiKey key, string team) =>
        key.Team is null || string.Equals(key.Team, team, StringComparison.OrdinalIgnoreCase) ||
            key.FormerTeams.Contains(team, StringComparer.OrdinalIgnoreCase);

    /// <summary>What answers pages is let in by what it carries: a signed link, or its sender's signature.</summary>
    private static bool IsOpen(PathString path) =>
        path == "/healthz" || path == "/readyz" || path.StartsWithSegments(AnswerLinks.Root);

    /// <summary>Null when the request presents no key that is known.</summary>
    internal static ApiKey? Authenticate(KeyRing ring, HttpRequest request)
    {
        Span<byte> hash = stackalloc byte[KeyHash.Size];
        return PresentedKey.TryHash(request, hash) ? ring.Find(hash) : null;
    }
}
