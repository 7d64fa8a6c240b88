import { Alert, Button, Group, Radio, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { fieldsOfKind } from '../../domain/roster/file-mapping.ts';
import type { Output } from '../app/api.ts';
import { text } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import { useNeeds } from '../components/use-needs.ts';
import { Findings } from './findings.tsx';
import { dateFormatTexts, fieldTitle, mappedKindHints, mappedKindTexts } from './mapped-texts.ts';
import { codesRead, datesRead, type MappedFile } from './mapping-model.ts';
import classes from './import.module.css';

type Check = Output<'roster', 'check'>;

interface CheckedPackageProps {
  readonly check: Check;
  readonly onReview: (school: string) => void;
  /** For a file of marks. */
  readonly onReviewMarks: () => void;
  /** For suppliers' files: to say anew how they are read. */
  readonly onChangeColumns: () => void;
  readonly onAnother: () => void;
}

/** What the check found: refused with every reason, or the way on, through the choice of a school where there are several. */
export function CheckedPackage({
  check,
  onReview,
  onReviewMarks,
  onChangeColumns,
  onAnother,
}: CheckedPackageProps) {
  const { schools, source, files } = check;
  const isRoster = source !== 'attendance';
  const ours = schools.find(({ isOurs }) => isOurs) ?? (schools.length === 1 ? schools[0] : undefined);
  const [school, setSchool] = useState<string | null>(ours?.sourcedId ?? null);

  const needs = useNeeds({
    school: check.accepted && isRoster && school === null && text('component.needed.choice'),
  });
  const another = (
    <Button variant={check.accepted ? 'default' : 'filled'} onClick={onAnother}>
      {text('import.another')}
    </Button>
  );
  return (
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, () => {
          if (school !== null) onReview(school);
        });
      }}
    >
      <Stack gap="lg">
        <Verdict check={check} />
        {check.accepted && schools.length > 1 && (
          <SchoolChoice schools={schools} chosen={school} need={needs.of('school')} onChange={setSchool} />
        )}
        {check.accepted && schools.length === 1 && ours !== undefined && (
          <Text fw={600}>
            <bdi>{text('import.school.option', { name: ours.name, count: ours.students })}</bdi>
          </Text>
        )}
        {check.accepted && isRoster && schools.length === 0 && <Text>{text('import.school.none')}</Text>}
        <Group gap="sm">
          {check.accepted && !isRoster && (
            <Button onClick={onReviewMarks}>{text('import.marks.toReview')}</Button>
          )}
          {check.accepted && isRoster && schools.length > 0 && (
            <Button type="submit">{text('import.toReview')}</Button>
          )}
          {files.length > 0 && (
            <Button variant="default" onClick={onChangeColumns}>
              {text('import.mapping.change')}
            </Button>
          )}
          {another}
        </Group>
        <Findings findings={check.findings} counts={check.findingCounts} />
        {files.length > 0 && <MappedColumns files={files} />}
        {check.accepted && <PackageFacts check={check} />}
      </Stack>
    </form>
  );
}

function Verdict({ check: { accepted, findingCounts } }: { readonly check: Check }) {
  if (!accepted) {
    return (
      <Alert
        role="alert"
        variant="outline"
        color="red"
        c="var(--mantine-color-error)"
        icon={<IconAlertTriangle size={18} aria-hidden />}
        title={text('import.refused.title')}
      >
        {text('import.refused.text', { count: findingCounts.refuse })}
      </Alert>
    );
  }
  const { warning, information } = findingCounts;
  return (
    <Alert
      variant="outline"
      color={warning > 0 ? 'orange' : 'teal'}
      icon={warning > 0 ? <IconAlertTriangle size={18} aria-hidden /> : <IconCheck size={18} aria-hidden />}
    >
      {warning > 0
        ? text('import.accepted.warnings', { count: warning })
        : information > 0
          ? text('import.accepted.information', { count: information })
          : text('import.accepted.clean')}
    </Alert>
  );
}

const sourceTexts = {
  mapped: 'import.package.mapped',
  groups: 'import.package.groups',
  attendance: 'import.package.attendance',
} as const;

