import { Anchor, Group, Title } from '@mantine/core';
import { Link } from 'wouter';
import { reachOf } from '../../domain/access/policy.ts';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { parseClock } from '../app/clock.ts';
import { useDesk, useToday, useUser } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import { pathTo } from '../app/router.tsx';
import { dueStateOf, outOfSchool } from './counter-model.ts';
import { Due } from './due.tsx';
import classes from './counter.module.css';

/** On Today, for the office: who is out and expected back, overdue first. Nothing while nobody is. */
export function DueBack() {
  const { role } = useUser();
  return reachOf(role, 'attendance.office') === 'school' ? <DueBackList /> : null;
}

function DueBackList() {
  const { nowMs } = useDesk().status;
  const { formatTime } = useFormat();
  const day = useCall('counter', 'day', { day: useToday() });
  const nowMinute = parseClock(formatTime(nowMs)) ?? 0;
  const due = outOfSchool(day.data?.movements ?? []).filter(({ expectedMinute }) => expectedMinute !== null);
  if (due.length === 0) return null;
  return (
    <section className={classes.dueBack}>
      <Group justify="space-between" mb={4}>
        <Title order={2} size="h4">
          {text('counter.today.title', { count: due.length })}
        </Title>
        <Anchor component={Link} to={pathTo.desk()} size="sm">
          {text('counter.today.open')}
        </Anchor>
      </Group>
      <ul className={classes.rows}>
        {due.map((movement) => (
          <li key={movement.id} data-row className={classes.dueRow}>
            <Due movement={movement} state={dueStateOf(movement, nowMinute)} />
            <Link to={pathTo.student(movement.student)} className={classes.name ?? ''}>
              <bdi>{movement.name}</bdi>
            </Link>
            <bdi>{movement.homeroom}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}
