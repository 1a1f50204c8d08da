namespace Orchestrator.Nodes.Docker;

/// <summary>
/// A program of a few instructions that changes names inside a volume of a remote engine: an archive can only add, and
/// puts a link in the place of another in two steps, between which a reader would find nothing.
/// </summary>
/// <remarks>
/// Arguments come in threes, a letter and two paths: <c>R from to</c> renames, <c>W path -</c> removes a file or link,
/// <c>T path -</c> removes an empty folder; on amd64 the letters are the numbers of the calls. What is not there counts
/// as done. The exit code is 0, or the number of the first error.
/// </remarks>
internal static class VolumeBinary
{
    public const string Rename = "R", RemoveFile = "W", RemoveFolder = "T";

    private static ReadOnlySpan<byte> Amd64 =>
    [
        0x48, 0x8d, 0x5c, 0x24, 0x10,                             // start:  lea rbx, [rsp + 16] (argv[1])
        0x48, 0x8b, 0x33, 0x31, 0xff,                             // next:   rsi = [rbx], edi = 0
        0x48, 0x85, 0xf6, 0x74, 0x1e,                             //         if rsi == 0 goto leave
        0x0f, 0xb6, 0x06,                                         //         eax = the letter
        0x48, 0x8b, 0x7b, 0x08, 0x48, 0x8b, 0x73, 0x10,           //         rdi, rsi = the paths
        0x48, 0x83, 0xc3, 0x18, 0x0f, 0x05,                       //         rbx += 24, syscall
        0x83, 0xf8, 0xfe, 0x74, 0xe0,                             //         if eax == -ENOENT goto next
        0x85, 0xc0, 0x74, 0xdc,                                   //         if eax == 0 goto next
        0x89, 0xc7, 0xf7, 0xdf,                                   //         edi = -eax
        0xb8, 231, 0, 0, 0, 0x0f, 0x05,                           // leave:  syscall exit_group
    ];

    private static ReadOnlySpan<byte> Arm64 =>
    [
        0xf3, 0x43, 0x00, 0x91, 0x69, 0x02, 0x40, 0xf9,           // start:  x19 = sp + 16; next: x9 = [x19]
        0x00, 0x00, 0x80, 0xd2, 0x89, 0x02, 0x00, 0xb4,           //         x0 = 0, if x9 == 0 goto leave
        0x29, 0x01, 0x40, 0x39, 0x60, 0x0c, 0x80, 0x92,           //         w9 = the letter, x0 = AT_FDCWD
        0x61, 0x06, 0x40, 0xf9, 0x02, 0x00, 0x80, 0xd2,           //         x1 = the first path, x2 = 0
        0x68, 0x04, 0x80, 0xd2, 0x3f, 0x5d, 0x01, 0x71,           //         x8 = 35 unlinkat, is it 'W'?
        0xc0, 0x00, 0x00, 0x54, 0x02, 0x40, 0x80, 0xd2,           //         b.eq call; x2 = AT_REMOVEDIR
        0x3f, 0x51, 0x01, 0x71, 0x60, 0x00, 0x00, 0x54,           //         is it 'T'? b.eq call
        0x62, 0x0c, 0x80, 0x92, 0xc8, 0x04, 0x80, 0xd2,           //         x2 = AT_FDCWD, x8 = 38 renameat
        0x63, 0x0a, 0x40, 0xf9, 0x73, 0x62, 0x00, 0x91,           // call:   x3 = the second path, x19 += 24
        0x01, 0x00, 0x00, 0xd4, 0xc0, 0xfd, 0xff, 0x34,           //         svc; if w0 == 0 goto next
        0x1f, 0x08, 0x00, 0x31, 0x80, 0xfd, 0xff, 0x54,           //         if w0 == -ENOENT goto next
        0xe0, 0x03, 0x00, 0x4b,                                   //         w0 = -w0
        0xc8, 0x0b, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4,           // leave:  x8 = 94 exit_group, svc
    ];

    /// <summary>The executable for an architecture as Kubernetes names it.</summary>
    /// <exception cref="RuntimeRefusedException">There is none for it.</exception>
    public static byte[] For(string architecture) => architecture switch
    {
        "amd64" => InfraBinary.Elf(62, Amd64),
        "arm64" => InfraBinary.Elf(183, Arm64),
        _ => throw new RuntimeRefusedException(501,
            $"the engine runs on {architecture}, and volumes of remote engines are kept only on amd64 and arm64: use a "
            + "machine with one of these processors"),
    };
}
