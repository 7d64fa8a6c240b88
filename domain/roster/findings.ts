/** How much a finding weighs: `refuse` stops the import, `warning` lets a person decide, `information` only tells. */
export type Severity = 'refuse' | 'warning' | 'information';

interface FindingRule {
  readonly severity: Severity;
  /** What was found. `{file}`, `{line}`, `{column}`, `{value}` and `{expected}` are filled from the finding. */
  readonly message: string;
  /** What the reader can do about it. */
  readonly whatToDo: string;
}

const saveAsUtf8 = 'Save the file as "CSV UTF-8" or export it again as UTF-8, then try again.';
const exportAgain = 'Ask for a fresh export from the student information system.';
const quoteCells = 'Put the cell in double quotes, and write a double quote inside it twice.';
const exportOneRoster = 'Export OneRoster 1.1 or 1.2 (CSV) and try again.';
const nothingToDo = 'Nothing to do.';

/**
 * Every finding an import can make, with its severity and text: the one table (DOMAIN §1.1).
 *
 * Source of the rules: 1EdTech OneRoster 1.1 and 1.2 CSV binding, as excerpted in DOMAIN §1.1. A value is refused
 * where importing it would mean guessing; it is a warning where something is left out that a person should know.
 */
export const findingRules = {
  // The container.
  'package-empty': {
    severity: 'refuse',
    message: 'There is no file in this package.',
    whatToDo: 'Choose the zip, or the folder that holds manifest.csv.',
  },
  'zip-damaged': {
    severity: 'refuse',
    message: 'The zip cannot be read: it is damaged, incomplete, not a zip, or protected in an unknown way.',
    whatToDo: 'Download or export it again and try again.',
  },
  'zip-encrypted': {
    severity: 'refuse',
    message: '{file} in the zip is protected with a password.',
    whatToDo: 'Make the zip without a password.',
  },
  'zip-ratio': {
    severity: 'refuse',
    message: '{file} would unpack to far more than a roster holds ({value}).',
    whatToDo: 'This is how a harmful zip looks. Ask where it came from before you try again.',
  },
  'zip-inside': {
    severity: 'refuse',
    message: '{file} is a zip inside the package.',
    whatToDo: 'Put the CSV files themselves into one zip.',
  },
  'folder-inside': {
    severity: 'refuse',
    message: '{file} lies in a folder. OneRoster files stand at the top of the zip.',
    whatToDo: 'Open the folder, select the CSV files in it, and zip those.',
  },
  'path-escapes': {
    severity: 'refuse',
    message: 'The name {file} points outside the package, or is a link.',
    whatToDo: 'This is how a harmful zip looks. Ask where it came from before you try again.',
  },
  'file-duplicate': {
    severity: 'refuse',
    message: '{file} is in the package twice (capital letters do not tell files apart).',
    whatToDo: 'Keep one of them.',
  },
  'file-too-large': {
    severity: 'refuse',
    message: '{file} is larger than {expected}.',
    whatToDo: 'Export one school at a time.',
  },
  'package-too-large': {
    severity: 'refuse',
    message: 'The package is larger than {expected}.',
    whatToDo: 'Export one school at a time.',
  },
  'too-many-files': {
    severity: 'refuse',
    message: 'There are more files in the package than {expected}.',
    whatToDo: 'Put only the OneRoster files into the package.',
  },
  'too-many-rows': {
    severity: 'refuse',
    message: 'The package has more rows than {expected}; reading stopped in {file}.',
    whatToDo: 'Export one school at a time.',
  },
  'system-file-ignored': {
    severity: 'information',
    message: '{file} was added by the computer that made the package. It was not read.',
    whatToDo: nothingToDo,
  },

  // Text and CSV.
  'encoding-utf16': {
    severity: 'refuse',
    message: '{file} is encoded as UTF-16. Only UTF-8 is read.',
    whatToDo: saveAsUtf8,
  },
  'encoding-not-utf8': {
    severity: 'refuse',
    message: '{file}, line {line}: {value} is not UTF-8.',
    whatToDo: saveAsUtf8,
  },
  'file-empty': {
    severity: 'refuse',
    message: '{file} is empty: it has not even a header row.',
    whatToDo: 'Export it again, or leave it out and list it as absent in manifest.csv.',
  },
  'quote-not-closed': {
    severity: 'refuse',
    message: '{file}, line {line}: a double quote is never closed.',
    whatToDo: quoteCells,
  },
  'quote-closed-early': {
    severity: 'refuse',
    message: '{file}, line {line}: something follows a closing double quote.',
    whatToDo: quoteCells,
  },
  'quote-inside': {
    severity: 'refuse',
    message: '{file}, line {line}: a double quote stands inside a cell that is not in double quotes.',
    whatToDo: quoteCells,
  },
  'record-too-long': {
    severity: 'refuse',
    message: '{file}, line {line}: the row is longer than {expected} characters.',
    whatToDo: 'Look for a double quote that is never closed.',
  },
  'line-break-in-cell': {
    severity: 'refuse',
    message: '{file}, line {line}, column {column}: there is a line break inside the cell.',
    whatToDo: 'Take the line break out of this value in the student information system and export again.',
  },
  'control-character': {
    severity: 'refuse',
    message: '{file}, line {line}, column {column}: "{value}" holds an invisible control character.',
    whatToDo: 'Type this value again in the student information system and export again.',
  },
  'cell-count': {
    severity: 'refuse',
    message: '{file}, line {line}: the row has {value} cells, the header has {expected}.',
    whatToDo: 'Look for a comma that is not inside double quotes, or for missing commas at the end.',
  },
  'too-many-columns': {
    severity: 'refuse',
    message: '{file} has {value} columns; no more than {expected} are read.',
    whatToDo: exportAgain,
  },
  'column-duplicate': {
    severity: 'refuse',
    message: '{file}: column {column} stands in the header twice.',
    whatToDo: 'Take one of the two out.',
  },
  'header-only': {
    severity: 'refuse',
    message: '{file} has a header and no rows: every record of this kind would be removed.',
    whatToDo:
      'If there is nothing to send, leave the file out and list it as absent. Otherwise export it again.',
  },
  'header-only-delta': {
    severity: 'information',
    message: '{file} has a header and no rows. It brings no changes.',
    whatToDo: nothingToDo,
  },
  'blank-line': {
    severity: 'information',
    message: '{file}, line {line} is blank. It was passed over.',
    whatToDo: nothingToDo,
  },

  // What kind of package this is.
  'microsoft-sds': {
    severity: 'refuse',
    message: 'This is a Microsoft School Data Sync file, not OneRoster ({file}, column {column}).',
    whatToDo: exportOneRoster,
  },
  'not-oneroster': {
    severity: 'refuse',
    message: 'This is not a OneRoster package: no file in it has the name and the columns of one.',
    whatToDo: exportOneRoster,
  },
  'oneroster-1.0': {
    severity: 'refuse',
    message:
      'There is no manifest.csv and there are exactly the seven files of OneRoster 1.0, which is too old to import.',
    whatToDo: exportOneRoster,
  },
  'manifest-missing': {
    severity: 'refuse',
    message:
      'There is no manifest.csv, so it cannot be known whether these files are complete. They look like OneRoster {expected}.',
    whatToDo: 'Export the whole package, with manifest.csv.',
  },
  'version-unknown': {
    severity: 'refuse',
    message: 'manifest.csv says OneRoster version "{value}".',
    whatToDo: exportOneRoster,
  },

  // The manifest.
  'manifest-columns': {
    severity: 'refuse',
    message: 'manifest.csv does not have the columns propertyName and value.',
    whatToDo: exportAgain,
  },
  'manifest-duplicate': {
    severity: 'refuse',
    message: 'manifest.csv, line {line}: "{value}" is given twice.',
    whatToDo: 'Keep one of the two lines.',
  },
  'manifest-mode': {
    severity: 'refuse',
    message: 'manifest.csv, line {line}: "{value}" is not a mode.',
    whatToDo: 'Write absent, bulk or delta, in small letters.',
  },
  'manifest-version': {
    severity: 'warning',
    message: 'manifest.csv gives manifest.version as "{value}"; only 1.0 is known.',
    whatToDo: 'Compare the difference with care before you apply it.',
  },
  'manifest-property-unknown': {
    severity: 'information',
    message: 'manifest.csv, line {line}: "{value}" is not a OneRoster property. It was passed over.',
    whatToDo: nothingToDo,
  },
  'manifest-row-missing': {
    severity: 'information',
    message: 'manifest.csv does not list {value}. It was taken as absent.',
    whatToDo: nothingToDo,
  },
  'file-listed-missing': {
    severity: 'refuse',
    message: 'manifest.csv lists {file} as {expected}, but it is not in the package.',
    whatToDo: 'Add the file, or list it as absent.',
  },
  'file-listed-absent': {
    severity: 'refuse',
    message: '{file} is in the package, but manifest.csv lists it as absent.',
    whatToDo: 'List it as bulk or delta, or take it out.',
  },
  'file-unlisted': {
    severity: 'refuse',
    message: '{file} is in the package, but is not a file that manifest.csv lists.',
    whatToDo: 'List it in manifest.csv, or take it out of the package.',
  },
  'file-name-alike': {
    severity: 'refuse',
    message: '{file} is in the package, but is not a file of OneRoster. It may be {expected}.',
    whatToDo: 'If it is, give it that name; else take it out of the package.',
  },
  'file-foreign': {
    severity: 'refuse',
    message: '{file} is in the package, but is not a file of OneRoster {expected}.',
    whatToDo: 'Take it out of the package.',
  },
  'file-not-used': {
    severity: 'information',
    message: '{file} holds nothing that is used here. Its content was not kept.',
    whatToDo: nothingToDo,
  },
  'no-updates': {
    severity: 'information',
    message: 'The package holds a manifest and no other file: there is nothing to update.',
    whatToDo: nothingToDo,
  },
  'mode-by-rows': {
    severity: 'warning',
    message:
      'manifest.csv lists {file} as {value}, but every row is written as {expected}. It was read as {expected}.',
    whatToDo: 'Delta: people missing from the file stay. Bulk: they leave. If that is wrong, export again.',
  },

  // Columns.
  'column-missing': {
    severity: 'refuse',
    message: '{file}: the required column {column} is missing.',
    whatToDo: exportAgain,
  },
  'column-alias': {
    severity: 'warning',
    message: '{file}: column {column} is not a OneRoster name and was not read. It may mean {expected}.',
    whatToDo: 'If it does, rename the column to {expected} and try again.',
  },
  'column-absent': {
    severity: 'information',
    message: '{file}: the optional column {column} is not there. What is known of it stays.',
    whatToDo: nothingToDo,
  },
  'column-unknown': {
    severity: 'information',
    message: '{file}: column {column} is not part of OneRoster {expected}. It was not read.',
    whatToDo: nothingToDo,
  },
  'group-column-unknown': {
    severity: 'information',
    message: '{file}: column {column} is none of its columns. It was not read.',
    whatToDo: nothingToDo,
  },
  'column-order': {
    severity: 'information',
    message: '{file}: the columns stand in another order than the standard. They were read by name.',
    whatToDo: nothingToDo,
  },
  'metadata-ignored': {
    severity: 'information',
    message: '{file}: the extension column {column} was not read.',
    whatToDo: nothingToDo,
  },
  'language-unknown': {
    severity: 'information',
    message:
      '{file}, line {line}, column {column}: "{value}" is not known as a language and was not read. A language that was held stays.',
    whatToDo: 'Write it as an English name, as a code such as spa, or as a tag such as es.',
  },
  'password-ignored': {
    severity: 'information',
    message: '{file}: column {column} holds passwords. They were thrown away at once and are never stored.',
    whatToDo: 'Ask for an export without passwords: this file holds them in clear.',
  },

  // Values.
  'value-missing': {
    severity: 'refuse',
    message: '{file}, line {line}: the required value in column {column} is missing.',
    whatToDo: 'Fill it in the student information system and export again.',
  },
  'one-word-name': {
    severity: 'information',
    message: '{file}, line {line}: column {column} is blank. The name was taken as one word.',
    whatToDo: nothingToDo,
  },
  'id-duplicate': {
    severity: 'refuse',
    message: '{file}, line {line}: sourcedId "{value}" was already used on line {expected}.',
    whatToDo: 'Each record needs a sourcedId of its own. Mend it and export again.',
  },
  'id-invalid': {
    severity: 'refuse',
    message:
      '{file}, line {line}, column {column}: "{value}" cannot be an id: it is longer than 255 characters or has a space in it.',
    whatToDo: 'Mend the id in the student information system and export again.',
  },
  'id-characters': {
    severity: 'warning',
    message:
      '{file}, line {line}, column {column}: "{value}" has characters that OneRoster does not allow in an id.',
    whatToDo: 'It can be imported. Tell the supplier of the file.',
  },
  'date-ambiguous': {
    severity: 'refuse',
    message:
      '{file}, line {line}, column {column}: "{value}" does not say which number is the day and which the month.',
    whatToDo: 'Write dates as YYYY-MM-DD. Days are never guessed.',
  },
  'date-invalid': {
    severity: 'refuse',
    message: '{file}, line {line}, column {column}: "{value}" is not a date as YYYY-MM-DD.',
    whatToDo: 'Write dates as YYYY-MM-DD, without a time.',
  },
  'date-order': {
    severity: 'refuse',
    message: '{file}, line {line}, column {column}: the end {value} is not after the beginning {expected}.',
    whatToDo: 'Mend one of the two. The end is the first day that no longer counts.',
  },
  'timestamp-form': {
    severity: 'warning',
    message:
      '{file}, line {line}, column {column}: "{value}" is not a date and time in UTC, as in 2026-04-23T18:25:43.511Z.',
    whatToDo: 'It can be imported. Tell the supplier of the file.',
  },
  'birth-date-unlikely': {
    severity: 'warning',
    message:
      '{file}, line {line}, column {column}: the birth date {value} is in the future or over 110 years ago.',
    whatToDo: 'Look at this person in the student information system.',
  },
  'value-not-allowed': {
    severity: 'refuse',
    message: '{file}, line {line}, column {column}: "{value}" is not allowed here. Allowed: {expected}.',
    whatToDo: 'Capital and small letters count. Mend the value and export again.',
  },
  'boolean-capitals': {
    severity: 'information',
    message: '{file}, line {line}, column {column}: "{value}" was read as {expected}.',
    whatToDo: nothingToDo,
  },
  'extension-term': {
    severity: 'information',
    message:
      '{file}, line {line}, column {column}: the term "{value}" is the supplier\'s own. Nothing here uses it.',
    whatToDo: nothingToDo,
  },
  'bulk-status-ignored': {
    severity: 'warning',
    message:
      '{file}, line {line}, column {column}: "{value}" should be blank in a bulk file. It was passed over.',
    whatToDo: 'It can be imported. Tell the supplier of the file.',
  },
  'bulk-status-mixed': {
    severity: 'refuse',
    message:
      '{file}, line {line}: the row says "{value}", but the file is bulk and other rows have no status.',
    whatToDo:
      'Leave the record out of a bulk file, or export a delta in which every row has a status and a date.',
  },

  // References between rows.
  'reference-missing': {
    severity: 'refuse',
    message: '{file}, line {line}, column {column}: there is no "{value}" in {expected}.',
    whatToDo: 'A bulk package must hold everything it refers to. Mend the reference and export again.',
  },
  'reference-optional-missing': {
    severity: 'warning',
    message:
      '{file}, line {line}, column {column}: there is no "{value}" in {expected}. The link was left out.',
    whatToDo: 'If the link matters, mend it in the student information system and export again.',
  },
  'reference-not-imported': {
    severity: 'warning',
    message:
      '{file}, line {line}, column {column}: "{value}" is neither in {expected} of this package nor imported before. The row was left out.',
    whatToDo: 'Import the package that brings it first, or ask for a bulk export.',
  },
  'school-mismatch': {
    severity: 'warning',
    message:
      '{file}, line {line}, column {column}: the enrolment names school "{value}", its class belongs to "{expected}". The class decides.',
    whatToDo: 'Look at this enrolment in the student information system.',
  },
  'role-missing': {
    severity: 'refuse',
    message:
      '{file}, line {line}: user "{value}" has no row in roles.csv, so it cannot be known who this is.',
    whatToDo: 'Give the user a role in the student information system and export again.',
  },
  'role-not-imported': {
    severity: 'warning',
    message: '{file}, line {line}: user "{value}" is new and has no row in roles.csv. The user was left out.',
    whatToDo: 'Ask for a package that brings the role as well, or for a bulk export.',
  },
  'role-not-named': {
    severity: 'warning',
    message:
      '{file}, line {line}: the row takes a role back, but column {column} is blank. It was passed over.',
    whatToDo: 'Ask for the row with all its values, or for a bulk export. Until then the person stays.',
  },
  'guardian-unlinked': {
    severity: 'information',
    message:
      '{file}, line {line}: "{value}" is a parent or guardian, but is linked to no student. The person is not imported.',
    whatToDo: 'If a link is missing, add it in the student information system (agentSourcedIds).',
  },

  // Files of suppliers that are not OneRoster, read by a confirmed mapping.
  spreadsheet: {
    severity: 'refuse',
    message: '{file} is a spreadsheet, not a CSV file.',
    whatToDo: 'Open it and save it as "CSV UTF-8", then choose that file.',
  },
  'file-not-csv': {
    severity: 'warning',
    message: '{file} is not a CSV file. It was not read.',
    whatToDo: 'If it matters, export it as CSV UTF-8.',
  },
  'encoding-windows-1252': {
    severity: 'information',
    message: '{file} is not UTF-8. It was read as Windows-1252.',
    whatToDo: 'Look at a name with an accent. If it is wrong, save the file as "CSV UTF-8" and try again.',
  },
  'mixed-files': {
    severity: 'refuse',
    message: '{file} holds attendance; the other files hold a roster.',
    whatToDo: 'Import the roster first, then the attendance by itself.',
  },
  'mapped-date-invalid': {
    severity: 'refuse',
    message: '{file}, line {line}, column {column}: "{value}" is not a date written as {expected}.',
    whatToDo: 'Choose the right form of dates, or mend the cell. Years need four digits.',
  },
  'mapped-sex-unknown': {
    severity: 'warning',
    message: '{file}, line {line}, column {column}: "{value}" is not known as a sex. It was left blank.',
    whatToDo: 'If it matters, mend it in the student information system.',
  },
  'mapped-language-unknown': {
    severity: 'warning',
    message:
      '{file}, line {line}, column {column}: "{value}" is not known as a language and was not read. A language that was held stays.',
    whatToDo: 'Write it as an English name, as a code such as spa, or as a tag such as es.',
  },
  'language-without-guardian': {
    severity: 'information',
    message:
      '{file}, line {line}, column {column}: "{value}" was left out: the student has no guardian who speaks it.',
    whatToDo: 'Import the guardians, too: the language is kept with them.',
  },
  'mapped-relation-unknown': {
    severity: 'information',
    message: '{file}, line {line}, column {column}: "{value}" was taken as guardian.',
    whatToDo: nothingToDo,
  },
  'mapped-number-invalid': {
    severity: 'warning',
    message: '{file}, line {line}, column {column}: "{value}" is not a number of minutes. It was left blank.',
    whatToDo: 'If it matters, mend the cell and import again.',
  },
  'session-unknown': {
    severity: 'warning',
    message:
      '{file}, line {line}, column {column}: "{value}" is not a part of the day. The row was left out.',
    whatToDo: 'Write AM or PM, or the number of the period.',
  },
  'student-row-differs': {
    severity: 'refuse',
    message:
      '{file}, line {line}: student number "{value}" was already used on line {expected}, for other data.',
    whatToDo: 'Two students must not share a number. Mend it in the student information system.',
  },
  'student-number-unknown': {
    severity: 'warning',
    message:
      '{file}, line {line}, column {column}: there is no student with the number "{value}". The row was left out.',
    whatToDo: 'Import the students first, or look at the number.',
  },
  'class-title-differs': {
    severity: 'information',
    message:
      '{file}, line {line}, column {column}: the class is called "{value}" here and "{expected}" before. The first is kept.',
    whatToDo: nothingToDo,
  },
  'guardian-differs': {
    severity: 'information',
    message:
      '{file}, line {line}, column {column}: the same guardian has other contacts in an earlier row. The first are kept.',
    whatToDo: 'If it matters, mend the contacts in the student information system.',
  },

  // Our own files of buses and activities.
  'group-member-column': {
    severity: 'refuse',
    message: '{file} has neither a column studentNumber nor a column userSourcedId.',
    whatToDo: 'Add one of them, so that it can be known who is meant.',
  },
  'group-unknown': {
    severity: 'refuse',
    message: '{file}, line {line}, column {column}: no group "{value}" has been imported.',
    whatToDo: 'Import the groups first or together with their members, or mend the id.',
  },
  'group-member-twice': {
    severity: 'refuse',
    message: '{file}, line {line}: the student "{value}" is in this group already, on line {expected}.',
    whatToDo: 'Leave one of the two rows.',
  },
} as const satisfies Readonly<Record<string, FindingRule>>;

