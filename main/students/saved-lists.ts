import { readSavedLists, type SavedListLine } from '../../db/people/saved-lists.ts';
import { studentListFilter } from '../../domain/contract/students.ts';
import { bytesToId } from '../../domain/ids.ts';
import { answer, refuse, type AreaHandlers } from '../gate/handlers.ts';
import { inCountingOrder } from '../../db/people/students.ts';

type SavedListHandlers = Pick<AreaHandlers<'students'>, 'lists' | 'saveList' | 'renameList' | 'removeList'>;

/** Lists that people keep to open again: each sees and changes their own. */
export const savedListHandlers: SavedListHandlers = {
  lists: {
    runs: 'in-unit',
    run: (unit) =>
      answer({
        lists: readSavedLists(unit.db, unit.actor.user)
          .toSorted((one, other) => inCountingOrder(one.title, other.title))
          .map(({ id, title, filter }) => ({ id, title, filter: readFilter(filter) })),
      }),
  },

  saveList: {
    runs: 'in-unit',
    run(unit, { title, filter }) {
      const standing = listNamed(readSavedLists(unit.db, unit.actor.user), title);
      const id = standing?.id ?? bytesToId<'saved-list'>(unit.random(16));
      unit.changes.write({ type: 'saved-list', id }, (change) =>
        change.put('saved_list', {
          id,
          school: unit.school.id,
          owner: unit.actor.user,
          title,
          filter: JSON.stringify(filter),
          status: 'active',
        }),
      );
      return answer({ list: id, replaced: standing !== undefined }, { recordId: id, count: 1 });
    },
  },

  renameList: {
    runs: 'in-unit',
    run(unit, { list: id, title }) {
      const lists = readSavedLists(unit.db, unit.actor.user);
      if (lists.every((list) => list.id !== id)) return refuse({ type: 'list-gone' }, { recordId: id });
      const standing = listNamed(lists, title);
      if (standing !== undefined && standing.id !== id)
        return refuse({ type: 'list-title-taken' }, { recordId: id });
      unit.changes.write({ type: 'saved-list', id }, (change) => change.put('saved_list', { id, title }));
      return answer({}, { recordId: id, count: 1 });
    },
  },

  removeList: {
    runs: 'in-unit',
    run(unit, { list: id }) {
      const lists = readSavedLists(unit.db, unit.actor.user);
      if (lists.every((list) => list.id !== id)) return refuse({ type: 'list-gone' }, { recordId: id });
      unit.changes.write({ type: 'saved-list', id }, (change) =>
        change.put('saved_list', { id, status: 'left' }),
      );
      return answer({}, { recordId: id, count: 1 });
    },
  },
};

function listNamed(lists: readonly SavedListLine[], title: string): SavedListLine | undefined {
  return lists.find((list) => list.title.toLowerCase() === title.toLowerCase());
}

/** Null for what this version cannot read: the list stays, and says so. */
function readFilter(text: string) {
  const parsed = studentListFilter.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}
