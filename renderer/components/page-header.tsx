import { Group, Text, Title } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import classes from './page-header.module.css';
import { moveFocus } from '../app/move-focus.ts';

interface PageHeaderProps {
  readonly title: ReactNode;
  /** One sentence: how things stand, or what the screen asks for. */
  readonly state?: ReactNode;
  /** The screen's actions; one of them is filled and says what it does with its count. */
  readonly action?: ReactNode;
}

/** The head of every screen: what it is, how it stands, what to do. Takes the focus when the screen opens. */
export function PageHeader({ title, state, action }: PageHeaderProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // A screen that puts the focus to work itself, such as the register, keeps it.
    if (document.activeElement?.closest('main') == null) moveFocus(heading.current);
  }, []);
  return (
    <Group component="header" justify="space-between" align="flex-start" gap="lg" mb="lg">
      <div className={classes.text}>
        <Title order={1} ref={heading} tabIndex={-1} className={classes.title}>
          <bdi>{title}</bdi>
        </Title>
        {state !== undefined && (
          <Text c="dimmed" component="div">
            {state}
          </Text>
        )}
      </div>
      {action !== undefined && <Group gap="sm">{action}</Group>}
    </Group>
  );
}

/** Puts the focus on the head of the screen, where the button that had it has gone with what it did. */
export function focusPageHeader(): void {
  moveFocus(document.querySelector<HTMLElement>('main h1'));
}

/** The same, where what had the focus has gone without anything else taking it. */
export function focusPageHeaderIfLost(): void {
  if (document.activeElement === document.body) focusPageHeader();
}
