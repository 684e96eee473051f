// The benchmarks read processes from /proc, and are marked so.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
