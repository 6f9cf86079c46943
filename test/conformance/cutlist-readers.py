"""Independent readings of cut lists and timecode, for test/conformance/cutlist-*.test.ts. One JSON request on stdin, one JSON answer."""
import json
import sys


def structure(path):
    """pycmx: event lines as it reads them. Lines whose transition code is missing it cannot read."""
    import pycmx
    with open(path, encoding="utf-8-sig", errors="replace") as file:
        edit_list = pycmx.parse_cmx3600(file, tolerant=True)
    return [{
        "line": edit.line_number + 1, "reel": edit.source, "video": edit.channels.video, "black": edit.black, "aux": edit.aux_source,
        "source": [edit.source_in, edit.source_out], "record": [edit.record_in, edit.record_out],
        "clip_name": edit.clip_name, "source_file": edit.source_file,
    } for event in edit_list.events for edit in event.edits]


def ranges(path, rate):
    """OpenTimelineIO: source ranges of the clips of the picture track, or why it refuses."""
    import opentimelineio as otio
    answer = {}
    for mode, lenient in (("strict", False), ("lenient", True)):
        try:
            timeline = otio.adapters.read_from_file(path, rate=rate, ignore_timecode_mismatch=lenient)
        except Exception as error:
            answer[mode] = {"refused": str(error)[:200]}
            continue
        clips = [clip for track in timeline.tracks if track.kind == "Video" for clip in track.find_clips()]
        answer[mode] = {"clips": [{
            "first": int(clip.source_range.start_time.value), "count": int(clip.source_range.duration.value), "retimed": len(clip.effects) > 0,
            "speed": next((effect.time_scalar for effect in clip.effects if hasattr(effect, "time_scalar")), None),
        } for clip in clips]}
    return answer


def visible(path, rate):
    """OpenTimelineIO: what each clip of the picture track shows, with what its transitions let it run on, or why it refuses."""
    import opentimelineio as otio
    answer = {}
    for mode, lenient in (("strict", False), ("lenient", True)):
        try:
            timeline = otio.adapters.read_from_file(path, rate=rate, ignore_timecode_mismatch=lenient)
            clips = [clip for track in timeline.tracks if track.kind == "Video" for clip in track.find_clips()]
            answer[mode] = {"clips": [{
                "first": int(clip.visible_range().start_time.value), "count": int(clip.visible_range().duration.value),
                "speed": next((effect.time_scalar for effect in clip.effects if hasattr(effect, "time_scalar")), None),
            } for clip in clips]}
        except Exception as error:
            answer[mode] = {"refused": str(error)[:200]}
    return answer


def timecodes(requests):
    """OpenTimelineIO opentime: frames of timecode strings, and the strings of frames."""
    from opentimelineio import opentime
    answer = []
    for item in requests:
        rate = item["rate"]
        row = {}
        if "text" in item:
            row["frames"] = int(round(opentime.from_timecode(item["text"], rate).value))
        if "frames" in item:
            row["text"] = opentime.RationalTime(item["frames"], rate).to_timecode(rate, item["drop"])
        answer.append(row)
    return answer


request = json.load(sys.stdin)
if request["ask"] == "structure":
    answer = {path: structure(path) for path in request["paths"]}
elif request["ask"] == "ranges":
    answer = {path: ranges(path, rate) for path, rate in request["paths"]}
elif request["ask"] == "visible":
    answer = {path: visible(path, rate) for path, rate in request["paths"]}
else:
    answer = timecodes(request["items"])
json.dump(answer, sys.stdout)
