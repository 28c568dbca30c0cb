namespace DynamoAspire.Cli.Check;

/// <summary>The input cannot be read; the message is for the user.</summary>
internal sealed class CheckInputException : Exception
{
    public CheckInputException()
    {
    }

    public CheckInputException(string message)
        : base(message)
    {
    }

    public CheckInputException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
