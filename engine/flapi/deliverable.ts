import { typed } from './wire.ts';

/** What of a deliverable differs from job to job. */
export type PlateDeliverable = { directory: string; prefix: string; format: string; colourSpace: string };

/**
 * A picture sequence to render: every field of FLAPI 5.3 is sent, as official clients do, with the default of the Node
 * client where the job does not say. Errors abort: a skipped or black frame would pass for a picture.
 * Source: value type RenderDeliverable, FLAPI 5.3; captured add_deliverable.
 */
export function plateDeliverable(plate: PlateDeliverable): Record<string, unknown> {
  return typed('RenderDeliverable', {
    Name: 'EXR',
    Disabled: 0,
    IsMovie: 0,
    FileType: 'EXR',
    MovieCodec: null,
    AudioCodec: null,
    // Lossless; the plate's own compression is made when the frame is adopted.
    ImageOptions: { compression: 'PIZ' },
    FastStart: 0,
    AudioSampleRate: 48_000,
    AudioNumChannels: 0,
    Container: null,
    OutputDirectory: plate.directory,
    FileNamePrefix: plate.prefix,
    FileNamePostfix: '',
    FileNameNumDigits: 7,
    // The number of the scene: the one number that we compute ourselves.
    FileNameNumber: 'F',
    FileNameExtension: '.exr',
    ColourSpaceTag: 1,
    RenderFormat: plate.format,
    RenderResolution: 'GMPR_HIGH',
    RenderFrameRate: null,
    RenderFieldOrder: 'None',
    RenderDecodeQuality: 'GMDQ_OPTIMISED_UNLESS_HIGH',
    RenderColourSpace: plate.colourSpace,
    RenderVideoLUT: 'none',
    RenderLayer: -1,
    RenderTrack: 0,
    RenderMask: 'None',
    RenderMaskMode: 0,
    RenderBurnin: null,
    RenderFlashBurnin: 0,
    RenderDisableCache: 0,
    HandleIncompleteStacks: 'GMREB_FAIL',
    HandleEmptyFrames: 'GMREB_FAIL',
    HandleError: 'ABORT',
    EmbedTimecode: 1,
    EmbedTape: 1,
    EmbedClip: 1,
  });
}