export type FindingCode = keyof typeof findingRules;

/** Every code of the table. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys forgets the names
export const findingCodes = Object.keys(findingRules) as FindingCode[];

/** One thing found in a package. All text parts are safe to show: shortened, without control or direction characters. */
export interface Finding {
  readonly code: FindingCode;
  readonly file: string | null;
  /** The line in the file as an editor counts it; the header is line 1. */
  readonly line: number | null;
  readonly column: string | null;
  /** At most 60 characters; never the content of a password column. It may be personal: show it, never log it. */
  readonly value: string | null;
  /** A name, a number or a term of the file's own format: no words of a language. */
  readonly expected: string | null;
}

/** Findings of one kind in one file that were counted but not listed. */
export interface OmittedFindings {
  readonly code: FindingCode;
  readonly file: string | null;
  readonly count: number;
}

/** Everything found in one package. At most `maxListedPerKind` findings per code and file are listed; the rest counted. */
export interface FindingsReport {
  readonly findings: readonly Finding[];
  readonly omitted: readonly OmittedFindings[];
}

export const maxListedPerKind = 100;

/** Collects findings while a package is read; bounded, so that 400,000 bad rows do not fill the memory. */
export class FindingsCollector {
  readonly #findings: Finding[] = [];
  readonly #counts = new Map<string, { code: FindingCode; file: string | null; count: number }>();

