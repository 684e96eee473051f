using Correlation.Gateway.Keys;
using Correlation.Silo.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Xunit;

namespace Correlation.Silo.Tests.Hosting;

public sealed class ServeTests
{
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
