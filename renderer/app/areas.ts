import {
  IconCalendarCheck,
  IconCloudUp,
  IconDatabaseExport,
  IconFileExport,
  IconDoorEnter,
  IconFileImport,
  IconGitBranch,
  IconHistory,
  IconListCheck,
  IconPhone,
  IconSettings,
  IconShieldLock,
  IconUserCog,
  IconUsers,
  type Icon,
} from '@tabler/icons-react';
import { lazy, type ComponentType } from 'react';
import { reachOf, type Permission, type Reach, type Role } from '../../domain/access/policy.ts';
import type { PlainTextKey } from './catalogue.ts';
import { paths } from './router.tsx';

/** One entry of the navigation. Loaded when it is opened first. */
export interface Area {
  readonly path: string;
  readonly label: PlainTextKey;
  readonly icon: Icon;
  readonly permission: Permission;
  /** Shown only to who reaches that far; without it, to everybody with the permission. */
  readonly reach?: Reach;
  readonly screen: ComponentType;
}

/** In the order of the navigation; a role's first one is where it starts. The policy decides who sees which. */
const areas: readonly Area[] = [
  {
    path: paths.today,
    label: 'area.today',
    icon: IconListCheck,
    permission: 'attendance.see',
    reach: 'school',
    screen: lazy(async () => ({ default: (await import('../attendance/today-screen.tsx')).TodayScreen })),
  },
  {
    path: paths.registers,
    label: 'area.registers',
    icon: IconCalendarCheck,
    permission: 'attendance.see',
    screen: lazy(async () => ({
      default: (await import('../attendance/registers-screen.tsx')).RegistersScreen,
    })),
  },
  {
    path: paths.desk,
    label: 'area.counter',
    icon: IconDoorEnter,
    permission: 'attendance.office',
    reach: 'school',
    screen: lazy(async () => ({ default: (await import('../counter/counter-screen.tsx')).CounterScreen })),
  },
  {
    path: paths.absences,
    label: 'area.absences',
    icon: IconPhone,
    permission: 'attendance.office',
    reach: 'school',
    screen: lazy(async () => ({ default: (await import('../absence/absences-screen.tsx')).AbsencesScreen })),
  },
  {
    path: paths.students,
    label: 'area.students',
    icon: IconUsers,
    permission: 'students.find',
    // A teacher comes to a student from the class, or from the palette.
    reach: 'school',
    screen: lazy(async () => ({ default: (await import('../students/students-screen.tsx')).StudentsScreen })),
  },
  {
    path: paths.conflicts,
    label: 'area.conflicts',
    icon: IconGitBranch,
    permission: 'conflicts.decide',
    screen: lazy(async () => ({
      default: (await import('../conflicts/conflicts-screen.tsx')).ConflictsScreen,
    })),
  },
  {
    path: paths.import,
    label: 'area.import',
    icon: IconFileImport,
    permission: 'roster.import',
    screen: lazy(async () => ({ default: (await import('../roster/import-screen.tsx')).ImportScreen })),
  },
  {
    path: paths.export,
    label: 'area.export',
    icon: IconFileExport,
    permission: 'attendance.export',
    screen: lazy(async () => ({ default: (await import('../exports/export-screen.tsx')).ExportScreen })),
  },
  {
    path: paths.people,
    label: 'area.people',
    icon: IconUserCog,
    permission: 'users.manage',
    screen: lazy(async () => ({ default: (await import('../users/people-screen.tsx')).PeopleScreen })),
  },
  {
    path: paths.audit,
    label: 'area.audit',
    icon: IconHistory,
    permission: 'audit.read',
    screen: lazy(async () => ({ default: (await import('../audit/audit-screen.tsx')).AuditScreen })),
  },
  {
    path: paths.backup,
    label: 'area.backup',
    icon: IconDatabaseExport,
    permission: 'backup.manage',
    screen: lazy(async () => ({ default: (await import('../backup/backup-screen.tsx')).BackupScreen })),
  },
  {
    path: paths.sync,
    label: 'area.sync',
    icon: IconCloudUp,
    permission: 'sync.manage',
    screen: lazy(async () => ({ default: (await import('../sync/sync-screen.tsx')).SyncScreen })),
  },
  {
    path: paths.security,
    label: 'area.security',
    icon: IconShieldLock,
    permission: 'security.see',
    screen: lazy(async () => ({ default: (await import('../security/security-screen.tsx')).SecurityScreen })),
  },
  {
    path: paths.settings,
    label: 'area.settings',
    icon: IconSettings,
    permission: 'calendar.edit',
    screen: lazy(async () => ({ default: (await import('../settings/settings-screen.tsx')).SettingsScreen })),
  },
];

/** The areas of a role. A forbidden one is absent, not grey. */
export function areasOf(role: Role): readonly Area[] {
  return areas
    .filter(({ permission, reach }) => {
      const own = reachOf(role, permission);
      return own !== undefined && (reach === undefined || own === reach);
    })
    .map((area) =>
      area.path === paths.registers && reachOf(role, area.permission) === 'own-classes'
        ? { ...area, label: 'area.myClasses' }
        : area,
    );
}

/**
 * The areas as the navigation shows them. Conflicts is there for who manages syncing, and for others while there is
 * something to decide or they are on it: most days it would only say that there is nothing.
 */
export function navigationOf(role: Role, path: string, conflicts: number): readonly Area[] {
  const showsConflicts =
    reachOf(role, 'sync.manage') !== undefined || conflicts > 0 || path === paths.conflicts;
  return areasOf(role).filter((area) => area.path !== paths.conflicts || showsConflicts);
}

/** Screens that are opened from a list; they read from their path which record. */
export const RegisterScreen = lazy(async () => ({
  default: (await import('../attendance/register-screen.tsx')).RegisterScreen,
}));
export const WeekScreen = lazy(async () => ({
  default: (await import('../attendance/week-screen.tsx')).WeekScreen,
}));
export const StudentCardScreen = lazy(async () => ({
  default: (await import('../students/student-card-screen.tsx')).StudentCardScreen,
}));