  /** Adds one finding. The text parts may come straight from the file. */
  add(code: FindingCode, parts: Partial<Omit<Finding, 'code'>> = {}): void {
    const file = parts.file === undefined || parts.file === null ? null : showable(parts.file);
    const key = `${code} ${file ?? ''}`;
    const counted = this.#counts.get(key);
    if (counted === undefined) this.#counts.set(key, { code, file, count: 1 });
    else counted.count += 1;
    if (counted !== undefined && counted.count > maxListedPerKind) return;
    this.#findings.push({
      code,
      file,
      line: parts.line ?? null,
      column: parts.column === undefined || parts.column === null ? null : showable(parts.column),
      value: parts.value === undefined || parts.value === null ? null : showable(parts.value),
      expected: parts.expected ?? null,
    });
  }

  /** Adds what another step found. */
  addReport(report: FindingsReport): void {
    for (const finding of report.findings) this.add(finding.code, finding);
    for (const { code, file, count } of report.omitted) {
      const counted = this.#counts.get(`${code} ${file ?? ''}`);
      if (counted !== undefined) counted.count += count;
    }
  }

  /** Whether one of these was found. */
  hasAny(codes: ReadonlySet<FindingCode>): boolean {
    for (const { code } of this.#counts.values()) if (codes.has(code)) return true;
    return false;
  }

  get isRefused(): boolean {
    for (const { code } of this.#counts.values()) if (findingRules[code].severity === 'refuse') return true;
    return false;
  }

  /** The findings so far: refusals first, then warnings, then information; within each in the order found. */
  report(): FindingsReport {
    const weight = { refuse: 0, warning: 1, information: 2 };
    const findings = this.#findings.toSorted(
      (a, b) => weight[findingRules[a.code].severity] - weight[findingRules[b.code].severity],
    );
    const omitted = [...this.#counts.values()]
      .filter(({ count }) => count > maxListedPerKind)
      .map(({ code, file, count }) => ({ code, file, count: count - maxListedPerKind }));
    return { findings, omitted };
  }
}

/** How many findings of each severity there are, listed or not. */
export function countBySeverity({ findings, omitted }: FindingsReport): Readonly<Record<Severity, number>> {
  const counts: Record<Severity, number> = { refuse: 0, warning: 0, information: 0 };
  for (const { code } of findings) counts[findingRules[code].severity] += 1;
  for (const { code, count } of omitted) counts[findingRules[code].severity] += count;
  return counts;
}

/** The texts of every finding in one language: what was found and what to do, with the same parts to fill in. */
export type FindingTexts = {
  readonly [C in FindingCode]: { readonly message: string; readonly whatToDo: string };
};

/**
 * The text of one finding: what was found, and what to do. English unless other texts are given; `show` wraps each part of the file that is
 * filled in, for a script that reads the other way.
 */
export function describeFinding(
  finding: Finding,
  texts: FindingTexts = findingRules,
  show: (part: string) => string = (part) => part,
): { readonly severity: Severity; readonly message: string; readonly whatToDo: string } {
  const { message, whatToDo } = texts[finding.code];
  return {
    severity: findingRules[finding.code].severity,
    message: fill(message, finding, show),
    whatToDo: fill(whatToDo, finding, show),
  };
}

/** The exit code of a dry run: 0 clean or information only, 1 importable with warnings, 2 refused. */
export function exitCodeOf(report: FindingsReport): 0 | 1 | 2 {
  let exitCode: 0 | 1 | 2 = 0;
  for (const { code } of report.findings) {
    const { severity } = findingRules[code];
    if (severity === 'refuse') return 2;
    if (severity === 'warning') exitCode = 1;
  }
  return exitCode;
}

const maxShownLength = 60;
const unsafeToShow = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * A text from a file made safe to show in a terminal or window: at most 60 characters, and each control or
 * direction character written as its code point, because it could otherwise rewrite what stands around it.
 */
export function showable(text: string): string {
  // Cutting first keeps this cheap for a value of many megabytes.
  const characters = Array.from(text.slice(0, maxShownLength * 2 + 2));
  const isCut = text.length > maxShownLength * 2 + 2 || characters.length > maxShownLength;
  const start = isCut ? `${characters.slice(0, maxShownLength - 1).join('')}…` : text;
  return start.replace(
    unsafeToShow,
    (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}

function fill(template: string, finding: Finding, show: (part: string) => string): string {
  const parts: Readonly<Record<string, string | number | null>> = {
    file: finding.file,
    line: finding.line,
    column: finding.column,
    value: finding.value,
    expected: finding.expected,
  };
  return template.replace(/\{(file|line|column|value|expected)\}/g, (_, name: string) => {
    const part = parts[name] ?? '';
    return typeof part === 'string' ? show(part) : String(part);
  });
}
