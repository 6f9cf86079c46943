"""Writes an AAF for test/conformance/cutlist-timelines.test.ts: a JSON list of uses on stdin, the file as argument."""
import json
import sys

import aaf2
from aaf2.rational import AAFRational

RATE, START, LENGTH = 24, 864000, 240


def tape_of(file, name):
    """A tape with timecode from 10:00:00:00: what gives a source its timecode in Avid."""
    tape = file.create.SourceMob()
    tape.name = name
    tape.descriptor = file.create.TapeDescriptor()
    picture = tape.create_timeline_slot(RATE)
    # The end of the chain: a source clip of nothing.
    picture.segment = file.create.SourceClip(start=0, length=LENGTH, media_kind="picture")
    timecode = tape.create_timeline_slot(RATE)
    timecode.segment = file.create.Timecode(RATE, drop=False)
    timecode.segment.start, timecode.segment.length = START, LENGTH
    timecode["PhysicalTrackNumber"].value = 1
    file.content.mobs.append(tape)
    return tape, picture


def master_of(file, name):
    """A master clip over a media file over the tape."""
    tape, tape_slot = tape_of(file, name)
    media = file.create.SourceMob()
    media.name = name
    media.descriptor = file.create.CDCIDescriptor()
    for key, value in (("ComponentWidth", 8), ("HorizontalSubsampling", 2), ("ImageAspectRatio", "16/9"), ("StoredWidth", 1920), ("StoredHeight", 1080),
                       ("FrameLayout", "FullFrame"), ("VideoLineMap", [42, 0]), ("SampleRate", RATE), ("Length", LENGTH)):
        media.descriptor[key].value = value
    media_slot = media.create_timeline_slot(RATE)
    media_slot.segment = tape.create_source_clip(tape_slot.slot_id, start=0, length=LENGTH, media_kind="picture")
    file.content.mobs.append(media)
    master = file.create.MasterMob(name)
    slot = master.create_timeline_slot(RATE)
    slot.segment = media.create_source_clip(media_slot.slot_id, start=0, length=LENGTH, media_kind="picture")
    file.content.mobs.append(master)
    return master, slot


def motion_control(file):
    """Avid's time warp and the parameters of it that carry a speed."""
    operation = file.create.OperationDef("9d2ea890-0968-11d3-8a38-0050040ef7d2", "Motion Control")
    operation.media_kind = "picture"
    operation["IsTimeWarp"].value, operation["NumberInputs"].value, operation["Bypass"].value = True, 1, 0
    kind = file.dictionary.lookup_typedef("Rational")
    ratio = file.create.ParameterDef("72559a80-24d7-11d3-8a50-0050040ef7d2", "SpeedRatio", "", kind)
    offsets = file.create.ParameterDef("8d56827d-847e-11d5-935a-50f857c10000", "PARAM_SPEED_OFFSET_MAP_U", "", kind)
    linear = file.create.InterpolationDef("5b6c85a4-0ede-11d3-80a9-006008143e6f", "LinearInterp", "")
    for definition in (operation, ratio, offsets, linear):
        file.dictionary.register_def(definition)
    return operation, ratio, offsets, linear


def main(path, uses):
    with aaf2.open(path, "w") as file:
        operation, ratio, offsets, linear = motion_control(file)
        composition = file.create.CompositionMob("cut")
        composition.usage = "Usage_TopLevel"
        file.content.mobs.append(composition)
        timecode = composition.create_timeline_slot(RATE)
        timecode.segment = file.create.Timecode(RATE, drop=False)
        timecode.segment.start, timecode.segment.length = 86400, 10000
        timecode["PhysicalTrackNumber"].value = 1
        track = composition.create_timeline_slot(RATE)
        track.segment = file.create.Sequence(media_kind="picture")
        for use in uses:
            master, slot = master_of(file, use["name"])
            clip = master.create_source_clip(slot.slot_id, start=use["first"], length=use["frames"], media_kind="picture")
            if "map" not in use:
                track.segment.components.append(clip)
                continue
            warp = file.create.OperationGroup(operation)
            warp.media_kind, warp.length = "picture", use["frames"]
            warp.parameters.append(file.create.ConstantValue(ratio, AAFRational("1/1")))
            varying = file.create.VaryingValue()
            varying.parameterdef, varying["Interpolation"].value = offsets, linear
            for at, offset in use["map"]:
                varying.add_keyframe(AAFRational(at), AAFRational(offset))
            warp.parameters.append(varying)
            warp.segments.append(clip)
            track.segment.components.append(warp)


main(sys.argv[1], json.load(sys.stdin))
