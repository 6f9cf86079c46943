/** What a normalized field is: its unit, and the names other systems know it by. */
export type FieldDefinition = {
  meaning: string;
  unit?: string;
  /** Column of an Avid or ARRI ALE. */
  ale?: string;
  /** Attribute of OpenEXR. */
  exr?: string;
};

/**
 * Every field of an inspected clip. Names are fixed: scripts, search and the catalogue use them.
 * Source: shared reference inspection section 3.1 (OpenTrackIO, OpenEXR standard attributes, ALE, SMPTE RDD 18, ASC FDL/CDL/MHL).
 */
export const FIELDS = {
  clipId: { meaning: 'identity: from UMID or UUID, else from card, path, size and timecode' },
  clipName: { meaning: 'name of the take', ale: 'Name' },
  originalFileNames: { meaning: 'file names as on the card', ale: 'Source File' },
  reelName: { meaning: 'reel, whole as recorded', ale: 'Reel_name', exr: 'reelName' },
  tapeName: { meaning: 'tape or source package the media points to', ale: 'Tape' },
  cameraLabel: { meaning: 'camera letter', ale: 'Camera_index', exr: 'cameraLabel' },
  cameraPosition: { meaning: 'eye or position: C, L, R' },
  reelNumber: { meaning: 'count of the reel' },
  clipNumber: { meaning: 'count of the clip on its reel' },
  uuid: { meaning: "unique id in the maker's own form", ale: 'Uuid' },
  umid: { meaning: 'SMPTE ST 330 UMID, 64 hexadecimal digits' },
  mediaUid: { meaning: 'unique id of the media file or essence' },
  startTimecode: { meaning: 'timecode of the first frame', ale: 'Start', exr: 'timeCode' },
  endTimecode: { meaning: 'timecode of the last frame, inclusive, modulo 24 h', ale: 'End' },
  edgeTimecode: { meaning: 'second, continuous timecode of the magazine' },
  timecodeSource: { meaning: 'timeOfDay, recRun, freeRun or external' },
  userBits: { meaning: 'eight hexadecimal digits' },
  timecodes: { meaning: 'every start timecode found, with where it stands' },
  frameRate: { meaning: 'playback rate of the clip', unit: 'Hz', ale: 'Project_fps', exr: 'framesPerSecond' },
  captureRate: { meaning: 'rate of the sensor', unit: 'Hz', ale: 'Sensor_fps', exr: 'captureRate' },
  timecodeRate: { meaning: 'rate the timecode counts in', unit: 'Hz' },
  isVariableFrameRate: { meaning: 'frames do not follow at one rate' },
  offSpeedRatio: { meaning: 'captureRate divided by frameRate' },
  frameCount: { meaning: 'frames in the media' },
  durationFrames: { meaning: 'recorded length in frames, gaps included', unit: 'frames', ale: 'Duration' },
  droppedFrames: { meaning: 'frames that are absent between the first and the last' },
  firstFrame: { meaning: 'number of the first file of a sequence' },
  lastFrame: { meaning: 'number of the last file of a sequence' },
  missingFrames: { meaning: 'ranges of absent file numbers' },
  codec: { meaning: 'family, profile, bit depth, chroma, compression', ale: 'Original_video' },
  container: { meaning: 'file format around the essence' },
  bitrate: { meaning: 'average', unit: 'bit/s' },
  imageSize: {
    meaning: 'stored picture as decoding gives it',
    unit: 'px',
    ale: 'Frame_width',
    exr: 'dataWindow',
  },
  activeImage: { meaning: 'the part of the stored picture that is image', unit: 'px' },
  displaySize: {
    meaning: 'picture as it is meant to be shown, before the pixel aspect',
    unit: 'px',
    exr: 'displayWindow',
  },
  sensorArea: { meaning: 'photosites used', unit: 'px' },
  photositePitch: { meaning: 'distance between photosites', unit: 'µm', exr: 'sensorPhotositePitch' },
  pixelAspectRatio: { meaning: 'width of a stored pixel over its height' },
  lensSqueeze: { meaning: 'horizontal squeeze of the lens', exr: 'lensSqueeze' },
  desqueezeFactor: { meaning: 'what the picture must still be widened by' },
  rotation: { meaning: 'clockwise turn to show it upright', unit: '°' },
  scanType: { meaning: 'progressive, interlaced or psf' },
  fieldOrder: { meaning: 'top or bottom field first' },
  cameraMake: { meaning: 'maker', ale: 'Manufacturer', exr: 'cameraMake' },
  cameraModel: { meaning: 'model as the maker writes it', ale: 'Camera_model', exr: 'cameraModel' },
  cameraSerialNumber: { meaning: 'serial number of the camera', ale: 'Camera_sn', exr: 'cameraSerialNumber' },
  cameraFirmware: {
    meaning: 'firmware or software version',
    ale: 'Sup_version',
    exr: 'cameraFirmwareVersion',
  },
  cameraUuid: { meaning: 'unique id of the camera', ale: 'Camera_id', exr: 'cameraUuid' },
  recorder: { meaning: 'recorder apart from the camera: model, serial' },
  mediaSerial: { meaning: 'serial number of the card or magazine', ale: 'Storage_sn' },
  lensMake: { meaning: 'maker of the lens', exr: 'lensMake' },
  lensModel: { meaning: 'lens', ale: 'Lens_type', exr: 'lensModel' },
  lensSerialNumber: { meaning: 'serial number of the lens', ale: 'Lens_sn', exr: 'lensSerialNumber' },
  lensFirmware: { meaning: 'firmware of the lens', exr: 'lensFirmwareVersion' },
  focalLength: {
    meaning: 'focal length; {min,max} where it changes',
    unit: 'mm',
    ale: 'Focal_length',
    exr: 'nominalFocalLength',
  },
  tStop: { meaning: 'transmission stop', ale: 'Iris', exr: 'tStop' },
  fStop: { meaning: 'f-number', exr: 'aperture' },
  focusDistance: {
    meaning: 'focus from the image plane; {min,max} where it changes',
    unit: 'm',
    exr: 'focus',
  },
  entrancePupilOffset: {
    meaning: 'entrance pupil from the image plane',
    unit: 'm',
    exr: 'entrancePupilOffset',
  },
  exposureIndex: { meaning: 'EI as rated', ale: 'Exposure_index' },
  isoSpeed: { meaning: 'base sensitivity of the sensor', exr: 'isoSpeed' },
  gain: { meaning: 'gain', unit: 'dB' },
  shutterAngle: { meaning: 'shutter angle', unit: '°', ale: 'Shutter_angle', exr: 'shutterAngle' },
  exposureTime: { meaning: 'exposure of one frame', unit: 's', exr: 'expTime' },
  shutterMode: { meaning: 'angle, speed or off, as the maker says' },
  whiteBalance: {
    meaning: 'correlated colour temperature set',
    unit: 'K',
    ale: 'White_balance',
    exr: 'cameraCCTSetting',
  },
  tint: { meaning: "tint in the maker's units, + is green", ale: 'Cc_shift', exr: 'cameraTintSetting' },
  wbGains: { meaning: 'white balance gains R, G, B' },
  wbMode: { meaning: 'preset, manual or automatic white balance' },
  ndFilter: { meaning: 'neutral density: stops, density = stops × 0.3, raw', ale: 'Nd_filterdensity' },
  keycode: {
    meaning: 'edge code of film at the first frame: manufacturer, type, prefix, count, perforations',
    exr: 'keyCode',
  },
  transferFunction: { meaning: 'encoding of the pixels: LogC3, S-Log3, …', ale: 'Gamma' },
  colorPrimaries: { meaning: 'gamut of the pixels' },
  colorRange: { meaning: 'full or limited code values' },
  matrix: { meaning: 'Y′CbCr matrix' },
  colorScienceVersion: { meaning: "the maker's version of its colour processing" },
  wbBaked: { meaning: 'whether the white balance is in the pixels' },
  look: { meaning: 'look or LUT: name, file, burned in, CDL', ale: 'Look_name' },
  audio: { meaning: 'tracks with channels, sample rate, bit depth', ale: 'Tracks' },
  recordedAt: {
    meaning: 'start of recording, ISO 8601; offset where known',
    ale: 'Date_camera',
    exr: 'capDate',
  },
  gps: { meaning: 'place: latitude, longitude, altitude in m' },
  slate: {
    meaning: 'scene, shot, take, circled, production, director, dop, operator, location, notes',
    ale: 'Scene',
  },
  files: { meaning: 'files with role' },
  spanning: { meaning: 'place in a take over several files or cards' },
  warnings: { meaning: 'what tools complained about' },
} as const satisfies Record<string, FieldDefinition>;

export type FieldName = keyof typeof FIELDS;
