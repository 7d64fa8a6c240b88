import { Text } from '@mantine/core';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { assert } from '../../domain/result.ts';
import { SignIn } from '../desk/sign-in.tsx';
import { Loading } from '../components/loading.tsx';
import { text } from './catalogue.ts';
import { useDesk } from './desk-state.tsx';
import { Frame } from './frame.tsx';
import { UserPlaces } from './router.tsx';
import { InLanguage } from './window-language.tsx';

const SetUp = lazy(async () => ({ default: (await import('../desk/set-up.tsx')).SetUp }));
const Recover = lazy(async () => ({ default: (await import('../desk/recover.tsx')).Recover }));
const Restore = lazy(async () => ({ default: (await import('../desk/restore.tsx')).Restore }));
const NewPassword = lazy(async () => ({ default: (await import('../desk/new-password.tsx')).NewPassword }));

/** What a desk without a session shows; a choice of the user, not of the desk. */
type DeskPage = 'sign-in' | 'set-up' | 'recover' | 'restore';

/** The window: the desk's own pages until somebody is signed in, then the frame with its areas. */
export function App() {
  const { status } = useDesk();
  // Held above the language, so that choosing another one leads nowhere else.
  const [page, setPage] = useState<DeskPage>(status.state === 'no-school' ? 'set-up' : 'sign-in');
  return (
    <InLanguage>
      <Suspense fallback={<Loading />}>
        <Page page={page} setPage={setPage} />
      </Suspense>
      <UsePrint />
    </InLanguage>
  );
}

function UsePrint() {
  return createPortal(<Text data-use-print>{text('frame.usePrint')}</Text>, document.body);
}

interface PageProps {
  readonly page: DeskPage;
  readonly setPage: (page: DeskPage) => void;
}

function Page({ page, setPage }: PageProps): ReactNode {
  const { status, lock, reload } = useDesk();

  const toSignIn = (): void => {
    setPage('sign-in');
    void reload();
  };

  // Set-up shows its last step after the new school has signed its administrator in.
  if (page === 'set-up') {
    return <SetUp onDone={toSignIn} {...(status.schools.length === 0 ? {} : { onLeave: toSignIn })} />;
  }
  switch (status.state) {
    case 'no-school':
      return <SetUp onDone={toSignIn} />;
    case 'recovered':
      return <Recover onDone={toSignIn} />;
    case 'must-change-password':
      return <NewPassword />;
    case 'signed-in':
      assert(status.user !== null, 'a signed-in desk has a user');
      return (
        <UserPlaces user={status.user.id}>
          <Frame
            onSetUp={() => {
              setPage('set-up');
              void lock();
            }}
          />
        </UserPlaces>
      );
    case 'locked':
      if (page === 'recover') return <Recover onDone={toSignIn} />;
      if (page === 'restore') return <Restore onDone={toSignIn} />;
      return (
        <SignIn
          key={status.school?.id}
          onRecover={() => {
            setPage('recover');
          }}
          onRestore={() => {
            setPage('restore');
          }}
          onSetUp={() => {
            setPage('set-up');
          }}
        />
      );
  }
}
