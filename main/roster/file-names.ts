import { validateFileName } from 'yauzl';
import type { FindingsCollector } from '../../domain/roster/findings.ts';

/** Files that macOS and Windows put into folders and zips by themselves. */
const systemFile = /^(?:__MACOSX\/.*|(?:.*\/)?(?:\.DS_Store|\._.*|Thumbs\.db|desktop\.ini))$/i;

/** Whether a file of a package is to be read; says why not. Names are data here: nothing is ever written under them. */
export function checkFileName(name: string, findings: FindingsCollector): boolean {
  if (name === '' || name.includes('\0') || validateFileName(name) !== null) {
    findings.add('path-escapes', { file: name === '' ? '(no name)' : name });
    return false;
  }
  if (systemFile.test(name)) {
    findings.add('system-file-ignored', { file: name });
    return false;
  }
  if (name.includes('/')) {
    findings.add('folder-inside', { file: name });
    return false;
  }
  return true;
}
