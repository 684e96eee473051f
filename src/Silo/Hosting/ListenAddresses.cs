using System.Net;

namespace Correlation.Silo.Hosting;

/// <summary>The addresses of <c>CORRELATION_URLS</c>.</summary>
internal static class ListenAddresses
{
    public static string[] Of(string urls) =>
        urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static bool AnyIsHttps(string urls) => Of(urls).Any(IsHttps);

    /// <exception cref="SettingException">One that cannot be listened on, or that would be taken for another than it
    /// says.</exception>
    public static void Check(string urls)
    {
        var addresses = Of(urls);
        if (addresses.Length == 0 || !addresses.All(url => IsHttp(url) || IsHttps(url)))
        {
            throw new SettingException(
                $"CORRELATION_URLS must hold http:// or https:// addresses, such as {new SiloSettings().Urls}; it is '{urls}'.");
        }

        foreach (var url in addresses)
        {
            // Of the last colon, that a port follows: a host may be a plus or a star, which is no address.
            if (ulong.TryParse(url.TrimEnd('/')[(url.TrimEnd('/').LastIndexOf(':') + 1)..], out var port) &&
                port > ushort.MaxValue)
            {
                throw new SettingException(
                    $"CORRELATION_URLS names the port {port}, and the highest is {ushort.MaxValue}; it is '{urls}'.");
            }

            // The server takes any other name for every interface of the machine: a slip would open it to all of them.
            var address = BindingAddress.Parse(url);
            if (!address.IsUnixPipe && !IPAddress.TryParse(address.Host, out _) &&
                !address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) &&
                    address.Host is not ("*" or "+"))
            {
                throw new SettingException(
                    $"CORRELATION_URLS must name an IP address to listen on, localhost, or * for every interface, and names '{address.Host}'; it is '{urls}'.");
            }
        }
    }

    private static bool IsHttp(string url) => url.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    private static bool IsHttps(string url) => url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