interface SchoolChoiceProps {
  readonly schools: Check['schools'];
  readonly chosen: string | null;
  readonly need: string | null;
  readonly onChange: (school: string) => void;
}

function SchoolChoice({ schools, chosen, need, onChange }: SchoolChoiceProps) {
  return (
    <Radio.Group
      label={text('import.school.title')}
      description={text('import.school.text')}
      value={chosen}
      error={need}
      onChange={onChange}
    >
      <Stack gap="sm" mt="sm" className={classes.schools ?? ''}>
        {schools.map(({ sourcedId, name, students, isOurs }, index) => (
          <Radio
            key={sourcedId}
            value={sourcedId}
            data-needed={(need !== null && index === 0) || undefined}
            label={<bdi>{text('import.school.option', { name, count: students })}</bdi>}
            {...(isOurs ? { description: text('import.school.ours') } : {})}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

/** How suppliers' files were read, so that a wrong column is seen before the review. */
function MappedColumns({ files }: { readonly files: Check['files'] }) {
  return (
    <section>
      <Title order={2} mb="sm">
        {text('import.mapping.read')}
      </Title>
      <Stack gap="sm">
        {files.map((each) => (
          <div key={each.file}>
            <Text fw={600}>
              <bdi>{each.file}</bdi>: {text(mappedKindTexts[each.mapping.kind])}
            </Text>
            <Text size="sm">{text(mappedKindHints[each.mapping.kind])}</Text>
            <Text size="sm" c="dimmed">
              {each.origin === 'remembered'
                ? text('import.mapping.remembered')
                : text('import.mapping.confirmed')}
            </Text>
            <Text size="sm">
              {fieldsOfKind[each.mapping.kind].map((field) => {
                const column = each.mapping.columns[field];
                if (column === undefined) return null;
                return (
                  <span key={field} className={classes.fileRows}>
                    <bdi>{text('import.mapping.pair', { column, field: fieldTitle(field) })}</bdi>
                  </span>
                );
              })}
            </Text>
            <ValuesRead file={each} />
          </div>
        ))}
      </Stack>
    </section>
  );
}

/** What the columns alone do not say, and another supplier's file with the same ones may mean otherwise. */
function ValuesRead({ file }: { readonly file: MappedFile }) {
  const { formatDayLong } = useFormat();
  const dates = datesRead(file);
  return (
    <>
      {dates !== null && (
        <Text size="sm">
          <bdi>
            {text('import.mapping.read.dates', {
              column: dates.column,
              format: text(dateFormatTexts[dates.format]),
              value: dates.value,
              day: formatDayLong(dates.day),
            })}
          </bdi>
        </Text>
      )}
      {codesRead(file).map(([theirs, ours]) => (
        <span key={theirs} className={classes.fileRows}>
          <bdi>
            {ours === ''
              ? text('import.mapping.read.leftOut', { theirs })
              : text('import.mapping.read.code', { theirs, ours })}
          </bdi>
        </span>
      ))}
    </>
  );
}

function PackageFacts({ check: { source, version, mode, rows } }: { readonly check: Check }) {
  const { formatNumber } = useFormat();
  return (
    <section>
      <Title order={2} mb="sm">
        {text('import.package')}
      </Title>
      <dl className={classes.facts}>
        <dt>{text('import.package.format')}</dt>
        <dd>
          {source === 'oneroster'
            ? version === null
              ? text('import.package.unknown')
              : text('import.package.version', { version })
            : text(sourceTexts[source])}
        </dd>
        {mode !== null && (source === 'oneroster' || source === 'groups') && (
          <>
            <dt>{text('import.package.mode')}</dt>
            <dd>
              {source === 'groups'
                ? text('import.package.groups.mode')
                : mode === 'bulk'
                  ? text('import.package.bulk')
                  : text('import.package.delta')}
            </dd>
          </>
        )}
        <dt>{text('import.package.rows')}</dt>
        <dd>
          {Object.entries(rows).map(([file, count]) => (
            <span key={file} className={classes.fileRows}>
              <bdi>{text('import.package.file', { file, rows: formatNumber(count) })}</bdi>
            </span>
          ))}
        </dd>
      </dl>
    </section>
  );
}
