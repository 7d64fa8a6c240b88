import {
  Alert,
  Button,
  Group,
  Paper,
  Radio,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useId, useRef, useState } from 'react';
import {
  dateFieldOfKind,
  dateFormats,
  fieldsOfKind,
  isSchoolYear,
  mappedKinds,
  requiredFields,
  type FileMapping,
  type MissingPart,
  type MappedField,
} from '../../domain/roster/file-mapping.ts';
import { day as daySchema } from '../../domain/ids.ts';
import { readLanguage } from '../../domain/roster/language.ts';
import type { Output } from '../app/api.ts';
import { text } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import { languageName } from '../app/language-name.ts';
import { useNeeds } from '../components/use-needs.ts';
import classes from './import.module.css';
import {
  areTooManyCodes,
  dateExample,
  factsOf,
  missingOf,
  samplesOf,
  unusedColumns,
  withColumn,
  withKind,
  type MappedFile,
} from './mapping-model.ts';
import {
  dateFormatTexts,
  fieldTitle,
  mappedKindHints,
  mappedKindTexts,
  missingTitle,
} from './mapped-texts.ts';

type Check = Output<'roster', 'check'>;
type OwnCodes = Check['ownCodes'];
/** What the person says of the files, by file name. */
export type SaidMappings = readonly { readonly file: string; readonly mapping: FileMapping }[];

interface MapColumnsProps {
  readonly check: Check;
  readonly onUse: (files: SaidMappings) => void;
  readonly onAnother: () => void;
}

/** Which column is what? A guess with values beside it; the person says whether it is right. */
export function MapColumns({ check, onUse, onAnother }: MapColumnsProps) {
  const { files, ownCodes, needsYear } = check;
  const [said, setSaid] = useState<Readonly<Record<string, FileMapping>>>({});
  const mappings = files.map((file) => ({ file, mapping: said[file.file] ?? file.mapping }));
  const missing = mappings.map(({ file, mapping }) => missingOf(file, mapping, needsYear));
  const needs = useNeeds(
    Object.fromEntries(
      mappings.map(({ file }, index) => [file.file, (missing[index] ?? []).map(missingTitle).join(', ')]),
    ),
  );
  const all = useRef<HTMLDivElement>(null);
  return (
    <Stack gap="lg" ref={all}>
      {files.some(({ origin }) => origin === 'guessed') && (
        <Alert variant="outline" icon={<IconInfoCircle size={18} aria-hidden />}>
          {text('import.mapping.guessed')}
        </Alert>
      )}
      {mappings.map(({ file, mapping }, index) => (
        <FileColumns
          key={file.file}
          file={file}
          mapping={mapping}
          missing={missing[index] ?? []}
          isAsked={needs.of(file.file) !== null}
          ownCodes={ownCodes}
          needsYear={needsYear}
          onChange={(next) => {
            setSaid((before) => ({ ...before, [file.file]: next }));
          }}
        />
      ))}
      <Group gap="sm">
        <Button
          onClick={() => {
            if (all.current !== null && needs.check(all.current))
              onUse(mappings.map(({ file, mapping }) => ({ file: file.file, mapping })));
          }}
        >
          {text('import.mapping.use', { count: files.length })}
        </Button>
        <Button variant="default" onClick={onAnother}>
          {text('import.another')}
        </Button>
        {mappings.some(({ file }) => needs.of(file.file) !== null) && (
          <Text role="alert" size="sm" c="var(--mantine-color-error)">
            {text('import.mapping.missing', {
              parts: [...new Set(missing.flat())].map(missingTitle).join(', '),
            })}
          </Text>
        )}
      </Group>
    </Stack>
  );
}

interface FileColumnsProps {
  readonly file: MappedFile;
  readonly mapping: FileMapping;
  readonly missing: ReturnType<typeof missingOf>;
  /** What is missing is marked once somebody wanted to go on. */
  readonly isAsked: boolean;
  readonly ownCodes: OwnCodes;
  readonly needsYear: boolean;
  readonly onChange: (mapping: FileMapping) => void;
}

