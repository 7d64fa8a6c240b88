import type { SampleBus, SampleRun, SampleSchool, SampleStudent } from './district.ts';
import { itemAt, randomFor } from './random.ts';

type Rider = SampleRun['riders'][number];

const capacity = 72;
const ridersPerZone = 54;
const stopsPerZone = 6;

/**
 * Buses of the district, one for each zone of about 54 riders, with morning and afternoon runs. Every fourth bus
 * carries both schools together; the others drive a run for each.
 */
export function generateBuses(seed: number, schools: readonly SampleSchool[], share: number): SampleBus[] {
  const random = randomFor(seed, 'buses');
  const homes = schools.flatMap((school) =>
    familiesOf(school.students)
      .filter(() => random.chance(share))
      .map((students) => ({ school: school.sourcedId, students })),
  );
  const riderCount = homes.reduce((sum, { students }) => sum + students.length, 0);
  const zoneCount = Math.max(1, Math.ceil(riderCount / ridersPerZone));

  return Array.from({ length: zoneCount }, (_, zone) => {
    const inZone = homes.filter((_home, index) => index % zoneCount === zone);
    const riders = inZone.flatMap(({ school, students }): Rider[] => {
      const stopId = stopIdOf(zone, random.between(0, stopsPerZone - 1));
      return students.map(({ sourcedId }) => ({
        schoolSourcedId: school,
        studentSourcedId: sourcedId,
        stopId,
      }));
    });
    const groups = zone % 4 === 0 ? [schools] : schools.map((school) => [school]);
    const runs = groups.flatMap((group, tier) => {
      const ids = group.map(({ sourcedId }) => sourcedId);
      const aboard = riders.filter(({ schoolSourcedId }) => ids.includes(schoolSourcedId));
      if (aboard.length === 0) return [];
      const run = (direction: 'AM' | 'PM', firstMinute: number, who: readonly Rider[]): SampleRun => ({
        runId: `run-${zone + 1}-${tier + 1}-${direction.toLowerCase()}`,
        direction,
        schoolSourcedIds: ids,
        stops: stopsOf(zone, firstMinute, direction),
        riders: who,
      });
      // Some are fetched in the afternoon or stay for an activity.
      return [
        run('AM', 410 + tier * 45, aboard),
        run(
          'PM',
          910 + tier * 45,
          aboard.filter(() => random.chance(0.88)),
        ),
      ];
    });
    return { busId: `bus-${zone + 1}`, name: `Bus ${zone + 1}`, capacity, runs };
  });
}

function familiesOf(students: readonly SampleStudent[]): SampleStudent[][] {
  return [...Map.groupBy(students, ({ guardians }) => itemAt(guardians, 0).guardianSourcedId).values()];
}

function stopsOf(zone: number, firstMinute: number, direction: 'AM' | 'PM') {
  const order = Array.from({ length: stopsPerZone }, (_, index) => index);
  return (direction === 'AM' ? order : order.toReversed()).map((stop, index) => ({
    stopId: stopIdOf(zone, stop),
    name: `Zone ${zone + 1}, stop ${String.fromCharCode(65 + stop)}`,
    at: clockText(firstMinute + index * 6),
  }));
}

function stopIdOf(zone: number, stop: number): string {
  return `stop-${zone + 1}-${stop + 1}`;
}

function clockText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
