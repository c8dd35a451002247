using DigitFunctions.Core.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Core.Page;

/// <summary>Registers what the page needs.</summary>
internal static class PageServices
{
    /// <summary>Adds the page's services and settings.</summary>
    public static void AddPage(this IServiceCollection services)
    {
        services.AddSettings<PageOptions>(PageOptions.SectionName);
        services.AddSingleton<TargetListing>();
        services.AddSingleton<ClaimFeed>();
        services.AddSingleton<FiledOverview>();
        services.AddSingleton<FiledPictures>();
        services.AddSingleton<PictureDecisions>();
        services.AddSingleton<DeadLetterBox>();
    }
}
