import { readFile } from 'node:fs/promises';
import { zipSync, strToU8 } from 'fflate';
import { describe, expect, test } from 'vitest';
import { assert } from '../../domain/result.ts';
import { checkPackage } from '../../domain/roster/check-package.ts';
import { silentPulse } from '../../domain/roster/pulse.ts';
import {
  describeFinding,
  findingRules,
  maxListedPerKind,
  type Finding,
  type FindingCode,
} from '../../domain/roster/findings.ts';
import { emptyRoster } from '../../domain/roster/school-roster.ts';
import { setLanguage } from '../../renderer/app/language.ts';
import { findingTexts } from '../../renderer/roster/finding-texts.ts';
import { packageLimits, type PackageLimits } from '../../main/roster/package-limits.ts';
import { readPackage, type PackageInput } from '../../main/roster/read-package.ts';
import { listCases, runLists } from './list-cases.ts';
import { deltaTime, filesOf, PackageDraft, today, zipOf } from './fixtures.ts';

interface Case {
  readonly code: FindingCode;
  readonly when: string;
  readonly input: () => PackageInput;
  /** What the finding must say, as far as it matters. */
  readonly says?: Partial<Omit<Finding, 'code'>>;
  readonly limits?: Partial<PackageLimits>;
}

/** A clean package with one thing changed. */
function changed(
  change: (draft: PackageDraft) => void,
  version: '1.1' | '1.2' = '1.1',
  mode: 'bulk' | 'delta' = 'bulk',
): () => PackageInput {
  return () => {
    const draft = new PackageDraft(version, mode);
    change(draft);
    return draft.zip();
  };
}

/** A clean package with one file's text changed. */
function withText(fileName: string, change: (text: string) => string | Uint8Array): () => PackageInput {
  return () => {
    const texts = new PackageDraft('1.1', 'bulk').texts();
    return filesOf({ ...texts, [fileName]: change(texts[fileName] ?? '') });
  };
}

function patched(bytes: Uint8Array, change: (view: DataView, centralStart: number) => void): PackageInput {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  // The end record of a zip without comment is its last 22 bytes; at 16 stands where the directory begins.
  change(view, view.getUint32(copy.byteLength - 22 + 16, true));
  return { kind: 'zip', bytes: copy };
}

