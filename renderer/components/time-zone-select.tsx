import { Select } from '@mantine/core';
import { text } from '../app/catalogue.ts';

/** Not every engine names UTC, which servers and sample schools have. */
const timeZones = [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])];

interface TimeZoneSelectProps {
  readonly value: string;
  readonly onChange: (timeZone: string) => void;
}

/** The time zone of a school, by its IANA name. */
export function TimeZoneSelect({ value, onChange }: TimeZoneSelectProps) {
  return (
    <Select
      label={text('setUp.school.timeZone')}
      // A zone that the list does not name is still this computer's, or the school's.
      data={timeZones.includes(value) ? timeZones : [value, ...timeZones]}
      value={value}
      onChange={(timeZone) => {
        if (timeZone !== null) onChange(timeZone);
      }}
      searchable
      allowDeselect={false}
      limit={50}
      nothingFoundMessage={text('setUp.school.timeZone.none')}
      required
    />
  );
}
