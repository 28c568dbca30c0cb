using BenchmarkDotNet.Running;

// dotnet run -c Release --project bench/Benchmarks -- --list flat
// dotnet run -c Release --project bench/Benchmarks -- --filter '*Hash*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
