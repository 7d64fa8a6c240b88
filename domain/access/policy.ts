/**
 * Who may do what: the one table that the gate, the window's menus, the users screen and the evidence pack read.
 *
 * A permission that a role does not list is refused. The word behind it is how far it reaches:
 * `school` = every record of the user's own school; `own-classes` = only students enrolled in a class that the
 * user teaches or assists, on the day in question; `self` = the user's own account.
 * Nothing reaches another school: a store holds one school (A2, S1).
 */
export const roles = [
  'school-administrator',
  'attendance-clerk',
  'nurse',
  'teacher',
  'teaching-assistant',
  'senco',
  'senior-leader',
  'transport-dispatcher',
  'driver',
  'district-administrator',
  'district-viewer',
  'health-authority',
  'parent',
  'support',
] as const;
export type Role = (typeof roles)[number];

/**
 * The roles that an account can be given. Parents and support staff hold no key: they act only at a desk that staff have
 * opened (SECURITY §1).
 */
export const accountRoles = roles.filter((role) => role !== 'parent' && role !== 'support');
export type AccountRole = (typeof accountRoles)[number];

/** Every permission with what it lets a person do, as the users screen says it after "can" and "cannot". */
export const permissions = {
  'account.own': 'change their own password and display settings',
  'students.find': 'find students by name, year and homeroom',
  'students.card': "open a student's card",
  'students.contacts': 'see guardians, telephone numbers and addresses',
  'students.identity': 'see date of birth and national id',
  'students.alerts': 'see medical alerts',
  'students.edit': 'correct student and guardian records',
  'attendance.see': 'see registers and attendance marks',
  'attendance.teach': "take registers as the class's teacher",
  'attendance.office': "enter office marks beside the teacher's",
  'calendar.see': 'see the school calendar and attendance codes',
  'calendar.edit': 'enter closures in the school calendar',
  'codes.edit': 'change attendance codes',
  'school.edit': "change the school's name and time zone",
  'roster.import': 'import rosters',
  'roster.export': 'export rosters',
  'attendance.export': 'export attendance, for returns and other systems',
  'users.manage': 'create, change, reset and remove accounts',
  'audit.read': 'read and verify the audit log, and see who accessed a record',
  'backup.manage': 'make backups, restore them and export the school',
  'security.see': 'see how this computer is protected',
  'sync.manage': 'connect the school with a server, and let computers join or end them',
  'conflicts.decide': 'decide what holds where two computers disagree',
} as const;
export type Permission = keyof typeof permissions;

export type Reach = 'school' | 'own-classes' | 'self';

export const policy: { readonly [R in Role]: { readonly [P in Permission]?: Reach } } = {
  'school-administrator': {
    'account.own': 'self',
    'students.find': 'school',
    'students.card': 'school',
    'students.contacts': 'school',
    'students.identity': 'school',
    'students.alerts': 'school',
    'students.edit': 'school',
    'attendance.see': 'school',
    'attendance.office': 'school',
    'calendar.see': 'school',
    'calendar.edit': 'school',
    'codes.edit': 'school',
    'school.edit': 'school',
    'roster.import': 'school',
    'roster.export': 'school',
    'attendance.export': 'school',
    'users.manage': 'school',
    'audit.read': 'school',
    'backup.manage': 'school',
    'security.see': 'school',
    'sync.manage': 'school',
    'conflicts.decide': 'school',
  },
  'attendance-clerk': {
    'account.own': 'self',
    'students.find': 'school',
    'students.card': 'school',
    'students.contacts': 'school',
    'students.edit': 'school',
    'attendance.see': 'school',
    'attendance.office': 'school',
    'attendance.export': 'school',
    'calendar.see': 'school',
    'calendar.edit': 'school',
    'conflicts.decide': 'school',
  },
  nurse: {
    'account.own': 'self',
    'students.find': 'school',
    'students.card': 'school',
    'students.contacts': 'school',
    'students.identity': 'school',
    'students.alerts': 'school',
    'attendance.see': 'school',
    'calendar.see': 'school',
  },
  teacher: {
    'account.own': 'self',
    'students.find': 'own-classes',
    'students.card': 'own-classes',
    'attendance.see': 'own-classes',
    'attendance.teach': 'own-classes',
    'calendar.see': 'school',
  },
  'teaching-assistant': {
    'account.own': 'self',
    'students.find': 'own-classes',
    'students.card': 'own-classes',
    'attendance.see': 'own-classes',
    'calendar.see': 'school',
  },
  senco: {
    'account.own': 'self',
    'students.find': 'school',
    'students.card': 'school',
    'students.contacts': 'school',
    'students.alerts': 'school',
    'attendance.see': 'school',
    'calendar.see': 'school',
  },
  'senior-leader': {
    'account.own': 'self',
    'students.find': 'school',
    'students.card': 'school',
    'attendance.see': 'school',
    'calendar.see': 'school',
  },
  // The roles below have an account and, until their area is built, nothing to open with it.
  'transport-dispatcher': { 'account.own': 'self', 'calendar.see': 'school' },
  driver: { 'account.own': 'self' },
  // A district office and a health authority keep a store of their own, without students (DESIGN §5).
  'district-administrator': { 'account.own': 'self' },
  'district-viewer': { 'account.own': 'self' },
  'health-authority': { 'account.own': 'self' },
  // Parents and support staff hold no key: they act only at a desk that staff have opened (SECURITY §1).
  parent: {},
  support: {},
};

/** How far a role's permission reaches, or undefined: no rule means refuse. */
export function reachOf(role: Role, permission: Permission): Reach | undefined {
  return policy[role][permission];
}
