/**
 * What each mapping rests on, beside the samples that exercise it. Where no sample of a camera could be had, this is all it rests on, and
 * the generated table says "unproven".
 */
export const SOURCE_BASIS: Record<string, string> = {
  ffprobe: 'FFmpeg demuxers mov, mxf, cine, mlv',
  mediainfo: 'MediaInfoLib 26.05; SMPTE RDD 18 items by its names',
  exiftool: 'ExifTool 13 tag tables',
  'raw-identify': 'LibRaw raw-identify',
  'mov-atoms': 'QuickTime File Format; ISO/IEC 14496-12; ARRI and Apple metadata keys',
  'mxf-metadata': 'SMPTE ST 377-1:2011',
  'dpx-header': 'SMPTE ST 268-1:2014',
  'exr-header': 'OpenEXR standard attributes; SMPTE ST 2065-4',
  'tiff-tags': 'TIFF 6.0; Exif 2.32; DNG 1.7.1; CinemaDNG 1.1',
  'r3d-header': 'ExifTool Red.pm; names agree with REDline',
  'ari-header': 'SMPTE RDD 30 and RDD 31',
  'braw-frame': 'Blackmagic RAW SDK, per-frame metadata',
  'wav-chunks': 'EBU Tech 3285 and 3306; iXML 3.0',
  'cine-header': 'Vision Research, Cine File Format; FFmpeg cinedec.c',
  'mlv-blocks': 'Magic Lantern MLV 2.0; FFmpeg mlvdec.c',
  'gopro-telemetry': 'gpmf-parser README',
  ale: 'Avid log specification; ARRI ALE columns',
  'arri-ame-csv': 'ARRI Meta Extract export captured in SMPTE camdkit',
  'arri-art-json': 'ARRI Reference Tool metadata_output schema 2.1',
  'braw-text': 'Blackmagic RAW SDK sample ExtractMetadata, captured in camdkit',
  'canon-clip-csv': 'Canon table captured in camdkit',
  'canon-frames-csv': 'Canon table captured in camdkit',
  'dji-srt': 'samples of DJI_SRT_Parser',
  'p2-xml': 'Panasonic P2 contents file format',
  'redline-clip-csv': 'REDline --printMeta 3, captured in camdkit',
  'redline-frames-csv': 'REDline --printMeta 5, captured in camdkit',
  'sony-frames-csv': 'Sony table captured in camdkit',
  'sony-nrt-xml': 'Sony NonRealTimeMeta 2.00 to 2.20; SMPTE RDD 18 names',
};
