import { Command, InvalidArgumentError, Option } from 'commander';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { countryPack } from '../domain/contract/shared.ts';
import { day } from '../domain/ids.ts';
import { writePackage } from '../domain/roster/write-package.ts';
import { writeZip } from '../main/roster/write-zip.ts';
import { generateDistrict, standardSample } from '../resources/sample/generate.ts';
import { rosterRecordsOf } from '../resources/sample/roster-records.ts';

const optionsSchema = z.object({
  out: z.string(),
  seed: z.number(),
  students: z.number(),
  country: countryPack,
  today: day,
  version: z.enum(['1.1', '1.2']),
});

const program = new Command('sample')
  .description('Writes the invented sample district as OneRoster packages: one per school and one of both.')
  .requiredOption('--out <dir>', 'where to write; made if missing, packages in it are replaced')
  .option('--seed <number>', 'another seed, another district', wholeNumber(0), standardSample.seed)
  .option('--students <number>', 'of both schools together', wholeNumber(40), standardSample.studentCount)
  .addOption(
    new Option('--country <pack>', 'which country')
      .choices(countryPack.options)
      .default(standardSample.country),
  )
  .option('--today <day>', 'the day that the school year is laid around', standardSample.today)
  .addOption(new Option('--version <version>', 'of OneRoster').choices(['1.1', '1.2']).default('1.2'))
  .action((given: unknown) => {
    const parsed = optionsSchema.safeParse(given);
    if (!parsed.success) throw new InvalidArgumentError('--today is a day such as 2026-03-03');
    const { out, seed, students, country, today, version } = parsed.data;
    const district = generateDistrict({ seed, studentCount: students, country, today });
    const [first, second] = district.schools;
    mkdirSync(out, { recursive: true });
    for (const [name, schools] of [
      ['sample-school-1.zip', [first]],
      ['sample-school-2.zip', [second]],
      ['sample-district.zip', [first, second]],
    ] as const) {
      const records = rosterRecordsOf(district, schools);
      writeFileSync(join(out, name), writeZip(writePackage(records, version, { mode: 'bulk' })));
      const count = schools.reduce((sum, school) => sum + school.students.length, 0);
      console.log(
        `${join(out, name)}: OneRoster ${version}, ${count} students, ${records.enrolments.length} enrolments`,
      );
    }
  });

try {
  program.parse();
} catch (cause) {
  if (!(cause instanceof Error)) throw cause;
  program.error(`Not all packages were written. ${cause.message}`, { exitCode: 2 });
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!Number.isSafeInteger(number) || number < least) {
      throw new InvalidArgumentError(`A whole number of at least ${least} is needed.`);
    }
    return number;
  };
}
