import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cataloguedTables } from '../../db/catalogue.ts';
import { policy, roles } from '../../domain/access/policy.ts';
import { contract } from '../../domain/contract/contract.ts';
import type { Procedure } from '../../domain/contract/procedure.ts';
import { evidenceFiles } from '../../scripts/evidence/files.ts';
import { readPromiseTests } from '../../scripts/evidence/promise-tests.ts';
import { promises } from '../../scripts/evidence/promises.ts';

const root = resolve(import.meta.dirname, '../..');
let files: ReadonlyMap<string, string>;

beforeAll(async () => {
  files = await evidenceFiles(root);
});

function generated(name: string): string {
  return files.get(`docs/evidence/${name}.md`) ?? '';
}

function kept(name: string): string {
  return readFileSync(join(root, `docs/evidence/${name}.md`), 'utf8');
}

/** The part of the inventory about one procedure. */
function pointOf(name: string): string {
  const text = generated('access-points');
  const start = text.indexOf(`### \`${name}\``);
  expect([name, start]).not.toEqual([name, -1]);
  const end = text.indexOf('\n##', start + 1);
  return text.slice(start, end === -1 ? undefined : end);
}

describe('the inventory of access points', () => {
  it('B2: is the one that the code gives', () => {
    expect(kept('access-points')).toBe(generated('access-points'));
  });

  it('B2: says of every procedure who may call it, its limit, its audit row, its fields and its errors', () => {
    for (const [area, inArea] of Object.entries(contract)) {
      for (const [name, procedure] of Object.entries(inArea as Record<string, Procedure>)) {
        const point = pointOf(`${area}.${name}`);
        expect(point).toContain(procedure.summary.slice(0, 30));
        expect(point).toContain(
          procedure.limit === undefined ? 'Rate limit: none' : `${procedure.limit.max} in `,
        );
        const { audits } = procedure;
        expect(point).toContain(
          audits === null ? 'Audit row: none' : `Audit row: ${audits.action} ${audits.record}`,
        );
        for (const error of procedure.errors) expect(point).toContain(`\`${error}\``);
        if (typeof procedure.permission !== 'string') continue;
        for (const role of roles) {
          const reach = policy[role][procedure.permission];
          const mayCall = reach !== undefined && (procedure.scope !== 'school' || reach === 'school');
          expect([`${area}.${name}`, role, point.includes(`${role} (${reach})`)]).toEqual([
            `${area}.${name}`,
            role,
            mayCall,
          ]);
        }
      }
    }
  });

  it('B2: lists the fields that leave, in lists and choices too', () => {
    const contacts = pointOf('students.contacts');
    expect(contacts).toContain('`guardians[].phone`');
    expect(contacts).toContain('`address`');
    expect(pointOf('desk.status')).toContain('`session.idleEndsAtMs`');
    expect(pointOf('backup.exportSchool')).toContain('`receiver.recipient`');
    expect(pointOf('students.card')).not.toContain('`nationalId`');
  });
});

describe('the catalogue of stored fields', () => {
  it('B1: is the one that the schema gives', () => {
    expect(kept('stored-fields')).toBe(generated('stored-fields'));
  });

  it('B1: has every table and every column with sensitivity and purpose', () => {
    const text = generated('stored-fields').replaceAll(/ +/g, ' ');
    for (const { table, notes, purpose } of cataloguedTables()) {
      expect(text).toContain(purpose);
      for (const [property, note] of Object.entries(notes)) {
        const column = Object.entries(table).find(([name]) => name === property)?.[1] as { name: string };
        expect(text).toContain(`| ${column.name} |`);
        expect(text).toContain(`| ${note.sensitivity} | ${note.purpose} |`);
      }
    }
  });
});

describe('the list of promises', () => {
  it('is the one that the tests give', () => {
    expect(kept('promises')).toBe(generated('promises'));
  });

  it('has a test for each promise of this version', () => {
    const carried = new Set(readPromiseTests(root).map(({ id }) => id));
    expect(Object.keys(promises).filter((id) => !carried.has(id))).toEqual([]);
  });
});
