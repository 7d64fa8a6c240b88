import '@mantine/charts/styles.css';
import { LineChart } from '@mantine/charts';
import { useDirection } from '@mantine/core';
import { text } from '../app/catalogue.ts';
import type { RatePoint, Threshold } from './absence-rate.ts';

interface AbsenceChartProps {
  /** What the picture says, for who cannot see it. */
  readonly label: string;
  readonly points: readonly RatePoint[];
  readonly thresholds: readonly Threshold[];
  /** The upper end of the axis, in percent. */
  readonly top: number;
}

/** The rate over time as a line, with the thresholds it is measured by. Loaded when a card's attendance is first opened. */
export function AbsenceChart({ label, points, thresholds, top }: AbsenceChartProps) {
  const isMirrored = useDirection().dir === 'rtl';
  return (
    <div role="img" aria-label={label}>
      <LineChart
        h={240}
        data={points.map(({ title, percent, percentText }) => ({ title, percent, percentText }))}
        dataKey="title"
        series={[{ name: 'percent', label: text('rate.series'), color: 'blue.6' }]}
        curveType="linear"
        unit=" %"
        strokeWidth={2}
        dotProps={{ r: 2.5 }}
        textColor="var(--mantine-color-text)"
        gridAxis="y"
        yAxisProps={{
          domain: [0, top],
          allowDataOverflow: true,
          width: 52,
          orientation: isMirrored ? 'right' : 'left',
        }}
        xAxisProps={{ reversed: isMirrored, minTickGap: 24 }}
        referenceLines={thresholds.map(({ percent, title }) => ({
          y: percent,
          label: text('rate.threshold', { percent, title }),
          labelPosition: isMirrored ? 'insideBottomLeft' : 'insideBottomRight',
          color: 'var(--rollkeep-unexplained-text)',
        }))}
        lineProps={{ isAnimationActive: false }}
        tooltipAnimationDuration={0}
        lineChartProps={{ accessibilityLayer: false }}
        valueFormatter={(value) => String(Math.round(value * 100) / 100)}
      />
    </div>
  );
}
