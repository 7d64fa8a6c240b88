import { expect, it } from 'vitest';
import { procedureNames } from '../../domain/contract/names.ts';
import { openTestWindow } from './test-window.ts';

it('carries a call with its input to the handler and the reply back to the page', async () => {
  const page = await openTestWindow({
    script: `await report('got', { reply: await rollkeep.students.list({ search: 'Invented' }) });`,
    answer: async (call) =>
      call.area === 'students' ? { ok: true, value: ['one', { two: 2 }] } : { ok: true, value: null },
  });
  const { reply } = await page.report('got');
  expect(reply).toEqual({ ok: true, value: ['one', { two: 2 }] });
  expect(page.calls[0]).toEqual({
    area: 'students',
    procedure: 'list',
    input: { search: 'Invented' },
    windowId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    sender: 'own-window',
  });
});

it('gives the page exactly the procedures of the contract and onEvent, frozen', async () => {
  const page = await openTestWindow({
    script: `
      const areas = Object.fromEntries(Object.entries(rollkeep).filter(([, v]) => typeof v === 'object').map(([k, v]) => [k, Object.keys(v)]));
      const replaced = await tried(() => { rollkeep.desk.status = () => 'mine'; return 'replaced'; });
      const overwritten = await tried(() => { globalThis.rollkeep = {}; return 'overwritten'; });
      const left = Object.getOwnPropertyNames(globalThis).filter((name) => name.toLowerCase().includes('rollkeep'));
      await report('shape', { areas, onEvent: typeof rollkeep.onEvent, replaced, overwritten, left });`,
  });
  expect(await page.report('shape')).toEqual({
    report: 'shape',
    areas: procedureNames,
    onEvent: 'function',
    replaced: { failed: 'TypeError' },
    overwritten: { failed: 'TypeError' },
    // Neither the binding nor the way to connect it is left where a script could take it.
    left: ['rollkeep'],
  });
});

it('rejects in the page, without saying why, when the handler throws', async () => {
  const page = await openTestWindow({
    script: `await report('got', await tried(() => rollkeep.students.list({}).catch((cause) => { throw { name: cause.message }; })));`,
    answer: async (call) => {
      if (call.area === 'students') throw new Error('a secret of the main process');
      return { ok: true, value: null };
    },
  });
  expect(await page.report('got')).toEqual({ report: 'got', failed: 'The request failed inside Rollkeep.' });
});

it('delivers events to the page until it stops listening', async () => {
  const page = await openTestWindow({
    script: `
      let seen = 0;
      const stop = rollkeep.onEvent(async (event) => { seen += 1; stop(); await report('event', { event }); });
      await report('listening');
      await pause(400);
      await report('count', { seen });`,
  });
  await page.report('listening');
  page.window.send({ type: 'locked' });
  expect(await page.report('event')).toEqual({ report: 'event', event: { type: 'locked' } });
  page.window.send({ type: 'locked' });
  expect(await page.report('count')).toEqual({ report: 'count', seen: 1 });
});

it('answers many calls at once, each with its own reply', async () => {
  const page = await openTestWindow({
    script: `
      const replies = await Promise.all(Array.from({ length: 200 }, (_, n) => rollkeep.students.list({ n })));
      await report('all', { right: replies.every((reply, n) => reply.value === n) });`,
    async answer(call) {
      const { n } = (call.input ?? {}) as { n?: number };
      await new Promise((resolve) => setTimeout(resolve, ((n ?? 0) * 7) % 20));
      return { ok: true, value: n };
    },
  });
  expect(await page.report('all')).toEqual({ report: 'all', right: true });
});

it('starts a new document with a new window id after a reload, and reports the old one as gone', async () => {
  const page = await openTestWindow({ script: `await report('here'); await pause(200); location.reload();` });
  const first = await page.waitForCall(() => true);
  const second = await page.waitForCall((call) => call.windowId !== first.windowId);
  expect(second.sender).toBe('own-window');
  expect(page.goneDocuments[0]).toBe(first.windowId);
});

it('prints the page to a PDF', async () => {
  const page = await openTestWindow({ script: `await report('here');`, body: '<h1>Recovery sheet</h1>' });
  await page.report('here');
  const pdf = await page.window.printToPdf();
  expect(Buffer.from(pdf).subarray(0, 5).toString('latin1')).toBe('%PDF-');
});

it('sets the colour scheme on the root element before the page runs', async () => {
  const page = await openTestWindow({
    script: `await report('scheme', { ...document.documentElement.dataset });`,
    colourScheme: 'dark',
  });
  expect(await page.report('scheme')).toEqual({ report: 'scheme', mantineColorScheme: 'dark' });
});
