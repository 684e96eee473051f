using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Correlation.Gateway.Answers;

/// <summary>
/// Where people answer a page from where they are. No API key: what is carried is the right, so that nothing here may
/// do more than one page's answers.
/// </summary>
public static class AnswerEndpoints
{
    private const int LargestBody = 64 * 1024;

    /// <summary>Needs AnswerLinks, AnswerKey, IGrains, IReads and TimeProvider.</summary>
    public static IServiceCollection AddAnswering(this IServiceCollection services) =>
        services
        .AddSingleton<Answering>()
        .AddSingleton<LinkEndpoints>()
        .AddSingleton<SlackReplies>()
        .AddSingleton<SlackClicks>()
        .AddSingleton<SlackEndpoint>()
        .AddSingleton<SmsReplies>()
        .AddSingleton<CallStages>()
        .AddSingleton<TwilioEndpoints>()
        .AddSingleton<AnswerRate>();

    public static IEndpointRouteBuilder MapAnswers(this IEndpointRouteBuilder app)
    {
        var answers = app.MapGroup(AnswerLinks.Root).ExcludeFromDescription();
        answers.AddEndpointFilter(BoundAsync);
        LinkEndpoints.MapLinks(answers);
        SlackEndpoint.MapSlack(answers);
        TwilioEndpoints.MapTwilio(answers);
        return app;
    }

    private static async ValueTask<object?> BoundAsync(
        EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = LargestBody;
        }

        try
        {
            return await next(invocation);
        }
        catch (BadHttpRequestException wrong) when (!context.Response.HasStarted)
        {
            await AnswerPage.WriteAsync(context, wrong.StatusCode, "That was too much, or not whole.", null);
            return Results.Empty;
        }
        catch (UnavailableException unavailable) when (!context.Response.HasStarted)
        {
            context.Response.Headers.RetryAfter = $"{Math.Ceiling(unavailable.RetryAfter.TotalSeconds):0}";
            await AnswerPage.WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable, "Not just now: please try again in a moment.", null);
            return Results.Empty;
        }
    }
}
