import { useState, type SubmitEvent } from 'react';
import { flushSync } from 'react-dom';

/** What a form cannot do without: by field the sentence that asks for it, nothing once it is there. */
export type Needs<Field extends string> = Readonly<Record<Field, string | false | null>>;

/**
 * How every form of the window says what is missing: its button can always be pressed, and a press that comes too early says at
 * each field what it needs and puts the focus on the first. Nothing is called wrong before that.
 *
 * The form is `noValidate`: the browser's own words are in its own language. A day that is none still says so itself.
 */
export function useNeeds<Field extends string>(needs: Needs<Field>) {
  const [isAsked, setIsAsked] = useState(false);
  const isComplete = Object.values(needs).every((need) => !need);

  /** Whether all is there; else asks for what is not. `within` is what holds the fields. */
  function check(within: Element): boolean {
    // Its sentences are there before the focus is, so that they are read with the field.
    flushSync(() => {
      setIsAsked(!isComplete);
    });
    const first = firstNeeded(within);
    first?.focus();
    if (first?.validity.customError === true) first.reportValidity();
    return isComplete && first === undefined;
  }

  return {
    /** What to say at the field now: the `error` of its input. */
    of: (field: Field): string | null => (isAsked ? needs[field] || null : null),
    check,
    /** For `onSubmit`: sends when all is there. */
    submit: (event: SubmitEvent, send: () => void | Promise<unknown>): void => {
      event.preventDefault();
      if (check(event.currentTarget)) void send();
    },
  };
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLButtonElement;

/** The first that is marked as wrong, or that stands for what is needed (`data-needed`). */
function firstNeeded(within: Element): Control | undefined {
  return [...within.querySelectorAll<Control>('input, textarea, button')].find(
    (each) => each.validity.customError || each.matches('[aria-invalid="true"], [data-needed]'),
  );
}
