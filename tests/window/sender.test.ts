import { chromium } from '@playwright/test';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openTestWindow, testPortAddress, type TestWindow } from './test-window.ts';

/**
 * Plays a page that got hold of the binding before the preload took it away: `sent` keeps what the real bridge
 * wrote, token and all, and `raw` sends whatever it is given.
 */
const stolenBinding = `
globalThis.raw = globalThis.rollkeepSend;
globalThis.sent = [];
globalThis.rollkeepSend = (text) => { globalThis.sent.push(text); globalThis.raw(text); };
`;

const refused = { area: 'students', procedure: 'list', input: undefined, sender: 'refused' };

async function callsOf(page: TestWindow): Promise<unknown[]> {
  await page.report('end');
  return page.calls
    .filter(({ input }) => typeof input !== 'object' || input === null || !('report' in input))
    .map(({ windowId: _windowId, ...call }) => call);
}

describe('H22: the window refuses', () => {
  it('H22: refuses a message with a forged token, and answers nothing', async () => {
    const page = await openTestWindow({
      beforePreload: stolenBinding,
      script: `
        await report('start');
        raw(JSON.stringify({ token: '0'.repeat(64), seq: 2, area: 'students', procedure: 'list', input: {} }));
        await report('end');`,
    });
    expect(await callsOf(page)).toEqual([refused]);
  });

  it('H22: refuses a replayed message', async () => {
    const page = await openTestWindow({
      beforePreload: stolenBinding,
      script: `
        await rollkeep.students.list({});
        raw(sent[0]);
        await report('end');`,
    });
    expect(await callsOf(page)).toEqual([{ ...refused, input: {}, sender: 'own-window' }, refused]);
  });

  it('H22: refuses a message that skips a number', async () => {
    const page = await openTestWindow({
      beforePreload: stolenBinding,
      script: `
        await report('start');
        raw(JSON.stringify({ ...JSON.parse(sent[0]), seq: 7, area: 'students', procedure: 'list' }));
        await report('end');`,
    });
    expect(await callsOf(page)).toEqual([refused]);
  });

  it('H22: refuses what is no call at all', async () => {
    const page = await openTestWindow({
      beforePreload: stolenBinding,
      script: `
        await report('start');
        for (const text of ['', 'null', '[1]', '{"token":1}', '\\ud800']) raw(text);
        await report('end');`,
    });
    const nothing = { ...refused, area: '', procedure: '' };
    expect(await callsOf(page)).toEqual([nothing, nothing, nothing, nothing, nothing]);
  });

  it('H22: refuses the token and the next number when they come from an about:blank or srcdoc frame', async () => {
    const page = await openTestWindow({
      beforePreload: stolenBinding,
      script: `
        await report('start');
        let frames = 0;
        for (const attribute of ['src', 'srcdoc']) {
          const frame = document.createElement('iframe');
          if (attribute === 'srcdoc') frame.srcdoc = '<p>frame</p>'; else frame.src = 'about:blank';
          document.body.append(frame);
          await pause(200);
          // The frame shares our origin, so the page can reach its binding.
          if (typeof frame.contentWindow?.raw !== 'function') continue;
          frames += 1;
          frame.contentWindow.raw(JSON.stringify({ ...JSON.parse(sent[0]), seq: 2, area: 'students', procedure: 'list' }));
        }
        await report('end', { frames, bridge: typeof document.querySelector('iframe').contentWindow.rollkeep });`,
    });
    const calls = await callsOf(page);
    const { frames, bridge } = await page.report('end');
    expect(frames).toBeGreaterThan(0);
    expect(calls).toEqual(Array.from({ length: Number(frames) }, () => refused));
    expect(bridge).toBe('undefined');
  });

  it('H22: refuses a token of the document before a reload', async () => {
    const page = await openTestWindow({
      beforePreload: stolenBinding,
      script: `
        if (sessionStorage.getItem('old') === null) {
          await report('start');
          sessionStorage.setItem('old', sent[0]);
          location.reload();
        } else {
          raw(JSON.stringify({ ...JSON.parse(sessionStorage.getItem('old')), area: 'students', procedure: 'list' }));
          await report('end');
        }`,
    });
    expect(await callsOf(page)).toEqual([refused]);
  });
});

