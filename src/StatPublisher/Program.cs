using DynamoAspire.ServiceDefaults.Hosting;
using DynamoAspire.StatPublisher;

return await ServiceHost.RunAsync(args, StatPublisherService.Description, StatPublisherService.Add, StatPublisherService.Map);
