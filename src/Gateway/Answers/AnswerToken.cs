using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Correlation.Gateway.Answers;

/// <summary>What a page lets somebody do from where they are.</summary>
public enum AnswerAction : byte
{
    Acknowledge = (byte)'a',

    /// <summary>"Not me": on to the next step at once.</summary>
    Escalate = (byte)'e',

    Resolve = (byte)'r',

    /// <summary>To Twilio, to tell what becomes of a call, in which a key says what, or of a short message.</summary>
    Call = (byte)'c',
}

/// <summary>
/// The right to do one thing, to one incident, as one person, until then. Whoever holds it needs no API key.
/// </summary>
public sealed record AnswerToken(AnswerAction Action, string IncidentId, string Who, DateTimeOffset Expires)
{
    private const byte Version = 1;
    private const int HeadLength = 7;
    private const int MacLength = 16;
    private const int LongestText = 1_000;

    /// <summary>In characters that a URL takes as they are. The same token is the same text.</summary>
    public string Write(AnswerKey key)
    {
        var incident = Encoding.UTF8.GetBytes(IncidentId);
        byte[] body =
            [Version, (byte)Action, 0, 0, 0, 0, (byte)incident.Length, .. incident, .. Encoding.UTF8.GetBytes(Who)];
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(2), (uint)Expires.ToUnixTimeSeconds());
        return Base64Url.EncodeToString([.. body, .. key.Sign(body).AsSpan(0, MacLength)]);
    }

    /// <summary>
    /// Null unless the text was written with this key, whole and unchanged. Whether it expired is another matter.
    /// </summary>
    public static AnswerToken? Read(string text, AnswerKey key)
    {
        if (text.Length > LongestText || !Base64Url.IsValid(text))
        {
            return null;
        }

        ReadOnlySpan<byte> bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length < HeadLength + MacLength)
        {
            return null;
        }

        var body = bytes[..^MacLength];
        if (!CryptographicOperations.FixedTimeEquals(key.Sign(body).AsSpan(0, MacLength), bytes[^MacLength..]) ||
            body[0] != Version)
        {
            return null;
        }

        var who = HeadLength + body[6];
        return new AnswerToken(
            (AnswerAction)body[1],
            Encoding.UTF8.GetString(body[HeadLength..who]),
            Encoding.UTF8.GetString(body[who..]),
            DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(body[2..])));
    }
}

/// <summary>Signs what people answer with. Whoever has it can answer as anybody.</summary>
public sealed class AnswerKey(ReadOnlyMemory<byte> secret)
{
    public const int Size = 32;

    internal byte[] Sign(ReadOnlySpan<byte> body) => HMACSHA256.HashData(secret.Span, body);
}
