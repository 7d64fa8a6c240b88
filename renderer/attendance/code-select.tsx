import { Select, type SelectProps } from '@mantine/core';
import { text } from '../app/catalogue.ts';
import { ruleText } from '../app/rule-texts.ts';
import { codesMatching, type RegisterCode } from './grid-model.ts';

interface CodeSelectProps extends Omit<SelectProps, 'data' | 'filter' | 'value' | 'onChange'> {
  readonly codes: readonly RegisterCode[];
  readonly value: string | null;
  readonly onChange: (code: string | null) => void;
}

/** One of some codes: typing its letter and Enter chooses it, and so does part of its meaning. */
export function CodeSelect({ codes, ...props }: CodeSelectProps) {
  const shown = codes.map((code) => ({ ...code, meaning: ruleText(code.meaning) }));
  return (
    <Select
      searchable
      selectFirstOptionOnChange
      {...props}
      data={shown.map(({ code, meaning }) => ({
        value: code,
        label: text('register.codes.option', { code, meaning }),
      }))}
      filter={({ options, search }) => {
        // A chosen option's own label in the field is not a search.
        const isLabel = options.some((option) => 'label' in option && option.label === search);
        const found = isLabel ? shown : codesMatching(shown, search);
        return found.flatMap(({ code }) =>
          options.filter((option) => 'value' in option && option.value === code),
        );
      }}
    />
  );
}
