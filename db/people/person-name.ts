/** A student's names as they are stored; empty for none. */
export interface StudentNames {
  readonly givenName: string;
  readonly middleName: string;
  readonly familyName: string;
  readonly preferredGivenName: string;
  readonly preferredFamilyName: string;
}

/** The name that the student goes by, for every screen. */
export function shownName(names: Omit<StudentNames, 'middleName'>): string {
  return joined(names.preferredGivenName || names.givenName, names.preferredFamilyName || names.familyName);
}

/** The name in law, for letters. */
export function legalName({ givenName, middleName, familyName }: StudentNames): string {
  return joined(givenName, middleName, familyName);
}

/** The name of a guardian or a member of staff. */
export function plainName({ givenName, familyName }: Pick<StudentNames, 'givenName' | 'familyName'>): string {
  return joined(givenName, familyName);
}

/** A person may have one name only. */
function joined(...names: readonly string[]): string {
  return names.filter((name) => name !== '').join(' ');
}