const cases: readonly Case[] = [
  { code: 'package-empty', when: 'the folder is empty', input: () => filesOf({}) },
  { code: 'package-empty', when: 'the zip is empty', input: () => zipOf({}) },
  {
    code: 'zip-damaged',
    when: 'the zip is cut off',
    input: () => {
      const { bytes } = zipOf(new PackageDraft('1.1', 'bulk').texts());
      return { kind: 'zip', bytes: bytes.subarray(0, bytes.length - 30) };
    },
  },
  {
    code: 'zip-damaged',
    when: 'a byte of a stored file was changed, so that only the checksum tells',
    input: () => {
      const bytes = zipSync({ 'manifest.csv': [strToU8('propertyName,value\r\n'), { level: 0 }] });
      const copy = bytes.slice();
      copy[30 + 'manifest.csv'.length + 3] = 0x58;
      return { kind: 'zip', bytes: copy };
    },
    says: { file: 'manifest.csv' },
  },
  {
    code: 'zip-damaged',
    when: 'an entry unpacks to more than it declares',
    input: () => {
      const { bytes } = zipOf({ 'users.csv': 'a'.repeat(5000) });
      return patched(bytes, (view, start) => view.setUint32(start + 24, 10, true));
    },
  },
  {
    code: 'zip-encrypted',
    when: 'an entry is marked as encrypted',
    input: () => {
      const { bytes } = zipOf({ 'users.csv': 'x' });
      return patched(bytes, (view, start) => view.setUint16(start + 8, 1, true));
    },
    says: { file: 'users.csv' },
  },
  {
    code: 'zip-ratio',
    when: 'a small zip unpacks to megabytes of the same letter',
    input: () => zipOf({ 'users.csv': 'a'.repeat(3_000_000) }),
    says: { file: 'users.csv' },
  },
  {
    code: 'zip-inside',
    when: 'a zip lies in the zip',
    input: () => zipOf({ 'roster.zip': zipSync({ 'users.csv': strToU8('x') }) }),
    says: { file: 'roster.zip' },
  },
  {
    code: 'zip-inside',
    when: 'a zip is called users.csv',
    input: () => zipOf({ 'users.csv': zipSync({ 'users.csv': strToU8('x') }) }),
  },
  {
    code: 'folder-inside',
    when: 'the files lie in an enclosing folder',
    input: () => zipOf({ 'export/users.csv': 'x' }),
    says: { file: 'export/users.csv' },
  },
  { code: 'path-escapes', when: 'a name climbs out of the zip', input: () => zipOf({ '../users.csv': 'x' }) },
  { code: 'path-escapes', when: 'a name is absolute', input: () => zipOf({ '/etc/users.csv': 'x' }) },
  { code: 'path-escapes', when: 'a name has a drive', input: () => zipOf({ 'C:/users.csv': 'x' }) },
  { code: 'path-escapes', when: 'a name has a backslash', input: () => zipOf({ '..\\users.csv': 'x' }) },
  {
    code: 'path-escapes',
    when: 'an entry is a symbolic link',
    input: () => ({
      kind: 'zip',
      bytes: zipSync({ 'users.csv': [strToU8('/etc/passwd'), { os: 3, attrs: 0o120777 << 16 }] }),
    }),
  },
  {
    code: 'file-duplicate',
    when: 'two names differ in capitals only',
    input: () => zipOf({ 'users.csv': 'x', 'Users.csv': 'y' }),
    says: { file: 'Users.csv' },
  },
  {
    code: 'file-too-large',
    when: 'one file is over the limit',
    input: () => zipOf({ 'users.csv': 'x'.repeat(2000) }),
    limits: { maxFileBytes: 1000 },
  },
  {
    code: 'package-too-large',
    when: 'all files together are over the limit',
    input: () => zipOf({ 'users.csv': 'x'.repeat(600), 'orgs.csv': 'y'.repeat(600) }),
    limits: { maxTotalBytes: 1000 },
  },
  {
    code: 'too-many-files',
    when: 'there are more files than any package has',
    input: () =>
      zipOf(Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`file${index}.csv`, 'x']))),
  },
  {
    code: 'too-many-rows',
    when: 'there are more rows than any roster has',
    input: changed(() => {}),
    limits: { maxRows: 3 },
  },
  {
    code: 'system-file-ignored',
    when: 'macOS packed its own files as well',
    input: () =>
      zipOf({ ...new PackageDraft('1.1', 'bulk').texts(), '__MACOSX/._users.csv': 'x', '.DS_Store': 'x' }),
    says: { file: '__MACOSX/._users.csv' },
  },

  {
    code: 'encoding-utf16',
    when: 'a file is UTF-16 with a mark',
    input: withText('users.csv', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')),
    says: { file: 'users.csv' },
  },
  {
    code: 'encoding-utf16',
    when: 'a file is UTF-16 without a mark',
    input: withText('users.csv', (text) => Buffer.from(text, 'utf16le')),
  },
  {
    code: 'encoding-not-utf8',
    when: 'a file is Latin-1',
    input: withText('orgs.csv', (text) =>
      Buffer.from(text.replace('Invented School', 'École inventée'), 'latin1'),
    ),
    says: { file: 'orgs.csv', line: 3, value: 'byte 9 (0xC9)' },
  },
  {
    code: 'file-empty',
    when: 'a file has no byte',
    input: withText('users.csv', () => ''),
    says: { file: 'users.csv' },
  },
  { code: 'file-empty', when: 'a file holds a mark only', input: withText('users.csv', () => '\uFEFF') },
  {
    code: 'quote-not-closed',
    when: 'a quote is never closed',
    input: withText('orgs.csv', (text) => text.replace('Invented School', '"Invented School')),
    says: { file: 'orgs.csv', line: 3 },
  },
  {
    code: 'quote-inside',
    when: 'a quote stands in a bare cell',
    input: withText('orgs.csv', (text) => text.replace('Invented School', 'Invented "School"')),
    says: { line: 3 },
  },
  {
    code: 'quote-closed-early',
    when: 'something follows a closing quote',
    input: withText('orgs.csv', (text) => text.replace('Invented School', '"Invented" School')),
    says: { line: 3 },
  },
  {
    code: 'record-too-long',
    when: 'a row is longer than any row is',
    input: changed((draft) => (draft.row('orgs', 'sch-1')['name'] = 'x'.repeat(70_000))),
    says: { file: 'orgs.csv', line: 3 },
  },
  {
    code: 'line-break-in-cell',
    when: 'a cell holds a line break',
    input: changed((draft) => (draft.row('orgs', 'sch-1')['name'] = 'Invented\nSchool')),
    says: { file: 'orgs.csv', line: 3, column: 'name' },
  },
  {
    code: 'control-character',
    when: 'a cell holds a NUL',
    input: changed((draft) => (draft.row('orgs', 'sch-1')['name'] = 'Inv\u0000ented')),
    says: { file: 'orgs.csv', line: 3, column: 'name', value: 'Inv⟨U+0000⟩ented' },
  },
  {
    code: 'cell-count',
    when: 'a row has a cell too many',
    input: withText('orgs.csv', (text) => text.replace('Invented School', 'Invented,School')),
    says: { file: 'orgs.csv', line: 3, value: '8', expected: '7' },
  },
  {
    code: 'cell-count',
    when: 'a row has a cell too few',
    input: withText('orgs.csv', (text) => text.replace('Invented School,', '')),
    says: { line: 3, value: '6', expected: '7' },
  },
  {
    code: 'too-many-columns',
    when: 'a header has hundreds of columns',
    input: changed((draft) => {
      draft.table('orgs').header.push(...Array.from({ length: 300 }, (_, index) => `metadata.${index}`));
    }),
    says: { file: 'orgs.csv' },
  },
  {
    code: 'column-duplicate',
    when: 'a header names a column twice',
    input: changed((draft) => draft.table('orgs').header.push('name')),
    says: { file: 'orgs.csv', line: 1, column: 'name' },
  },
  {
    code: 'header-only',
    when: 'a bulk file has no rows',
    input: changed((draft) => (draft.table('demographics').rows = [])),
    says: { file: 'demographics.csv' },
  },
  {
    code: 'header-only-delta',
    when: 'a delta file has no rows',
    input: changed((draft) => (draft.table('demographics').rows = []), '1.1', 'delta'),
    says: { file: 'demographics.csv' },
  },
  {
    code: 'blank-line',
    when: 'a line is blank',
    input: withText('orgs.csv', (text) => `${text}\r\n`),
    says: { file: 'orgs.csv', line: 5 },
  },

  {
    code: 'microsoft-sds',
    when: 'the package is School Data Sync version 1',
    input: () =>
      zipOf({
        'School.csv': 'SIS ID,Name\r\n1,Invented School\r\n',
        'Section.csv': 'SIS ID,School SIS ID,Section Name\r\n1,1,7A\r\n',
        'Student.csv': 'SIS ID,School SIS ID,Username\r\n1,1,x\r\n',
      }),
    says: { file: 'School.csv', column: 'SIS ID' },
  },
  {
    code: 'microsoft-sds',
    when: 'the package is School Data Sync version 2.1, whose files have the names of OneRoster',
    input: () =>
      zipOf({
        'orgs.csv': 'sourcedId,name,type,parentSourcedId\r\n1,Invented School,school,\r\n',
        'users.csv': 'sourcedId,username,givenName,familyName\r\n1,x,Testina,Samplewood\r\n',
        'roles.csv': 'userSourcedId,orgSourcedId,role,sessionSourcedId\r\n1,1,student,\r\n',
      }),
    says: { file: 'roles.csv' },
  },
  {
    code: 'not-oneroster',
    when: 'the package holds other tables',
    input: () => zipOf({ 'students.csv': 'Student_id,Last_name\r\n1,Samplewood\r\n' }),
  },
  {
    code: 'oneroster-1.0',
    when: 'the seven files of 1.0 come without a manifest',
    input: () => {
      const { 'manifest.csv': _, ...texts } = new PackageDraft('1.1', 'bulk').texts();
      return zipOf(texts);
    },
  },
  {
    code: 'manifest-missing',
    when: 'the manifest is missing from a 1.2 package',
    input: () => {
      const { 'manifest.csv': _, ...texts } = new PackageDraft('1.2', 'bulk').texts();
      return zipOf(texts);
    },
    says: { expected: '1.2' },
  },
  {
    code: 'version-unknown',
    when: 'the manifest names a version of the future',
    input: changed((draft) => draft.setManifest('oneroster.version', '2.0')),
    says: { value: '2.0', line: 3 },
  },
  {
    code: 'manifest-columns',
    when: 'the manifest has other columns',
    input: withText('manifest.csv', (text) => text.replace('propertyName', 'property')),
  },
  {
    code: 'manifest-duplicate',
    when: 'the manifest says a thing twice',
    input: changed((draft) => draft.manifest.push(['file.users', 'delta'])),
    says: { value: 'file.users' },
  },
  {
    code: 'manifest-mode',
    when: 'a mode is written with a capital',
    input: changed((draft) => draft.setManifest('file.users', 'Bulk')),
    says: { value: 'Bulk' },
  },
  {
    code: 'manifest-version',
    when: 'the manifest has another version',
    input: changed((draft) => draft.setManifest('manifest.version', '1.1')),
    says: { value: '1.1' },
  },
  {
    code: 'manifest-property-unknown',
    when: 'the manifest has a line of its own',
    input: changed((draft) => draft.setManifest('supplier.note', 'hello')),
    says: { value: 'supplier.note' },
  },
  {
    code: 'manifest-row-missing',
    when: 'the manifest does not speak of a file that is not there',
    input: changed((draft) => (draft.manifest = draft.manifest.filter(([name]) => name !== 'file.results'))),
    says: { value: 'file.results' },
  },
  {
    code: 'file-listed-missing',
    when: 'the manifest lists a file that is not there',
    input: changed((draft) => draft.setManifest('file.results', 'bulk')),
    says: { file: 'results.csv', expected: 'bulk' },
  },
  {
    code: 'file-listed-absent',
    when: 'a file is there that the manifest calls absent',
    input: changed((draft) => draft.setManifest('file.users', 'absent')),
    says: { file: 'users.csv' },
  },
  {
    code: 'file-unlisted',
    when: 'a file of OneRoster is there that the manifest does not list',
    input: withText('manifest.csv', (text) => text.replace(/^file\.users,.*\r\n/m, '')),
    says: { file: 'users.csv', expected: null },
  },
  {
    code: 'file-foreign',
    when: 'a file is there that is none of OneRoster',
    input: () => zipOf({ ...new PackageDraft('1.1', 'bulk').texts(), 'shoes.csv': 'size\r\n1\r\n' }),
    says: { file: 'shoes.csv', expected: '1.1' },
  },
  {
    code: 'file-name-alike',
    when: 'a file is named much as one of OneRoster',
    input: () =>
      zipOf({ ...new PackageDraft('1.1', 'bulk').texts(), 'Users-copy.csv': 'sourcedId\r\n1\r\n' }),
    says: { file: 'Users-copy.csv', expected: 'users.csv' },
  },
  {
    code: 'file-not-used',
    when: 'the package brings results',
    input: changed((draft) => {
      draft.tables['results'] = { header: ['sourcedId', 'score'], rows: [{ sourcedId: 'r', score: '1' }] };
      draft.setManifest('file.results', 'bulk');
    }),
    says: { file: 'results.csv' },
  },
  {
    code: 'no-updates',
    when: 'the manifest stands alone',
    input: changed((draft) => draft.keepTables([])),
  },
  {
    code: 'mode-by-rows',
    when: 'a file listed as bulk is written as delta',
    input: changed((draft) => {
      for (const row of draft.table('users').rows) {
        Object.assign(row, { status: 'active', dateLastModified: deltaTime });
      }
    }),
    says: { file: 'users.csv', value: 'bulk', expected: 'delta' },
  },

  {
    code: 'column-missing',
    when: 'a required column is missing',
    input: changed((draft) => draft.table('users').header.splice(0, 1)),
    says: { file: 'users.csv', column: 'sourcedId' },
  },
  {
    code: 'column-missing',
    when: 'a delta file has no status column',
    input: changed((draft) => draft.table('users').header.splice(1, 1), '1.1', 'delta'),
    says: { file: 'users.csv', column: 'status' },
  },
  {
    code: 'column-alias',
    when: 'a supplier writes agents for agentSourcedIds',
    input: changed((draft) => {
      const { header } = draft.table('users');
      header[header.indexOf('agentSourcedIds')] = 'agents';
    }),
    says: { file: 'users.csv', column: 'agents', expected: 'agentSourcedIds' },
  },
  {
    code: 'column-alias',
    when: 'a column has other capitals',
    input: changed((draft) => {
      const { header } = draft.table('users');
      header[header.indexOf('phone')] = 'Phone';
    }),
    says: { column: 'Phone', expected: 'phone' },
  },
  {
    code: 'column-absent',
    when: 'an optional column is not there',
    input: changed((draft) => {
      const { header } = draft.table('users');
      header.splice(header.indexOf('sms'), 1);
    }),
    says: { file: 'users.csv', column: 'sms' },
  },
  {
    code: 'column-unknown',
    when: 'a column is not in the standard',
    input: changed((draft) => draft.table('users').header.push('shoeSize')),
    says: { file: 'users.csv', column: 'shoeSize', expected: '1.1' },
  },
  {
    code: 'column-order',
    when: 'the columns stand in another order',
    input: changed((draft) => draft.table('users').header.reverse()),
    says: { file: 'users.csv' },
  },
  {
    code: 'metadata-ignored',
    when: 'there is an extension column',
    input: changed((draft) => draft.table('users').header.push('metadata.shoeSize')),
    says: { file: 'users.csv', column: 'metadata.shoeSize' },
  },
  {
    code: 'language-unknown',
    when: 'a language is a word that nobody knows',
    input: changed((draft) => {
      draft.table('users').header.push('metadata.homeLanguage');
      draft.row('users', 'stu-1')['metadata.homeLanguage'] = 'Samplish';
    }),
    says: { file: 'users.csv', column: 'metadata.homeLanguage', value: 'Samplish' },
  },
  {
    code: 'password-ignored',
    when: 'a password column is filled',
    input: changed((draft) => (draft.row('users', 'stu-1')['password'] = 'invented-secret')),
    says: { file: 'users.csv', column: 'password', value: null },
  },

  {
    code: 'value-missing',
    when: 'a required value is blank',
    input: changed((draft) => (draft.row('classes', 'cla-1')['title'] = '  ')),
    says: { file: 'classes.csv', line: 2, column: 'title' },
  },
  {
    code: 'value-missing',
    when: 'both names are blank',
    input: changed((draft) => Object.assign(draft.row('users', 'stu-1'), { givenName: '', familyName: '' })),
    says: { file: 'users.csv', line: 2, column: 'givenName' },
  },
  {
    code: 'value-missing',
    when: 'a row of a delta has no status',
    input: changed((draft) => (draft.row('users', 'stu-2')['status'] = ''), '1.1', 'delta'),
    says: { file: 'users.csv', line: 3, column: 'status' },
  },
  {
    code: 'one-word-name',
    when: 'a person has one name',
    input: changed((draft) => (draft.row('users', 'stu-1')['familyName'] = '')),
    says: { file: 'users.csv', line: 2, column: 'familyName' },
  },
  {
    code: 'id-duplicate',
    when: 'two rows have one id',
    input: changed((draft) => draft.table('users').rows.push({ ...draft.row('users', 'stu-1') })),
    says: { file: 'users.csv', line: 8, column: 'sourcedId', value: 'stu-1', expected: '2' },
  },
  {
    code: 'id-invalid',
    when: 'an id has a space in it',
    input: changed((draft) => (draft.row('orgs', 'dis-1')['sourcedId'] = 'dis 1')),
    says: { file: 'orgs.csv', line: 2, value: 'dis 1' },
  },
  {
    code: 'id-invalid',
    when: 'an id is longer than 255 characters',
    input: changed((draft) => (draft.row('orgs', 'sch-2')['sourcedId'] = 'x'.repeat(256))),
    says: { value: `${'x'.repeat(59)}…` },
  },
  {
    code: 'id-characters',
    when: 'an id has a colon in it',
    input: changed((draft) => (draft.row('enrollments', 'enr-1')['sourcedId'] = 'enr:1')),
    says: { file: 'enrollments.csv', line: 2, value: 'enr:1' },
  },
  ...['04/05/2012', '4.5.2012', '25-12-12'].map((value): Case => ({
    code: 'date-ambiguous',
    when: `a birth date is ${value}`,
    input: changed((draft) => (draft.row('demographics', 'stu-1')['birthDate'] = value)),
    says: { file: 'demographics.csv', line: 2, column: 'birthDate', value },
  })),
  ...['2025-02-29', '2025-13-01', '20250101', '2025-01-01T00:00:00Z', 'soon'].map((value): Case => ({
    code: 'date-invalid',
    when: `a beginning is ${value}`,
    input: changed((draft) => (draft.row('enrollments', 'enr-1')['beginDate'] = value)),
    says: { file: 'enrollments.csv', line: 2, column: 'beginDate', value },
  })),
  {
    code: 'date-order',
    when: 'a term ends on the day it begins (ends are exclusive)',
    input: changed((draft) => (draft.row('academicSessions', 'spring')['endDate'] = '2026-01-12')),
    says: { file: 'academicSessions.csv', line: 3, column: 'endDate', value: '2026-01-12' },
  },
  {
    code: 'date-order',
    when: 'an enrolment ends before it begins',
    input: changed((draft) => (draft.row('enrollments', 'enr-1')['endDate'] = '2025-08-24')),
    says: { file: 'enrollments.csv', line: 2, expected: '2025-08-25' },
  },
  {
    code: 'timestamp-form',
    when: 'a delta row was changed on a day without a time',
    input: changed(
      (draft) => (draft.row('users', 'stu-1')['dateLastModified'] = '2026-03-01'),
      '1.1',
      'delta',
    ),
    says: { file: 'users.csv', line: 2, column: 'dateLastModified' },
  },
  {
    code: 'birth-date-unlikely',
    when: 'a birth date lies in the future',
    input: changed((draft) => (draft.row('demographics', 'stu-1')['birthDate'] = '2026-03-03')),
    says: { file: 'demographics.csv', line: 2 },
  },
  {
    code: 'value-not-allowed',
    when: 'a role has a capital',
    input: changed((draft) => (draft.row('users', 'stu-1')['role'] = 'Student')),
    says: { file: 'users.csv', line: 2, column: 'role', value: 'Student' },
  },
  {
    code: 'value-not-allowed',
    when: 'a status is inactive, which real files have and the standard does not',
    input: changed((draft) => (draft.row('users', 'stu-1')['status'] = 'inactive'), '1.1', 'delta'),
    says: { file: 'users.csv', line: 2, column: 'status', value: 'inactive' },
  },
  {
    code: 'boolean-capitals',
    when: 'true is written TRUE',
    input: changed((draft) => (draft.row('users', 'stu-1')['enabledUser'] = 'TRUE')),
    says: { file: 'users.csv', line: 2, column: 'enabledUser', expected: 'true' },
  },
  {
    code: 'extension-term',
    when: "a class type is the supplier's own",
    input: changed((draft) => (draft.row('classes', 'cla-1')['classType'] = 'ext:club')),
    says: { file: 'classes.csv', line: 2, column: 'classType', value: 'ext:club' },
  },
  {
    code: 'bulk-status-ignored',
    when: 'a bulk row says active',
    input: changed((draft) => (draft.row('users', 'stu-1')['status'] = 'active')),
    says: { file: 'users.csv', line: 2, column: 'status', value: 'active' },
  },
  {
    code: 'bulk-status-mixed',
    when: 'a bulk row says tobedeleted',
    input: changed((draft) => (draft.row('users', 'stu-1')['status'] = 'tobedeleted')),
    says: { file: 'users.csv', line: 2, column: 'status' },
  },

  {
    code: 'reference-missing',
    when: 'an enrolment names nobody',
    input: changed((draft) => (draft.row('enrollments', 'enr-1')['userSourcedId'] = 'stu-9')),
    says: {
      file: 'enrollments.csv',
      line: 2,
      column: 'userSourcedId',
      value: 'stu-9',
      expected: 'users.csv',
    },
  },
  {
    code: 'reference-missing',
    when: 'demographics are of nobody',
    input: changed((draft) => (draft.row('demographics', 'stu-1')['sourcedId'] = 'stu-9')),
    says: { file: 'demographics.csv', line: 2, column: 'sourcedId', value: 'stu-9' },
  },
  {
    code: 'reference-missing',
    when: 'one of several terms does not exist',
    input: changed((draft) => (draft.row('classes', 'cla-1')['termSourcedIds'] = 'year,winter')),
    says: { file: 'classes.csv', line: 2, column: 'termSourcedIds', value: 'winter' },
  },
  {
    code: 'reference-optional-missing',
    when: 'an agent is nobody',
    input: changed((draft) => (draft.row('users', 'stu-1')['agentSourcedIds'] = 'gua-1,gua-9')),
    says: { file: 'users.csv', line: 2, column: 'agentSourcedIds', value: 'gua-9' },
  },
  {
    code: 'reference-not-imported',
    when: 'a delta names a class that nobody knows',
    input: changed(
      (draft) => (draft.row('enrollments', 'enr-1')['classSourcedId'] = 'cla-9'),
      '1.1',
      'delta',
    ),
    says: { file: 'enrollments.csv', line: 2, column: 'classSourcedId', value: 'cla-9' },
  },
  {
    code: 'school-mismatch',
    when: 'an enrolment names another school than its class',
    input: changed((draft) => (draft.row('enrollments', 'enr-1')['schoolSourcedId'] = 'sch-2')),
    says: { file: 'enrollments.csv', line: 2, column: 'schoolSourcedId', value: 'sch-2', expected: 'sch-1' },
  },
  {
    code: 'role-missing',
    when: 'a user of a 1.2 bulk has no role',
    input: changed((draft) => draft.removeRow('roles', 'rol-stu-2'), '1.2'),
    says: { file: 'users.csv', line: 3, value: 'stu-2' },
  },
  {
    code: 'role-not-imported',
    when: 'a new user of a 1.2 delta has no role',
    input: changed((draft) => draft.removeRow('roles', 'rol-stu-2'), '1.2', 'delta'),
    says: { file: 'users.csv', line: 3, value: 'stu-2' },
  },
  {
    code: 'role-not-named',
    when: 'a row that takes a role back does not say whose it is',
    input: changed(
      (draft) => Object.assign(draft.row('roles', 'rol-stu-2'), { status: 'tobedeleted', userSourcedId: '' }),
      '1.2',
      'delta',
    ),
    says: { file: 'roles.csv', line: 3, column: 'userSourcedId' },
  },
  {
    code: 'guardian-unlinked',
    when: 'a guardian has no student',
    input: changed((draft) => (draft.row('users', 'gua-2')['agentSourcedIds'] = '')),
    says: { file: 'users.csv', line: 7, value: 'gua-2' },
  },
];