function FileColumns({ file, mapping, missing, isAsked, ownCodes, needsYear, onChange }: FileColumnsProps) {
  const titleId = useId();
  const own = ownCodes.map(({ code }) => code);
  const unused = unusedColumns(file, mapping);
  const isMarked = (part: (typeof missing)[number]): boolean => isAsked && missing.includes(part);
  const dateField = dateFieldOfKind[mapping.kind];
  const dateColumn = dateField === null ? undefined : mapping.columns[dateField];
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={titleId}>
      <Stack gap="md">
        <Title order={2} id={titleId}>
          <bdi>{text('import.mapping.file', { file: file.file, count: file.rows })}</bdi>
        </Title>
        <Radio.Group
          label={text('import.mapping.kind')}
          description={text(mappedKindHints[mapping.kind])}
          value={mapping.kind}
          onChange={(value) => {
            const kind = mappedKinds.find((each) => each === value);
            if (kind !== undefined) onChange(withKind(file, mapping, kind, own));
          }}
        >
          <Group gap="lg" mt="xs">
            {mappedKinds.map((kind) => (
              <Radio key={kind} value={kind} label={text(mappedKindTexts[kind])} />
            ))}
          </Group>
        </Radio.Group>
        <ColumnTable file={file} mapping={mapping} ownCodes={own} isMarked={isMarked} onChange={onChange} />
        {unused.length > 0 && (
          <Text size="sm" c="dimmed">
            <bdi>{text('import.mapping.unused', { count: unused.length, columns: unused.join(', ') })}</bdi>
          </Text>
        )}
        {dateColumn !== undefined && (
          <DateForm
            file={file}
            column={dateColumn}
            mapping={mapping}
            isMarked={isMarked('dateFormat')}
            onChange={onChange}
          />
        )}
        {mapping.kind === 'attendance' && mapping.columns.code !== undefined && (
          <CodeTable
            file={file}
            column={mapping.columns.code}
            mapping={mapping}
            ownCodes={ownCodes}
            isMarked={isMarked('codes')}
            onChange={onChange}
          />
        )}
        {needsYear && mapping.kind === 'students' && (
          <SchoolYear mapping={mapping} isMarked={isMarked('year')} onChange={onChange} />
        )}
        {missing.length > 0 && (
          <Text component="output" c="var(--mantine-color-error)">
            {text('import.mapping.missing', { parts: missing.map(missingTitle).join(', ') })}
          </Text>
        )}
      </Stack>
    </Paper>
  );
}

interface PartProps {
  readonly file: MappedFile;
  readonly mapping: FileMapping;
  readonly onChange: (mapping: FileMapping) => void;
}

