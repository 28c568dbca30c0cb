using DynamoAspire.Cli;

return await CommandLine.RunAsync(args, CliConsole.OfProcess());
