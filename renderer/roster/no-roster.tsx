import { Button } from '@mantine/core';
import { Link } from 'wouter';
import { reachOf } from '../../domain/access/policy.ts';
import { text } from '../app/catalogue.ts';
import { useUser } from '../app/desk-state.tsx';
import { pathTo } from '../app/router.tsx';
import { EmptyState } from '../components/empty-state.tsx';

/** A screen of a school without a roster: what will stand here, and the way to it for whoever may go it. */
export function NoRoster({ willBe }: { readonly willBe: string }) {
  const { role } = useUser();
  const mayImport = reachOf(role, 'roster.import') !== undefined;
  return (
    <EmptyState
      title={text('import.noRoster.title')}
      text={`${willBe} ${mayImport ? text('import.noRoster.next') : text('import.noRoster.ask')}`}
      action={
        mayImport && (
          <Button component={Link} to={pathTo.import()}>
            {text('import.noRoster.action')}
          </Button>
        )
      }
    />
  );
}
