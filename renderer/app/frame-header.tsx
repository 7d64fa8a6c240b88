import { ActionIcon, Button, Group, Kbd, Menu, Tooltip, UnstyledButton } from '@mantine/core';
import { openSpotlight } from '@mantine/spotlight';
import {
  IconAlertTriangle,
  IconChevronDown,
  IconHistory,
  IconKey,
  IconLock,
  IconPlus,
  IconSchool,
  IconSearch,
  IconUser,
} from '@tabler/icons-react';
import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { reachOf } from '../../domain/access/policy.ts';
import type { SchoolId } from '../../domain/ids.ts';
import { api } from './api.ts';
import { useCall } from './calls.ts';
import { text } from './catalogue.ts';
import { useDesk, useUser } from './desk-state.tsx';
import { useChangeDisplay } from './display.tsx';
import { languageCodes, languages, useLanguage } from './language.ts';
import { pathTo, useGo } from './router.tsx';
import { SavedState } from './saved-state.tsx';
import { useChooseLanguage } from './window-language.tsx';
import classes from './frame.module.css';

interface FrameHeaderProps {
  readonly onSetUp: () => void;
  readonly onChangePassword: () => void;
}

/** Which school, where to find things, whether the work is saved, and the way out. */
export function FrameHeader({ onSetUp, onChangePassword }: FrameHeaderProps) {
  const { lock } = useDesk();
  const { role } = useUser();
  const canFind = reachOf(role, 'students.find') !== undefined;
  return (
    <Group className={classes.header ?? ''} wrap="nowrap" gap="sm" justify="space-between">
      <SchoolMenu onSetUp={onSetUp} />
      <Button
        variant="default"
        className={classes.search ?? ''}
        leftSection={<IconSearch size={18} aria-hidden />}
        rightSection={<Kbd aria-hidden>Ctrl+K</Kbd>}
        aria-keyshortcuts="Control+K"
        onClick={openSpotlight}
      >
        <span className={classes.wide}>{canFind ? text('frame.search') : text('frame.search.short')}</span>
      </Button>
      <Group wrap="nowrap" gap="md" className={classes.end ?? ''}>
        <SavedState />
        {reachOf(role, 'audit.read') !== undefined && <AuditState />}
        <Tooltip label={text('frame.lock.title')}>
          <Button
            variant="default"
            className={classes.lock ?? ''}
            aria-label={text('frame.lock')}
            leftSection={<IconLock size={18} aria-hidden />}
            aria-keyshortcuts="Control+L"
            onClick={() => void lock()}
          >
            <span className={classes.medium}>{text('frame.lock')}</span>
          </Button>
        </Tooltip>
        <UserMenu onChangePassword={onChangePassword} />
      </Group>
    </Group>
  );
}

