using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace Correlation.Grains.Tests;

/// <summary>The domain is pure: what it may know of the world is checked here and by its BannedSymbols.txt.</summary>
public sealed class ArchitectureTests
{
    private static readonly Assembly Grains = typeof(GrainTypes).Assembly;

    [Fact]
    public void Grains_knows_only_the_base_class_library_and_NodaTime()
    {
        var foreign = Grains.GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => name != "NodaTime" && name != "System" && !name.StartsWith("System.", StringComparison.Ordinal));

        Assert.Empty(foreign);
    }

    [Theory]
    [InlineData("System.Net.")]
    [InlineData("System.Data.")]
    [InlineData("System.IO.FileSystem")]
    [InlineData("System.Threading")]
    [InlineData("System.Diagnostics.Process")]
    public void Grains_does_no_input_output_and_starts_no_thread(string assembly) =>
        Assert.DoesNotContain(
            Grains.GetReferencedAssemblies(), name => name.Name!.StartsWith(assembly, StringComparison.Ordinal));

    [Fact]
    public void No_method_of_Grains_is_to_be_awaited()
    {
        var awaitable =
            from type in Grains.GetTypes().Where(type => !type.IsSubclassOf(typeof(Delegate)))
            from method in type.GetMethods(
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            where method.ReturnType.GetMethod("GetAwaiter") is not null
                || method.ReturnType.Name.StartsWith("IAsync", StringComparison.Ordinal)
                || method.GetCustomAttribute<AsyncStateMachineAttribute>() is not null
            select $"{type}.{method.Name}";

        Assert.Empty(awaitable);
    }

    [Fact]
    public void Nothing_in_Grains_can_be_changed_from_outside_its_decision()
    {
        var changeable =
            from type in Grains.GetTypes()
            where !type.IsDefined(typeof(CompilerGeneratedAttribute))
            from field in type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
            where field is { IsInitOnly: false, IsLiteral: false } &&
                !field.IsDefined(typeof(CompilerGeneratedAttribute))
            select $"{type}.{field.Name}";

        Assert.Empty(changeable);
    }
}
