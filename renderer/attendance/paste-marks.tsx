import { Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useState, type ClipboardEvent, type ReactNode } from 'react';
import { text } from '../app/catalogue.ts';
import { codesFor, readPasted, writePasted, type PastedMark, type RegisterCode } from './grid-model.ts';
import type { Register, RegisterWriter } from './register-writer.ts';

interface PasteMarksProps {
  readonly register: Register;
  readonly codes: readonly RegisterCode[];
  readonly writer: RegisterWriter;
  readonly onSay: (sentence: string) => void;
  readonly children: ReactNode;
}

/** Takes a column of codes pasted over the grid, and shows whom each would fall on before anything is written. */
export function PasteMarks({ register, codes, writer, onSay, children }: PasteMarksProps) {
  const [pasted, setPasted] = useState<readonly PastedMark[] | null>(null);
  const known = pasted?.filter(({ code }) => code !== undefined).length ?? 0;

  const onPaste = (event: ClipboardEvent) => {
    const isInField = event.target instanceof HTMLInputElement;
    if (isInField || register.writes === null) return;
    event.preventDefault();
    const clipboard = event.clipboardData.getData('text/plain');
    const marks = readPasted(writer.snapshot().grid, clipboard, codesFor(codes, register.session));
    if (marks.some(({ code }) => code !== undefined)) setPasted(marks);
    else onSay(text('register.paste.nothing'));
  };

  return (
    <div onPaste={onPaste}>
      {children}
      <Modal
        opened={pasted !== null}
        onClose={() => {
          setPasted(null);
        }}
        title={text('register.paste.title', { count: known })}
      >
        <Stack>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{text('register.paste.student')}</Table.Th>
                <Table.Th scope="col">{text('register.paste.mark')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {pasted?.map(({ student, text: cell, code }) => (
                <Table.Tr key={student}>
                  <Table.Th scope="row" fw={400}>
                    <bdi>{register.students.find(({ id }) => id === student)?.name}</bdi>
                  </Table.Th>
                  <Table.Td>
                    {code === undefined ? (
                      <Text size="sm" c="dimmed">
                        {text('register.paste.unknown', { text: cell.slice(0, 20) })}
                      </Text>
                    ) : (
                      `${code.code}, ${code.meaning}`
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <Group justify="flex-end">
            <Button
              variant="default"
              onClick={() => {
                setPasted(null);
              }}
            >
              {text('register.paste.cancel')}
            </Button>
            <Button
              data-autofocus
              onClick={() => {
                if (pasted !== null) writer.update((grid) => writePasted(grid, pasted));
                setPasted(null);
              }}
            >
              {text('register.paste.confirm', { count: known })}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </div>
  );
}
