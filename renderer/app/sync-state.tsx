import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { assert } from '../../domain/result.ts';
import type { SyncState } from '../sync/state-text.ts';
import { api } from './api.ts';
import { useCall } from './calls.ts';

interface Syncing {
  /** Undefined until it is known. */
  readonly state: SyncState | undefined;
  /** Records have come from other computers since the present screen was opened. */
  readonly hasNews: boolean;
  /** Reads what is on screen again: audited reads, so only when the user asks (decision 23). */
  readonly readAgain: () => void;
}

const SyncContext = createContext<Syncing | null>(null);

/** Holds how far syncing is: asked once at sign-in, then told by the main process. */
export function SyncProvider({ children }: { readonly children: ReactNode }) {
  const { data } = useCall('sync', 'state', {});
  const [told, setTold] = useState<SyncState | undefined>(undefined);
  const [hasNews, setHasNews] = useState(false);
  const client = useQueryClient();

  // Another screen is read anew as it opens: news is only what came since.
  const [path] = useLocation();
  const [newsPath, setNewsPath] = useState(path);
  if (path !== newsPath) {
    setNewsPath(path);
    setHasNews(false);
  }

  useEffect(
    () =>
      api.onEvent((event) => {
        if (event.type !== 'sync') return;
        setTold(event.state);
        if (event.hasNews) setHasNews(true);
      }),
    [],
  );

  const readAgain = useCallback(() => {
    setHasNews(false);
    void client.invalidateQueries();
  }, [client]);
  const state = told ?? data;
  const syncing = useMemo(() => ({ state, hasNews, readAgain }), [state, hasNews, readAgain]);
  return <SyncContext value={syncing}>{children}</SyncContext>;
}

/** How far syncing is. For the frame and its screens. */
export function useSyncing(): Syncing {
  const syncing = use(SyncContext);
  assert(syncing !== null, 'useSyncing is called inside SyncProvider');
  return syncing;
}
