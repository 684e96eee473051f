using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Xunit;

namespace Correlation.Grains.Tests.Wire;

/// <summary>Of a hundred thousand states in memory most texts are the same.</summary>
public sealed class SharedTextsTests
{
    [Fact]
    public void What_came_before_is_the_same_string()
    {
        var first = SharedTexts.Of("alertname of this test"u8);
        Assert.Same(first, SharedTexts.Of("alertname of this test"u8));
        Assert.Equal("alertname of this test", first);
    }

    [Fact]
    public void What_is_no_text_is_none() => Assert.Null(SharedTexts.Of([0xff, 0xfe]));

    [Fact]
    public void States_that_are_read_have_their_texts_in_common()
    {
        var document = StateWire.Document(Sample.Of<AlertState>());
        var one = (AlertState)StateWire.Read(GrainKind.Alert, document, []);
        var other = (AlertState)StateWire.Read(GrainKind.Alert, document, []);
        Assert.Same(one.Class.Team, other.Class.Team);
        Assert.Same(one.Signal.Tags[0], other.Signal.Tags[0]);
        Assert.Same(one.Signal.Labels["alertname"], other.Signal.Labels["alertname"]);
    }
}
