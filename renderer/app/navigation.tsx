import { AppShell, NavLink, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconLayoutSidebar } from '@tabler/icons-react';
import { useLocation } from 'wouter';
import { navigationOf } from './areas.ts';
import { text } from './catalogue.ts';
import { useUser } from './desk-state.tsx';
import { useSyncing } from './sync-state.tsx';
import classes from './navigation.module.css';

interface NavigationProps {
  readonly isNarrow: boolean;
  readonly onToggle: () => void;
}

/** The role's areas. Narrow, only their icons are drawn; the names stay for the screen reader and on hover. */
export function Navigation({ isNarrow, onToggle }: NavigationProps) {
  const { role } = useUser();
  const [path, go] = useLocation();
  const { state: sync } = useSyncing();
  const hasRoom = useMediaQuery('(min-width: 48em)') ?? true;
  const showsNames = hasRoom && !isNarrow;

  return (
    <AppShell.Navbar aria-label={text('area.navigation')} p="xs" className={classes.bar}>
      {navigationOf(role, path, sync?.conflicts ?? 0).map(({ path: areaPath, label, icon: AreaIcon }) => {
        const isHere = path === areaPath || path.startsWith(`${areaPath}/`);
        return (
          <Tooltip key={areaPath} label={text(label)} position="right" disabled={showsNames}>
            <NavLink
              component="button"
              type="button"
              data-area={areaPath}
              active={isHere}
              aria-current={isHere ? 'page' : undefined}
              aria-label={showsNames ? undefined : text(label)}
              label={showsNames ? text(label) : null}
              leftSection={<AreaIcon size={18} aria-hidden />}
              className={classes.area}
              onClick={() => {
                go(areaPath);
              }}
            />
          </Tooltip>
        );
      })}
      {hasRoom && (
        <NavLink
          component="button"
          type="button"
          aria-label={isNarrow ? text('frame.wide') : text('frame.narrow')}
          label={isNarrow ? null : text('frame.narrow')}
          leftSection={<IconLayoutSidebar size={18} aria-hidden className={classes.turns} />}
          className={`${classes.area ?? ''} ${classes.toggle ?? ''}`}
          onClick={onToggle}
        />
      )}
    </AppShell.Navbar>
  );
}
