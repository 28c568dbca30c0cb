using DynamoAspire.EngineSimulator;
using DynamoAspire.ServiceDefaults.Hosting;

return await ServiceHost.RunAsync(args, Simulator.Description, Simulator.Add, Simulator.Map);
