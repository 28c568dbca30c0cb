using DynamoAspire.KvEventRelay;
using DynamoAspire.ServiceDefaults.Hosting;

return await ServiceHost.RunAsync(args, RelayService.Description, RelayService.Add, RelayService.Map);