describe('findings', () => {
  test.each(cases)('H26: reports $code when $when', async ({ code, input, says, limits }) => {
    const content = await readPackage(input(), silentPulse, { ...packageLimits, ...limits });
    assert(content.ok, 'nobody cancels');
    const check = checkPackage(content.value, emptyRoster(), today, silentPulse);
    assert(check.ok, 'nobody cancels');
    const found = check.value.report.findings.find((finding) => finding.code === code);
    expect(found, JSON.stringify(check.value.report.findings)).toMatchObject({ code, ...says });
    const { severity } = findingRules[code];
    const others = check.value.report.findings.filter((finding) => finding.code !== code);
    if (severity === 'refuse') expect(check.value).toMatchObject({ exitCode: 2, roster: null });
    else {
      // Nothing else may be found that weighs more, or the case would prove nothing about the exit code.
      expect(others.filter((finding) => findingRules[finding.code].severity === 'refuse')).toEqual([]);
      expect(check.value.exitCode).toBe(severity === 'warning' ? 1 : 0);
      expect(check.value.roster).not.toBeNull();
    }
  });

  test('H26: every finding of the table is provoked by a case', () => {
    const provoked = new Set([...cases, ...listCases].map(({ code }) => code));
    expect(Object.keys(findingRules).filter((code) => !provoked.has(code as FindingCode))).toEqual([]);
  });

  test.each(listCases)('H26: reports $code of a list when $when', async ({ code, input, says }) => {
    const run = await runLists(input());
    const { findings } = run.check.report;
    const found = findings.find((finding) => finding.code === code);
    expect(found, JSON.stringify(findings)).toMatchObject({ code, ...says });
    const { severity } = findingRules[code];
    const heavier = findings.filter(
      (finding) => finding.code !== code && findingRules[finding.code].severity === 'refuse',
    );
    if (severity === 'refuse')
      expect(run).toMatchObject({ plan: null, history: null, check: { exitCode: 2 } });
    else {
      expect(heavier).toEqual([]);
      expect(run.check.exitCode).toBe(severity === 'warning' ? 1 : 0);
      expect(run.plan !== null || run.history !== null).toBe(true);
    }
    assert(found !== undefined, 'each case provokes its finding');
    const { message, whatToDo } = describeFinding(found);
    expect(`${message} ${whatToDo}`).not.toMatch(/[{}]|null|undefined|line {2}|line ,|column [,:]/);
  });

  test.each(['1.1', '1.2'] as const)(
    'a clean %s package gives no finding at all, bulk or delta',
    async (version) => {
      for (const mode of ['bulk', 'delta'] as const) {
        const content = await readPackage(new PackageDraft(version, mode).zip());
        assert(content.ok, 'nobody cancels');
        const check = checkPackage(content.value, emptyRoster(), today, silentPulse);
        assert(check.ok, 'nobody cancels');
        expect(check.value.report).toEqual({ findings: [], omitted: [] });
      }
    },
  );

  test('every text is filled in without a gap', async () => {
    for (const { code, input, limits } of cases) {
      const content = await readPackage(input(), silentPulse, { ...packageLimits, ...limits });
      assert(content.ok, 'nobody cancels');
      const check = checkPackage(content.value, emptyRoster(), today, silentPulse);
      assert(check.ok, 'nobody cancels');
      const finding = check.value.report.findings.find((candidate) => candidate.code === code);
      assert(finding !== undefined, 'each case provokes its finding');
      const { message, whatToDo } = describeFinding(finding);
      expect(`${message} ${whatToDo}`).not.toMatch(/[{}]|null|undefined|line {2}|line ,|column [,:]/);
      expect(whatToDo.length).toBeGreaterThan(0);
    }
  });

  test('a finding that is shown in a Spanish window holds no English, whatever is filled in', async () => {
    const found = new Map<FindingCode, Finding>();
    for (const { code, input, limits } of cases) {
      const content = await readPackage(input(), silentPulse, { ...packageLimits, ...limits });
      assert(content.ok, 'nobody cancels');
      const check = checkPackage(content.value, emptyRoster(), today, silentPulse);
      assert(check.ok, 'nobody cancels');
      for (const finding of check.value.report.findings) if (finding.code === code) found.set(code, finding);
    }
    for (const { code, input } of listCases) {
      const { findings } = (await runLists(input())).check.report;
      for (const finding of findings) if (finding.code === code) found.set(code, finding);
    }
    expect(Object.keys(findingRules).filter((code) => !found.has(code as FindingCode))).toEqual([]);

    Object.assign(globalThis, { window: {}, document: { documentElement: {} } });
    setLanguage('es');
    const english = /\b(?:the|is|are|not|of|or|and|with|was|years?|months?|days?|characters?|lines?)\b/i;
    const shown = [...found.values()].map((finding) => {
      // What the file itself holds is no text of ours.
      const { message, whatToDo } = findingTexts({ ...finding, value: null, column: null, file: null });
      return `${finding.code}: ${message} ${whatToDo}`;
    });
    setLanguage('en');
    expect(shown.filter((said) => english.test(said.slice(said.indexOf(':'))))).toEqual([]);
  });

  test('lists at most a hundred of one kind in one file and counts the rest', async () => {
    const draft = new PackageDraft('1.1', 'bulk');
    const row = draft.row('enrollments', 'enr-1');
    for (let index = 0; index < 250; index += 1) {
      draft.table('enrollments').rows.push({ ...row, sourcedId: `more-${index}`, beginDate: 'soon' });
    }
    const content = await readPackage(draft.zip());
    assert(content.ok, 'nobody cancels');
    const check = checkPackage(content.value, emptyRoster(), today, silentPulse);
    assert(check.ok, 'nobody cancels');
    expect(check.value.report.findings).toHaveLength(maxListedPerKind);
    expect(check.value.report.omitted).toEqual([
      { code: 'date-invalid', file: 'enrollments.csv', count: 150 },
    ]);
  });
});

test('the list in docs/roster-import.md is the table', async () => {
  const text = await readFile(new URL('../../docs/roster-import.md', import.meta.url), 'utf8');
  const listed = [...text.matchAll(/^\|\s*`([a-z0-9.-]+)`\s*\|\s*(\w+)\s*\|\s*(.+?)\s*\|$/gm)].map((row) =>
    row.slice(1),
  );
  expect(listed).toEqual(
    Object.entries(findingRules).map(([code, { severity, message }]) => [code, severity, message]),
  );
});
