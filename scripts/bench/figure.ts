/** One line of the table of figures. */
export type Figure = {
  readonly name: string;
  readonly budget: string;
} & (
  | {
      readonly state: 'measured';
      readonly value: number;
      readonly unit: 'ms' | 's' | 'MB' | 'entries/s';
      /** The bare thing that was measured in turn with it. */
      readonly baseline: { readonly name: string; readonly value: number };
      /** What the budget speaks of: a ratio or an amount of `unit`, and the most or least it may be. */
      readonly compared: number;
      readonly limit: number;
      readonly better: 'lower' | 'higher';
      /** Further figures that explain this one. */
      readonly details: Readonly<Record<string, number | string>>;
    }
  | { readonly state: 'not-measured'; readonly why: string }
);

/** Whether the budget is met, and by how much it is not. */
export function verdictOf(figure: Figure): string {
  if (figure.state === 'not-measured') return `not measured: ${figure.why}`;
  const { compared, limit, better } = figure;
  if (!Number.isFinite(compared)) return 'not measured: no value';
  const isMet = better === 'lower' ? compared <= limit : compared >= limit;
  if (isMet) return 'met';
  const by = better === 'lower' ? compared / limit - 1 : 1 - compared / limit;
  return `NOT MET, by ${(by * 100).toFixed(0)} %`;
}

/** The figures as a Markdown table, with what explains them below it. */
export function figuresToText(figures: readonly Figure[]): string {
  const header = ['what', 'median', 'bare baseline', 'ratio', 'budget', 'verdict'];
  const rows = figures.map((figure) => {
    if (figure.state === 'not-measured')
      return [figure.name, '–', '–', '–', figure.budget, verdictOf(figure)];
    const { value, unit, baseline } = figure;
    return [
      figure.name,
      amountToText(value, unit),
      `${amountToText(baseline.value, unit)} (${baseline.name})`,
      (value / baseline.value).toFixed(2),
      figure.budget,
      verdictOf(figure),
    ];
  });
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lineOf = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const table = [lineOf(header), lineOf(widths.map((width) => '-'.repeat(width))), ...rows.map(lineOf)];
  const details = figures.flatMap((figure) => {
    if (figure.state === 'not-measured' || Object.keys(figure.details).length === 0) return [];
    const parts = Object.entries(figure.details).map(([name, value]) => `${name} ${detailToText(value)}`);
    return [`- ${figure.name}: ${parts.join('; ')}`];
  });
  return [...table, '', ...details].join('\n');
}

function amountToText(value: number, unit: string): string {
  const digits = unit === 'entries/s' ? 0 : value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}

function detailToText(value: number | string): string {
  if (typeof value === 'string') return value;
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 3 : 1);
}
