import { Checkbox, Modal, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { text } from '../app/catalogue.ts';
import { useToday } from '../app/desk-state.tsx';
import { CodeSelect } from './code-select.tsx';
import { CorrectionForm, type Corrected } from './correction-form.tsx';
import type { RegisterCode } from './grid-model.ts';
import {
  correctionEffect,
  type AskedCell,
  type CorrectionEffect,
  type Week,
  type WeekPlace,
} from './week-model.ts';

/** What is to be corrected: one code over places, or a pasted block with a code for each. */
export type CorrectionAsked =
  | { readonly type: 'places'; readonly places: readonly WeekPlace[]; readonly code: RegisterCode }
  | {
      readonly type: 'block';
      readonly cells: readonly AskedCell[];
      readonly unknown: number;
      readonly beyond: number;
    };

interface CorrectMarksProps {
  readonly week: Week;
  readonly asked: CorrectionAsked;
  /** The codes that may be chosen instead. */
  readonly choices: readonly RegisterCode[];
  readonly codes: readonly RegisterCode[];
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onClosed: () => void;
  readonly onCorrected: (corrected: Corrected) => void;
}

/** What would change in the week, shown first; then the reason. */
export function CorrectMarks(props: CorrectMarksProps) {
  const { week, asked, choices, codes, opened, onClose, onClosed, onCorrected } = props;
  const today = useToday();
  const [code, setCode] = useState(asked.type === 'places' ? asked.code : null);
  const [wantsBlank, setWantsBlank] = useState<boolean | null>(null);

  const cells =
    asked.type === 'block'
      ? asked.cells
      : asked.places.flatMap((place) => (code === null ? [] : [{ ...place, code }]));
  const effect = correctionEffect(week, cells, codes, today);
  // Who selects blank cells alone means them.
  const includesBlank = wantsBlank ?? effect.changed === 0;
  const count = effect.changed + (includesBlank ? effect.blank : 0);

  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={onClosed}
      returnFocus={false}
      size="lg"
      title={
        code === null
          ? text('correct.title.many', { count })
          : text('correct.title', { count, code: code.code })
      }
    >
      <CorrectionForm
        marks={effect.marks}
        count={count}
        onlyWithMarks={!includesBlank}
        onCancel={onClose}
        onCorrected={onCorrected}
      >
        {() => (
          <>
            {code !== null && (
              <CodeSelect
                label={text('correct.code')}
                codes={choices}
                value={code.code}
                allowDeselect={false}
                onChange={(chosen) => {
                  setCode(choices.find((each) => each.code === chosen) ?? code);
                }}
              />
            )}
            <Effect effect={effect} blank={includesBlank ? effect.blank : 0} code={code} />
            {effect.blank > 0 && (
              <Checkbox
                label={text('correct.includeBlank', { count: effect.blank })}
                checked={includesBlank}
                onChange={(event) => {
                  setWantsBlank(event.currentTarget.checked);
                }}
              />
            )}
            <LeftOut effect={effect} asked={asked} />
          </>
        )}
      </CorrectionForm>
    </Modal>
  );
}

interface EffectProps {
  readonly effect: CorrectionEffect;
  /** Blank cells that get the code too. */
  readonly blank: number;
  readonly code: RegisterCode | null;
}

/** The effect as a table: from which codes to which, and how many. */
function Effect({ effect: { changes }, blank, code }: EffectProps) {
  if (changes.length === 0 && blank === 0) return <Text>{text('correct.none')}</Text>;
  return (
    <Table aria-label={text('correct.effect')} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{text('correct.from')}</Table.Th>
          <Table.Th scope="col">{text('correct.to')}</Table.Th>
          <Table.Th scope="col">{text('correct.count')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {changes.map(({ from, to, count }) => (
          <Table.Tr key={`${from} ${to}`}>
            <Table.Td>
              <bdi>{from}</bdi>
            </Table.Td>
            <Table.Td>
              <bdi>{to}</bdi>
            </Table.Td>
            <Table.Td>{count}</Table.Td>
          </Table.Tr>
        ))}
        {blank > 0 && (
          <Table.Tr>
            <Table.Td>{text('correct.blank')}</Table.Td>
            <Table.Td>
              <bdi>{code?.code}</bdi>
            </Table.Td>
            <Table.Td>{blank}</Table.Td>
          </Table.Tr>
        )}
      </Table.Tbody>
    </Table>
  );
}

/** What stays as it is, and why: nothing is left out without a word. */
function LeftOut({ effect, asked }: { readonly effect: CorrectionEffect; readonly asked: CorrectionAsked }) {
  const sentences = [
    effect.unchanged > 0 && text('correct.unchanged', { count: effect.unchanged }),
    effect.leftOut > 0 && text('correct.leftOut', { count: effect.leftOut }),
    asked.type === 'block' && asked.unknown > 0 && text('correct.unknown', { count: asked.unknown }),
    asked.type === 'block' && asked.beyond > 0 && text('correct.beyond', { count: asked.beyond }),
  ].filter((sentence) => sentence !== false);
  if (sentences.length === 0) return null;
  return (
    <Text size="sm" c="dimmed">
      {sentences.join(' ')}
    </Text>
  );
}
