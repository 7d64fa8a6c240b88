import { buildBridge, type BridgeTransport } from './bridge.ts';

/**
 * The preload of the Chromium window, run by the browser in every new document before any script of the page.
 *
 * The window's end is `main/window/chromium.ts`. Calls go out through a DevTools binding, which is taken off the
 * page's global here. Replies come in through `deliver`, which hands them on through a MessageChannel: code that
 * continues straight from a DevTools message may use eval whatever the CSP says.
 */

/** The binding that `Runtime.addBinding` puts into every document; the window checks who calls it. */
const bindingName = 'rollkeepSend';
/** Where the window finds the bridge for an instant, before the first script of the page is served. */
const connectName = 'rollkeepConnect';

/** One message from the window to the page. */
type WindowMessage =
  | { readonly type: 'reply'; readonly seq: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly seq: number }
  | { readonly type: 'event'; readonly event: unknown };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (cause: Error) => void;
}

/** Ways to reach a network that no request interception sees. */
const networkConstructors = ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport'];

for (const name of networkConstructors) Reflect.deleteProperty(globalThis, name);
const binding: unknown = Reflect.get(globalThis, bindingName);
Reflect.deleteProperty(globalThis, bindingName);

// The whole address: a blob: page that our page makes has our origin as well.
if (
  window.top === window &&
  location.href.split('#')[0] === 'https://rollkeep.localhost/' &&
  isSend(binding)
) {
  const { transport, connect } = createTransport(binding);
  Object.defineProperty(globalThis, connectName, { value: connect, configurable: true });
  Object.defineProperty(globalThis, 'rollkeep', { value: buildBridge(transport), enumerable: true });
}

function isSend(value: unknown): value is (text: string) => void {
  return typeof value === 'function';
}

function createTransport(send: (text: string) => void): {
  transport: BridgeTransport;
  connect: (token: string) => (json: string) => void;
} {
  const waitingBySeq = new Map<number, Waiting>();
  const listeners = new Set<(event: unknown) => void>();
  const channel = new MessageChannel();
  let token: string | undefined;
  let lastSeq = 0;

  channel.port2.addEventListener('message', ({ data }: MessageEvent<string>) => {
    const message: WindowMessage = JSON.parse(data);
    if (message.type === 'event') {
      for (const listener of listeners) listener(message.event);
      return;
    }
    const waiting = waitingBySeq.get(message.seq);
    waitingBySeq.delete(message.seq);
    if (message.type === 'reply') waiting?.resolve(message.value);
    else waiting?.reject(new Error('The request failed inside Rollkeep.'));
  });
  channel.port2.start();

  return {
    connect(givenToken) {
      Reflect.deleteProperty(globalThis, connectName);
      token = givenToken;
      return (json) => {
        channel.port1.postMessage(json);
      };
    },
    transport: {
      call(area, procedure, input) {
        return new Promise((resolve, reject) => {
          const seq = lastSeq + 1;
          const text = JSON.stringify({ token, seq, area, procedure, input });
          // Counted only once the input has proved to be JSON: a gap would end the sequence.
          lastSeq = seq;
          waitingBySeq.set(seq, { resolve, reject });
          send(text);
        });
      },
      onEvent(listener) {
        listeners.add(listener);
        return () => {
          listeners.delete(listener);
        };
      },
    },
  };
}
