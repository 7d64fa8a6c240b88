import { createContext, use, type ReactNode } from 'react';
import { Router, useLocation } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';
import type { ClassId, Day, StudentId, UserId } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';

/**
 * Where the window is. The address never changes and nothing is kept outside this memory: a place may hold a
 * student's id, and the browser's history file must not. Screens read theirs with wouter's `useParams` and `useSearch`.
 */
export const paths = {
  today: '/today',
  registers: '/registers',
  week: '/registers/week/:class/:day',
  register: '/registers/:day/:class/:session',
  desk: '/desk',
  absences: '/absences',
  students: '/students',
  student: '/students/:student',
  duplicates: '/duplicates',
  import: '/import',
  export: '/export',
  people: '/people',
  audit: '/audit',
  backup: '/backup',
  sync: '/sync',
  conflicts: '/conflicts',
  security: '/security',
  settings: '/settings',
} as const;

/** Every place of the window, as a path. */
export const pathTo = {
  today: () => paths.today,
  /** The registers of a day; of today without one. */
  registers: (place: { readonly day?: Day } = {}) => withQuery(paths.registers, place),
  /** One register, with the cursor on a student where one is named. */
  register: ({
    day,
    class: classId,
    session,
    student,
  }: {
    readonly day: Day;
    readonly class: ClassId;
    readonly session: string;
    readonly student?: StudentId;
  }) =>
    withQuery(`${paths.registers}/${day}/${classId}/${session}`, student === undefined ? {} : { student }),
  /** The week of a class that holds the day, with the cursor on a student and session where they are named. */
  week: ({
    class: classId,
    day,
    ...place
  }: {
    readonly class: ClassId;
    readonly day: Day;
    readonly student?: StudentId;
    readonly session?: string;
  }) => withQuery(`${paths.registers}/week/${classId}/${day}`, place),
  /** The front desk on a day; on today without one. */
  desk: (place: { readonly day?: Day } = {}) => withQuery(paths.desk, place),
  /** The absence line, with an entry about a student where one is named, or another of its lists. */
  absences: (place: { readonly student?: StudentId; readonly list?: 'unexplained' | 'planned' } = {}) =>
    withQuery(paths.absences, place),
  students: () => paths.students,
  student: (student: StudentId) => `${paths.students}/${student}`,
  duplicates: () => paths.duplicates,
  import: () => paths.import,
  export: () => paths.export,
  people: () => paths.people,
  /** The audit log, of one student where one is named. */
  audit: (place: { readonly student?: StudentId } = {}) => withQuery(paths.audit, place),
  backup: () => paths.backup,
  sync: () => paths.sync,
  conflicts: () => paths.conflicts,
  security: () => paths.security,
  settings: () => paths.settings,
} as const;

type Places = ReturnType<typeof createPlaces>;

const placesByUser = new Map<UserId, Places>();
const PlacesContext = createContext<Places | null>(null);

/** Gives a signed-in user their places: who signs in again comes back to the same one, another user to their own. */
export function UserPlaces({ user, children }: { readonly user: UserId; readonly children: ReactNode }) {
  const places = placesOf(user);
  return (
    <PlacesContext value={places}>
      <Router key={user} hook={places.hook} searchHook={places.searchHook}>
        {children}
      </Router>
    </PlacesContext>
  );
}

/** Goes to a place made by `pathTo`. */
export function useGo(): (path: string) => void {
  return useLocation()[1];
}

/** Goes back one step, or to `fallback` where there is none: what Alt+Left does. */
export function useBack(): (fallback: string) => void {
  const places = use(PlacesContext);
  assert(places !== null, 'useBack is called inside UserPlaces');
  return (fallback) => {
    places.history.pop();
    places.navigate(places.history.at(-1) ?? fallback, { replace: true });
  };
}

function placesOf(user: UserId): Places {
  const places = placesByUser.get(user) ?? createPlaces();
  placesByUser.set(user, places);
  return places;
}

function createPlaces() {
  return memoryLocation({ path: '/', record: true });
}

function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}
