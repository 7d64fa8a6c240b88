import { Button, Group, Menu, Modal, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconBookmarks, IconChevronDown } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { Output } from '../app/api.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { moveFocus } from '../app/move-focus.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { useNeeds } from '../components/use-needs.ts';
import type { StudentFilter } from './student-filter.ts';

type SavedList = Output<'students', 'lists'>['lists'][number];

interface SavedListsProps {
  readonly filter: StudentFilter;
  readonly onOpen: (filter: StudentFilter) => void;
}

/** The user's own lists: opened from a menu, saved under a name, renamed and removed. */
export function SavedLists({ filter, onOpen }: SavedListsProps) {
  const saved = useCall('students', 'lists', {});
  const [dialog, setDialog] = useState<'save' | 'change' | null>(null);
  const lists = saved.data?.lists ?? [];
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setDialog(null);
  };
  // The entry of the menu that opened a dialog has gone with the menu.
  const leaving = {
    returnFocus: false,
    // The dialog still has the focus here.
    onExitTransitionEnd: () => {
      setTimeout(() => {
        moveFocus(button.current);
      });
    },
  };
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            ref={button}
            variant="default"
            leftSection={<IconBookmarks size={18} aria-hidden />}
            rightSection={<IconChevronDown size={16} aria-hidden />}
          >
            {text('lists.menu')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {lists.length > 0 && <Menu.Label>{text('lists.own')}</Menu.Label>}
          {lists.map(({ id, title, filter: kept }) => (
            <Menu.Item
              key={id}
              disabled={kept === null}
              onClick={() => {
                if (kept !== null) onOpen(kept);
              }}
            >
              <bdi>{title}</bdi>
              {kept === null && ` (${text('lists.newer')})`}
            </Menu.Item>
          ))}
          {saved.error !== undefined && (
            <Menu.Item closeMenuOnClick={false} onClick={saved.reload}>
              {text('lists.failed')}
            </Menu.Item>
          )}
          {lists.length > 0 && <Menu.Divider />}
          <Menu.Item
            onClick={() => {
              setDialog('save');
            }}
          >
            {text('lists.save')}
          </Menu.Item>
          {lists.length > 0 && (
            <Menu.Item
              onClick={() => {
                setDialog('change');
              }}
            >
              {text('lists.change')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={dialog === 'save'} onClose={close} {...leaving} title={text('lists.save.title')}>
        <SaveList filter={filter} lists={lists} onClose={close} />
      </Modal>
      <Modal
        opened={dialog === 'change'}
        onClose={close}
        {...leaving}
        title={text('lists.change.title')}
        size="lg"
      >
        <ChangeLists lists={lists} />
      </Modal>
    </>
  );
}

interface SaveListProps {
  readonly filter: StudentFilter;
  readonly lists: readonly SavedList[];
  readonly onClose: () => void;
}

function SaveList({ filter, lists, onClose }: SaveListProps) {
  const save = useCommand('students', 'saveList', { reloads: ['students'] });
  const [title, setTitle] = useState('');
  const name = title.trim();
  const replaces = lists.some((list) => list.title.toLowerCase() === name.toLowerCase());
  const needs = useNeeds({ title: name === '' && text('component.needed') });
  const onSave = async () => {
    const reply = await save.run({ title: name, filter: { ...filter, text: filter.text.trim() } });
    if (reply.ok) onClose();
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, onSave);
      }}
    >
      <Stack gap="md">
        <TextInput
          label={text('lists.title')}
          description={text('lists.save.hint')}
          maxLength={60}
          data-autofocus
          value={title}
          error={needs.of('title')}
          onChange={(event) => {
            setTitle(event.currentTarget.value);
          }}
        />
        {replaces && <Text size="sm">{text('lists.save.replaces')}</Text>}
        <ErrorAlert error={save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text('lists.cancel')}
          </Button>
          <Button type="submit" loading={save.isRunning}>
            {text('lists.save.action')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function ChangeLists({ lists }: Pick<SaveListProps, 'lists'>) {
  const rename = useCommand('students', 'renameList', { reloads: ['students'] });
  const remove = useCommand('students', 'removeList', { reloads: ['students'] });
  return (
    <Stack gap="md">
      <ErrorAlert error={rename.error ?? remove.error} />
      {lists.length === 0 ? (
        <Text>{text('lists.none')}</Text>
      ) : (
        <Table aria-label={text('lists.own')}>
          <Table.Tbody>
            {lists.map((list) => (
              <ListToChange
                key={`${list.id} ${list.title}`}
                list={list}
                onRename={(title) => {
                  remove.clearError();
                  void rename.run({ list: list.id, title });
                }}
                onRemove={() => {
                  rename.clearError();
                  void remove.run({ list: list.id });
                }}
              />
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Text size="xs" c="dimmed">
        {text('lists.change.hint')}
      </Text>
    </Stack>
  );
}

interface ListToChangeProps {
  readonly list: SavedList;
  readonly onRename: (title: string) => void;
  readonly onRemove: () => void;
}

function ListToChange({ list, onRename, onRemove }: ListToChangeProps) {
  const [title, setTitle] = useState(list.title);
  const name = title.trim();
  const isChanged = name !== '' && name !== list.title;
  return (
    <Table.Tr>
      <Table.Td>
        <TextInput
          aria-label={text('lists.rename.field', { title: list.title })}
          maxLength={60}
          value={title}
          onChange={(event) => {
            setTitle(event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && isChanged) onRename(name);
          }}
        />
      </Table.Td>
      <Table.Td>
        <Group gap="sm" wrap="nowrap" justify="flex-end">
          <Button
            variant="default"
            size="xs"
            disabled={!isChanged}
            aria-label={text('lists.rename.of', { title: list.title })}
            onClick={() => {
              onRename(name);
            }}
          >
            {text('lists.rename')}
          </Button>
          <Button
            variant="default"
            size="xs"
            aria-label={text('lists.remove.of', { title: list.title })}
            onClick={onRemove}
          >
            {text('lists.remove')}
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
