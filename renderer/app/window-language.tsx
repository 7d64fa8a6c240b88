import { MantineProvider, type MantineProviderProps } from '@mantine/core';
import { DatesProvider } from '@mantine/dates';
import 'dayjs/locale/es';
import 'dayjs/locale/ur';
import { Fragment, useEffect, useMemo, useState, type ReactNode } from 'react';
import { createWindowTheme } from '../theme.ts';
import { api } from './api.ts';
import { loadCatalogue, text } from './catalogue.ts';
import { useDesk } from './desk-state.tsx';
import { useChangeDisplay } from './display.tsx';
import { firstDayOfWeek, preferredLanguage, setLanguage, useLanguage, type Language } from './language.ts';

/** Mantine with what follows the language: the names in its own parts, and the pickers' months and weeks. */
export function MantineInLanguage({ children, ...rest }: Omit<MantineProviderProps, 'theme'>) {
  const language = useLanguage();
  // A text is of the language in force.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const theme = useMemo(() => createWindowTheme(text('component.closeDialog')), [language]);
  return (
    <MantineProvider {...rest} theme={theme}>
      <DatesProvider settings={{ locale: language, firstDayOfWeek: firstDayOfWeek() }}>
        {children}
      </DatesProvider>
    </MantineProvider>
  );
}

/**
 * Draws the window in the language of who is signed in; where they have chosen none, or nobody is, in this computer's. A switch draws
 * everything anew: a text belongs to no state that would tell of it. Nothing is shown before the first texts are there.
 */
export function InLanguage({ children }: { readonly children: ReactNode }) {
  const { status } = useDesk();
  const language = useLanguage();
  const wanted = status.user?.language ?? status.language ?? preferredLanguage();
  const [isReady, setIsReady] = useState(false);
  const [bug, setBug] = useState<unknown>(null);
  useEffect(() => {
    let isLatest = true;
    loadCatalogue(wanted).then(() => {
      if (!isLatest) return;
      setLanguage(wanted);
      setIsReady(true);
    }, setBug);
    return () => {
      isLatest = false;
    };
  }, [wanted]);
  if (bug !== null) throw bug;
  return isReady ? <Fragment key={language}>{children}</Fragment> : null;
}

/** Chooses the window's language: for this computer, and for who is signed in. */
export function useChooseLanguage(): (chosen: Language) => void {
  const { status, reload } = useDesk();
  const changeDisplay = useChangeDisplay();
  return (chosen) => {
    void api.desk.chooseLanguage({ language: chosen }).then(async () => {
      if (status.user === null) await reload();
      else changeDisplay({ language: chosen });
    });
  };
}
