import '@mantine/core/styles.css';
import '@mantine/spotlight/styles.css';
import './app/global.css';
import { DirectionProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { setNonce } from 'get-nonce';
import { createRoot } from 'react-dom/client';
import { assert } from '../domain/result.ts';
import { App } from './app/app.tsx';
import { DeskProvider } from './app/desk-state.tsx';
import { Display } from './app/display.tsx';
import { ErrorBoundary } from './app/error-boundary.tsx';
import { queryClient } from './app/query-client.ts';
import { MantineInLanguage } from './app/window-language.tsx';
import { createColorSchemeManager, cssVariablesResolver } from './theme.ts';

// The window writes a new nonce into the page at each serving; every style that is made at run time carries it.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
// Mantine has `getStyleNonce`; the scroll lock under Modal, Drawer and Spotlight asks get-nonce.
setNonce(nonce);

const root = document.getElementById('root');
assert(root !== null, 'the page has its root');
createRoot(root).render(
  <DirectionProvider>
    <MantineInLanguage
      cssVariablesResolver={cssVariablesResolver}
      colorSchemeManager={createColorSchemeManager()}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queryClient}>
        <ErrorBoundary>
          <DeskProvider before={null}>
            <Display />
            <App />
          </DeskProvider>
        </ErrorBoundary>
      </QueryClientProvider>
    </MantineInLanguage>
  </DirectionProvider>,
);
