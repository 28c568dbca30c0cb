using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Implemented by the <c>Projects.*</c> classes that the build generates from project references.</summary>
public interface IProjectMetadata : IResourceAnnotation
{
    /// <summary>Full path of the project file.</summary>
    string ProjectPath { get; }
}
