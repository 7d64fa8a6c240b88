import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { text } from './catalogue.ts';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
  /** More ways out than trying again. */
  readonly actions?: ReactNode;
}

/** The edge of the window: a bug takes its screen, not the program, and the page says so. A class since React asks for one. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly hasFailed: boolean }> {
  override readonly state = { hasFailed: false };

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <Stack role="alert" maw="36rem" p="xl">
        <Title order={1}>{text('problem.bug.title')}</Title>
        <Text>{text('problem.bug.text')}</Text>
        <Group>
          <Button
            onClick={() => {
              this.setState({ hasFailed: false });
            }}
          >
            {text('problem.bug.retry')}
          </Button>
          {this.props.actions}
        </Group>
      </Stack>
    );
  }
}
