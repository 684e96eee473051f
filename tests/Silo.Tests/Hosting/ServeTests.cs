using Correlation.Gateway.Answers;
using Correlation.Gateway.Keys;
using Correlation.Silo.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Correlation.Silo.Tests.Hosting;

public sealed class ServeTests
{
    [Fact]
    public async Task A_link_signed_with_the_operators_secret_is_good_wherever_the_data_folder_is()
    {
        var settings = new SiloSettings { Data = "unused", AnswerSecret = new string('s', AnswerKey.Size) };
        await using var before = ServeCommand.Build(settings, new AdministratorKey(new string('0', 64)));
        await using var after = ServeCommand.Build(settings with { Data = "another" }, new AdministratorKey(new string('0', 64)));
        var token = new AnswerToken(AnswerAction.Acknowledge, "incident", "ann", DateTimeOffset.UnixEpoch.AddYears(60));

        var text = token.Write(before.Services.GetRequiredService<AnswerKey>());

        Assert.Equal(token, AnswerToken.Read(text, after.Services.GetRequiredService<AnswerKey>()));
    }

    [Fact]
    public void A_secret_that_could_be_guessed_is_refused_and_not_repeated()
    {
        var refused = Assert.Throws<SettingException>(
            () => SiloSettings.Read(name => name == "CORRELATION_ANSWER_SECRET" ? "hunter2" : null));

        Assert.Contains("CORRELATION_ANSWER_SECRET must have 32 characters", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_working_folder_is_not_watched()
    {
        IConfigurationRoot? configuration = null;
        await using var app = ServeCommand.Build(
            new SiloSettings { Data = "unused" },
            new AdministratorKey(new string('0', 64)),
            builder => configuration = builder.Configuration);
        var files = configuration!.Providers.OfType<JsonConfigurationProvider>().ToList();
        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, file => file.Source.ReloadOnChange);
    }
}
