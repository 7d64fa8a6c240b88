import {
  createContext,
  use,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useState,
  type ReactNode,
} from 'react';
import type { DeskEvent } from '../../domain/contract/events.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import type { Day } from '../../domain/ids.ts';
import { day } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import { api, type Output } from './api.ts';
import { onFrameError } from './gate-errors.ts';
import { queryClient } from './query-client.ts';
import { tellSessionEnd } from './session-end.ts';

export type DeskStatus = Output<'desk', 'status'>;
export type SignedInUser = NonNullable<DeskStatus['user']>;
export type LockReason = Extract<DeskEvent, { type: 'locked' }>['why'];

/** How often the desk is asked how it stands: the day, the session's end and the backup's age follow from it. */
const statusEveryMs = 30_000;

export interface DeskState {
  readonly status: DeskStatus;
  /** Asks the desk how it stands now; after anything that changes its state. Not an audited read. */
  readonly reload: () => Promise<void>;
  /** Ends the session: the content goes at once, then the keys and the store. */
  readonly lock: () => Promise<void>;
  /** Why the last session ended; null when it was the user, or none has ended. */
  readonly lockedBy: LockReason | null;
  /** Set while the audit log cannot be written: no record may be shown. */
  readonly auditFailure: ErrorOf<'audit-unavailable'> | null;
  readonly clearAuditFailure: () => void;
}

const DeskContext = createContext<DeskState | null>(null);

/** Holds how the desk stands for the whole window, and ends the session's screens when it locks. */
export function DeskProvider({
  children,
  before,
}: {
  readonly children: ReactNode;
  readonly before: ReactNode;
}) {
  const [status, setStatus] = useState<DeskStatus | null>(null);
  const [lockedBy, setLockedBy] = useState<LockReason | null>(null);
  const [auditFailure, setAuditFailure] = useState<ErrorOf<'audit-unavailable'> | null>(null);
  const [bug, setBug] = useState<unknown>(null);

  const reload = useCallback(async () => {
    const reply = await api.desk.status({});
    // Busy (an import commits): what is known stays; the next time tells more.
    if (!reply.ok) return;
    setStatus(reply.value);
  }, []);

  const hide = useCallback(() => {
    setAuditFailure(null);
    setStatus((known) => known && { ...known, state: 'locked', user: null, session: null });
  }, []);

  const lock = useCallback(async () => {
    hide();
    setLockedBy(null);
    await api.desk.lock({});
    await reload();
  }, [hide, reload]);

  // Whoever ends the session, and however: what it held goes with the screens that showed it.
  const userId = status?.user?.id;
  useLayoutEffect(() => (userId === undefined ? undefined : endSession), [userId]);

  useEffect(() => {
    // oxlint-disable-next-line react/set-state-in-effect -- the state is set when the desk has answered
    reload().catch(setBug);
    const timer = setInterval(() => {
      reload().catch(setBug);
    }, statusEveryMs);
    return () => {
      clearInterval(timer);
    };
  }, [reload]);

  useEffect(
    () =>
      api.onEvent((event) => {
        if (event.type !== 'locked') return;
        hide();
        setLockedBy(event.why === 'user' ? null : event.why);
        reload().catch(setBug);
      }),
    [hide, reload],
  );

  useEffect(
    () =>
      onFrameError((answer) => {
        if (answer.type === 'audit-unavailable') setAuditFailure(answer);
        else reload().catch(setBug);
      }),
    [reload],
  );

  const state = useMemo<DeskState | null>(
    () =>
      status && {
        status,
        reload,
        lock,
        lockedBy,
        auditFailure,
        clearAuditFailure: () => {
          setAuditFailure(null);
        },
      },
    [status, reload, lock, lockedBy, auditFailure],
  );

  // Thrown while drawing, so that the frame's error page shows it.
  if (bug !== null) throw bug;
  return state === null ? before : <DeskContext value={state}>{children}</DeskContext>;
}

/** How the desk stands. */
export function useDesk(): DeskState {
  const desk = use(DeskContext);
  assert(desk !== null, 'useDesk is called inside DeskProvider');
  return desk;
}

/** Who is signed in. For screens, which are shown to nobody else. */
export function useUser(): SignedInUser {
  const { user } = useDesk().status;
  assert(user !== null, 'a screen is shown to a signed-in user only');
  return user;
}

/** The school-local day. For screens. */
export function useToday(): Day {
  const { today } = useDesk().status;
  return useMemo(() => day.parse(today), [today]);
}

function endSession(): void {
  tellSessionEnd();
  queryClient.clear();
}
