import { Anchor, Button, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { IconPhone } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { reachOf } from '../../domain/access/policy.ts';
import type { DueStep } from '../../domain/contract/shared.ts';
import type { Output } from '../app/api.ts';
import { useCall } from '../app/calls.ts';
import { text, type TextKey } from '../app/catalogue.ts';
import { useDesk, useToday, useUser } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import { pathTo, useGo } from '../app/router.tsx';
import { DueBack } from '../counter/due-back.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { NoRoster } from '../roster/no-roster.tsx';
import { StatusMark } from '../components/status-mark.tsx';
import { RosterDrop } from '../roster/roster-drop.tsx';
import { BackupAge, BackupWarnings } from '../backup/today-backup.tsx';
import { closedReason } from './closed-reason.ts';
import { sessionTitle } from './session-title.ts';
import classes from './today-screen.module.css';
import { useArrowRows } from './use-arrow-rows.ts';

type Work = Output<'attendance', 'today'>;

/** Today: what needs me now? One list, most urgent first, each row a step from the work. */
export function TodayScreen() {
  const today = useToday();
  const work = useCall('attendance', 'today', { day: today });
  const { formatDayLong } = useFormat();
  const onKeyDown = useArrowRows();

  return (
    <Stack gap="md" onKeyDown={onKeyDown}>
      <PageHeader
        title={text('today.title')}
        state={
          work.data?.isSchoolDay === true ? stateOf(formatDayLong(today), work.data) : formatDayLong(today)
        }
      />
      {work.data?.isSchoolDay === true && <RegistersProgress work={work.data} />}
      {work.error !== undefined && <ErrorAlert error={work.error} onRetry={work.reload} />}
      <BackupWarnings />
      <div className={classes.columns}>
        <div>
          <DueBack />
          {work.isPending && <Loading />}
          {work.data !== undefined && <WorkList work={work.data} />}
        </div>
        <Stack gap="md">
          <RosterDrop />
          <BackupAge />
        </Stack>
      </div>
    </Stack>
  );
}

function stateOf(day: string, { registersTaken: taken, registersExpected: expected }: Work): string {
  return expected === 0 ? text('today.state.none', { day }) : text('today.state', { day, taken, expected });
}

/** The sentence above it, for the eye. */
function RegistersProgress({ work }: { readonly work: Work }) {
  const { registersTaken: taken, registersExpected: expected, notTaken } = work;
  if (expected === 0) return null;
  return (
    <Progress
      value={(100 * taken) / expected}
      aria-label={text('today.progress', { taken, expected })}
      color={notTaken.length === 0 ? 'teal.8' : 'blue.8'}
    />
  );
}

function WorkList({ work }: { readonly work: Work }) {
  const today = useToday();
  const { formatDay, formatDayTime } = useFormat();
  const { nowMs } = useDesk().status;
  const { role } = useUser();
  const go = useGo();
  const { notTaken, absentWithoutReason, late, callbacks, hereThoughPlanned } = work;

  if (work.closedBecause?.type === 'no-year') return <NoRoster willBe={text('today.willBe')} />;
  const isDone =
    notTaken.length + absentWithoutReason.length + callbacks.length + hereThoughPlanned.length === 0;
  return (
    <Stack gap="md">
      {!work.isSchoolDay && (
        <EmptyState
          title={text('attendance.noSchool.title', { day: formatDay(today) })}
          text={text('today.closed.text', {
            reason: closedReason(work.closedBecause),
          })}
          action={
            <Button
              variant="default"
              onClick={() => {
                go(pathTo.registers());
              }}
            >
              {text('today.closed.open')}
            </Button>
          }
        />
      )}
      {work.isSchoolDay && isDone && (
        <EmptyState
          title={work.registersExpected === 0 ? text('today.notDue.title') : text('today.done.title')}
          text={text('today.done.text')}
        />
      )}
      <Section
        title={text('today.notTaken.title', { count: notTaken.length })}
        rows={notTaken.map((register) => (
          <Row
            key={`${register.class} ${register.session}`}
            to={pathTo.register({ day: today, class: register.class, session: register.session })}
            name={`${register.title} ${sessionTitle(register.session)}`}
            detail={register.teacher}
            mark={<StatusMark category="not-taken" label={notTakenMark(register)} />}
            end={text('today.notTaken.blank', { blank: register.blank, students: register.students })}
          />
        ))}
      />
      <Section
        title={text('today.absent.title', { count: absentWithoutReason.length })}
        rows={absentWithoutReason.map((absence) => (
          <StudentRow
            key={`${absence.student} ${absence.class} ${absence.session}`}
            {...absence}
            category="absent-unexplained"
            end={absenceEnd(absence, formatDay)}
          />
        ))}
      />
      {absentWithoutReason.length > 0 && reachOf(role, 'attendance.office') === 'school' && (
        <Anchor component={Link} to={pathTo.absences({ list: 'unexplained' })} size="sm">
          {text('today.absent.work')}
        </Anchor>
      )}
      <Section
        title={text('today.callbacks.title', { count: callbacks.length })}
        rows={callbacks.map((callback) => (
          <Row
            key={`${callback.student} ${callback.dueAtMs}`}
            to={pathTo.absences({ student: callback.student })}
            name={callback.name}
            detail={callback.homeroom}
            isStep
            mark={<DueStepMark step={callback.nextStep} />}
            end={
              callback.dueAtMs < nowMs
                ? text('today.callbacks.overdue', { time: formatDayTime(callback.dueAtMs) })
                : text('today.callbacks.due', { time: formatDayTime(callback.dueAtMs) })
            }
          />
        ))}
      />
      <Section
        title={text('today.here.title', { count: hereThoughPlanned.length })}
        rows={hereThoughPlanned.map(({ plannedCode, occasion, ...here }) => (
          <StudentRow
            key={`${here.student} ${here.class} ${here.session}`}
            {...here}
            category="present"
            end={
              occasion === ''
                ? text('today.here.end', { code: plannedCode })
                : text('today.here.end.occasion', { code: plannedCode, occasion })
            }
          />
        ))}
      />
      <Section
        title={text('today.late.title', { count: late.length })}
        rows={late.map((arrival) => (
          <StudentRow
            key={`${arrival.student} ${arrival.class} ${arrival.session}`}
            {...arrival}
            category="late"
            end={
              arrival.minutes === null
                ? text('today.late.noMinutes')
                : text('today.late.minutes', { count: arrival.minutes })
            }
          />
        ))}
      />
      {(!isDone || late.length > 0) && (
        <Text size="xs" c="dimmed">
          {text('today.keys')}
        </Text>
      )}
    </Stack>
  );
}

/** For how long, and until when a reason must be found; an overdue one says so in words. */
function absenceEnd(
  { sinceDays, reasonDueDay, isOverdue }: Work['absentWithoutReason'][number],
  formatDay: (day: string) => string,
): string {
  const since =
    sinceDays === 0 ? text('today.absent.today') : text('today.absent.since', { count: sinceDays });
  if (reasonDueDay === null) return since;
  const day = formatDay(reasonDueDay);
  return isOverdue ? text('today.absent.overdue', { since, day }) : text('today.absent.due', { since, day });
}

const stepTexts = {
  'call-back': 'today.step.call-back',
  'note-due': 'today.step.note-due',
  visit: 'today.step.visit',
} as const satisfies Record<DueStep, TextKey>;

function DueStepMark({ step }: { readonly step: DueStep }) {
  return (
    <Group gap={4} wrap="nowrap" component="span">
      <IconPhone size={18} aria-hidden />
      <Text size="sm" span>
        {text(stepTexts[step])}
      </Text>
    </Group>
  );
}

/** A register with some blanks may have been taken over them: it is not complete, which is all that is certain here. */
function notTakenMark({ blank, students }: Work['notTaken'][number]): string {
  const isPartly = blank > 0 && blank < students;
  return isPartly ? text('today.notTaken.partly') : text('today.notTaken.mark');
}

interface SectionProps {
  readonly title: string;
  readonly rows: readonly ReactNode[];
}

/** Of each kind of work the first few: at nine o'clock a list of all registers would hide what comes after it. */
const firstRows = 5;

function Section({ title, rows }: SectionProps) {
  const [isWhole, setIsWhole] = useState(false);
  if (rows.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h4" mb={4}>
        {title}
      </Title>
      <ul className={classes.rows}>{isWhole ? rows : rows.slice(0, firstRows)}</ul>
      {rows.length > firstRows && (
        <Button
          variant="subtle"
          size="compact-sm"
          mt={4}
          aria-expanded={isWhole}
          aria-label={`${title}: ${isWhole ? text('today.fewer') : text('today.all', { count: rows.length })}`}
          onClick={() => {
            setIsWhole(!isWhole);
          }}
        >
          {isWhole ? text('today.fewer') : text('today.all', { count: rows.length })}
        </Button>
      )}
    </section>
  );
}

type StudentRowProps = Pick<
  Work['late'][number],
  'student' | 'name' | 'homeroom' | 'class' | 'session' | 'code'
> & {
  /** Of the register that says so, where it is not today's. */
  readonly day?: Work['absentWithoutReason'][number]['day'];
  readonly category: 'late' | 'absent-unexplained' | 'present';
  readonly end: string;
};

function StudentRow({
  student,
  name,
  homeroom,
  day,
  class: classId,
  session,
  code,
  category,
  end,
}: StudentRowProps) {
  const today = useToday();
  const register = pathTo.register({ day: day ?? today, class: classId, session, student });
  return (
    <Row
      to={pathTo.student(student)}
      name={name}
      detail={homeroom}
      mark={<StatusMark category={category} code={code} />}
      end={end}
      second={
        <Anchor component={Link} to={register} size="sm" className={classes.second}>
          {text('today.openRegister', { session: sessionTitle(session) })}
        </Anchor>
      }
    />
  );
}

interface RowProps {
  readonly to: string;
  readonly name: string;
  readonly detail: string;
  readonly mark: ReactNode;
  readonly end: string;
  readonly second?: ReactNode;
  /** A step with a family: its end holds a day and a time. */
  readonly isStep?: boolean;
}

function Row({ to, name, detail, mark, end, second, isStep = false }: RowProps) {
  return (
    <li
      data-row
      data-student={second !== undefined || undefined}
      data-step={isStep || undefined}
      className={classes.row}
    >
      <span className={classes.mark}>{mark}</span>
      <Link to={to} className={classes.name ?? ''}>
        <bdi>{name}</bdi>
      </Link>
      <bdi className={classes.detail}>{detail}</bdi>
      <Text size="sm" span className={classes.end ?? ''}>
        {end}
      </Text>
      {second}
    </li>
  );
}
