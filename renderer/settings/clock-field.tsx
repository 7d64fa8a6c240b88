import { TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';

interface ClockFieldProps {
  /** What it is the time of, for who cannot see the column. */
  readonly label: string;
  readonly value: string;
  /** Why it cannot be saved; null for nothing. Said once the field is left, and keeps its form from being sent. */
  readonly problem: string | null;
  readonly onChange: (value: string) => void;
}

/** A time of the day as it is typed. */
export function ClockField({ label, value, problem, onChange }: ClockFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const [isLeft, setIsLeft] = useState(true);
  useEffect(() => {
    field.current?.setCustomValidity(problem ?? '');
  }, [problem]);
  return (
    <TextInput
      ref={field}
      aria-label={label}
      w="7rem"
      value={value}
      error={isLeft ? problem : null}
      onFocus={(event) => {
        setIsLeft(false);
        event.currentTarget.select();
      }}
      onBlur={() => {
        setIsLeft(true);
      }}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
    />
  );
}
