import type { Input, Output } from '../app/api.ts';

export type Conflict = Output<'sync', 'conflicts'>['conflicts'][number];
export type ConflictValue = Conflict['values'][number]['value'];
export type Choice = Input<'sync', 'decide'>['choice'];

/** A key as it was pressed inside the list. */
export interface Press {
  readonly key: string;
  readonly hasModifier: boolean;
  /** Ctrl, or Command, alone. */
  readonly isControl: boolean;
  /** The focus is in a field: letters are text there. */
  readonly isTyping: boolean;
}

export type KeyAction =
  | { readonly type: 'choose'; readonly choice: Choice }
  | { readonly type: 'edit' }
  | { readonly type: 'move'; readonly by: 1 | -1 }
  | { readonly type: 'undo' };

/**
 * What a key does at a conflict: 1, 2, … keep that value, B both, E enters another, U and Ctrl+Z take the last
 * decision back, arrows move. Undefined for every other key, and for what this conflict has not.
 */
export function actionOf(press: Press, conflict: Conflict, isDecided: boolean): KeyAction | undefined {
  const { hasModifier, isControl, isTyping } = press;
  if (isTyping) return undefined;
  const key = press.key.toLowerCase();
  if (isControl && key === 'z') return { type: 'undo' };
  if (hasModifier) return undefined;
  if (key === 'u') return { type: 'undo' };
  if (key === 'arrowdown') return { type: 'move', by: 1 };
  if (key === 'arrowup') return { type: 'move', by: -1 };
  if (isDecided) return undefined;
  if (key === 'b' && conflict.canKeepBoth) return { type: 'choose', choice: { keep: 'both' } };
  if (key === 'e' && conflict.input !== 'none') return { type: 'edit' };
  const value = /^[1-9]$/.test(key) ? conflict.values[Number(key) - 1] : undefined;
  return value && { type: 'choose', choice: { keep: 'one', version: value.version } };
}

/** The third value as the contract takes it, from what was typed; undefined while it is none. */
export function otherValue(
  input: Conflict['input'],
  typed: string,
): Exclude<Choice, { keep: 'one' | 'both' }>['value'] | undefined {
  switch (input) {
    case 'none':
      return undefined;
    case 'text':
      return typed.trim();
    case 'yes-no':
      return typed === 'yes' ? true : typed === 'no' ? false : undefined;
    case 'number': {
      const value = Number(typed.trim().replace(',', '.'));
      return typed.trim() === '' || !Number.isFinite(value) ? undefined : value;
    }
    case 'list':
      return typed
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
  }
}

/** What the field for a third value begins with: the value shown now. */
export function typedValue({ input, values }: Conflict): string {
  const value = (values.find(({ isShown }) => isShown) ?? values[0])?.value ?? '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'object') return value.join('\n');
  return input === 'yes-no' ? '' : String(value);
}

/** Names a conflict as it was read: when another value comes, it is another one. */
export function keyOf({ id, values }: Conflict): string {
  return [id, ...values.map(({ version }) => version)].join('\n');
}
