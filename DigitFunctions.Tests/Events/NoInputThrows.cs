using System.Text;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Tests.Events;

public class NoInputThrows
{
    private const int Seed = 20260304;

    [Fact]
    public void Twenty_thousand_broken_events_end_in_notices()
    {
        EventMessage[] samples = [.. EventSample.Names.Select(name => EventSample.Load(name).Message)];
        EventFuzz fuzz = new(samples, Seed);
        Dictionary<NoticeKind, int> kinds = [];
        for (int i = 0; i < 20_000; i++)
        {
            EventMessage message = fuzz.Next();
            try
            {
                IReadOnlyList<UploadNotice> notices = UploadEventParser.Parse(message);
                WellFormed.Check(notices);
                foreach (UploadNotice notice in notices)
                {
                    kinds[notice.Kind] = kinds.GetValueOrDefault(notice.Kind) + 1;
                }
            }
            catch (Exception exception)
            {
                Assert.Fail($"Input {i} of seed {Seed}: {exception}\n{Encoding.UTF8.GetString(message.Body.GetValueOrDefault().Span)}");
            }
        }

        // The generator reaches every kind of answer, so it is worth its time.
        Assert.Equal(Enum.GetValues<NoticeKind>(), kinds.Keys.Order());
        Assert.True(kinds.Values.Min() > 100, string.Join(", ", kinds));
    }

    [Fact]
    public void Every_beginning_of_a_good_event_ends_in_notices()
    {
        foreach (string name in EventSample.Names)
        {
            EventMessage message = EventSample.Load(name).Message;
            for (int length = 0; length < message.Body.GetValueOrDefault().Length; length++)
            {
                WellFormed.Check(UploadEventParser.Parse(message with { Body = message.Body!.Value[..length] }));
            }
        }
    }
}
