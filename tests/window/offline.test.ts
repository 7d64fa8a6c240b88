import { chromium } from '@playwright/test';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { descendants, openTestWindow, tcpListeners, testPortAddress } from './test-window.ts';

/** Listens on the loopback for anything, over TCP and UDP, and counts what arrives. */
async function listenForAnything() {
  let hits = 0;
  const tcp = createServer((socket) => {
    hits += 1;
    socket.destroy();
  });
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket('udp4', () => {
    hits += 1;
  });
  udp.bind(port, '127.0.0.1');
  await once(udp, 'listening');
  onTestFinished(() => {
    tcp.close();
    udp.close();
  });
  return { port, hits: () => hits };
}

/** Every way out of a page that we know of, each towards `at`. */
function waysOut(at: string, port: number): string {
  return `
    const url = (name) => '${at}/' + name;
    const add = (tag, attributes) => document.body.append(Object.assign(document.createElement(tag), attributes));
    const found = {};
    found.fetch = await tried(() => fetch(url('fetch')));
    found.noCors = await tried(() => fetch(url('no-cors'), { mode: 'no-cors', keepalive: true }));
    found.beacon = await tried(() => navigator.sendBeacon(url('beacon'), 'x'));
    found.xhr = await tried(() => new Promise((resolve, reject) => { const x = new XMLHttpRequest(); x.open('POST', url('xhr')); x.onload = resolve; x.onerror = () => reject({ name: 'failed' }); x.send('x'); }));
    found.socket = await tried(() => new Promise((resolve, reject) => { const s = new WebSocket(url('ws').replace('http', 'ws')); s.onopen = resolve; s.onerror = () => reject({ name: 'failed' }); }));
    found.events = await tried(() => new Promise((resolve, reject) => { const s = new EventSource(url('events')); s.onopen = resolve; s.onerror = () => reject({ name: 'failed' }); }));
    found.image = await tried(() => new Promise((resolve, reject) => { const i = new Image(); i.onload = resolve; i.onerror = () => reject({ name: 'failed' }); i.src = url('image'); }));
    found.import = await tried(() => import(url('import.js')));
    found.worker = await tried(() => new Promise((resolve, reject) => { const w = new Worker(url('worker.js')); w.onmessage = resolve; w.onerror = () => reject({ name: 'failed' }); }));
    found.transport = await tried(() => new KeptTransport('https://127.0.0.1:${port}/').ready);
    for (const rel of ['stylesheet', 'preload', 'prefetch', 'preconnect', 'dns-prefetch', 'icon', 'manifest', 'modulepreload', 'prerender'])
      add('link', { rel, href: url(rel), as: rel === 'preload' ? 'fetch' : '' });
    add('script', { src: url('script.js') });
    add('iframe', { src: url('frame') });
    add('object', { data: url('object') });
    add('embed', { src: url('embed') });
    add('video', { src: url('video') });
    add('audio', { src: url('audio') });
    add('script', { type: 'speculationrules', textContent: JSON.stringify({ prefetch: [{ source: 'list', urls: [url('speculation')] }] }) });
    const style = document.createElement('style');
    style.nonce = document.querySelector('meta[property=csp-nonce]').nonce;
    style.textContent = '@import url(' + url('style') + '); @font-face { font-family: f; src: url(' + url('font') + ') } body { background: url(' + url('background') + '); font-family: f }';
    document.head.append(style);
    const form = document.createElement('form');
    Object.assign(form, { action: url('form'), method: 'post' });
    document.body.append(form);
    form.submit();
    window.open(url('open'));
    const anchor = Object.assign(document.createElement('a'), { href: '#x', ping: url('ping') });
    document.body.append(anchor);
    anchor.click();
    const download = Object.assign(document.createElement('a'), { href: url('download'), download: 'x' });
    document.body.append(download);
    download.click();
    add('meta', { httpEquiv: 'refresh', content: '0;url=' + url('refresh') });
    const peer = new KeptPeer({ iceServers: [{ urls: 'stun:127.0.0.1:${port}' }, { urls: 'turn:127.0.0.1:${port}?transport=udp', username: 'u', credential: 'c' }, { urls: 'turn:127.0.0.1:${port}?transport=tcp', username: 'u', credential: 'c' }] });
    const candidates = [];
    peer.onicecandidate = ({ candidate }) => { if (candidate?.candidate) candidates.push(candidate.candidate); };
    peer.createDataChannel('x');
    await peer.setLocalDescription(await peer.createOffer());
    location.href = url('location');
    await pause(1500);
    await report('done', { found, candidates, url: location.origin, left: [typeof RTCPeerConnection, typeof WebTransport] });`;
}

/** The preload takes these away; a page that kept them must be stopped by the browser's own settings. */
const keptConstructors = 'globalThis.KeptPeer = RTCPeerConnection; globalThis.KeptTransport = WebTransport;';

