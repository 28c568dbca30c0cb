using System.Reflection;
using System.Runtime.CompilerServices;

namespace DynamoAspire.LocalRuntime.Tests.Api;

/// <summary>Public types and members of an assembly, one per line, sorted.</summary>
internal static class PublicSurface
{
    public static IReadOnlyList<string> Of(Assembly assembly)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var type in assembly.GetExportedTypes())
        {
            var bases = type.GetInterfaces().Select(Name).Order(StringComparer.Ordinal).Prepend(type.BaseType is null || type.BaseType == typeof(object) ? "" : Name(type.BaseType)).Where(b => b.Length > 0);
            lines.Add($"{Name(type)} : {string.Join(", ", bases)}".TrimEnd(' ', ':'));
            const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
            foreach (var member in type.GetMembers(All))
            {
                if (Describe(member) is { } text)
                {
                    lines.Add($"{Name(type)}.{text}");
                }
            }
        }

        return [.. lines];
    }

    private static string? Describe(MemberInfo member) => member switch
    {
        ConstructorInfo constructor when IsVisible(constructor) => $"ctor({Parameters(constructor)})",
        MethodInfo method when IsVisible(method) && !method.IsSpecialName && !method.IsDefined(typeof(CompilerGeneratedAttribute)) =>
            $"{method.Name}{Generics(method)}({Parameters(method)}) -> {Name(method.ReturnType)}",
        PropertyInfo property when property.GetAccessors(nonPublic: true).Any(IsVisible) =>
            $"{property.Name} {{ {string.Join(' ', property.GetAccessors(nonPublic: true).Where(IsVisible).Select(a => a.Name[..3]))} }} -> {Name(property.PropertyType)}",
        FieldInfo field when field.IsPublic && !field.IsSpecialName => $"{field.Name} -> {Name(field.FieldType)}",
        _ => null,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Generics(MethodInfo method) => method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(p => $"{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? $" = {p.DefaultValue ?? "null"}" : "")}"));

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return "in " + Name(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Name(value) + "?";
        }

        var own = type.Namespace is "System" ? type.Name : type.FullName ?? type.Name;
        if (!type.IsGenericType)
        {
            return type.IsGenericParameter ? type.Name : own;
        }

        var plain = (type.Namespace is "System" ? type.Name : $"{type.Namespace}.{type.Name}").Split('`')[0];
        return $"{plain}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
