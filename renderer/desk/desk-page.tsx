import { Group, Stack, Text, Title } from '@mantine/core';
import { IconBooks } from '@tabler/icons-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { LanguageChoice } from '../app/language-choice.tsx';
import classes from './desk-page.module.css';

interface DeskPageProps {
  readonly title: string;
  readonly state?: ReactNode;
  /** Stands beside the content where there is room: the steps of the wizard. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** Whether the language can be chosen here: where nothing has been typed that a switch would lose. */
  readonly hasLanguages?: boolean;
  /** Ways to other pages, under the content. */
  readonly foot?: ReactNode;
}

/** A page of the desk itself, outside any school: one column, one question. */
export function DeskPage({ title, state, aside, hasLanguages = false, children, foot }: DeskPageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Unless a field has taken the focus: then the heading is read with it.
    if (document.activeElement === document.body) heading.current?.focus();
  }, []);
  return (
    <div className={classes.page}>
      <header className={classes.brand}>
        <Group gap="sm" wrap="nowrap">
          <IconBooks size={24} stroke={1.5} aria-hidden />
          {/* The program's own name is no text of the catalogue. */}
          <Text fw={600} size="xl" translate="no">
            Rollkeep
          </Text>
        </Group>
        {hasLanguages && <LanguageChoice />}
      </header>
      {aside !== undefined && <aside className={classes.aside}>{aside}</aside>}
      <main className={classes.content}>
        <Title order={1} ref={heading} tabIndex={-1} className={classes.title}>
          {title}
        </Title>
        {state !== undefined && (
          <Text c="dimmed" component="div" mt="xs">
            {state}
          </Text>
        )}
        <Stack mt="xl">{children}</Stack>
        {foot != null && foot !== false && (
          <Group mt="xl" pt="md" gap="lg" className={classes.foot ?? ''}>
            {foot}
          </Group>
        )}
      </main>
    </div>
  );
}
