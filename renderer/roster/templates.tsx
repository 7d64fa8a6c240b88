import { Alert, Button, Group, Text, Title } from '@mantine/core';
import { IconCheck, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { templateKinds } from '../../domain/contract/roster.ts';
import { useCommand } from '../app/calls.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import classes from './import.module.css';

type Kind = (typeof templateKinds)[number];

const kindTexts: { readonly [K in Kind]: PlainTextKey } = {
  students: 'import.template.students',
  schedule: 'import.template.schedule',
  attendance: 'import.template.attendance',
  groups: 'import.template.groups',
  groupMembers: 'import.template.groupMembers',
};

/** Empty files to fill in, for who has no export to begin with. */
export function Templates() {
  const template = useCommand('roster', 'template');
  const [path, setPath] = useState<string | null>(null);
  const save = async (kind: Kind): Promise<void> => {
    setPath(null);
    const saved = await template.run({ kind });
    if (saved.ok) setPath(saved.value.path);
  };
  return (
    <section>
      <Title order={2}>{text('import.template.title')}</Title>
      <Text c="dimmed" mb="sm">
        {text('import.template.text')}
      </Text>
      <Group gap="xs">
        {templateKinds.map((kind) => (
          <Button
            key={kind}
            variant="default"
            size="xs"
            leftSection={<IconDownload size={16} aria-hidden />}
            aria-label={text('import.template.save', { kind: text(kindTexts[kind]) })}
            onClick={() => void save(kind)}
          >
            {text(kindTexts[kind])}
          </Button>
        ))}
      </Group>
      <ErrorAlert error={template.error} onClose={template.clearError} />
      {path !== null && (
        <Alert
          mt="sm"
          maw="44rem"
          role="status"
          variant="outline"
          color="teal"
          icon={<IconCheck size={18} aria-hidden />}
          title={text('import.template.saved')}
        >
          <code dir="ltr" className={classes.path}>
            {path}
          </code>
        </Alert>
      )}
    </section>
  );
}
