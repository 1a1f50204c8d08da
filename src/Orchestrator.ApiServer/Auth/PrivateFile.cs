using System.Text;

namespace Orchestrator.ApiServer.Auth;

/// <summary>
/// Writes files that hold secrets: whole or not at all, and for the owner's eyes only from the first byte.
/// </summary>
internal static class PrivateFile
{
    public static void Write(string path, string text)
    {
        var next = $"{path}.next";
        File.Delete(next);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new FileStream(next, options))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
    }
}
