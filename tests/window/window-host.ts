import { openChromiumWindow } from '../../main/window/chromium.ts';

/** A process that does nothing but hold one window: prints `open`, then how it ended. For `life.test.ts`. */
const [executable = '', assetFolder = '', preloadFile = '', profileFolder = ''] = process.argv.slice(2);
const window = await openChromiumWindow(
  {
    assetFolder,
    title: 'Rollkeep',
    onCall: async () => ({ ok: true, value: null }),
    onDocumentGone: () => {},
  },
  { executable, preloadFile, profileFolder, headless: true },
);
console.log('open');
console.log(await window.closed);
