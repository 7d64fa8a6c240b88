import { Select } from '@mantine/core';
import type { Ref } from 'react';
import { text } from '../app/catalogue.ts';
import type { RegisterCode } from '../attendance/grid-model.ts';
import { reasonsMatching } from './call-model.ts';
import { ruleText } from '../app/rule-texts.ts';

interface ReasonSelectProps {
  readonly label: string;
  readonly placeholder?: string;
  readonly codes: readonly RegisterCode[];
  readonly value: string | null;
  readonly onChange: (code: string | null) => void;
  readonly isDisabled?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
}

/** A code that gives a reason: typing its letter and Enter chooses it, and so does part of its meaning. */
export function ReasonSelect(props: ReasonSelectProps) {
  const { label, placeholder, codes, value, onChange, isDisabled = false, ref } = props;
  const reasons = codes.filter(({ mayBePlanned }) => mayBePlanned);
  return (
    <Select
      ref={ref}
      label={label}
      w="20rem"
      searchable
      clearable={!isDisabled}
      disabled={isDisabled}
      selectFirstOptionOnChange
      data={reasons.map(({ code, meaning }) => ({
        value: code,
        label: text('absence.call.reason.option', { code, meaning: ruleText(meaning) }),
      }))}
      filter={({ options, search }) => {
        // A chosen option's own label in the field is not a search.
        const isLabel = options.some((option) => 'label' in option && option.label === search);
        const found = isLabel ? reasons : reasonsMatching(reasons, search);
        return found.flatMap(({ code }) =>
          options.filter((option) => 'value' in option && option.value === code),
        );
      }}
      value={value}
      onChange={onChange}
      {...(placeholder === undefined ? {} : { placeholder })}
    />
  );
}
