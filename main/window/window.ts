/**
 * The one interface of the application's window. Two implementations keep it: `electron.ts` (Electron's own window)
 * and `chromium.ts` (an installed Chromium, Chrome or Edge over the DevTools pipe). Both serve the page from
 * `pageOrigin`, cut it off from every network, and hand its calls to one `CallHandler`, so that everything that
 * decides about data lies below the window and behaves alike in both.
 */

/** Where the page lives. It is answered by the window itself and resolves to nothing outside it. */
export const pageOrigin = 'https://rollkeep.localhost';

/** One call from the page, not yet checked: the gate looks at every field. */
export interface BridgeCall {
  readonly area: string;
  readonly procedure: string;
  readonly input: unknown;
  /**
   * Names the one document that calls: random, and new after every reload, so that a session bound to it cannot
   * outlive the page it was opened in.
   */
  readonly windowId: string;
  /**
   * `own-window`: the main frame of our own page, with this document's token and the next number in its sequence.
   * `refused`: anything else. It is passed on only so that the refusal can be audited; the caller gets no answer.
   */
  readonly sender: 'own-window' | 'refused';
}

/** Answers one call with a plain object. It rejects only for bugs; the page then learns no more than that. */
export type CallHandler = (call: BridgeCall) => Promise<unknown>;

/** Something pushed to the page unasked, such as `{type: 'locked'}` or the progress of an import. Plain JSON. */
export interface WindowEvent {
  readonly type: string;
}

/** What both implementations need to open the window. */
export interface WindowOptions {
  /** The built page: `index.html` and what it loads. Nothing outside this folder is ever served. */
  readonly assetFolder: string;
  /** The title until the page sets its own. Never a person's name: titles show in task lists. */
  readonly title: string;
  /** Set on the page's root element before the first paint; without it the page follows the computer's setting. */
  readonly colourScheme?: 'light' | 'dark';
  readonly onCall: CallHandler;
  /** A document ended (reload, crash, close): whatever session was bound to its `windowId` must end too. */
  readonly onDocumentGone: (windowId: string) => void;
}

/** Why the window is no longer there. Nothing saved is lost by any of them. */
export type WindowEnd = 'closed' | 'crashed';

/** The size of one sheet, or of one cut of a roll. */
export interface SheetSize {
  readonly widthMm: number;
  readonly heightMm: number;
}

/** `dialog`: without the system's dialog this window cannot print here; the page has to open it. */
export type PrintOutcome = 'printed' | 'dialog' | 'failed';

/** An open window. */
export interface AppWindow {
  /** Settles once, when the window has gone, whoever closed it. */
  readonly closed: Promise<WindowEnd>;
  /** Sends an event to the page. Without a page that listens it is dropped: the page asks for the state it needs. */
  send(event: WindowEvent): void;
  /** The page as a PDF, laid out by its print styles, in the paper size that those styles name (default: Letter). */
  printToPdf(): Promise<Uint8Array>;
  /** Puts the sheet that the page shows on the computer's default printer, without a dialog where that is possible. */
  printSheet(size: SheetSize): Promise<PrintOutcome>;
  /** Brings the window to the front. */
  show(): void;
  /** Closes the window and waits until its processes have ended. */
  close(): Promise<void>;
}