function ColumnTable({
  file,
  mapping,
  ownCodes,
  isMarked,
  onChange,
}: PartProps & {
  readonly ownCodes: readonly string[];
  readonly isMarked: (part: MissingPart) => boolean;
}) {
  const fields = fieldsOfKind[mapping.kind];
  const required: readonly MappedField[] = requiredFields[mapping.kind];
  return (
    <Table.ScrollContainer type="native" minWidth="36rem">
      <Table aria-label={text('import.mapping.table', { file: file.file })}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" w="15rem">
              {text('import.mapping.field')}
            </Table.Th>
            <Table.Th scope="col" w="16rem">
              {text('import.mapping.column')}
            </Table.Th>
            <Table.Th scope="col">{text('import.mapping.values')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.map((field) => {
            const column = mapping.columns[field];
            const values = samplesOf(file, column);
            return (
              <Table.Tr key={field} data-field={field}>
                <Table.Th scope="row" fw={400}>
                  {fieldTitle(field)}
                  {required.includes(field) && (
                    <Text span size="xs" c="dimmed">
                      {' '}
                      {text('import.mapping.required')}
                    </Text>
                  )}
                </Table.Th>
                <Table.Td>
                  <Select
                    aria-label={text('import.mapping.columnOf', { field: fieldTitle(field) })}
                    placeholder={text('import.mapping.none')}
                    data={file.header}
                    value={column ?? null}
                    error={isMarked(field) || (nameFields.has(field) && isMarked('name'))}
                    onChange={(next) => {
                      onChange(withColumn(file, mapping, field, next, ownCodes));
                    }}
                    searchable
                    clearable
                    size="xs"
                  />
                </Table.Td>
                <Table.Td className={classes.cell ?? ''}>
                  {column !== undefined && values.length === 0 && (
                    <Text span size="sm" c="dimmed">
                      {text('import.mapping.blank')}
                    </Text>
                  )}
                  {values.map((value) => (
                    <bdi key={value} className={classes.sample}>
                      {value}
                    </bdi>
                  ))}
                  {languageFields.has(field) && values.length > 0 && (
                    <Text size="xs" c="dimmed">
                      {text('import.mapping.languages', { languages: values.map(languageRead).join(', ') })}
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** Either all of a name or its parts. */
const nameFields: ReadonlySet<MappedField> = new Set(['fullName', 'givenName', 'familyName']);

const languageFields: ReadonlySet<MappedField> = new Set([
  'homeLanguage',
  'guardian1Language',
  'guardian2Language',
]);

/** A value of a column of languages as it is understood. */
function languageRead(value: string): string {
  const language = readLanguage(value);
  if (language === undefined) return text('import.mapping.languages.unknown', { value });
  return language === null ? text('import.mapping.languages.none') : languageName(language);
}

/** Day or month first is asked, never guessed; a form that does not fit every value cannot be chosen. */
function DateForm({
  file,
  column,
  mapping,
  isMarked,
  onChange,
}: PartProps & { readonly column: string; readonly isMarked: boolean }) {
  const { formatDayLong } = useFormat();
  const fitting = factsOf(file).dateFormatsOf(column);
  const hasValues = samplesOf(file, column).length > 0;
  if (!hasValues) return null;
  if (fitting.length === 0) {
    return (
      <Alert role="alert" variant="outline" color="red" title={text('import.mapping.date.title')}>
        {text('import.mapping.date.none')}
      </Alert>
    );
  }
  return (
    <Radio.Group
      label={text('import.mapping.date.title')}
      description={
        fitting.length === 1 ? text('import.mapping.date.decided') : text('import.mapping.date.ask')
      }
      value={mapping.dateFormat}
      error={isMarked && text('component.needed.choice')}
      onChange={(value) => {
        const dateFormat = dateFormats.find((each) => each === value);
        if (dateFormat !== undefined) onChange({ ...mapping, dateFormat });
      }}
    >
      <Stack gap="xs" mt="xs">
        {dateFormats
          .filter((format) => fitting.includes(format))
          .map((format, index) => {
            const example = dateExample(file, column, format);
            return (
              <Radio
                key={format}
                value={format}
                data-needed={(isMarked && index === 0) || undefined}
                label={text(dateFormatTexts[format])}
                {...(example === null
                  ? {}
                  : {
                      description: text('import.mapping.date.example', {
                        value: example.value,
                        day: formatDayLong(example.day),
                      }),
                    })}
              />
            );
          })}
      </Stack>
    </Radio.Group>
  );
}

interface CodeTableProps extends PartProps {
  readonly column: string;
  readonly ownCodes: OwnCodes;
  readonly isMarked: boolean;
}

function CodeTable({ file, column, mapping, ownCodes, isMarked, onChange }: CodeTableProps) {
  const codes = factsOf(file).codesOf(column);
  if (areTooManyCodes(file, column)) {
    return (
      <Alert role="alert" variant="outline" color="red" title={text('import.mapping.codes.title')}>
        {text('import.mapping.codes.tooMany')}
      </Alert>
    );
  }
  const choices = [
    { value: '', label: text('import.mapping.codes.leaveOut') },
    ...ownCodes.map(({ code, meaning }) => ({ value: code, label: `${code}  ${meaning}` })),
  ];
  return (
    <Stack gap="xs">
      <div>
        <Text fw={600} size="sm">
          {text('import.mapping.codes.title')}
        </Text>
        <Text size="xs" c="dimmed">
          {text('import.mapping.codes.text')}
        </Text>
      </div>
      <Table maw="40rem" aria-label={text('import.mapping.codes.title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" w="10rem">
              {text('import.mapping.codes.theirs')}
            </Table.Th>
            <Table.Th scope="col">{text('import.mapping.codes.ours')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {codes.map((code) => (
            <Table.Tr key={code}>
              <Table.Th scope="row">
                <bdi>{code}</bdi>
              </Table.Th>
              <Table.Td>
                <Select
                  aria-label={text('import.mapping.codes.oursFor', { code })}
                  data={choices}
                  value={Object.hasOwn(mapping.codes, code) ? (mapping.codes[code] ?? null) : null}
                  error={isMarked && !Object.hasOwn(mapping.codes, code)}
                  onChange={(own) => {
                    const { [code]: _, ...others } = mapping.codes;
                    onChange({ ...mapping, codes: own === null ? others : { ...others, [code]: own } });
                  }}
                  searchable
                  allowDeselect={false}
                  size="xs"
                />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

/** A school that has no year yet needs one from somewhere. */
function SchoolYear({
  mapping,
  isMarked,
  onChange,
}: Pick<PartProps, 'mapping' | 'onChange'> & { readonly isMarked: boolean }) {
  const [firstDay, setFirstDay] = useState<string>(mapping.year?.firstDay ?? '');
  const [lastDay, setLastDay] = useState<string>(mapping.year?.lastDay ?? '');
  const change = (first: string, last: string): void => {
    setFirstDay(first);
    setLastDay(last);
    const begin = daySchema.safeParse(first);
    const end = daySchema.safeParse(last);
    onChange({
      ...mapping,
      year:
        begin.success && end.success && isSchoolYear(begin.data, end.data)
          ? { firstDay: begin.data, lastDay: end.data }
          : null,
    });
  };
  const isWrong = firstDay !== '' && lastDay !== '' && mapping.year === null;
  return (
    <Stack gap="xs">
      <div>
        <Text fw={600} size="sm">
          {text('import.mapping.year.title')}
        </Text>
        <Text size="xs" c="dimmed">
          {text('import.mapping.year.text')}
        </Text>
      </div>
      <Group gap="md" align="flex-start">
        <TextInput
          type="date"
          label={text('import.mapping.year.first')}
          value={firstDay}
          error={isMarked && firstDay === '' && text('component.needed')}
          onChange={(event) => {
            change(event.currentTarget.value, lastDay);
          }}
        />
        <TextInput
          type="date"
          label={text('import.mapping.year.last')}
          value={lastDay}
          onChange={(event) => {
            change(firstDay, event.currentTarget.value);
          }}
          error={isWrong ? text('import.mapping.year.order') : isMarked && text('component.needed')}
        />
      </Group>
    </Stack>
  );
}
