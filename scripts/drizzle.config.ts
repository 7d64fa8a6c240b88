import { defineConfig } from 'drizzle-kit';

/** `npm run db:draft` writes the SQL of the schema as it stands; a migration is drafted from it by hand and frozen. */
// oxlint-disable-next-line import/no-default-export -- the tool reads the default export
export default defineConfig({
  dialect: 'sqlite',
  schema: ['./db/{school,people,attendance,accounts,roster}/schema.ts'],
  out: './out/drizzle',
});
