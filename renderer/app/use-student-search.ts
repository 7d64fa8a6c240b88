import { useEffect, useState } from 'react';

/** Fewer letters name half the school, and each search is an entry of the audit log. */
const leastLetters = 3;
const waitMs = 150;

export interface StudentSearch {
  /** What to ask for, and whether to ask. */
  readonly asked: string;
  readonly isAsked: boolean;
  /** Whether enough is typed to look for. */
  readonly isLong: boolean;
  /** Enter was pressed, and the letters are still the same. */
  readonly isHurried: boolean;
  /** Enter was pressed before the answer: asks at once. */
  readonly hurry: () => void;
}

/** When to look for students while somebody types: after three letters and a moment's pause, or Enter. */
export function useStudentSearch(typed: string): StudentSearch {
  const [asked, setAsked] = useState('');
  const [hurried, setHurried] = useState('');
  const wanted = typed.trim();
  const isLong = Array.from(wanted).length >= leastLetters;
  if (hurried !== '' && hurried !== wanted) setHurried('');

  useEffect(() => {
    if (wanted === asked) return undefined;
    // Nothing typed is nothing asked, at once: the same letters typed again are another search.
    const timer = setTimeout(() => setAsked(wanted), isLong ? waitMs : 0);
    return () => clearTimeout(timer);
  }, [wanted, asked, isLong]);

  return {
    asked,
    isAsked: isLong && asked === wanted,
    isLong,
    isHurried: hurried !== '',
    hurry() {
      if (!isLong) return;
      setAsked(wanted);
      setHurried(wanted);
    },
  };
}

/** What a search has found. */
export interface FoundStudents<S> {
  readonly isAnswered: boolean;
  readonly students: readonly S[];
  /** The only one found, after an early Enter: no other can be meant. */
  readonly sole: S | undefined;
}

/** The answer to what is typed now. What was found for other letters is offered nowhere: Enter would take somebody else. */
export function answerTo<S>(
  { isAsked, isHurried }: StudentSearch,
  found: { readonly students: readonly S[] | undefined; readonly isReading: boolean },
): FoundStudents<S> {
  if (!isAsked || found.isReading || found.students === undefined) return unanswered;
  const { students } = found;
  return { isAnswered: true, students, sole: isHurried && students.length === 1 ? students[0] : undefined };
}

const unanswered: FoundStudents<never> = { isAnswered: false, students: [], sole: undefined };
