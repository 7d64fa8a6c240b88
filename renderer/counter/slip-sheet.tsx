import type { ReactNode, Ref } from 'react';
import type { SlipPaper } from '../../domain/contract/counter.ts';
import type { Day } from '../../domain/ids.ts';
import { text } from '../app/catalogue.ts';
import { clockText } from '../app/clock.ts';
import { useDesk } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import { Printable } from '../components/printable.tsx';
import type { Movement } from './counter-model.ts';
import classes from './slip-sheet.module.css';

interface SlipSheetProps {
  readonly day: Day;
  readonly movement: Movement;
  readonly paper: SlipPaper;
  readonly ref: Ref<HTMLDivElement>;
}

/**
 * One slip on paper: who, from where, when, and by whom it was issued. No reason and no code: a slip is read by everybody
 * on the corridor.
 */
export function SlipSheet({ day, movement, paper, ref }: SlipSheetProps) {
  const { school } = useDesk().status;
  const { formatDayLong } = useFormat();
  const { kind, name, homeroom, minute, expectedMinute, by } = movement;
  return (
    <Printable ref={ref} className={paper === 'a6' ? classes.pageA6 : classes.pageRoll}>
      <section className={classes.slip} data-paper={paper}>
        <p className={classes.school}>
          <bdi>{school?.label}</bdi>
        </p>
        <h1 className={classes.title}>{text(`slip.${kind}`)}</h1>
        <p className={classes.name}>
          <bdi>{name}</bdi>
        </p>
        <dl className={classes.facts}>
          <Fact term={text('slip.homeroom')}>{homeroom}</Fact>
          <Fact term={text('slip.day')}>{formatDayLong(day)}</Fact>
          <Fact term={text(`slip.time.${kind}`)} isTime>
            {clockText(minute)}
          </Fact>
          {kind === 'departure' && (
            <Fact term={text('slip.expected')} isTime={expectedMinute !== null}>
              {expectedMinute === null ? text('slip.expected.none') : clockText(expectedMinute)}
            </Fact>
          )}
          <Fact term={text('slip.by')}>{by}</Fact>
        </dl>
        <p className={classes.say}>{text(kind === 'departure' ? 'slip.mayLeave' : 'slip.admit')}</p>
        <p className={classes.sign}>{text('slip.signature')}</p>
      </section>
    </Printable>
  );
}

interface FactProps {
  readonly term: string;
  readonly isTime?: boolean;
  readonly children: ReactNode;
}

function Fact({ term, isTime = false, children }: FactProps) {
  return (
    <div className={classes.fact}>
      <dt>{term}</dt>
      <dd className={isTime ? classes.time : undefined}>
        <bdi>{children}</bdi>
      </dd>
    </div>
  );
}
