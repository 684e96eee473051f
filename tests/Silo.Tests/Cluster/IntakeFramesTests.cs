using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.Silo.Cluster.Intake;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Silo.Tests.Cluster;

/// <summary>What a gateway sends is what the owner reads, however the bytes arrive.</summary>
public sealed class IntakeFramesTests
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Constant(""), Gen.Elements("é", "漢字", "\0", "🦀", "a=b"), Gen.Choose(0, 400).Select(n => new string('x', n)));

    private static readonly Gen<Labels> Pairs =
        from names in Gen.ListOf(Text) from value in Text select Labels.From(names.Select(name => KeyValuePair.Create(name, value)));

    private static readonly Gen<ValueList<string>> Texts = Gen.ListOf(Text).Select(texts => texts.ToValueList());

    private static readonly Gen<ValueList<Responder>> Responders = Gen.ListOf(Text).Select(names => names.Select(name => new Responder("team", name)).ToValueList());

    private static readonly Gen<DateTimeOffset?> Time = Gen.OneOf(
        Gen.Constant<DateTimeOffset?>(null),
        from ticks in Gen.Choose(0, int.MaxValue)
        from minutes in Gen.Choose(-840, 840)
        select (DateTimeOffset?)new DateTimeOffset(638_000_000_000_000_000L + ticks, TimeSpan.FromMinutes(minutes)));

    private static readonly Gen<Signal> Signals =
        from texts in Gen.ArrayOf(Text, 12)
        from labels in Gen.Two(Pairs)
        from lists in Gen.Two(Texts)
        from people in Gen.Two(Responders)
        from priority in Gen.Choose(0, 5)
        from times in Gen.Two(Time)
        from flags in Gen.ArrayOf(Gen.Elements(true, false), 6)
        select new Signal
        {
            Alias = texts[0],
            Message = texts[1],
            Description = texts[2],
            Labels = labels.Item1,
            Texts = labels.Item2,
            Tags = lists.Item1,
            Actions = lists.Item2,
            Entity = texts[3],
            Source = texts[4],
            Priority = priority == 0 ? null : (Priority)priority,
            Responders = people.Item1,
            VisibleTo = people.Item2,
            User = texts[5],
            Note = texts[6],
            Cut = flags[3] ? texts[7] : null,
            Integration = new Integration(texts[8], texts[9], texts[10]),
            KeyTeam = flags[4] ? texts[11] : null,
            StartsAt = times.Item1,
            EndsAt = times.Item2,
            Resolved = flags[0],
            ResendsWhileFiring = flags[1],
            ResendsSeldom = flags[2],
            AliasIsId = flags[5],
        };

    private static readonly Gen<GrainCommand> Commands = Gen.OneOf(
        Signals.Select(signal => new GrainCommand(new GrainId(GrainKind.Alert, signal.Alias), new AlertCommand.Receive(signal))),
        from texts in Gen.ArrayOf(Text, 4)
        from byPerson in Gen.Elements(true, false)
        from target in Gen.Elements<Guid?>(null, Guid.Parse("6f9619ff-8b86-d011-b42d-00cf4fc964ff"))
        select new GrainCommand(new GrainId(GrainKind.Alert, texts[0]), new AlertCommand.Close(target, texts[1], texts[2], texts[3], byPerson)),
        from texts in Gen.ArrayOf(Text, 4)
        from target in Gen.Elements<Guid?>(null, Guid.Parse("6f9619ff-8b86-d011-b42d-00cf4fc964ff"))
        select new GrainCommand(new GrainId(GrainKind.Alert, texts[0]), new AlertCommand.AddNote(target, texts[1], texts[2], texts[3])),
        Text.Select(name => new GrainCommand(new GrainId(GrainKind.Heartbeat, name), new HeartbeatCommand.Ping())),
        from texts in Gen.ArrayOf(Text, 4)
        from tags in Texts
        from interval in Gen.Choose(1, int.MaxValue)
        from priority in Gen.Choose(1, 5)
        from flags in Gen.Two(Gen.Elements(true, false))
        from end in Time
        select new GrainCommand(
            new GrainId(GrainKind.Heartbeat, texts[0]),
            new HeartbeatCommand.Hear(
                new(texts[0], texts[1], interval, "hours", flags.Item1, texts[2], texts[3], tags, (Priority)priority), end, flags.Item2)));

    private static readonly Gen<IntakeRequest> Requests =
        from commands in Gen.NonEmptyListOf(Commands)
        from commandClass in Gen.Elements(CommandClass.Person, CommandClass.Intake)
        select new IntakeRequest(commands.ToArray(), commandClass);

    private static readonly Gen<IntakeOutcome> Outcomes = Gen.OneOf(
        from reasons in Gen.NonEmptyListOf(Text)
        from outcome in Gen.Elements(Enum.GetValues<Grains.Model.Outcome>())
        select new IntakeOutcome(
            [.. reasons.Select((reason, n) => new Answer(new LogPosition(n % 256, long.MaxValue - n, n), outcome, reason, null))], null),
        from reason in Text
        from seconds in Gen.Choose(0, 60)
        select new IntakeOutcome(null, new UnavailableException(reason, TimeSpan.FromSeconds(seconds))));

    [Fact]
    public void Requests_are_read_as_they_were_written() => Prop.ForAll(Gen.ListOf(Requests).ToArbitrary(), requests =>
    {
        var turnedAway = requests.Count % 2 == 0;
        var batch = IntakeFrames.ReadRequests(Body(frame => IntakeFrames.WriteRequests(frame, new IntakeBatch(7, turnedAway, [.. requests]))));
        Assert.Equal((7, turnedAway), (batch.Number, batch.TurnedAway));
        var read = batch.Requests;
        Assert.Equal(requests.Select(request => request.Class), read.Select(request => request.Class));
        Assert.Equal(requests.SelectMany(request => request.Commands), read.SelectMany(request => request.Commands));
        Assert.Equal(requests.Select(request => request.Commands.Count), read.Select(request => request.Commands.Count));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Answers_are_read_as_they_were_written() => Prop.ForAll(Gen.ListOf(Outcomes).ToArbitrary(), outcomes =>
    {
        var (number, read) = IntakeFrames.ReadAnswers(Body(frame => IntakeFrames.WriteAnswers(frame, -1, [.. outcomes])));
        Assert.Equal(-1, number);
        Assert.Equal(outcomes.Select(Shown), read.Select(Shown));
    }).QuickCheckThrowOnFailure();

    /// <summary>The draws above give each field of a signal a value that is not its default, so that none is left out on the wire.</summary>
    [Fact]
    public void Every_field_of_a_signal_is_drawn()
    {
        var drawn = Signals.Sample(200);
        var blank = new Signal { Alias = "", Message = "" };
        Assert.All(typeof(Signal).GetProperties().Where(field => field.CanWrite), field =>
            Assert.Contains(drawn, signal => !Equals(field.GetValue(signal), field.GetValue(blank))));
    }

    [Fact]
    public void Frames_are_found_wherever_the_stream_is_cut() => Prop.ForAll(
        Gen.ListOf(Gen.Choose(0, 70_000)).ToArbitrary(), Gen.Choose(1, 100_000).ToArbitrary(), (sizes, step) =>
        {
            var frame = new PackedWriter();
            foreach (var size in sizes)
            {
                IntakeFrames.Write(frame, FrameKind.Policy, BytesOf(size));
            }

            var reader = new FrameReader(new Slices(frame.Written, step));
            foreach (var size in sizes)
            {
                Assert.True(ReadOne(reader) is var (kind, body) && kind == FrameKind.Policy && body.Span.SequenceEqual(BytesOf(size)));
            }

            Assert.Null(ReadOne(reader));
        }).QuickCheckThrowOnFailure();

    private static byte[] BytesOf(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private static ReadOnlySpan<byte> Body(Action<PackedWriter> write)
    {
        var frame = new PackedWriter();
        write(frame);
        return ReadOne(new FrameReader(new Slices(frame.Written, int.MaxValue)))!.Value.Body.Span;
    }

    private static (FrameKind Kind, ReadOnlyMemory<byte> Body)? ReadOne(FrameReader reader) =>
        reader.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private static string Shown(IntakeOutcome outcome) => outcome.Answers is { } answers
        ? string.Join<Answer>('\n', answers)
        : $"{outcome.Unavailable!.Message} {outcome.Unavailable.RetryAfter}";

    /// <summary>Gives at most so many bytes at a time.</summary>
    private sealed class Slices(ReadOnlyMemory<byte> bytes, int most) : MemoryStream(bytes.ToArray())
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, most)], cancellationToken);
    }
}
