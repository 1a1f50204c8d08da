using System.Buffers.Binary;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// The one program of the infra image, as a static ELF for each processor: it waits for signals, buries children that
/// were handed to it, and leaves with code 0 at TERM or INT. Process 1 ignores signals it has no handler for, so it
/// blocks the three it wants and takes them one by one.
/// </summary>
/// <remarks>
/// The source is the same for both processors (numbers of the calls differ):
/// <code>
/// start:  rt_sigprocmask(SIG_BLOCK, &amp;mask, 0, 8)
/// wait:   n = rt_sigtimedwait(&amp;mask, 0, 0, 8)      // no time limit
///         if n == SIGCHLD goto reap
///         if n != SIGTERM &amp;&amp; n != SIGINT goto wait
///         exit_group(0)
/// reap:   while wait4(-1, 0, WNOHANG, 0) &gt; 0;      // one signal may stand for many children
///         goto wait
/// mask:   1 &lt;&lt; (INT - 1) | 1 &lt;&lt; (TERM - 1) | 1 &lt;&lt; (CHLD - 1) = 0x14002
/// </code>
/// </remarks>
public static class InfraBinary
{
    private const int HeaderBytes = 64 + 56;
    private const ulong LoadAddress = 0x400000;

    // Every line is one or a few instructions of the listing above.
    private static ReadOnlySpan<byte> Amd64 =>
    [
        0x48, 0x8d, 0x35, 0x61, 0, 0, 0,                          // start:  lea rsi, [mask]
        0x31, 0xff, 0x31, 0xd2, 0x41, 0xba, 8, 0, 0, 0,           //         edi = 0 (BLOCK), edx = 0, r10d = 8
        0xb8, 14, 0, 0, 0, 0x0f, 0x05,                            //         syscall rt_sigprocmask
        0x48, 0x8d, 0x3d, 0x49, 0, 0, 0,                          // wait:   lea rdi, [mask]
        0x31, 0xf6, 0x31, 0xd2, 0x41, 0xba, 8, 0, 0, 0,           //         esi = 0, edx = 0, r10d = 8
        0xb8, 128, 0, 0, 0, 0x0f, 0x05,                           //         syscall rt_sigtimedwait
        0x83, 0xf8, 17, 0x74, 0x13,                               //         cmp eax, CHLD; je reap
        0x83, 0xf8, 15, 0x74, 0x05,                               //         cmp eax, TERM; je leave
        0x83, 0xf8, 2, 0x75, 0xd9,                                //         cmp eax, INT;  jne wait
        0x31, 0xff, 0xb8, 231, 0, 0, 0, 0x0f, 0x05,               // leave:  edi = 0, syscall exit_group
        0x48, 0xc7, 0xc7, 0xff, 0xff, 0xff, 0xff,                 // reap:   rdi = -1
        0x31, 0xf6, 0xba, 1, 0, 0, 0, 0x45, 0x31, 0xd2,           //         esi = 0, edx = WNOHANG, r10d = 0
        0xb8, 61, 0, 0, 0, 0x0f, 0x05,                            //         syscall wait4
        0x85, 0xc0, 0x7f, 0xe4, 0xeb, 0xb2, 0x66, 0x90,           //         if eax > 0 goto reap; goto wait; align
        0x02, 0x40, 0x01, 0, 0, 0, 0, 0,                          // mask
    ];

