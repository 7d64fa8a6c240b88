import type { DateFormat, MappedField, MappedKind, MissingPart } from '../../domain/roster/file-mapping.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';

export const mappedKindTexts: { readonly [K in MappedKind]: PlainTextKey } = {
  students: 'import.mapping.kind.students',
  schedule: 'import.mapping.kind.schedule',
  attendance: 'import.mapping.kind.attendance',
};

export const mappedKindHints: { readonly [K in MappedKind]: PlainTextKey } = {
  students: 'import.mapping.kind.students.text',
  schedule: 'import.mapping.kind.schedule.text',
  attendance: 'import.mapping.kind.attendance.text',
};

export const dateFormatTexts: { readonly [F in DateFormat]: PlainTextKey } = {
  ymd: 'import.mapping.date.ymd',
  dmy: 'import.mapping.date.dmy',
  mdy: 'import.mapping.date.mdy',
};

export function fieldTitle(field: MappedField): string {
  return text(`import.mapping.field.${field}`);
}

export function missingTitle(part: MissingPart | 'year'): string {
  switch (part) {
    case 'name':
      return text('import.mapping.missing.name');
    case 'dateFormat':
      return text('import.mapping.missing.dateFormat');
    case 'codes':
      return text('import.mapping.missing.codes');
    case 'year':
      return text('import.mapping.missing.year');
    default:
      return fieldTitle(part);
  }
}
