using System.CommandLine;
using Correlation.Gateway.Answers;
using Correlation.Gateway.Keys;
using Correlation.Silo.Hosting;
using Correlation.TestKit.Processes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using SiloSettings = Correlation.Silo.Hosting.SiloSettings;

namespace Correlation.Silo.Tests.Hosting;

public sealed class ServeTests
{
    [Fact]
    public async Task A_link_signed_with_the_operators_secret_is_good_wherever_the_data_folder_is()
    {
        var settings = new SiloSettings { Data = "unused", AnswerSecret = new string('s', AnswerKey.Size) };
        await using var before = ServeCommand.Build(settings, new AdministratorKey(new string('0', 64)));
        await using var after = ServeCommand.Build(
            settings with { Data = "another" }, new AdministratorKey(new string('0', 64)));
        var token = new AnswerToken(AnswerAction.Acknowledge, "incident", "ann", DateTimeOffset.UnixEpoch.AddYears(60));

        var text = token.Write(before.Services.GetRequiredService<AnswerKey>());

        Assert.Equal(token, AnswerToken.Read(text, after.Services.GetRequiredService<AnswerKey>()));
    }

    [Fact]
    public async Task A_data_folder_that_takes_no_key_is_a_refusal_in_words()
    {
        using var folder = new TempFolder("serve");
        Directory.CreateDirectory(Path.Combine(folder.Path, FirstKey.FileName + ".new"));
        var root = new RootCommand();
        ServeCommand.AddTo(root);
        var (before, said) = (Console.Error, new StringWriter());
        Console.SetError(said);
        try
        {
            Assert.Equal(1, await root.Parse(["--CORRELATION_DATA", folder.Path]).InvokeAsync());
        }
        finally
        {
            Console.SetError(before);
        }

        Assert.Contains(
            $"The data folder '{folder.Path}' (CORRELATION_DATA) cannot be written: ", said.ToString(),
            StringComparison.Ordinal);
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
