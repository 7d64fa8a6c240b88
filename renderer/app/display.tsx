import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { useCommand } from './calls.ts';
import { useDesk, type SignedInUser } from './desk-state.tsx';

export type DisplaySettings = Pick<SignedInUser, 'density' | 'colorScheme' | 'language'>;

/** Puts the signed-in user's own rows and colours in force; nobody's after sign-out. */
export function Display() {
  const { user } = useDesk().status;
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const density = user?.density ?? 'compact';
  const colorScheme = user?.colorScheme;
  useEffect(() => {
    document.documentElement.dataset['density'] = density;
  }, [density]);
  useEffect(() => {
    // The last user's colours stay on the sign-in page: a flash of white in a dark room helps nobody.
    if (colorScheme !== undefined) setColorScheme(colorScheme);
    // Mantine gives a new function at every drawing; only the setting itself is followed.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [colorScheme]);
  return null;
}

/** Changes the user's own display settings and keeps them in the store. */
export function useChangeDisplay(): (settings: Partial<DisplaySettings>) => void {
  const { status, reload } = useDesk();
  const { run } = useCommand('users', 'changeOwnDisplay');
  return (settings) => {
    const { user } = status;
    if (user === null) return;
    const { density, colorScheme, language } = { ...user, ...settings };
    void run({ density, colorScheme, language }).then(reload);
  };
}
