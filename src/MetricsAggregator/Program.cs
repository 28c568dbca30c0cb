using DynamoAspire.MetricsAggregator;
using DynamoAspire.ServiceDefaults.Hosting;

return await ServiceHost.RunAsync(args, AggregatorService.Description, AggregatorService.Add, AggregatorService.Map);