    private static ReadOnlySpan<byte> Arm64 =>
    [
        0x00, 0x00, 0x80, 0xd2, 0xa1, 0x03, 0x00, 0x10,           // start:  x0 = 0 (BLOCK), adr x1, mask
        0x02, 0x00, 0x80, 0xd2, 0x03, 0x01, 0x80, 0xd2,           //         x2 = 0, x3 = 8
        0xe8, 0x10, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4,           //         x8 = 135 rt_sigprocmask, svc
        0x00, 0x03, 0x00, 0x10, 0x01, 0x00, 0x80, 0xd2,           // wait:   adr x0, mask; x1 = 0
        0x02, 0x00, 0x80, 0xd2, 0x03, 0x01, 0x80, 0xd2,           //         x2 = 0, x3 = 8
        0x28, 0x11, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4,           //         x8 = 137 rt_sigtimedwait, svc
        0x1f, 0x44, 0x00, 0x71, 0x00, 0x01, 0x00, 0x54,           //         cmp w0, CHLD; b.eq reap
        0x1f, 0x3c, 0x00, 0x71, 0x60, 0x00, 0x00, 0x54,           //         cmp w0, TERM; b.eq leave
        0x1f, 0x08, 0x00, 0x71, 0xa1, 0xfe, 0xff, 0x54,           //         cmp w0, INT;  b.ne wait
        0x00, 0x00, 0x80, 0xd2, 0xc8, 0x0b, 0x80, 0xd2,           // leave:  x0 = 0, x8 = 94 exit_group
        0x01, 0x00, 0x00, 0xd4, 0x00, 0x00, 0x80, 0x92,           //         svc; reap: x0 = -1
        0x01, 0x00, 0x80, 0xd2, 0x22, 0x00, 0x80, 0xd2,           //         x1 = 0, x2 = WNOHANG
        0x03, 0x00, 0x80, 0xd2, 0x88, 0x20, 0x80, 0xd2,           //         x3 = 0, x8 = 260 wait4
        0x01, 0x00, 0x00, 0xd4, 0x1f, 0x00, 0x00, 0x71,           //         svc; cmp w0, 0
        0x2c, 0xff, 0xff, 0x54, 0xe9, 0xff, 0xff, 0x17,           //         b.gt reap; b wait
        0x02, 0x40, 0x01, 0, 0, 0, 0, 0,                          // mask
    ];

    /// <summary>The executable for an architecture as Kubernetes names it.</summary>
    /// <exception cref="RuntimeRefusedException">There is none for it.</exception>
    public static byte[] For(string architecture) => architecture switch
    {
        "amd64" => Elf(62, Amd64),
        "arm64" => Elf(183, Arm64),
        _ => throw new RuntimeRefusedException(501,
            $"the engine runs on {architecture}, and the infra program exists only for amd64 and arm64: "
            + "use a machine with one of these processors"),
    };

    // One loadable segment, readable and executable, that maps the whole file: nothing is written, so nothing else is
    // needed. Alignment is 64 KiB because arm64 kernels may have pages that large.
    internal static byte[] Elf(ushort machine, ReadOnlySpan<byte> code)
    {
        var file = new byte[HeaderBytes + code.Length];
        ReadOnlySpan<byte> identity = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0];
        identity.CopyTo(file);
        Put16(file, 16, 2);                            // e_type: executable
        Put16(file, 18, machine);
        Put32(file, 20, 1);                            // e_version
        Put64(file, 24, LoadAddress + HeaderBytes);    // e_entry
        Put64(file, 32, 64);                           // e_phoff
        Put16(file, 52, 64);                           // e_ehsize
        Put16(file, 54, 56);                           // e_phentsize
        Put16(file, 56, 1);                            // e_phnum
        Put16(file, 58, 64);                           // e_shentsize
        Put32(file, 64, 1);                            // p_type: load
        Put32(file, 68, 5);                            // p_flags: read, execute
        Put64(file, 80, LoadAddress);                  // p_vaddr; p_offset before it is 0
        Put64(file, 88, LoadAddress);                  // p_paddr
        Put64(file, 96, (ulong)file.Length);           // p_filesz
        Put64(file, 104, (ulong)file.Length);          // p_memsz
        Put64(file, 112, 0x10000);                     // p_align
        code.CopyTo(file.AsSpan(HeaderBytes));
        return file;
    }

    private static void Put16(byte[] file, int at, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), value);

    private static void Put32(byte[] file, int at, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);

    private static void Put64(byte[] file, int at, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), value);
}
