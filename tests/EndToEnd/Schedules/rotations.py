"""Who is on call by a rotation, written a second time: python3 rotations.py cases.json answers.json

A case is a rotation and instants (seconds since 1970); its answer is, per instant, the number of the participant whose
turn it is, or -1. Nothing here is shared with the service: zoneinfo knows the clock changes, and every hand-off from the
first one on is counted instead of computed.
"""

import bisect
import datetime
import json
import sys
import zoneinfo

DAY = datetime.timedelta(days=1)


def instant(local, zone, last=False):
    """Of a time that comes twice the first, or the last; one that is left out moves forward by as much."""
    first, second = local.replace(tzinfo=zone), local.replace(tzinfo=zone, fold=1)
    comes_twice = first.utcoffset() > second.utcoffset()
    return (second if last and comes_twice else first).timestamp()


def hand_offs(case, zone, until):
    start = datetime.datetime.fromisoformat(case["start"])
    found, turn = [], 0
    while True:
        if case["type"] == "hourly":
            at = instant(start, zone) + turn * case["minutes"] * 60
        else:
            at = instant(start + turn * datetime.timedelta(minutes=case["minutes"]), zone)
        if at > until:
            return found
        found.append(at)
        turn += 1


def is_open(window, at, zone):
    """window: [weekday or null, start minute, length in minutes]; Monday is 0."""
    weekday, start, length = window
    today = datetime.datetime.fromtimestamp(at, zone).date()
    for back in range(-9, 3):
        date = today + back * DAY
        if weekday is not None and date.weekday() != weekday:
            continue
        opens = datetime.datetime.combine(date, datetime.time()) + datetime.timedelta(minutes=start)
        closes = opens + datetime.timedelta(minutes=length)
        if instant(opens, zone) <= at < instant(closes, zone, last=True):
            return True
    return False


def answer(case):
    zone = zoneinfo.ZoneInfo(case["zone"])
    starts = hand_offs(case, zone, max(case["instants"]))
    end = instant(datetime.datetime.fromisoformat(case["end"]), zone, last=True) if case["end"] else None
    answers = []
    for at in case["instants"]:
        turn = bisect.bisect_right(starts, at) - 1
        ended = end is not None and at >= end
        closed = case["windows"] and not any(is_open(window, at, zone) for window in case["windows"])
        answers.append(-1 if turn < 0 or ended or closed else turn % case["people"])
    return answers


with open(sys.argv[1], encoding="utf-8") as cases, open(sys.argv[2], "w", encoding="utf-8") as answers:
    json.dump([answer(case) for case in json.load(cases)], answers)
