import type { Ref } from 'react';
import { CodeSelect } from '../attendance/code-select.tsx';
import type { RegisterCode } from '../attendance/grid-model.ts';

interface ReasonSelectProps {
  readonly label: string;
  readonly placeholder?: string;
  readonly codes: readonly RegisterCode[];
  readonly value: string | null;
  readonly onChange: (code: string | null) => void;
  readonly error?: string | null;
  readonly isDisabled?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
}

/** A code that gives a reason. */
export function ReasonSelect({ codes, isDisabled = false, ...props }: ReasonSelectProps) {
  return (
    <CodeSelect
      {...props}
      w="20rem"
      codes={codes.filter(({ mayBePlanned }) => mayBePlanned)}
      clearable={!isDisabled}
      disabled={isDisabled}
    />
  );
}