describe('A17: the page reaches no address', () => {
  it('A17: none of its ways out arrives at a server on this very computer', async () => {
    const server = await listenForAnything();
    const page = await openTestWindow({
      beforePreload: keptConstructors,
      script: waysOut(`http://127.0.0.1:${server.port}`, server.port),
    });
    const { found, candidates, url, left } = await page.report('done');
    expect(server.hits()).toBe(0);
    expect(url).toBe('https://rollkeep.localhost');
    expect(candidates).toEqual([]);
    expect(left).toEqual(['undefined', 'undefined']);
    const arrived = Object.entries(found as Record<string, object>).filter(
      ([name, result]) => 'did' in result && name !== 'beacon',
    );
    expect(arrived).toEqual([]);
    // The server does count: a connection that is no page's arrives.
    await fetch(`http://127.0.0.1:${server.port}/`).catch(() => undefined);
    expect(server.hits()).toBe(1);
  });

  it('A17: nothing arrives even where the page has no Content-Security-Policy', async () => {
    const server = await listenForAnything();
    const page = await openTestWindow({
      testPort: true,
      beforePreload: keptConstructors,
      script: `
        await report('loaded');
        if (sessionStorage.getItem('bypassed') !== null) {${waysOut(`http://127.0.0.1:${server.port}`, server.port)}}`,
    });
    await page.report('loaded');
    const browser = await chromium.connectOverCDP(testPortAddress(page.profileFolder));
    onTestFinished(() => browser.close());
    const [driven] = browser.contexts()[0]?.pages() ?? [];
    if (driven === undefined) throw new Error('The browser has no page.');
    const session = await driven.context().newCDPSession(driven);
    await session.send('Page.setBypassCSP', { enabled: true });
    await driven.evaluate(() => {
      sessionStorage.setItem('bypassed', 'yes');
      location.reload();
    });
    await page.report('done');
    expect(server.hits()).toBe(0);
  });

  it('A17: neither the window nor this process listens on a TCP port', async () => {
    const before = tcpListeners([process.pid]);
    const page = await openTestWindow({ script: `await report('here');` });
    await page.report('here');
    const browserPids = descendants(process.pid);
    expect(browserPids.length).toBeGreaterThan(2);
    expect(tcpListeners(browserPids)).toEqual([]);
    expect(tcpListeners([process.pid])).toEqual(before);
  });

  it('A17: the test port, and only the test port, does listen', async () => {
    const page = await openTestWindow({ script: `await report('here');`, testPort: true });
    await page.report('here');
    expect(tcpListeners(descendants(process.pid))).toHaveLength(1);
  });
});

describe('H16: nothing remote and nothing inline runs in the window', () => {
  it('H16: blocks eval and inline script, in the continuation of a reply and of an event too', async () => {
    const page = await openTestWindow({
      script: `
        const evals = async () => [
          await tried(() => eval('1 + 1')),
          await tried(() => new Function('return 2')()),
          await tried(() => { globalThis.ran = 0; const s = document.createElement('script'); s.textContent = 'globalThis.ran = 1'; document.body.append(s); if (ran === 1) return 'ran'; throw { name: 'blocked' }; }),
          await tried(() => new Promise((resolve, reject) => { globalThis.clicked = () => resolve('ran'); document.body.insertAdjacentHTML('beforeend', '<b onclick="clicked()">x</b>'); document.querySelector('b').click(); setTimeout(() => reject({ name: 'blocked' }), 50); })),
          await tried(() => { globalThis.timed = 0; setTimeout('globalThis.timed = 1', 0); return pause(50).then(() => { if (timed === 1) return 'ran'; throw { name: 'blocked' }; }); }),
        ];
        const now = await evals();
        // In the very microtask in which the reply arrives.
        const inReply = await rollkeep.students.list({}).then(() => { try { return eval('"ran"'); } catch (cause) { return cause.name; } });
        const afterReply = await evals();
        const inEvent = new Promise((resolve) => rollkeep.onEvent(() => { try { resolve(eval('"ran"')); } catch (cause) { resolve(cause.name); } }));
        await report('listening');
        await report('evals', { now, inReply, afterReply, inEvent: await inEvent });`,
    });
    await page.report('listening');
    page.window.send({ type: 'locked' });
    const blocked = [
      { failed: 'EvalError' },
      { failed: 'EvalError' },
      { failed: 'blocked' },
      { failed: 'blocked' },
      { failed: 'blocked' },
    ];
    expect(await page.report('evals')).toEqual({
      report: 'evals',
      now: blocked,
      inReply: 'EvalError',
      afterReply: blocked,
      inEvent: 'EvalError',
    });
  });

  it('H16: lets a style in with the nonce of this page only, and a new page has a new nonce', async () => {
    const page = await openTestWindow({
      script: `
        const nonce = document.querySelector('meta[property=csp-nonce]').nonce;
        const style = (given) => { const s = document.createElement('style'); if (given) s.nonce = given; s.textContent = 'body { z-index: 7 }'; document.head.append(s); const z = getComputedStyle(document.body).zIndex; s.remove(); return z; };
        const seen = sessionStorage.getItem('nonce');
        sessionStorage.setItem('nonce', nonce);
        if (seen === null) location.reload();
        else await report('styles', { with: style(nonce), without: style(), old: style(seen), length: nonce.length });`,
    });
    expect(await page.report('styles')).toEqual({
      report: 'styles',
      with: '7',
      without: 'auto',
      old: 'auto',
      length: 24,
    });
  });

  it('H16: serves nothing but the files of the page', async () => {
    const page = await openTestWindow({
      files: { 'data.json': '{"here":true}' },
      script: `
        const load = (path) => new Promise((resolve) => { const s = Object.assign(document.createElement('script'), { src: path }); s.onload = () => resolve('served'); s.onerror = () => resolve('refused'); document.body.append(s); });
        const found = {};
        for (const path of ['/page.js', '/data.json', '/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/page.js?x', '/PAGE.JS', '//page.js', '/secret.txt', '/etc/passwd', 'file:///etc/passwd'])
          found[path] = await load(path);
        await report('files', { found });`,
    });
    const { found } = await page.report('files');
    expect(found).toEqual({
      '/page.js': 'served',
      // Served, but as JSON with nosniff: the browser does not take it for a script.
      '/data.json': 'refused',
      '/../secret.txt': 'refused',
      '/%2e%2e/secret.txt': 'refused',
      '/..%2fsecret.txt': 'refused',
      '/page.js?x': 'refused',
      '/PAGE.JS': 'refused',
      '//page.js': 'refused',
      '/secret.txt': 'refused',
      '/etc/passwd': 'refused',
      'file:///etc/passwd': 'refused',
    });
  });

  it('H16: asks for no permission and grants none', async () => {
    const page = await openTestWindow({
      script: `
        const states = {};
        for (const name of ['geolocation', 'notifications', 'camera', 'microphone', 'midi'])
          states[name] = await navigator.permissions.query({ name }).then((p) => p.state, (cause) => cause.name);
        const asked = [
          await tried(() => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, (cause) => reject({ name: 'denied ' + cause.code })))),
          await tried(() => navigator.requestMIDIAccess()),
          await tried(() => navigator.mediaDevices.getDisplayMedia()),
        ];
        await report('permissions', { granted: Object.entries(states).filter(([, state]) => state === 'granted'), asked });`,
    });
    expect(await page.report('permissions')).toEqual({
      report: 'permissions',
      granted: [],
      asked: [
        { failed: 'denied 1' },
        { failed: 'SecurityError' },
        { failed: expect.stringMatching(/^NotAllowedError|InvalidStateError$/) },
      ],
    });
  });
});

