import { Checkbox, Group, Modal, Select, Table, Text, VisuallyHidden } from '@mantine/core';
import { useRovingIndex } from '@mantine/hooks';
import { IconCalendarEvent } from '@tabler/icons-react';
import { useState } from 'react';
import type { Day } from '../../domain/ids.ts';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import { isolate } from '../app/isolate.ts';
import { ruleText } from '../app/rule-texts.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { StatusMark } from '../components/status-mark.tsx';
import { CodeSelect } from './code-select.tsx';
import { CorrectionForm, correctionOutcome } from './correction-form.tsx';
import {
  dayCorrection,
  registersWhere,
  type DayMark,
  type DayRegisters,
  type Where,
} from './day-correction.ts';
import type { RegisterCode } from './grid-model.ts';
import classes from './correct-day.module.css';
import { sessionTitle } from './session-title.ts';

interface CorrectDayProps {
  readonly day: Day;
  readonly registers: DayRegisters;
  readonly opened: boolean;
  readonly onClose: () => void;
  /** Closed with marks corrected; the sentence says what came of it. */
  readonly onCorrected: (sentence: string) => void;
}

/** Corrects the marks of one code over all registers of a day: who was late with the same bus. */
export function CorrectDay({ day, registers, opened, onClose, onCorrected }: CorrectDayProps) {
  const { formatDayLong } = useFormat();
  const { data, error, reload } = useCall('attendance', 'codes', { day }, { enabled: opened });
  return (
    <Modal
      // With its fields, so that the first of them gets the focus.
      opened={opened && (data !== undefined || error !== undefined)}
      onClose={onClose}
      size="60rem"
      title={text('correct.day.title', { day: formatDayLong(day) })}
    >
      <ErrorAlert error={error} onRetry={reload} />
      {data !== undefined && (
        <DayForm
          day={day}
          registers={registers}
          codes={data.codes}
          onClose={onClose}
          onCorrected={onCorrected}
        />
      )}
    </Modal>
  );
}

interface DayFormProps extends Omit<CorrectDayProps, 'opened'> {
  /** Those of the day. */
  readonly codes: readonly RegisterCode[];
}

const everywhere: Where = { class: null, group: null };

/** Which marks, what they become, each of them to look at, and why. */
function DayForm({ day, registers, codes, onClose, onCorrected }: DayFormProps) {
  const [from, setFrom] = useState<RegisterCode | null>(null);
  const [to, setTo] = useState<RegisterCode | null>(null);
  const [where, setWhere] = useState<Where>(everywhere);
  const [session, setSession] = useState<string | null>(null);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const filters = useCall('students', 'filters', {});
  const standing = useCall(
    'attendance',
    'standingMarks',
    { day, code: from?.code ?? '', ...where, session },
    { enabled: from !== null },
  );
  const found = from === null ? [] : (standing.data?.marks ?? []);
  const total = from === null ? 0 : (standing.data?.total ?? 0);
  const correction = dayCorrection({ day, from, to, found, left, codes });
  const codeOf = (chosen: string | null) => codes.find(({ code }) => code === chosen) ?? null;
  const places = registersWhere(registers, filters.data?.groups ?? []);
  const sessions = [...new Set(registers.map((each) => each.session))];

  return (
    <CorrectionForm
      marks={correction.marks}
      count={correction.marks.length}
      onlyWithMarks
      needs={{
        from: from === null && text('component.needed.choice'),
        to: (to === null || to === from) && text('component.needed.choice'),
      }}
      onCancel={onClose}
      onCorrected={(corrected) => {
        onCorrected(
          correctionOutcome(corrected, (each) => {
            const mark = found.find(
              (one) =>
                one.student === each.student && one.class === each.class && one.session === each.session,
            );
            return mark === undefined ? '' : markName(mark);
          }),
        );
      }}
    >
      {(needOf) => (
        <>
          <ErrorAlert error={filters.error} onRetry={filters.reload} />
          <Group gap="sm" align="flex-start">
            <CodeSelect
              label={text('correct.day.from')}
              flex="1 1 13rem"
              codes={codes}
              value={from?.code ?? null}
              error={needOf('from')}
              data-autofocus
              onChange={(chosen) => {
                setFrom(codeOf(chosen));
                setLeft(new Set());
              }}
            />
            <CodeSelect
              label={text('correct.day.to')}
              flex="1 1 13rem"
              codes={codes.filter(({ code }) => code !== from?.code)}
              value={to === from ? null : (to?.code ?? null)}
              error={needOf('to')}
              onChange={(chosen) => {
                setTo(codeOf(chosen));
              }}
            />
            <Select
              label={text('correct.day.where')}
              placeholder={text('correct.day.where.any')}
              flex="1 1 11rem"
              data={[
                { group: text('correct.day.classes'), items: places.classes },
                { group: text('students.group.buses'), items: places.buses },
                { group: text('students.group.activities'), items: places.activities },
              ].map(({ group, items }) => ({
                group,
                items: items.map(({ value, label }) => ({ value, label })),
              }))}
              value={where.class ?? where.group}
              searchable
              clearable
              onChange={(chosen) => {
                const place = Object.values(places)
                  .flat()
                  .find(({ value }) => value === chosen);
                setWhere(place?.where ?? everywhere);
                setLeft(new Set());
              }}
            />
            {sessions.length > 1 && (
              <Select
                label={text('registers.column.session')}
                placeholder={text('correct.day.session.any')}
                flex="0 1 8rem"
                data={sessions.map((each) => ({ value: each, label: sessionTitle(each) }))}
                value={session}
                clearable
                onChange={(chosen) => {
                  setSession(chosen);
                  setLeft(new Set());
                }}
              />
            )}
          </Group>
          <ErrorAlert error={standing.error} onRetry={standing.reload} />
          <Text size="sm" role="status">
            {from === null
              ? text('correct.day.choose')
              : standing.data === undefined
                ? ''
                : found.length === 0
                  ? text('correct.day.none', { code: from.code })
                  : to === null || to === from
                    ? text('correct.day.found', { count: total })
                    : text('correct.day.chosen', { count: correction.marks.length, total })}
          </Text>
          {total > found.length && (
            <Text c="var(--mantine-color-error)">{text('correct.day.tooMany', { count: found.length })}</Text>
          )}
          {from !== null && found.length > 0 && (
            <Preview from={from} rows={correction.rows} left={left} onLeave={setLeft} />
          )}
        </>
      )}
    </CorrectionForm>
  );
}

