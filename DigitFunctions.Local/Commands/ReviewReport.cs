using System.Globalization;
using DigitFunctions.Core.Page;

namespace DigitFunctions.Local.Commands;

/// <summary>Compares what the model first said of pictures with what people decided.</summary>
internal sealed class ReviewReport
{
    /// <summary>Models that are told apart. The names are metadata, which anybody may write.</summary>
    private const int MostModels = 16;
    private const string OtherModels = "other models";

    /// <summary>In place of a digit: no single one.</summary>
    private const int None = 10;

    // From this confidence on a prediction is taken for sure, as by ./dev bench accuracy.
    private const float Sure = 0.9f;

    private readonly Lock _lock = new();
    private readonly int[,] _said = new int[None + 1, None + 1];
    private readonly Dictionary<string, (int Count, int Right)> _models = [];
    private int _rejected;
    private int _sure;
    private int _sureRight;
    private int _noneSure;

    /// <summary>Counts a picture, if a person decided about it.</summary>
    public void Add(ExportedPicture picture)
    {
        PictureLabelsView labels = picture.Labels;
        if (string.IsNullOrEmpty(labels.Reviewed))
        {
            return;
        }

        int decided = picture.Digit ?? None;
        int seen = DigitOf(labels.Digit);
        bool isFiled = IsFiled(labels);
        // Of what is no digit the model says so by its score, so that the functions do not file it under one.
        int said = decided == None && !isFiled ? None : seen;
        bool isSure = isFiled && float.TryParse(labels.Confidence, CultureInfo.InvariantCulture, out float confidence) && confidence >= Sure;
        lock (_lock)
        {
            _said[decided, said]++;
            Count(labels.Model, said == decided);
            if (decided == None)
            {
                _noneSure += isSure ? 1 : 0;
                return;
            }

            _rejected += isFiled ? 0 : 1;
            _sure += isSure ? 1 : 0;
            _sureRight += isSure && said == decided ? 1 : 0;
        }
    }

    /// <summary>Adds the comparison to a table, the figures to its last line.</summary>
    public void AddTo(Table table)
    {
        int none = CountOf(None);
        int all = Enumerable.Range(0, None).Sum(CountOf);
        int right = Enumerable.Range(0, None).Sum(digit => _said[digit, digit]);
        table.Add("reviewed pictures", "reviewed", all + none);
        for (int decided = 0; decided <= None; decided++)
        {
            if (CountOf(decided) > 0)
            {
                table.Add($"  decided {NameOf(decided)}, the model right", Describe(decided));
            }
        }

        foreach ((string model, (int count, int rightly)) in _models.OrderByDescending(each => each.Value.Count).ThenBy(each => each.Key, StringComparer.Ordinal))
        {
            table.Add($"  of {model}", $"{rightly} of {count}, {Part(rightly, count)}");
        }

        table.Add("digits, the model right", "accuracy", Part(right, all));
        table.Add("  of so many", "n", all);
        table.Add("  filed under no digit", "rejected", Part(_rejected, all));
        table.Add($"  filed surely (confidence from {Sure.ToString(CultureInfo.InvariantCulture)}), right", "sure_right", Part(_sureRight, _sure));
        table.Add("  of so many", "sure", _sure);
        table.Add("no single digit, filed surely as one", "none_filed", Part(_noneSure, none));
        table.Add("  of so many", "none", none);
    }

    private string Describe(int decided)
    {
        int count = CountOf(decided);
        int right = _said[decided, decided];
        int taken = Enumerable.Range(0, None + 1).Where(said => said != decided).MaxBy(said => _said[decided, said]);
        string text = $"{right} of {count}, {Part(right, count)}";
        return _said[decided, taken] == 0 ? text : $"{text}, most often taken for {NameOf(taken)} ({_said[decided, taken]})";
    }

    private int CountOf(int decided) => Enumerable.Range(0, None + 1).Sum(said => _said[decided, said]);

    private void Count(string? model, bool isRight)
    {
        // What is no picture was shown to no model.
        string name = Printable.Of(model is { Length: > 0 } ? model : "no model");
        name = _models.ContainsKey(name) || _models.Count < MostModels ? name : OtherModels;
        (int count, int right) = _models.GetValueOrDefault(name);
        _models[name] = (count + 1, right + (isRight ? 1 : 0));
    }

    /// <summary>Whether the functions filed a picture under a digit: its first place is the last that decisions took it from.</summary>
    private static bool IsFiled(PictureLabelsView labels) =>
        labels.Was?.Split(',', StringSplitOptions.RemoveEmptyEntries) is not { Length: > 0 } places || places[^1].StartsWith("digit-", StringComparison.Ordinal);

    private static int DigitOf(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int digit) && digit < None ? digit : None;

    private static string NameOf(int digit) => digit == None ? "none" : digit.ToString(CultureInfo.InvariantCulture);

    private static string Part(int some, int all) => (all == 0 ? 0 : (double)some / all).ToString("0.0000", CultureInfo.InvariantCulture);
}
