namespace DigitFunctions.Core.Page;

/// <summary>Settings of the page.</summary>
public sealed class PageOptions
{
    /// <summary>The section's name in the settings.</summary>
    public const string SectionName = "Page";

    /// <summary>The request header in which a proxy in front of the functions names the user, such as <c>X-MS-CLIENT-PRINCIPAL-NAME</c>. The proxy has to remove what a client sends under that name.</summary>
    /// <value>Empty by default: nobody is named.</value>
    public string UserHeader { get; set; } = "";
}
