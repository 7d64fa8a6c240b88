import { useHotkeys } from '@mantine/hooks';
import { useEffect, useState, type ReactNode } from 'react';
import type { Output } from '../app/api.ts';
import { text } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import { Printable } from '../components/printable.tsx';
import type { RegisterCode } from './grid-model.ts';
import classes from './print-sheets.module.css';
import { sessionTitle } from './session-title.ts';
import { isDiffering, standingOf } from './week-model.ts';
import { moveFocus } from '../app/move-focus.ts';

type RegisterToPrint = Output<'attendance', 'printRegister'>;
type WeekToPrint = Output<'attendance', 'printWeek'>;

/**
 * Prints a screen's own sheet, by Ctrl+P and by `run`: `read` asks for it, which is the audited act, and gives the sheet, or
 * null where it was refused. The sheet is mounted while the dialog is open, and then gone.
 */
export function usePrintedSheet(read: () => Promise<ReactNode>): {
  readonly run: () => void;
  /** To be put anywhere on the screen; it shows on paper only. */
  readonly sheet: ReactNode;
} {
  const [sheet, setSheet] = useState<ReactNode>(null);
  const run = () => {
    void read().then(setSheet);
  };
  useHotkeys([['mod+P', run]], []);
  useEffect(() => {
    if (sheet === null) return;
    const focused = document.activeElement;
    const clear = () => {
      setSheet(null);
      // On paper the screen is not there, and what is not there keeps no focus.
      if (focused instanceof HTMLElement) moveFocus(focused);
    };
    window.addEventListener('afterprint', clear);
    window.print();
    return () => {
      window.removeEventListener('afterprint', clear);
    };
  }, [sheet]);
  return { run, sheet: sheet === null ? null : <Printable>{sheet}</Printable> };
}

interface CodesProps {
  readonly codesByText: ReadonlyMap<string, RegisterCode>;
}

/** A register on paper: for a drill, or for the room while the computers are off. Names and marks, no notes. */
export function RegisterSheet({
  register,
  codesByText,
}: CodesProps & { readonly register: RegisterToPrint }) {
  const { formatDayLong } = useFormat();
  const { totals } = register;
  return (
    <>
      <Head
        school={register.school}
        title={text('print.register.title', {
          class: register.title,
          session: sessionTitle(register.session),
        })}
        when={formatDayLong(register.day)}
        teacher={register.teacher}
      />
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{text('print.register.student')}</th>
            <th scope="col" data-narrow>
              {text('print.register.mark')}
            </th>
            <th scope="col" data-narrow>
              {text('print.register.minutes')}
            </th>
            <th scope="col" data-narrow>
              {text('print.register.check')}
            </th>
          </tr>
        </thead>
        <tbody>
          {register.students.map(({ name, code, minutes }, index) => (
            <tr key={index}>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              <td data-narrow>
                <bdi>{code}</bdi>
              </td>
              <td data-narrow>{minutes}</td>
              <td data-narrow>{text('print.register.box')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={classes.small}>
        {text('print.register.foot', {
          present: totals.present,
          late: totals.late,
          absent: totals.absentExplained + totals.absentUnexplained,
          blank: totals.blank,
          students: totals.students,
        })}{' '}
        {!register.taken && text('print.notTaken')}
      </p>
      <Foot
        codes={register.students.flatMap(({ code }) => (code === null ? [] : [code]))}
        codesByText={codesByText}
        atMs={register.printedAtMs}
      />
    </>
  );
}

/** The week of a class on paper, as the week view shows it, without notes. */
export function WeekSheet({ week, codesByText }: CodesProps & { readonly week: WeekToPrint }) {
  const { formatDay } = useFormat();
  const codes = week.students.flatMap(({ cells }) =>
    cells.flatMap((cell) => [cell?.teacher?.code, cell?.office?.code].filter((code) => code !== undefined)),
  );
  return (
    <>
      <Head
        school={week.school}
        title={text('print.week.title', {
          class: week.title,
          from: formatDay(week.days[0]?.day ?? ''),
          to: formatDay(week.days.at(-1)?.day ?? ''),
        })}
        when=""
        teacher={week.teacher}
      />
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              {text('print.register.student')}
            </th>
            {[...Map.groupBy(week.registers, ({ day }) => day)].map(([day, registers]) => (
              <th scope="colgroup" key={day} colSpan={registers.length} data-narrow>
                {formatDay(day)}
              </th>
            ))}
          </tr>
          <tr>
            {week.registers.map(({ day, session }) => (
              <th scope="col" key={`${day} ${session}`} data-narrow>
                {sessionTitle(session)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {week.students.map(({ id, name, cells }) => (
            <tr key={id}>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              {cells.map((cell, column) => (
                <td key={column} data-narrow>
                  {cell !== null && isDiffering(cell) && (
                    <>
                      <bdi>{cell.teacher?.code}</bdi> |{' '}
                    </>
                  )}
                  <bdi>{standingOf(cell)?.code}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Foot codes={codes} codesByText={codesByText} atMs={week.printedAtMs} />
    </>
  );
}

interface HeadProps {
  readonly school: string;
  readonly title: string;
  readonly when: string;
  readonly teacher: string;
}

function Head({ school, title, when, teacher }: HeadProps) {
  return (
    <div className={classes.head}>
      <div>
        <h1>
          <bdi>{title}</bdi>
        </h1>
        <p>{when}</p>
      </div>
      <div>
        <p>
          <bdi>{school}</bdi>
        </p>
        {teacher !== '' && <p>{text('print.register.teacher', { name: teacher })}</p>}
      </div>
    </div>
  );
}

interface FootProps extends CodesProps {
  readonly codes: readonly string[];
  readonly atMs: number;
}

/** What the codes on the sheet mean, and when it was printed. */
function Foot({ codes, codesByText, atMs }: FootProps) {
  const { formatDayTime } = useFormat();
  const meanings = [...codesByText.values()]
    .filter(({ code }) => codes.includes(code))
    .map(({ code, meaning }) => text('print.key', { code, meaning }));
  return (
    <>
      <p className={classes.small}>{meanings.join(' · ')}</p>
      <p className={classes.small}>{text('print.register.printed', { time: formatDayTime(atMs) })}</p>
    </>
  );
}