describe('the page leaves nothing on the disk', () => {
  it('keeps what was typed, stored and shown out of the profile folder, and removes the folder at the end', async () => {
    const marker = 'Quizzaciously-Invented-47';
    const page = await openTestWindow({
      testPort: true,
      body: '<form><input name="email" autocomplete="email"><input type="password" name="p"><button>Save</button></form>',
      script: `
        document.querySelector('form').onsubmit = (event) => event.preventDefault();
        await report('ready');
        await pause(1000);
        document.title = '${marker}';
        document.cookie = 'm=${marker}; max-age=99999';
        localStorage.setItem('m', '${marker}');
        sessionStorage.setItem('m', '${marker}');
        history.pushState({ m: '${marker}' }, '', '#${marker}');
        const cache = await tried(() => caches.open('m').then((c) => c.put('/m', new Response('${marker}'))));
        await new Promise((resolve, reject) => { const open = indexedDB.open('m'); open.onupgradeneeded = () => open.result.createObjectStore('m'); open.onerror = reject; open.onsuccess = () => { const t = open.result.transaction('m', 'readwrite'); t.objectStore('m').put('${marker}', 1); t.oncomplete = resolve; }; });
        await rollkeep.students.list({ m: '${marker}' });
        await report('stored', { cache });`,
      answer: async () => ({ ok: true, value: marker }),
    });
    await page.report('ready');
    const browser = await chromium.connectOverCDP(testPortAddress(page.profileFolder));
    const [driven] = browser.contexts()[0]?.pages() ?? [];
    await driven?.locator('[name=email]').fill(`${marker}@example.invalid`);
    await driven?.locator('[name=p]').fill(marker);
    await driven?.getByRole('button').click();
    await page.report('stored');
    // Longer than the browser waits before it writes its session and preferences.
    await pause(4000);
    await browser.close();

    expect(await filesContaining(page.profileFolder, marker)).toEqual([]);
    expect((await filesBelow(page.profileFolder)).length).toBeGreaterThan(5);
    await page.window.close();
    expect(await filesBelow(page.profileFolder)).toEqual([]);
  }, 20_000);
});

async function filesBelow(folder: string): Promise<string[]> {
  const { glob } = await import('node:fs/promises');
  const files: string[] = [];
  for await (const entry of glob('**/*', { cwd: folder, withFileTypes: true })) {
    if (entry.isFile()) files.push(`${entry.parentPath}/${entry.name}`);
  }
  return files;
}

async function filesContaining(folder: string, text: string): Promise<string[]> {
  const { readFile } = await import('node:fs/promises');
  const forms = [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')];
  const found: string[] = [];
  for (const file of await filesBelow(folder)) {
    // A file that the browser has meanwhile removed holds nothing.
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    if (forms.some((form) => bytes.includes(form))) found.push(file);
  }
  return found;
}
