using System.Globalization;
using DigitFunctions.Core.Images;

namespace DigitFunctions.Core.Prediction;

/// <summary>Turns a model's numbers into predictions, and refuses those that cannot be true. What every predictor has in common.</summary>
internal static class PlausiblePrediction
{
    /// <summary>Scores of one picture.</summary>
    public const int Digits = 10;

    // Half-precision servers round each score to three digits, so that the sum may be off by a few thousandths.
    private const float SumTolerance = 0.01f;
    private const float ScoreTolerance = 0.001f;

    /// <summary>How many pictures the tensors hold.</summary>
    /// <exception cref="ArgumentException">The length is no multiple of 784.</exception>
    public static int CountPictures(ReadOnlyMemory<float> tensors) =>
        tensors.Length % ImageTransform.TensorLength == 0
            ? tensors.Length / ImageTransform.TensorLength
            : throw new ArgumentException($"Expected {ImageTransform.TensorLength} floats a picture, got {tensors.Length} in all.", nameof(tensors));

    /// <summary>Refuses a reply that holds more or fewer predictions than there were pictures.</summary>
    public static void RequireCount(int found, int pictures, string model)
    {
        if (found != pictures)
        {
            throw Implausible(model, $"{found} predictions for {pictures} pictures");
        }
    }

    /// <summary>One picture's prediction from its label, its scores, or both.</summary>
    /// <param name="index">The picture's place in the batch, from 0.</param>
    /// <param name="label">The digit that the model names; <see langword="null"/> where it gives only scores.</param>
    /// <param name="scores">Ten probabilities; empty where the model gives only the label.</param>
    /// <param name="model">The model's tag.</param>
    /// <exception cref="ImplausiblePredictionException">The numbers cannot be true.</exception>
    public static DigitPrediction Create(int index, double? label, ReadOnlySpan<float> scores, string model)
    {
        if (label is not null and not (>= 0 and < Digits) || label is { } number && number != Math.Floor(number))
        {
            throw Implausible(model, $"the digit {Text(label.Value)} for picture {index}; a digit is a whole number from 0 to 9");
        }

        if (scores.Length == 0 && label is not null)
        {
            return new DigitPrediction((int)label, [], model);
        }

        int best = CheckScores(index, scores, model);
        int digit = label is null ? best : (int)label;
        if (scores[digit] < scores[best] - ScoreTolerance)
        {
            throw Implausible(
                model, $"the digit {digit} for picture {index}, but the highest score for {best}: {Text(scores[best])} against {Text(scores[digit])}");
        }

        return new DigitPrediction(digit, scores.ToArray(), model);
    }

    /// <summary>Refuses a probability of a single digit that is none.</summary>
    /// <param name="index">The picture's place in the batch, from 0.</param>
    /// <param name="score">What the model gave.</param>
    /// <param name="model">The model's tag.</param>
    /// <exception cref="ImplausiblePredictionException">The number cannot be true.</exception>
    public static float CheckDigitScore(int index, float score, string model) => score is >= 0 and <= 1
        ? score
        : throw Implausible(model, $"the digit score {Text(score)} for picture {index}; it is a probability from 0 to 1");

    /// <summary>A server's ten numbers as probabilities.</summary>
    /// <param name="numbers">As they came, or none.</param>
    /// <param name="kind">What they are.</param>
    public static float[] ToScores(List<double> numbers, ScoreKind kind)
    {
        if (kind == ScoreKind.Probabilities || numbers.Count == 0)
        {
            return [.. numbers.Select(number => (float)number)];
        }

        double highest = numbers.Max();
        double sum = numbers.Sum(logit => Math.Exp(logit - highest));
        return [.. numbers.Select(logit => (float)(Math.Exp(logit - highest) / sum))];
    }

    /// <summary>An error that says which model gave what.</summary>
    public static ImplausiblePredictionException Implausible(string model, string what) => new($"The model {model} answered {what}.");

    private static int CheckScores(int index, ReadOnlySpan<float> scores, string model)
    {
        if (scores.Length != Digits)
        {
            throw Implausible(model, $"{scores.Length} scores for picture {index}; there is one for each of the {Digits} digits");
        }

        int best = 0;
        float sum = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] is not (>= -ScoreTolerance and <= 1 + ScoreTolerance))
            {
                throw Implausible(model, $"the score {Text(scores[i])} for digit {i} of picture {index}; a score is a probability from 0 to 1");
            }

            best = scores[i] > scores[best] ? i : best;
            sum += scores[i];
        }

        return Math.Abs(sum - 1) <= SumTolerance
            ? best
            : throw Implausible(model, $"scores that sum to {Text(sum)} for picture {index}; probabilities sum to 1");
    }

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
