namespace DigitFunctions.Core.Images.Robust;

/// <summary>Tells the noise of paper from what is drawn on it.</summary>
internal static class PaperNoise
{
    // A pixel less its neighbours' mean deviates this many times as much as the pixel.
    private const float StepToLevel = 1.22f;

    // StrengthScan counts by eighths.
    private const float BinsPerLevel = 8;

    // In large pictures most pixels are plain paper; in small ones half of them may lie in or beside strokes and ruled squares.
    // Of a normal distribution a quarter lies within 0.32 deviations, a third within 0.43, half within 0.67.
    private const int SmallPictureQuantile = 4;
    private const float SmallPictureDeviations = 0.32f;
    private const int StepQuantile = 2;
    private const float StepDeviations = 0.67f;
    private const int LevelQuantile = 3;
    private const float LevelDeviations = 0.43f;

    // Paper that is white at its limit hides half of its noise; in small pictures it is rather the ink that has bent the estimate of the paper.
    private const float MostLevelToStep = 2;
    private const float MostLevelToStepIfSmall = 1.3f;

    /// <summary>
    /// The standard deviation of the paper's noise: from the lower third of all differences from the paper, which ink hardly changes,
    /// but little less or more than what neighbouring pixels tell: uneven light is no noise.
    /// </summary>
    /// <param name="strength">Differences from the paper, row by row.</param>
    /// <param name="isSmall">Whether ink and ruling may take up most of the picture.</param>
    public static float Level(ReadOnlySpan<float> strength, bool isSmall)
    {
        Span<int> levels = stackalloc int[1024];
        Span<int> steps = stackalloc int[1024];
        int count = StrengthScan.CountNoise(strength, levels, steps);
        (int quantile, float deviations) = isSmall ? (SmallPictureQuantile, SmallPictureDeviations) : (StepQuantile, StepDeviations);
        float byLevel = Histogram.Quantile(levels, count / LevelQuantile) / BinsPerLevel / LevelDeviations;
        float byStep = Histogram.Quantile(steps, count / quantile) / BinsPerLevel / deviations / StepToLevel;
        return Math.Clamp(byLevel, byStep, (isSmall ? MostLevelToStepIfSmall : MostLevelToStep) * byStep);
    }
}
