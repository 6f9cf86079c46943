import type { Rational } from '../schemas/rational.ts';
import { type ClipSpec, frameTimecode, isDropFrame, type MadeClip, recordedAt } from './clip-spec.ts';
import { materialUmid } from './mxf-umid.ts';
import { binaryCodedDecimal, timecodeBase, timecodeParts } from './record-timecode.ts';

const DROP_FRAME_FLAG = 0x40;

/** The `M01.XML` beside a clip: what a Sony camera says of it. Source: shared reference inspection, 3.3 (Sony NRT). */
export function makeNonRealTimeMeta(spec: ClipSpec): string {
  const last = spec.frames - 1;
  const fps = sonyRate(spec.rate);
  return `<?xml version="1.0" encoding="UTF-8"?>
<NonRealTimeMeta xmlns="urn:schemas-professionalDisc:nonRealTimeMeta:ver.2.20" xmlns:lib="urn:schemas-professionalDisc:lib:ver.2.10" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" lastUpdate="${recordedAt(spec.shootDay)}">
	<TargetMaterial umidRef="${materialUmid(spec)}"/>
	<Duration value="${spec.frames}"/>
	<LtcChangeTable tcFps="${timecodeBase(spec.rate)}" halfStep="false">
		<LtcChange frameCount="0" value="${ltc(spec, 0)}" status="increment"/>
		<LtcChange frameCount="${last}" value="${ltc(spec, last)}" status="end"/>
	</LtcChangeTable>
	<CreationDate value="${recordedAt(spec.shootDay)}"/>
	<VideoFormat>
		<VideoRecPort port="DIRECT"/>
		<VideoFrame videoCodec="${videoCodec(spec)}" captureFps="${fps}" formatFps="${fps}"/>
		<VideoLayout pixel="${spec.width}" numOfVerticalLine="${spec.height}" aspectRatio="16:9" pixelAspect="1:1"/>
	</VideoFormat>
	<Device manufacturer="Sony" modelName="MPC-3628" serialNo="0010201"/>
	<RecordingMode type="normal" cacheRec="false"/>
	<AcquisitionRecord>
		<Group name="CameraUnitMetadataSet">
			<Item name="ExposureIndexOfPhotoMeter" value="800"/>
			<Item name="ISOSensitivity" value="800"/>
			<Item name="ShutterSpeedAngle" value="17280"/>
			<Item name="WhiteBalance" value="5600"/>
			<Item name="CaptureGammaEquation" value="s-log3-cine"/>
			<Item name="CaptureColorPrimaries" value="s-gamut3-cine"/>
			<Item name="CodingEquations" value="rec709"/>
			<Item name="CameraAttributes" value="MPC-3628 0010201 Version4.00"/>
		</Group>
		<Group name="LensUnitMetadataSet">
			<Item name="AnamorphicLensSqueezeRatio" value="100"/>
		</Group>
	</AcquisitionRecord>
	<UserDescriptiveMetadata>
		<Meta name="CameraIndex" content="${spec.reel.slice(0, 1)}"/>
		<Meta name="Reel" content="${spec.reel.slice(1)}"/>
		<Meta name="Shot" content="${/C(\d{3})_/.exec(spec.clipName)?.[1] ?? ''}"/>
	</UserDescriptiveMetadata>
</NonRealTimeMeta>
`;
}

/** The card's `MEDIAPRO.XML`: which files belong together, with their UMIDs and lengths. Paths are relative to its own folder. */
export function makeMediaProfile(clips: readonly MadeClip[], shootDay: string): string {
  const uri = (path: string) => path.replace(/^XDROOT\//, './');
  const materials = clips.map((clip) => {
    const [media, sidecar] = clip.files as [string, string];
    return `		<Material uri="${uri(media)}" type="MXF" fps="${sonyRate(clip.rate)}" dur="${clip.frameCount}" aspectRatio="16:9" offset="0" umid="${clip.umid}" status="none">
			<RelevantInfo uri="${uri(sidecar)}" type="XML"/>
		</Material>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<MediaProfile xmlns="http://xmlns.sony.net/pro/metadata/mediaprofile" createdAt="${recordedAt(shootDay)}" version="2.10">
	<Properties>
		<System systemId="080046021707296C" systemKind="MPC-3628"/>
	</Properties>
	<Contents>
${materials.join('\n')}
	</Contents>
</MediaProfile>
`;
}

/** Binary-coded decimal as FFSSMMHH; bit 6 of the frames says drop-frame. */
function ltc(spec: ClipSpec, frame: number): string {
  const bytes = timecodeParts(frameTimecode(spec, frame)).map(binaryCodedDecimal).reverse();
  bytes[0]! |= isDropFrame(spec) ? DROP_FRAME_FLAG : 0;
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function videoCodec(spec: ClipSpec): string {
  return spec.codec === 'xavc-intra' ? 'AVC_1920_1080_HP422@L41' : `DNxHR_HQX_${spec.width}_${spec.height}`;
}

function sonyRate(rate: Rational): string {
  return `${Number((rate.num / rate.den).toFixed(2))}p`;
}
