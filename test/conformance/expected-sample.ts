/** What a sample must say. */
export type ExpectedSample = {
  file: string;
  fields: Record<string, unknown>;
  /** Codes of findings that must be there, with a value that each must name. */
  findings?: [code: string, named: RegExp][];
  /** Codes that must not be there. */
  without?: string[];
};

/** A fraction as fields hold it. */
export const r = (num: number, den = 1) => ({ num, den });
/** A picture size as fields hold it. */
export const size = (width: number, height: number) => ({ width, height });
