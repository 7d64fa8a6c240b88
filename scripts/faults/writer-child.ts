import { existsSync, writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { assert } from '../../domain/result.ts';
import { writePackage } from '../../domain/roster/write-package.ts';
import { pairPaths, rotateStore } from '../../main/vault/profile.ts';
import { writeVault } from '../../main/vault/vault-file.ts';
import { membersOf, prepareRotation } from '../../main/vault/vault.ts';
import { writeZip } from '../../main/roster/write-zip.ts';
import { generateDistrict, standardSample } from '../../resources/sample/generate.ts';
import { randomFor } from '../../resources/sample/random.ts';
import { rosterRecordsOf } from '../../resources/sample/roster-records.ts';
import { createScriptDesk, openSchoolDirectly } from '../harness/script-desk.ts';
import { backupClockMs, secondFolderOf, useSecondFolder } from './backup-flow.ts';
import { tokenOf, writerPlan, type Ack } from './plan.ts';
import { firstMs } from './small-school.ts';

/**
 * Writes through the gate as fast as it can, and says on its standard output what was acknowledged, a line a write and
 * only after the answer. The parent kills it, cuts its power, or lets it come to its end.
 */
const plan = writerPlan.parse(JSON.parse(process.argv[2] ?? ''));
const random = randomFor(plan.seed, 'writes');
const script = createScriptDesk(plan.dataDir, { nowMs: firstMs + plan.firstNumber * 1000 });
await openSchool();
if (plan.checkpointPages !== null) {
  script.open.connection.pragma(`wal_autocheckpoint=${plan.checkpointPages}`);
}
flushCompileCache();
say({ kind: 'ready' });

for (let number = plan.firstNumber; number < plan.firstNumber + plan.most; number += 1) {
  script.nowMs += 1000;
  await writeOnce(number);
}
script.desk.lock('user');

async function openSchool(): Promise<void> {
  const opening = await openSchoolDirectly(script, plan.recoveryKeyGroups);
  assert(opening.type === 'open', `the store opens for the writer (${opening.type})`);
}

function say(line: Ack): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

async function writeOnce(number: number): Promise<void> {
  switch (plan.flow) {
    case 'marks':
      return writeMarks(number, random.chance(0.15));
    case 'mixed':
      return random.chance(0.2) ? renameStudent(number) : writeMarks(number, random.chance(0.15));
    case 'rotation': {
      if (plan.dieAfter !== null) return rotateAndDie();
      const turn = number % 4;
      if (turn === 3) return rotate();
      return turn === 2 ? replaceVault(number) : writeMarks(number, false);
    }
    case 'import':
      return importRoster(number);
    case 'backup':
      return backUp(number);
  }
}

async function writeMarks(number: number, isWholeClass: boolean): Promise<void> {
  const { id, students } = random.pick(plan.classes);
  const day = random.pick(plan.days);
  const marked = isWholeClass ? students : [random.pick(students)];
  const note = tokenOf(isWholeClass ? 'all' : 'one', number);
  const marks = marked.map((student) => ({ student, code: random.pick(['A', 'T', 'E']), note }));
  await script.must('attendance', 'mark', { class: id, day, session: 'day', marks });
  say({ kind: 'mark', class: id, day, students: [...marked], number });
}

async function renameStudent(number: number): Promise<void> {
  const student = random.pick(random.pick(plan.classes).students);
  const { versions } = await script.must('students', 'card', { student });
  const version = versions['preferredGivenName'];
  assert(version !== undefined, 'a card gives the version of each field');
  await script.must('students', 'change', {
    student,
    fields: { preferredGivenName: { value: tokenOf('name', number), version } },
  });
  say({ kind: 'student', student, number });
}

async function rotate(): Promise<void> {
  const rotated = await script.desk.rotateMasterKey(membersOf(script.open.vault));
  assert(rotated.ok, 'the master key is rotated');
  say({ kind: 'rotation', generation: script.open.vault.generation });
}

/** What the desk's own rotation does, but dead after one of its steps. */
async function rotateAndDie(): Promise<void> {
  const { open, desk } = script;
  const next = await prepareRotation(open.vault, membersOf(open.vault), desk.random);
  const keychain = desk.keychain();
  assert(keychain.ok, 'there is a keychain');
  open.signHeadIfDue(desk.now(), 'close');
  const { size, root } = open.auditLog.head(open.unitParts.db);
  rotateStore({
    profile: open.profile,
    connection: open.connection,
    keychain: keychain.value,
    oldMasterKey: open.masterKey,
    next,
    audit: { auditSize: size, auditRoot: Buffer.from(root).toString('hex') },
    afterStep(step) {
      if (step === plan.dieAfter) process.kill(process.pid, 'SIGKILL');
    },
  });
}

/** A new name of the school, brought to its vault at once: closing the store would do that too. */
async function replaceVault(number: number): Promise<void> {
  const { open } = script;
  const name = tokenOf('name', number);
  await script.must('attendance', 'changeSchool', { name, timeZone: open.unitParts.school.timeZone });
  const body = { ...open.vault, label: name };
  const written = writeVault(pairPaths(open.profile, body.generation).vault, body, open.masterKey);
  assert(written.ok, 'the vault is written');
  open.vault = body;
  say({ kind: 'vault', number });
}

/** The roster of a small school in which every student's given name is this import's token. */
async function importRoster(number: number): Promise<void> {
  const district = generateDistrict({ ...standardSample, studentCount: 40 });
  const [school] = district.schools;
  const records = rosterRecordsOf(district, [
    {
      ...school,
      students: school.students.map((student) => ({ ...student, givenName: tokenOf('name', number) })),
    },
  ]);
  const zip = writeZip(writePackage(records, '1.2', { mode: 'bulk' }));
  const file = { name: 'roster.zip', bytes: zip.length };
  const { upload } = await script.must('roster', 'begin', { files: [file] });
  const chunk = Buffer.from(zip).toString('base64');
  await script.must('roster', 'append', { upload, file: 0, chunk });
  await script.must('roster', 'check', { upload });
  const { confirmRemoved } = await script.must('roster', 'review', { upload, school: school.sourcedId });
  await script.must('roster', 'apply', { upload, confirmRemoved });
  say({ kind: 'import', number });
}

/** A name is changed, and a backup made some hours or days after the one before: it is copied, and older ones are thinned. */
async function backUp(number: number): Promise<void> {
  script.desk.lock('user');
  script.nowMs = backupClockMs(number);
  await openSchool();
  const secondFolder = secondFolderOf(plan.dataDir);
  if (existsSync(secondFolder)) useSecondFolder(script, secondFolder);
  await renameStudent(number);
  const { name } = await script.must('backup', 'make', {});
  say({ kind: 'backup', name, atMs: script.nowMs, number });
}
