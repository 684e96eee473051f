using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Correlation.Silo.Configuration;

/// <summary>
/// The files of the folder as they were at one look: read once, then compared, hashed and parsed, so that a file that
/// changes meanwhile cannot be one thing for one of these and another thing for the next.
/// </summary>
public sealed record FolderContent(string Folder, IReadOnlyList<FileContent> Files, string? Fault)
{
    private const int MaxFiles = 1_000;

    /// <summary>Equal for two looks that found the same.</summary>
    public string Fingerprint { get; } = FingerprintOf(Files, Fault);

    public static FolderContent Read(string folder)
    {
        try
        {
            var paths = Directory.EnumerateFiles(folder)
                .Where(path => Path.GetExtension(path) is ".yaml" or ".yml" && !Path.GetFileName(path).StartsWith('.'))
                .Order(StringComparer.Ordinal)
                .Take(MaxFiles + 1)
                .ToList();
            return paths.Count > MaxFiles
                ? new FolderContent(folder, [], $"has more than {MaxFiles} files")
                : new FolderContent(folder, [.. paths.Select(FileContent.Read)], null);
        }
        catch (Exception cannotRead) when (cannotRead is IOException or UnauthorizedAccessException)
        {
            return new FolderContent(folder, [], $"cannot be read: {cannotRead.Message.TrimEnd('.')}");
        }
    }

    private static string FingerprintOf(IReadOnlyList<FileContent> files, string? fault)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(Encoding.UTF8.GetBytes(fault ?? ""));
        foreach (var file in files)
        {
            Append(Encoding.UTF8.GetBytes(file.Path));
            Append(Encoding.UTF8.GetBytes(file.Fault ?? ""));
            Append(file.Bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Append(ReadOnlySpan<byte> part)
        {
            Span<byte> length = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
            hash.AppendData(length);
            hash.AppendData(part);
        }
    }
}

/// <param name="Path">As it is shown in errors: the folder as it was given, and the file's name.</param>
/// <param name="Fault">Why there are no bytes.</param>
public sealed record FileContent(string Path, byte[] Bytes, string? Fault)
{
    private const int MaxBytes = 1024 * 1024;

    public static FileContent Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaxBytes)
            {
                return new FileContent(path, [], "is larger than 1 MiB");
            }

            var bytes = new byte[stream.Length];
            var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return new FileContent(path, bytes[..read], null);
        }
        catch (Exception cannotRead) when (cannotRead is IOException or UnauthorizedAccessException)
        {
            return new FileContent(path, [], $"cannot be read: {cannotRead.Message.TrimEnd('.')}");
        }
    }
}
