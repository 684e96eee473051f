using System.Security.Cryptography;
using Correlation.Gateway.Answers;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Hosting;

/// <summary>
/// The secret behind the links in pages: made at the first start and kept in the data folder, so that a link that was
/// sent before a restart still works after it. Deleting the file makes every link that is out invalid.
/// </summary>
public static class AnswerKeyFile
{
    public const string FileName = "answers.key";

    /// <summary>Call it with the folder locked.</summary>
    public static AnswerKey Open(string dataFolder)
    {
        var file = Path.Combine(dataFolder, FileName);
        if (File.Exists(file))
        {
            var kept = File.ReadAllBytes(file);
            return kept.Length == AnswerKey.Size
                ? new AnswerKey(kept)
                : throw new SettingException(
                    $"{file} holds {kept.Length} bytes instead of {AnswerKey.Size}: delete it, and links in pages that are out become invalid.");
        }

        var made = RandomNumberGenerator.GetBytes(AnswerKey.Size);
        PrivateFile.Write(file, stream => stream.Write(made));
        return new AnswerKey(made);
    }
}
