import { TextInput } from '@mantine/core';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { text } from '../app/catalogue.ts';

/** How the cursor goes on after an edit. */
export interface EditStep {
  readonly rows: number;
  readonly columns: number;
}

const stay: EditStep = { rows: 0, columns: 0 };

interface NoteEditorProps {
  readonly name: string;
  /** What the field begins with: the note as it is, or the letter that opened it. */
  readonly start: string;
  readonly onFinish: (note: string, step: EditStep) => void;
}

/** The note of one student, edited in its cell. Every way out keeps the text: Enter, Tab, Esc and a click elsewhere. */
export function NoteEditor({ name, start, onFinish }: NoteEditorProps) {
  return (
    <CellEditor
      start={start}
      label={text('register.note.label', { name })}
      toAllowed={(typed) => typed.slice(0, 500)}
      onFinish={onFinish}
    />
  );
}

interface MinutesEditorProps {
  readonly name: string;
  readonly start: string;
  /** Minutes from 0 to 720; null where the field was left empty. */
  readonly onFinish: (minutes: number | null, step: EditStep) => void;
}

/** How many minutes one student was late, edited in its cell: digits only. */
export function MinutesEditor({ name, start, onFinish }: MinutesEditorProps) {
  return (
    <CellEditor
      start={start}
      label={text('register.minutes.label', { name })}
      toAllowed={(typed) => typed.replace(/\D/g, '').slice(0, 3)}
      onFinish={(typed, step) => {
        onFinish(typed === '' ? null : Math.min(Number(typed), 720), step);
      }}
      isNumeric
    />
  );
}

interface CellEditorProps {
  readonly start: string;
  readonly label: string;
  readonly toAllowed: (typed: string) => string;
  readonly onFinish: (value: string, step: EditStep) => void;
  readonly isNumeric?: boolean;
}

function CellEditor({ start, label, toAllowed, onFinish, isNumeric = false }: CellEditorProps) {
  const [value, setValue] = useState(start);
  const inputRef = useRef<HTMLInputElement>(null);
  const isFinished = useRef(false);

  useEffect(() => {
    const input = inputRef.current;
    input?.focus();
    input?.setSelectionRange(input.value.length, input.value.length);
  }, []);

  // Leaving by a key also takes the focus away: the edit ends once.
  const finish = (step: EditStep) => {
    if (isFinished.current) return;
    isFinished.current = true;
    onFinish(value, step);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = stepAfter(event);
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    finish(step);
  };

  return (
    <TextInput
      ref={inputRef}
      size="xs"
      dir="auto"
      value={value}
      aria-label={label}
      inputMode={isNumeric ? 'numeric' : 'text'}
      onChange={(event) => {
        setValue(toAllowed(event.currentTarget.value));
      }}
      onKeyDown={onKeyDown}
      onBlur={() => {
        finish(stay);
      }}
    />
  );
}

function stepAfter({ key, shiftKey }: KeyboardEvent): EditStep | undefined {
  switch (key) {
    case 'Enter':
      return { rows: shiftKey ? -1 : 1, columns: 0 };
    case 'Tab':
      return { rows: 0, columns: shiftKey ? -1 : 1 };
    case 'Escape':
      return stay;
  }
  return undefined;
}
