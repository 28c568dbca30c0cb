using System.Reflection;
using System.Runtime.Loader;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Messaging.Tests.JetStream;

namespace DynamoAspire.Messaging.Tests.Nats;

/// <summary>Changes the environment of the process, so nothing may run beside it.</summary>
[Collection(nameof(Alone))]
public sealed class MissingLibraryTests
{
    [Fact]
    public async Task Libnats_NotThere_SaysWhatToInstall()
    {
        var variable = NativeLibraries.OverrideVariable(NativeLibraries.Nats);
        var before = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, "/nowhere/libnats.so");

        // A second copy of the assembly, because a library that is once loaded stays.
        var context = new AssemblyLoadContext("missing library", isCollectible: true);
        try
        {
            var assembly = context.LoadFromAssemblyPath(typeof(NatsConnections).Assembly.Location);
            var options = assembly.GetType(typeof(NatsOptions).FullName!)!;
            var value = options.GetProperty(nameof(NatsOptions.Default))!.GetValue(null)!;
            options.GetProperty(nameof(NatsOptions.Adapter))!.SetValue(value, Enum.Parse(assembly.GetType(typeof(NatsAdapter).FullName!)!, nameof(NatsAdapter.Libnats)));
            var connect = assembly.GetType(typeof(NatsConnections).FullName!)!.GetMethod(nameof(NatsConnections.Start), BindingFlags.Public | BindingFlags.Static)!;

            var thrown = await Assert.ThrowsAsync<TargetInvocationException>(() => Task.FromResult(connect.Invoke(null, [value])));

            var error = thrown.InnerException!;
            Assert.Equal(nameof(NatsError.LibraryMissing), error.GetType().GetProperty(nameof(NatsException.Error))!.GetValue(error)!.ToString());
            Assert.Contains("apt-get install libnats3.4", error.Message, StringComparison.Ordinal);
            Assert.Contains("./run.sh", error.Message, StringComparison.Ordinal);
            Assert.Contains("brew install cnats", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, before);
            context.Unload();
        }
    }
}
