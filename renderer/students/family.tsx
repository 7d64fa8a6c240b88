import { Anchor, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from 'wouter';
import type { StudentId } from '../../domain/ids.ts';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { pathTo } from '../app/router.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { languageName } from '../app/language-name.ts';

/** Brothers and sisters at the school, and what is spoken at home. A read, and a row in the log, of its own. */
export function Family({ student }: { readonly student: StudentId }) {
  const family = useCall('students', 'family', { student });
  if (family.error !== undefined) return <ErrorAlert error={family.error} onRetry={family.reload} />;
  if (family.data === undefined) return <Loading rows={2} />;
  const { siblings, languages } = family.data;
  return (
    <Stack gap="xs" align="flex-start">
      <Title order={2} size="h4">
        {text('family.title')}
      </Title>
      <Text size="sm">
        {languages.length === 0
          ? text('family.languages.none')
          : text('family.languages', { languages: languages.map(languageName).join(', ') })}
      </Text>
      {siblings.length === 0 ? (
        <Text size="sm">{text('family.siblings.none')}</Text>
      ) : (
        <Table w="auto" aria-label={text('family.siblings')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{text('family.siblings')}</Table.Th>
              <Table.Th scope="col">{text('students.column.homeroom')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {siblings.map(({ id, name, homeroom }) => (
              <Table.Tr key={id}>
                <Table.Th scope="row" fw={400}>
                  <Anchor
                    component={Link}
                    to={pathTo.student(id)}
                    size="sm"
                    c="var(--mantine-color-text)"
                    underline="always"
                  >
                    <bdi>{name}</bdi>
                  </Anchor>
                </Table.Th>
                <Table.Td>
                  <bdi>{homeroom}</bdi>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  );
}
