/** How much of a package is read before it is refused: far more than a large district's roster, far less than memory. */
export interface PackageLimits {
  readonly maxFiles: number;
  /** Of one file, unpacked. */
  readonly maxFileBytes: number;
  /** Of all files, unpacked. */
  readonly maxTotalBytes: number;
  /** Unpacked size over packed size; CSV packs 5 to 40 times smaller, a bomb a thousand times. */
  readonly maxRatio: number;
  /** The ratio is looked at from this size on: a small file of equal rows harms nobody. */
  readonly minRatioBytes: number;
  readonly maxRows: number;
  readonly maxColumns: number;
  /** Of one row, in characters. */
  readonly maxRowLength: number;
}

export const packageLimits: PackageLimits = {
  maxFiles: 64,
  maxFileBytes: 256 * 1024 * 1024,
  maxTotalBytes: 512 * 1024 * 1024,
  maxRatio: 200,
  minRatioBytes: 1024 * 1024,
  maxRows: 2_000_000,
  maxColumns: 200,
  maxRowLength: 64 * 1024,
};
