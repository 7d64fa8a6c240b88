import { Alert, Button, Checkbox, Group, Modal, NativeSelect, Stack, Table, Text } from '@mantine/core';
import { useState, type ClipboardEvent, type ReactNode } from 'react';
import { text } from '../app/catalogue.ts';
import { StatusMark } from '../components/status-mark.tsx';
import { writePasted, type RegisterCode } from './grid-model.ts';
import {
  guessReading,
  layPasted,
  readClipboard,
  type PastedLine,
  type PastedMarks,
  type PasteReading,
} from './paste-model.ts';
import { effectiveMark } from './register-view.ts';
import type { Register, RegisterWriter } from './register-writer.ts';

interface PasteMarksProps {
  readonly register: Register;
  readonly codes: readonly RegisterCode[];
  readonly codesByText: ReadonlyMap<string, RegisterCode>;
  readonly writer: RegisterWriter;
  readonly onSay: (sentence: string) => void;
  /** Takes the focus back to the grid once the preview has closed. */
  readonly onClosed: () => void;
  readonly children: ReactNode;
}

interface Pasted {
  readonly rows: readonly (readonly string[])[];
  readonly reading: PasteReading;
}

/** Takes what was copied from a spreadsheet over the grid, and shows whom each mark would fall on before anything is written. */
export function PasteMarks(props: PasteMarksProps) {
  const { register, codes, writer, onSay, onClosed, children } = props;
  const [pasted, setPasted] = useState<Pasted | null>(null);
  const [isOpen, setIsOpen] = useState(false);
  const into = {
    state: writer.snapshot().grid,
    names: register.students,
    codes,
    session: register.session,
  };

  const onPaste = (event: ClipboardEvent) => {
    const isInField = event.target instanceof HTMLInputElement;
    if (isInField || isOpen) return;
    event.preventDefault();
    if (register.writes === null) {
      onSay(text('register.say.readOnly'));
      return;
    }
    const rows = readClipboard(event.clipboardData.getData('text/plain'));
    const reading = guessReading(rows, into);
    if (!layPasted(rows, reading, into).lines.some(isWritten)) {
      onSay(text('register.paste.nothing'));
      return;
    }
    setPasted({ rows, reading });
    setIsOpen(true);
  };

  const close = () => {
    setIsOpen(false);
  };
  const laid = pasted === null ? null : layPasted(pasted.rows, pasted.reading, into);
  const written = laid?.lines.filter(isWritten) ?? [];

  return (
    <div onPaste={onPaste}>
      {children}
      <Modal
        opened={isOpen}
        onClose={close}
        onExitTransitionEnd={onClosed}
        returnFocus={false}
        size="xl"
        title={text('register.paste.title', { count: written.length })}
      >
        {pasted !== null && laid !== null && (
          <Stack>
            <Reading
              laid={laid}
              onChange={(change) => {
                setPasted({ ...pasted, reading: { ...pasted.reading, ...change } });
              }}
            />
            <Problems lines={laid.lines} />
            <Table.ScrollContainer type="native" minWidth={480} maxHeight="50dvh">
              <Table stickyHeader>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th scope="col">{text('register.paste.line')}</Table.Th>
                    <Table.Th scope="col">{text('register.paste.student')}</Table.Th>
                    <Table.Th scope="col">{text('register.paste.now')}</Table.Th>
                    <Table.Th scope="col">{text('register.paste.mark')}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {laid.lines.map((line) => (
                    <PastedRow key={line.line} line={line} {...props} />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {text('register.paste.cancel')}
              </Button>
              <Button
                data-autofocus
                disabled={written.length === 0}
                onClick={() => {
                  writer.update((grid) => writePasted(grid, written));
                  onSay(text('register.paste.done', { count: written.length }));
                  close();
                }}
              >
                {text('register.paste.confirm', { count: written.length })}
              </Button>
            </Group>
          </Stack>
        )}
      </Modal>
    </div>
  );
}

type WrittenLine = PastedLine & {
  readonly student: NonNullable<PastedLine['student']>;
  readonly code: RegisterCode;
};

function isWritten(line: PastedLine): line is WrittenLine {
  return line.problem === null && line.student !== null && line.code !== undefined;
}

interface ReadingProps {
  readonly laid: PastedMarks;
  readonly onChange: (change: Partial<PasteReading>) => void;
}

/** How the clipboard was understood, in words and changeable: by name or in order, which column, a heading or none. */
function Reading({ laid, onChange }: ReadingProps) {
  const { codeColumn, codeColumns, nameColumn, hasHeader } = laid;
  return (
    <>
      <Text size="sm">
        {nameColumn === null ? text('register.paste.inOrder') : text('register.paste.byName')}
      </Text>
      <Group gap="lg" align="flex-end">
        {codeColumns.length > 1 && (
          <NativeSelect
            label={text('register.paste.column')}
            value={String(codeColumn)}
            onChange={(event) => {
              onChange({ codeColumn: Number(event.currentTarget.value) });
            }}
            data={codeColumns.map(({ column, title }) => ({
              value: String(column),
              label: text('register.paste.columnTitle', { number: column + 1, title }),
            }))}
          />
        )}
        <Checkbox
          label={text('register.paste.header')}
          checked={hasHeader}
          onChange={(event) => {
            onChange({ hasHeader: event.currentTarget.checked });
          }}
        />
      </Group>
    </>
  );
}

/** What will not be written, counted: nothing is left out without a word. */
function Problems({ lines }: { readonly lines: readonly PastedLine[] }) {
  const count = lines.filter(({ problem }) => problem !== null).length;
  if (count === 0) return null;
  return (
    <Alert color="orange" role="status" title={text('register.paste.problems', { count })}>
      {text('register.paste.problemsStay')}
    </Alert>
  );
}

/** One line: whom it is about, what stands, and what would. */
function PastedRow({ line, register, codesByText, writer }: PasteMarksProps & { readonly line: PastedLine }) {
  const { student, code, problem } = line;
  const row = register.students.findIndex(({ id }) => id === student);
  const now = effectiveMark(register, writer.snapshot().grid, codesByText, row)?.code ?? null;
  const name = register.students[row]?.name ?? line.name ?? '';
  return (
    <Table.Tr>
      <Table.Td>{line.line}</Table.Td>
      <Table.Th scope="row" fw={400}>
        <bdi>{name}</bdi>
      </Table.Th>
      <Table.Td>{now !== null && <CodeMark code={now} codesByText={codesByText} />}</Table.Td>
      <Table.Td>
        {problem === null && code !== undefined ? (
          <Group gap="xs" wrap="nowrap">
            <CodeMark code={code.code} codesByText={codesByText} />
            <span aria-hidden>{code.meaning}</span>
          </Group>
        ) : (
          <Text size="sm" c="dimmed">
            {problemText(line)}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function CodeMark({
  code,
  codesByText,
}: {
  readonly code: string;
  readonly codesByText: ReadonlyMap<string, RegisterCode>;
}) {
  const known = codesByText.get(code);
  return (
    <StatusMark
      category={known?.category ?? 'absent-unexplained'}
      code={code}
      meaning={known?.meaning ?? ''}
    />
  );
}

function problemText({ problem, text: cell }: PastedLine): string {
  const shown = cell.slice(0, 20);
  switch (problem) {
    case 'no-student':
      return text('register.paste.noStudent');
    case 'same-name':
      return text('register.paste.sameName');
    case 'twice':
      return text('register.paste.twice');
    case 'beyond':
      return text('register.paste.beyond');
    case 'no-code':
    case null:
      return text('register.paste.unknown', { text: shown });
  }
  return '';
}
