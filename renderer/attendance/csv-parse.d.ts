/**
 * What the window uses of csv-parse. Its own types are Node's, which the window does not have: with them every file here
 * could use `process` unnoticed. `tsconfig.json` puts this file in their place.
 */
export function parse(
  text: string,
  options: {
    readonly delimiter: string;
    readonly relax_column_count: boolean;
    readonly relax_quotes: boolean;
    readonly bom: boolean;
    readonly skip_empty_lines: boolean;
  },
): unknown;