interface PreviewProps {
  readonly from: RegisterCode;
  readonly rows: ReturnType<typeof dayCorrection>['rows'];
  readonly left: ReadonlySet<string>;
  readonly onLeave: (left: ReadonlySet<string>) => void;
}

/** Every mark that would change, each with its tick; one tab stop, arrows between the ticks. */
function Preview({ from, rows, left, onLeave }: PreviewProps) {
  const roving = useRovingIndex({ total: rows.length, orientation: 'vertical', loop: false });
  const ticked = rows.filter(({ key }) => !left.has(key)).length;
  const hasMinutes = rows.some(({ mark }) => mark.minutes !== null);
  return (
    <>
      <Table.ScrollContainer type="native" minWidth={560} maxHeight="38dvh">
        <Table stickyHeader className={classes.table ?? ''} aria-label={text('correct.effect')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">
                <Checkbox
                  size="xs"
                  aria-label={text('correct.day.all')}
                  checked={ticked === rows.length}
                  indeterminate={ticked > 0 && ticked < rows.length}
                  onChange={(event) => {
                    onLeave(event.currentTarget.checked ? new Set() : new Set(rows.map(({ key }) => key)));
                  }}
                />
              </Table.Th>
              <Table.Th scope="col">{text('register.column.student')}</Table.Th>
              <Table.Th scope="col">{text('correct.day.register')}</Table.Th>
              {hasMinutes && <Table.Th scope="col">{text('print.register.minutes')}</Table.Th>}
              <Table.Th scope="col">{text('correct.from')}</Table.Th>
              <Table.Th scope="col">{text('correct.to')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ key, mark, to, why }, index) => (
              <Table.Tr key={key}>
                <Table.Td>
                  <input
                    {...roving.getItemProps({ index })}
                    type="checkbox"
                    className={classes.box}
                    aria-label={text('correct.day.one', { name: isolate(markName(mark)) })}
                    checked={!left.has(key)}
                    onChange={(event) => {
                      const next = new Set(left);
                      if (event.currentTarget.checked) next.delete(key);
                      else next.add(key);
                      onLeave(next);
                    }}
                  />
                </Table.Td>
                <Table.Th scope="row" fw={400}>
                  <bdi>{mark.name}</bdi>
                </Table.Th>
                <Table.Td>
                  <bdi>{registerName(mark)}</bdi>
                </Table.Td>
                {hasMinutes && <Table.Td>{mark.minutes}</Table.Td>}
                <Table.Td>
                  <Group gap={4} wrap="nowrap">
                    <StatusMark category={from.category} code={from.code} meaning={ruleText(from.meaning)} />
                    {mark.by === 'plan' && (
                      <>
                        <IconCalendarEvent size={14} aria-hidden />
                        <VisuallyHidden>{text('register.planned')}</VisuallyHidden>
                      </>
                    )}
                  </Group>
                </Table.Td>
                <Table.Td>
                  {to !== null && (
                    <StatusMark category={to.category} code={to.code} meaning={ruleText(to.meaning)} />
                  )}
                  {why === 'not-here' && (
                    <Text size="sm" c="dimmed">
                      {text('correct.day.notHere')}
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed">
        {text('correct.day.keys')}
      </Text>
    </>
  );
}

/** `7A, AM`; a day with one register only needs no session. */
function registerName({ title, session }: DayMark): string {
  return session === 'day'
    ? title
    : text('correct.day.registerName', { title, session: sessionTitle(session) });
}

function markName(mark: DayMark): string {
  return text('correct.left.who', { name: mark.name, register: registerName(mark) });
}
