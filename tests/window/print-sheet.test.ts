import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Spooler } from '../../main/window/spooler.ts';
import { systemSpooler } from '../../main/window/spooler.ts';
import { openTestWindow } from './test-window.ts';

const roll = { widthMm: 80, heightMm: 110 };
const sheet = `<style>@media print { .screen { display: none } }</style>
<p class="screen">What the screen shows</p><section data-printable style="height: 60mm">Slip</section>`;

describe('printing a sheet in the Chromium window', () => {
  it('hands the spooler one page of the size asked for, and says that it is printed', async () => {
    const jobs: { pdf: string; size: typeof roll }[] = [];
    const spooler: Spooler = {
      hasPrinter: async () => true,
      async print(pdf, size) {
        jobs.push({ pdf: Buffer.from(pdf).toString('latin1'), size });
        return true;
      },
    };
    const page = await openTestWindow({ script: "report('ready')", body: sheet, spooler });
    await page.report('ready');
    expect(await page.window.printSheet(roll)).toBe('printed');
    expect(jobs.map(({ size }) => size)).toEqual([roll]);
    const boxes = [...(jobs[0]?.pdf.matchAll(/\/MediaBox \[([^\]]+)\]/g) ?? [])].map(([, box]) =>
      (box ?? '').split(' ').map((points) => Math.round((Number(points) * 25.4) / 72)),
    );
    expect(boxes).toEqual([[0, 0, 80, 110]]);
  });

  it('prints nothing without a printer, and says when the printer refuses', async () => {
    const found = { printer: false };
    const spooler: Spooler = { hasPrinter: async () => found.printer, print: async () => false };
    const page = await openTestWindow({ script: "report('ready')", body: sheet, spooler });
    await page.report('ready');
    expect(await page.window.printSheet(roll)).toBe('dialog');
    found.printer = true;
    expect(await page.window.printSheet(roll)).toBe('failed');
  });
});

/** A folder of commands put in front of the path, so that no printer of this computer is used. */
function withCommands(commands: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollkeep-spooler-'));
  mkdirSync(join(folder, 'bin'));
  for (const [name, script] of Object.entries(commands)) {
    const file = join(folder, 'bin', name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o700);
  }
  const before = process.env['PATH'];
  process.env['PATH'] = [join(folder, 'bin'), before].join(delimiter);
  onTestFinished(() => {
    process.env['PATH'] = before;
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

describe("the system's spooler", () => {
  it('hands a document through a pipe, under a title that names nobody and without a file', async () => {
    const folder = withCommands({
      lpstat: 'echo "system default destination: office"',
      lp: `d=$(dirname "$0")/..; echo "$@" > "$d/arguments"; cat > "$d/document"`,
    });
    expect(await systemSpooler.hasPrinter()).toBe(true);
    expect(await systemSpooler.print(Buffer.from('%PDF-1.4 slip'), roll)).toBe(true);
    expect(readFileSync(join(folder, 'document'), 'utf8')).toBe('%PDF-1.4 slip');
    expect(readFileSync(join(folder, 'arguments'), 'utf8')).toBe(
      '-s -t Rollkeep -o media=Custom.80x110mm -\n',
    );
  });

  it.each([
    ['has no default printer', { lpstat: 'echo "no system default destination"' }],
    ['is not running', { lpstat: 'exit 1' }],
  ])('that %s has no printer', async (_what, commands) => {
    withCommands(commands);
    expect(await systemSpooler.hasPrinter()).toBe(false);
  });

  it('that refuses a document is not said to have printed it', async () => {
    withCommands({ lp: 'exit 1' });
    expect(await systemSpooler.print(Buffer.alloc(300_000), roll)).toBe(false);
  });

  it('that is not installed has no printer', async () => {
    withCommands({});
    const before = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    onTestFinished(() => {
      process.env['PATH'] = before;
    });
    expect(await systemSpooler.hasPrinter()).toBe(false);
    expect(await systemSpooler.print(Buffer.from('x'), roll)).toBe(false);
  });
});