function SchoolMenu({ onSetUp }: Pick<FrameHeaderProps, 'onSetUp'>) {
  const { status, lock, reload } = useDesk();
  const { school } = status;
  const label = school?.label ?? '';

  const choose = async (chosen: SchoolId): Promise<void> => {
    await lock();
    await api.desk.chooseSchool({ school: chosen });
    await reload();
  };

  return (
    <Menu position="bottom-start" withinPortal={false}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          className={classes.school ?? ''}
          leftSection={<IconSchool size={18} aria-hidden />}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={text('frame.school', { school: label })}
        >
          <bdi className={`${classes.schoolName ?? ''} ${classes.medium ?? ''}`}>{label}</bdi>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {status.schools.length > 1 && (
          <>
            <Menu.Label>{text('frame.school.locks')}</Menu.Label>
            <Menu.RadioGroup
              value={school?.id ?? ''}
              onChange={(chosen) => {
                const other = status.schools.find(({ id }) => id === chosen);
                if (other !== undefined && other.id !== school?.id) void choose(other.id);
              }}
            >
              {status.schools.map(({ id, label: name }) => (
                <Menu.RadioItem key={id} value={id}>
                  <bdi>{name}</bdi>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
            <Menu.Divider />
          </>
        )}
        <Menu.Item leftSection={<IconPlus size={18} aria-hidden />} onClick={onSetUp}>
          {text('frame.school.add')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** How many signed-off entries may be missing before it is worth a word: a checkpoint comes every 64 entries or minute. */
const lateEntries = 64;

function AuditState() {
  const go = useGo();
  const [path] = useLocation();
  const { data, reload } = useCall('audit', 'head', {});
  // Looked at when the user goes somewhere, never by a clock: a call of its own would keep an idle session awake.
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the place is the occasion, not an input
  useEffect(reload, [path, reload]);
  if (data === undefined) return null;
  const { size, checkpointSize, witnessKey, witnessedTo, isWitnessLate } = data;
  const unsigned = size - (checkpointSize ?? 0);
  const late =
    unsigned > lateEntries
      ? text('frame.audit.late', { count: unsigned })
      : isWitnessLate
        ? text('frame.audit.unwitnessed', { count: size - witnessedTo })
        : undefined;
  return (
    <Tooltip
      label={
        checkpointSize === null
          ? text('frame.audit.unsigned', { count: size })
          : witnessKey === null
            ? text('frame.audit.signed', { count: size, signed: checkpointSize })
            : text('frame.audit.witnessed', { count: size, signed: checkpointSize, witnessed: witnessedTo })
      }
    >
      <UnstyledButton
        className={classes.state ?? ''}
        onClick={() => {
          go(pathTo.audit());
        }}
      >
        {late === undefined ? (
          <IconHistory size={18} aria-hidden />
        ) : (
          <IconAlertTriangle size={18} aria-hidden />
        )}
        <span className={classes.wide}>{late ?? text('frame.audit.short')}</span>
      </UnstyledButton>
    </Tooltip>
  );
}

function UserMenu({ onChangePassword }: Pick<FrameHeaderProps, 'onChangePassword'>) {
  const { lock } = useDesk();
  const user = useUser();
  const changeDisplay = useChangeDisplay();
  const language = useLanguage();
  const chooseLanguage = useChooseLanguage();
  const role = text(`frame.role.${user.role}`);
  return (
    <Menu position="bottom-end" withinPortal={false}>
      <Menu.Target>
        <ActionIcon
          variant="default"
          size={36}
          aria-label={text('frame.user', { name: user.displayName, role })}
        >
          <IconUser size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown miw="16rem">
        <Menu.Label>
          <bdi>{user.displayName}</bdi>
          <br />
          {role}
        </Menu.Label>
        <Menu.Item leftSection={<IconKey size={18} aria-hidden />} onClick={onChangePassword}>
          {text('user.password')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.RadioGroup
          value={user.density}
          onChange={(density) => {
            changeDisplay({ density: density === 'comfortable' ? 'comfortable' : 'compact' });
          }}
        >
          <Menu.RadioItem closeMenuOnClick value="compact">
            {text('user.density.compact')}
          </Menu.RadioItem>
          <Menu.RadioItem closeMenuOnClick value="comfortable">
            {text('user.density.comfortable')}
          </Menu.RadioItem>
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.RadioGroup
          value={user.colorScheme}
          onChange={(scheme) => {
            changeDisplay({ colorScheme: scheme === 'light' || scheme === 'dark' ? scheme : 'auto' });
          }}
        >
          <Menu.RadioItem closeMenuOnClick value="light">
            {text('user.scheme.light')}
          </Menu.RadioItem>
          <Menu.RadioItem closeMenuOnClick value="dark">
            {text('user.scheme.dark')}
          </Menu.RadioItem>
          <Menu.RadioItem closeMenuOnClick value="auto">
            {text('user.scheme.auto')}
          </Menu.RadioItem>
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.RadioGroup
          value={language}
          onChange={(chosen) => {
            const code = languageCodes.find((each) => each === chosen);
            if (code !== undefined) chooseLanguage(code);
          }}
        >
          {languageCodes.map((code) => (
            <Menu.RadioItem
              key={code}
              closeMenuOnClick
              value={code}
              lang={code}
              aria-label={text('user.language', { name: languages[code].name })}
            >
              <bdi>{languages[code].name}</bdi>
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLock size={18} aria-hidden />} onClick={() => void lock()}>
          {text('user.switch')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