describe('H22: nothing beside the window stays open', () => {
  it('H22: closes a popup at once, and it gets no bridge', async () => {
    const page = await openTestWindow({
      testPort: true,
      body: '<button>Open</button>',
      script: `
        document.querySelector('button').onclick = async () => {
          const popups = [window.open('about:blank'), window.open(location.origin + '/'), window.open('https://example.com/')];
          await pause(700);
          await report('popups', { closed: popups.map((popup) => popup === null || popup.closed) });
        };
        await report('ready');`,
    });
    await page.report('ready');
    const driver = await drive(page);
    await driver.pages()[0]?.getByRole('button').click();
    expect(await page.report('popups')).toEqual({ report: 'popups', closed: [true, true, true] });
    expect(
      page.calls.filter((call) => call.sender !== 'own-window' || call.windowId !== page.calls[0]?.windowId),
    ).toEqual([]);
  });

  it('H22: closes a page or a DevTools window that something else opens in the browser', async () => {
    const page = await openTestWindow({ testPort: true, script: `await report('ready');` });
    await page.report('ready');
    const browser = await chromium.connectOverCDP(testPortAddress(page.profileFolder));
    onTestFinished(() => browser.close());
    const session = await browser.newBrowserCDPSession();
    const urls = async () =>
      (await session.send('Target.getTargets')).targetInfos.map(({ url }) => url).filter((url) => url !== '');
    const before = await urls();
    await session.send('Target.createTarget', { url: 'about:blank' });
    await session.send('Target.createTarget', { url: 'devtools://devtools/bundled/inspector.html' });
    await expect.poll(urls).toEqual(before);
    expect(before).toEqual(['https://rollkeep.localhost/']);
  });

  it('H22: refuses to navigate away, and the page goes on', async () => {
    const page = await openTestWindow({
      script: `
        await report('start');
        for (const url of ['https://example.com/', 'http://127.0.0.1:1/', 'https://rollkeep.localhost/page.js', 'https://rollkeep.localhost/?x', 'data:text/html,x', 'file:///etc/passwd', 'javascript:document.title="ran"']) {
          await tried(() => { location.href = url; });
          await pause(120);
        }
        await report('end', { url: location.href, title: document.title });`,
    });
    const { url, title } = await page.report('end');
    expect({ url, title }).toEqual({ url: 'https://rollkeep.localhost/', title: 'Test page' });
    expect(page.goneDocuments).toEqual([]);
  });

  it('H22: comes back to its own page when it is led to a blob or about page', async () => {
    const page = await openTestWindow({
      script: `
        await report('here', { url: location.href });
        await pause(100);
        if (sessionStorage.getItem('left') === null) {
          sessionStorage.setItem('left', 'yes');
          location.href = URL.createObjectURL(new Blob(['<script src="https://rollkeep.localhost/blob.js"></script>'], { type: 'text/html' }));
        } else await report('back', { url: location.href, blob: sessionStorage.getItem('blob') });`,
      files: { 'blob.js': "sessionStorage.setItem('blob', `bridge ${typeof globalThis.rollkeep}`);" },
    });
    const { url, blob } = await page.report('back');
    expect(url).toBe('https://rollkeep.localhost/');
    // The way back may be faster than the script of the blob page; where that ran, it found no bridge.
    expect(['bridge undefined', null]).toContain(blob);
    expect(page.goneDocuments).toHaveLength(1);
  });

  async function drive(page: TestWindow) {
    const browser = await chromium.connectOverCDP(testPortAddress(page.profileFolder));
    onTestFinished(() => browser.close());
    const [context] = browser.contexts();
    if (context === undefined) throw new Error('The browser has no page.');
    return context;
  }
});
