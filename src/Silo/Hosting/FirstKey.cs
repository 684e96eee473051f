using System.Text;
using Correlation.Gateway.Keys;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Hosting;

/// <summary>
/// The administrator's key: taken from <c>CORRELATION_API_KEY</c>, or made at the first start and printed that once.
/// The data folder keeps only its hash.
/// </summary>
public static class FirstKey
{
    public const string FileName = "administrator.key.sha256";

    /// <summary>Call it with the folder locked: it may replace the key that another process goes by.</summary>
    /// <param name="given">The value of <c>CORRELATION_API_KEY</c>; null or empty when it is not set.</param>
    /// <exception cref="FirstKeyException">The given key is no UUID, or the file does not hold a hash.</exception>
    public static AdministratorKey Open(string dataFolder, string? given, TextWriter output)
    {
        var file = Path.Combine(dataFolder, FileName);
        if (!string.IsNullOrWhiteSpace(given))
        {
            return new AdministratorKey(Keep(file, Parse(given.Trim())));
        }

        if (File.Exists(file))
        {
            return new AdministratorKey(Read(file));
        }

        var key = KeyHash.Random();
        var administrator = new AdministratorKey(Keep(file, key));
        output.WriteLine($"""
            This is the first start. The administrator's API key, shown only now, is

              {key}

            Only its hash is kept ({file}). To get a new one, set CORRELATION_API_KEY or delete that file, and restart.
            """);
        return administrator;
    }

    // The value itself is not repeated in the message: it may be a real secret with one character missing.
    private static Guid Parse(string given) => Guid.TryParseExact(given, "D", out var key)
        ? key
        : throw new FirstKeyException(
            $"CORRELATION_API_KEY must be a UUID such as {KeyHash.Random()}; the {given.Length} characters given are none.");

    private static string Read(string file)
    {
        var text = File.ReadAllText(file).Trim();
        return text.Length == 2 * KeyHash.Size && text.All(char.IsAsciiHexDigitLower)
            ? text
            : throw new FirstKeyException(
                $"{file} holds no SHA-256 in hexadecimal. Set CORRELATION_API_KEY or delete the file, and restart.");
    }

    private static string Keep(string file, Guid key)
    {
        var hash = KeyHash.Of(key);
        if (File.Exists(file) && File.ReadAllText(file).Trim() == hash)
        {
            return hash;
        }

        PrivateFile.Write(file, stream => stream.Write(Encoding.ASCII.GetBytes(hash + "\n")));
        return hash;
    }
}

public sealed class FirstKeyException(string message) : Exception(message);
