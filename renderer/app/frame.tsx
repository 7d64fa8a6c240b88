import { AppShell, Button, Group, Text } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { reachOf } from '../../domain/access/policy.ts';
import { Loading } from '../components/loading.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { areasOf, RegisterScreen, StudentCardScreen, WeekScreen } from './areas.ts';
import { AuditClosed } from './audit-closed.tsx';
import { text } from './catalogue.ts';
import { ChangePassword } from './change-password.tsx';
import { useDesk, useUser } from './desk-state.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { FrameHeader } from './frame-header.tsx';
import { Navigation } from './navigation.tsx';
import { Palette } from './palette.tsx';
import { paths, useBack } from './router.tsx';
import { SessionWarning } from './session-warning.tsx';
import { SyncProvider } from './sync-state.tsx';
import classes from './frame.module.css';

const headerHeightPx = 48;
const wideNavigationPx = 208;
const narrowNavigationPx = 56;

/** The window of a signed-in user: header, areas, and one screen. `onSetUp` leaves the sample for a school of one's own. */
export function Frame({ onSetUp }: { readonly onSetUp: () => void }) {
  const { status, lock, auditFailure } = useDesk();
  const [isNarrow, narrow] = useDisclosure(false);
  const [isChanging, password] = useDisclosure(false);
  const back = useBack();
  useHotkeys(
    [
      ['mod+L', () => void lock()],
      [
        'alt+ArrowLeft',
        () => {
          back('/');
        },
      ],
    ],
    [],
  );
  const isSample = status.school?.isSample === true;

  return (
    <SyncProvider>
      <AppShell
        header={{ height: isSample ? headerHeightPx + 40 : headerHeightPx }}
        navbar={{
          width: { base: narrowNavigationPx, sm: isNarrow ? narrowNavigationPx : wideNavigationPx },
          breakpoint: 0,
        }}
        padding="lg"
        transitionDuration={0}
      >
        {/* Over the navigation, so that the header's menus are. */}
        <AppShell.Header zIndex={110}>
          <Button
            variant="default"
            size="xs"
            className={classes.skip ?? ''}
            onClick={() => document.getElementById('content')?.focus()}
          >
            {text('frame.skip')}
          </Button>
          <FrameHeader onSetUp={onSetUp} onChangePassword={password.open} />
          {isSample && (
            <Group className={classes.sample} justify="space-between" wrap="nowrap" gap="sm">
              <Text fw={600} size="sm" truncate>
                {text('frame.sample')}
              </Text>
              <Button size="compact-sm" variant="default" flex="none" onClick={onSetUp}>
                {text('frame.sample.setUp')}
              </Button>
            </Group>
          )}
        </AppShell.Header>
        <Navigation isNarrow={isNarrow} onToggle={narrow.toggle} />
        <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
          {auditFailure === null ? <Screen /> : <AuditClosed error={auditFailure} />}
        </AppShell.Main>
        <Palette onChangePassword={password.open} />
        <SessionWarning />
        <ChangePassword opened={isChanging} onClose={password.close} />
      </AppShell>
    </SyncProvider>
  );
}

/** The screen of the present place. A place that the role may not open does not exist for it. */
function Screen() {
  const { lock } = useDesk();
  const { role } = useUser();
  const [path] = useLocation();
  const areas = areasOf(role);
  const [first] = areas;
  const lockButton = (
    <Button variant="default" onClick={() => void lock()}>
      {text('problem.bug.lock')}
    </Button>
  );
  return (
    <ErrorBoundary key={path} actions={lockButton}>
      <Suspense fallback={<Loading />}>
        <Switch>
          {areas.map((area) => (
            <Route key={area.path} path={area.path} component={area.screen} />
          ))}
          {reachOf(role, 'attendance.see') !== undefined && (
            <Route path={paths.week} component={WeekScreen} />
          )}
          {reachOf(role, 'attendance.see') !== undefined && (
            <Route path={paths.register} component={RegisterScreen} />
          )}
          {reachOf(role, 'students.card') !== undefined && (
            <Route path={paths.student} component={StudentCardScreen} />
          )}
          <Route>
            {first === undefined ? (
              <EmptyState title={text('area.none.title')} text={text('area.none.next')} />
            ) : (
              <Redirect to={first.path} replace />
            )}
          </Route>
        </Switch>
      </Suspense>
    </ErrorBoundary>
  );
}
