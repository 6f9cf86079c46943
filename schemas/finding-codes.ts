import type { Severity } from './finding.ts';

type Row = { severity: Severity; meaning: string };

/** Every finding there is. `docs/findings.generated.md` is made from this table. Add a row in its group; a code is never renamed. */
export const FINDING_CODES = {
  // Chain of custody (ASC MHL). Names are fixed by design.md section 9.
  'hash-mismatch': { severity: 'error', meaning: 'the bytes of a file do not have the recorded hash' },
  'directory-hash-mismatch': {
    severity: 'error',
    meaning: 'a directory content or structure hash differs from the recorded one',
  },
  'hash-absent': { severity: 'error', meaning: 'a file is recorded without a hash that could verify it' },
  'file-missing': { severity: 'error', meaning: 'a recorded file is not there' },
  'file-unlisted': { severity: 'warning', meaning: 'a file is there that no record names' },
  'file-renamed': { severity: 'warning', meaning: 'a recorded file is there under another name' },
  'manifest-altered': { severity: 'error', meaning: 'a manifest differs from the digest in the chain' },
  'manifest-missing': { severity: 'error', meaning: 'the chain names a manifest that is not there' },
  'manifest-unlisted': { severity: 'error', meaning: 'a manifest is there that the chain does not name' },
  'chain-missing': { severity: 'error', meaning: 'an ascmhl folder has no chain file' },
  'sequence-gap': { severity: 'error', meaning: 'generations do not count 1, 2, 3 without gaps' },
  'path-unsafe': {
    severity: 'error',
    meaning: 'a recorded path is absolute, leaves its scope or holds a NUL',
  },
  'duplicate-record': { severity: 'error', meaning: 'two records name the same path' },
  unreadable: { severity: 'error', meaning: 'a file or manifest cannot be read or parsed' },
  'os-file': { severity: 'info', meaning: 'a hidden file of the operating system lies on the card' },
  'files-ignored': {
    severity: 'warning',
    meaning: 'the ignore patterns of a history leave files out, which nobody checks',
  },
  'no-history': { severity: 'warning', meaning: 'there is no ASC MHL history' },

  // Ingest and grouping
  'frame-missing': { severity: 'error', meaning: 'a numbered sequence has a hole' },
  'segment-missing': { severity: 'error', meaning: 'a spanned clip lacks one of its files' },
  'media-missing': { severity: 'warning', meaning: 'a sidecar has no media' },
  'file-empty': { severity: 'error', meaning: 'a media file has no bytes' },
  'clip-name-shared': { severity: 'warning', meaning: 'two clips have one name and different content' },
  quarantined: { severity: 'error', meaning: 'a file did not enter the originals and stands in quarantine' },

  // Inspection
  'timecode-conflict': { severity: 'warning', meaning: 'sources disagree on the start timecode' },
  'frame-rate-conflict': { severity: 'warning', meaning: 'sources disagree on the frame rate' },
  'image-size-conflict': { severity: 'warning', meaning: 'sources disagree on the image size' },
  'reel-conflict': { severity: 'warning', meaning: 'sources disagree on the reel name' },
  'colour-range-conflict': { severity: 'info', meaning: 'sources disagree on the code value range' },
  'squeeze-conflict': { severity: 'warning', meaning: 'lens squeeze and pixel aspect contradict each other' },
  'timecode-absent': { severity: 'warning', meaning: 'the clip has no timecode of its own' },
  'timecode-illegal': { severity: 'warning', meaning: 'a recorded timecode cannot exist at its rate' },
  'variable-frame-rate': { severity: 'warning', meaning: 'frames do not follow at one rate' },
  'file-truncated': { severity: 'error', meaning: 'a file ends before its content does' },
  'file-unfinished': {
    severity: 'error',
    meaning: 'a file was never closed: still being recorded or copied, or left by a camera that lost power',
  },
  'header-open': {
    severity: 'info',
    meaning: 'the header of a finished file was left open, as by a recorder that never returned to it',
  },
  'file-changed': { severity: 'error', meaning: 'a file changed while it was inspected' },
  'content-mislabelled': {
    severity: 'warning',
    meaning: 'the ending of a file promises another content than it has',
  },
  'content-unknown': { severity: 'warning', meaning: 'a file is of no kind that is known here' },
  'recorded-at-conflict': { severity: 'info', meaning: 'sources disagree on when the recording began' },
  'camera-unknown': { severity: 'warning', meaning: 'no camera make or model could be read' },
  'attribute-missing': {
    severity: 'warning',
    meaning: 'a camera format lacks an attribute that decoding needs',
  },
  'codec-unsupported': {
    severity: 'warning',
    meaning: 'the engines at hand cannot decode this; the finding names one that could',
  },
  'tool-degraded': {
    severity: 'info',
    meaning: 'an optional tool is not installed, so some fields may be absent',
  },

  // Cut lists
  'cut-list-line-unreadable': { severity: 'warning', meaning: 'a line of the list is not understood' },
  'cut-list-illegal-timecode': { severity: 'error', meaning: 'an event has a timecode that cannot exist' },
  'cut-list-duration-conflict': {
    severity: 'warning',
    meaning: 'source, record and speed of an event contradict each other',
  },
  'cut-list-rate-unknown': { severity: 'error', meaning: 'the list does not tell its rate' },
  'cut-list-reel-truncated': { severity: 'warning', meaning: 'a reel name looks cut to eight characters' },
  'cut-list-unsupported': {
    severity: 'warning',
    meaning: 'the event asks for what a list of this kind cannot carry exactly',
  },
  'cut-list-empty': { severity: 'error', meaning: 'a list holds no event that can be read' },
  'cut-list-drop-frame-conflict': {
    severity: 'warning',
    meaning: 'drop-frame is said where it cannot exist',
  },
  'cut-list-cdl-invalid': {
    severity: 'warning',
    meaning: 'a colour decision of the list cannot be read or is outside the standard',
  },
  'cut-list-record-overlap': {
    severity: 'warning',
    meaning: 'two events of one track claim the same record time',
  },
  'cut-list-event-number': { severity: 'info', meaning: 'event numbers repeat or are missing' },
  'cut-list-reel-missing': { severity: 'warning', meaning: 'an event has no reel name' },
  'shot-name-conflict': {
    severity: 'warning',
    meaning: 'the remarks of one event give different shot names',
  },
  'event-not-picture': {
    severity: 'info',
    meaning: 'an event is black, leader, audio or a title: nothing to make',
  },

  // Conform
  'clip-ambiguous': { severity: 'error', meaning: 'more than one clip fits an event; a person decides' },
  'clip-not-found': { severity: 'error', meaning: 'no clip fits an event' },
  'roll-awaited': { severity: 'info', meaning: 'the roll of an event is not here yet' },
  'range-outside-media': {
    severity: 'error',
    meaning: 'an event asks for frames that the clip does not have',
  },
  'handles-clamped': { severity: 'info', meaning: 'the media ends before the handles asked for' },
  'shot-name-missing': { severity: 'warning', meaning: 'no shot name was found; one was made' },
  'shot-name-duplicate': {
    severity: 'warning',
    meaning: 'two events have one shot name and are not stacked plates',
  },
  'shot-name-illegal': {
    severity: 'error',
    meaning: 'a shot name has characters that a file name may not have',
  },
  'speed-ramp': {
    severity: 'warning',
    meaning: 'a ramp cannot be carried by this list; the range is a bound',
  },

  // Picture and package
  'sound-not-found': {
    severity: 'info',
    meaning: "no sound roll runs under a take: its movies carry no sound but the camera's",
  },
  'camera-sound-left-out': {
    severity: 'warning',
    meaning: "a movie lacks the sound that the camera recorded: a maker's engine decodes the pictures alone",
  },
  'sound-partial': {
    severity: 'info',
    meaning: 'a sound roll does not cover the whole range of a plate; the rest of its tracks is silent',
  },
  'sound-not-here': { severity: 'warning', meaning: 'the sound that runs under a take lies at another site' },
  'sound-rate-differs': {
    severity: 'warning',
    meaning: 'recorder and camera count time at rates that do not go together: nothing is laid by them',
  },
  'sound-clock-conflict': {
    severity: 'warning',
    meaning: "a sound file's own entries of its time or sample rate contradict each other",
  },
  'framing-default': { severity: 'info', meaning: 'there is no FDL: the full source is delivered' },
  'framing-mismatch': {
    severity: 'warning',
    meaning: 'the FDL has no canvas for a clip: its full picture is delivered',
  },
  'framing-undecided': { severity: 'error', meaning: 'it cannot be told which framing a plate must have' },
  'picture-interlaced': {
    severity: 'warning',
    meaning: 'a clip was recorded in fields; its frames are delivered with both of them, as they are',
  },
  'picture-turned': {
    severity: 'info',
    meaning: 'a clip is stored turned or mirrored; what is made of it is upright',
  },
  'upscale-refused': {
    severity: 'warning',
    meaning: 'a canvas template would enlarge the picture, which the recipe does not allow',
  },
  'colour-default': {
    severity: 'info',
    meaning: 'there is no AMF: only the camera input transform is applied',
  },
  'colour-undecided': { severity: 'error', meaning: 'it cannot be told which AMF is meant for a clip' },
  'engine-unavailable': {
    severity: 'error',
    meaning: 'no engine at the site can make a deliverable of the clip, or none that the production lets',
  },
  'input-transform-missing': { severity: 'error', meaning: 'the camera format has no input transform' },
  'frame-count-mismatch': {
    severity: 'error',
    meaning: 'a deliverable has another number of frames than planned',
  },
  'frame-damaged': { severity: 'error', meaning: 'a delivered frame is not a whole picture file' },
  'header-mismatch': { severity: 'error', meaning: 'a picture header differs from the plan' },
  'trim-whole-file': {
    severity: 'warning',
    meaning: 'an original could not be cut exactly, so the whole file is delivered',
  },
  're-render-differs': {
    severity: 'error',
    meaning: 'a delivered frame is not what its source gives when it is made again',
  },
  'origin-unproven': {
    severity: 'error',
    meaning: 'a delivered frame cannot be followed by digests to the camera files on its card',
  },
  'plate-black': { severity: 'error', meaning: 'a plate is black where its source is not' },
  'reference-slipped': {
    severity: 'warning',
    meaning: 'a plate shows another frame than its dailies reference',
  },
  'reference-framing-differs': {
    severity: 'warning',
    meaning: 'a plate shows another part of the picture than its dailies reference',
  },
  'reference-colour-differs': {
    severity: 'warning',
    meaning: 'a plate, seen through its AMF, has other colours than its dailies reference',
  },
  'reference-unusable': {
    severity: 'warning',
    meaning: 'a dailies reference cannot be read or does not cover its plate',
  },
  'document-missing': { severity: 'error', meaning: 'a package lacks a document it must have' },
  'document-invalid': { severity: 'error', meaning: 'a document does not follow its standard' },
  'document-irregular': {
    severity: 'warning',
    meaning: 'a document departs from its schema, but there is no doubt what it means',
  },
  'transform-unknown': {
    severity: 'error',
    meaning: 'an ACES transform id has no exact counterpart in the pinned OpenColorIO config',
  },
  'transform-unsupported': {
    severity: 'error',
    meaning: 'an AMF asks for a transform in a way that cannot be carried out exactly',
  },
  'colour-correction-missing': {
    severity: 'error',
    meaning: 'an AMF names a colour correction that its file does not hold',
  },
  'input-transform-conflict': {
    severity: 'warning',
    meaning: 'the AMF and the camera format name different input transforms',
  },
  'cdl-conflict': {
    severity: 'warning',
    meaning: 'two documents grade a shot differently; the finding says which is used',
  },
  'document-unused': {
    severity: 'warning',
    meaning: 'a document came with a turnover and speaks of none of its plates',
  },
  'working-space-assumed': {
    severity: 'warning',
    meaning: 'a CDL came without its working space; ACEScct is taken',
  },
  'log-chosen': {
    severity: 'info',
    meaning: 'a log plate was asked of pictures that have no log of their own',
  },
  'bit-depth-reduced': { severity: 'info', meaning: 'a log plate holds fewer bits than the camera recorded' },
} as const satisfies Record<string, Row>;
